"""``skxrd plot``."""

import click

from skxrd._cli._chores import PATH, count, plain, wavelength_option
from skxrd._cli._data import read_scans
from skxrd._cli._printing import left_out_at_the_end, nothing_done, say
from skxrd._names import archive_members, shown

_AXES = {"2theta": "two_theta", "d": "d_spacing", "q": "q"}
_UNITS = {"counts": "counts", "cps": "counts per second"}
_NAMED = 12  # reflections of each crystal with --hkl


@click.command(short_help="Draw scans on any scale, with the lines of crystals.")
@click.argument("scans", type=PATH, nargs=-1, required=True)
@click.option(
    "-o", "--output", type=PATH, help="Picture: .png, .svg, .pdf, ... [default: a window]"
)
@click.option("--crystals", type=PATH, help="CIF file or folder: a row of ticks for each crystal.")
@click.option("--hkl", is_flag=True, help="Write Miller indices at the strongest of these ticks.")
@click.option(
    "--scale",
    type=click.Choice(["linear", "sqrt", "log"]),
    help="Scale of the intensities; sqrt and log show weak peaks. [default: linear; sqrt with "
    "--heatmap]",
)
@click.option(
    "--x", type=click.Choice(list(_AXES)), default="2theta", show_default=True,
    help="Horizontal axis: 2theta in degrees, d in angstrom, or q in 1/angstrom.",
)  # fmt: skip
@click.option(
    "--unit", type=click.Choice(list(_UNITS)),
    help="Counts, or counts per second, by the counting time that files state.",
)  # fmt: skip
@click.option("--overlay", is_flag=True, help="Draw the scans over each other, not stacked.")
@click.option(
    "--difference", is_flag=True, help="Draw the first of two scans less the second below them."
)
@click.option("--heatmap", is_flag=True, help="Draw each scan as a row of colours, for many scans.")
@click.option(
    "--order",
    type=click.Choice(["given", "name", "similarity"]),
    help="Rows of --heatmap: as read, by name, or similar scans beside each other. [default: name]",
)
@wavelength_option
def plot(scans, output, crystals, hkl, wavelength, **looks):
    """Draw the SCANS (files or folders) above each other in one picture.

    Scans of another wavelength than the first are drawn at the angles that the first would give.
    Intensities are scaled to the same height if there are several, unless a unit is asked for.
    """
    import matplotlib

    from skxrd._cli._predict import check_picture
    from skxrd._files import check_outputs, replaced_file

    _check_together(crystals, hkl, looks)
    if output is not None:
        matplotlib.use("Agg")
        check_outputs({"-o": output}, inputs=scans)
        check_picture(output)
    elif matplotlib.get_backend().lower() == "agg":
        raise ValueError("there is no screen for a window; name a picture, e.g. -o scans.png.")
    listed = []
    if crystals is not None:
        from skxrd.io import read_crystals

        listed = read_crystals(crystals, on_error="skip")
    with left_out_at_the_end() as left_out:
        patterns = _at_one_wavelength(read_scans(scans, wavelength, left_out), left_out)
        check_outputs({"-o": output}, inputs={p.metadata["path"] for p in patterns})
        if not patterns:
            raise nothing_done(left_out, "no scan could be drawn.")
        if patterns[0].wavelength is None and (listed or looks["x"] != "2theta"):
            option = "--crystals" if listed else f"--x {looks['x']}"
            raise ValueError(
                f"{option} needs the wavelength, which the scans do not state; say what tube it "
                "was, e.g. --wavelength CuKa."
            )
        display = _drawn(patterns, looks)
        if listed:
            labels = [plain(crystal.name) for crystal in listed]
            display.mark_crystals(listed, labels=labels, n_hkl=_NAMED if hkl else 0)
        if looks["difference"]:
            display.draw_difference()
        if output is None:
            from matplotlib import pyplot as plt

            plt.show()
            return
        with replaced_file(output) as path:
            display.figure_.savefig(path, dpi=150)
        say(f"{count(patterns, 'scan')} drawn in {shown(output)}")


def _check_together(crystals, hkl, looks):
    """Raise where one option says nothing without another, or against it."""
    if hkl and crystals is None:
        raise ValueError("--hkl names the ticks of --crystals; give these too.")
    if looks["order"] and not looks["heatmap"]:
        raise ValueError("--order sorts the rows of --heatmap; give this too.")
    if looks["heatmap"]:
        given = {"--crystals": crystals is not None} | {
            f"--{name}": looks[name] for name in ("overlay", "difference", "unit")
        }
        for option, there in given.items():
            if there:
                raise ValueError(f"--heatmap has no place for {option}; leave one of them out.")


def _drawn(patterns, looks):
    """Display of the patterns."""
    from skxrd.inspection import HeatMapDisplay, PatternDisplay

    labels = [plain(pattern.name) for pattern in patterns]
    if looks["heatmap"]:
        return HeatMapDisplay.from_patterns(
            patterns,
            labels=labels,
            order=looks["order"] or "name",
            scale=looks["scale"] or "sqrt",
            x=_AXES[looks["x"]],
        )
    if looks["difference"] and len(patterns) != 2:
        raise ValueError(f"--difference is that of two scans; there are {len(patterns)}.")
    unit = _UNITS.get(looks["unit"])
    return PatternDisplay.from_patterns(
        patterns,
        labels=labels,
        normalize=len(patterns) > 1 and unit is None,
        offset=0 if looks["overlay"] or looks["difference"] else 1.1,
        unit=unit,
        scale=looks["scale"] or "linear",
        x=_AXES[looks["x"]],
        d_axis=True,
    )


def _at_one_wavelength(patterns, left_out):
    """Patterns at the wavelength of the first that states one; others without one are left out."""
    from skxrd.datasets._scans import converted, where

    known = [pattern.wavelength for pattern in patterns if pattern.wavelength is not None]
    if not known:
        return patterns
    for pattern in patterns:
        if pattern.wavelength is None:
            left_out.append(
                f"{archive_members(where(pattern))}: states no wavelength, and others do; say what "
                "tube it was, e.g. --wavelength CuKa."
            )
    kept = [pattern for pattern in patterns if pattern.wavelength is not None]
    return [converted(pattern, known[0]) for pattern in kept]
