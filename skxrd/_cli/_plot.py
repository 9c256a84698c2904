"""``skxrd plot``."""

import click

from skxrd._cli._chores import PATH, count, plain, wavelength_option
from skxrd._cli._data import read_scans
from skxrd._cli._printing import left_out_at_the_end, nothing_done, say
from skxrd._names import archive_members, shown

_AXES = {"2theta": "two_theta", "d": "d_spacing", "q": "q"}


@click.command()
@click.argument("scans", type=PATH, nargs=-1, required=True)
@click.option("-o", "--output", type=PATH, required=True, help="Picture: .png, .svg, .pdf, ...")
@click.option("--crystals", type=PATH, help="CIF file or folder: a row of ticks for each crystal.")
@click.option(
    "--scale",
    type=click.Choice(["linear", "sqrt", "log"]),
    default="linear",
    show_default=True,
    help="Scale of the intensities; sqrt and log show weak peaks.",
)
@click.option("--x", type=click.Choice(list(_AXES)), default="2theta", show_default=True)
@wavelength_option
def plot(scans, output, crystals, scale, x, wavelength):
    """Draw the SCANS (files or folders) above each other in one picture.

    Scans of another wavelength than the first are drawn at the angles that the first would give.
    """
    import matplotlib

    from skxrd._cli._predict import check_picture
    from skxrd._files import check_outputs, replaced_file
    from skxrd.inspection import PatternDisplay
    from skxrd.io import read_crystals

    matplotlib.use("Agg")
    check_outputs({"-o": output}, inputs=scans)
    check_picture(output)
    listed = [] if crystals is None else read_crystals(crystals, on_error="skip")
    with left_out_at_the_end() as left_out:
        patterns = _at_one_wavelength(read_scans(scans, wavelength, left_out), left_out)
        check_outputs({"-o": output}, inputs={p.metadata["path"] for p in patterns})
        if not patterns:
            raise nothing_done(left_out, "no scan could be drawn.")
        if patterns[0].wavelength is None and (listed or x != "2theta"):
            option = "--crystals" if listed else f"--x {x}"
            raise ValueError(
                f"{option} needs the wavelength, which the scans do not state; say what tube it "
                "was, e.g. --wavelength CuKa."
            )
        display = PatternDisplay.from_patterns(
            patterns,
            labels=[plain(pattern.name) for pattern in patterns],
            normalize=len(patterns) > 1,
            scale=scale,
            x=_AXES[x],
            d_axis=True,
        )
        if listed:
            display.mark_crystals(listed, labels=[plain(crystal.name) for crystal in listed])
        with replaced_file(output) as path:
            display.figure_.savefig(path, dpi=150)
        say(f"{count(patterns, 'scan')} drawn in {shown(output)}")


def _at_one_wavelength(patterns, left_out):
    """Patterns at the wavelength of the first that states one; others without one are left out."""
    from skxrd.datasets._usable_films import converted, where

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
