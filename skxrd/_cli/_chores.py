"""``skxrd plot``, ``skxrd peaks``, ``skxrd simulate`` and ``skxrd convert``."""

from pathlib import Path

import click

from skxrd._cli._data import number_or_name, read_scans
from skxrd._cli._printing import left_out_at_the_end, nothing_done, say
from skxrd._names import archive_members, csv_cell, printable, shown

_PATH = click.Path(path_type=Path)
_WAVELENGTH = click.option("--wavelength", help="Of scans that state none: angstrom, or e.g. CuKa.")
_AXES = {"2theta": "two_theta", "d": "d_spacing", "q": "q"}
_ENDINGS = (".xy", ".xye", ".csv")


@click.command()
@click.argument("scans", type=_PATH, nargs=-1, required=True)
@click.option("-o", "--output", type=_PATH, required=True, help="Picture: .png, .svg, .pdf, ...")
@click.option("--crystals", type=_PATH, help="CIF file or folder: a row of ticks for each crystal.")
@click.option(
    "--scale",
    type=click.Choice(["linear", "sqrt", "log"]),
    default="linear",
    show_default=True,
    help="Scale of the intensities; sqrt and log show weak peaks.",
)
@click.option("--x", type=click.Choice(list(_AXES)), default="2theta", show_default=True)
@_WAVELENGTH
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
        display = PatternDisplay.from_patterns(
            patterns,
            labels=[_plain(pattern.name) for pattern in patterns],
            normalize=len(patterns) > 1,
            scale=scale,
            x=_AXES[x],
            d_axis=True,
        )
        if listed:
            display.mark_crystals(listed, labels=[_plain(crystal.name) for crystal in listed])
        with replaced_file(output) as path:
            display.figure_.savefig(path, dpi=150)
        say(f"{len(patterns)} scans drawn in {shown(output)}")


@click.command()
@click.argument("scans", type=_PATH, nargs=-1, required=True)
@click.option("--csv", type=_PATH, help="Write one row for each peak.")
@click.option(
    "--min-signal-to-noise",
    type=click.FloatRange(0, min_open=True),
    default=5.0,
    show_default=True,
    help="Height of the weakest peak over its standard uncertainty.",
)
@_WAVELENGTH
def peaks(scans, csv, min_signal_to_noise, wavelength):
    """List the peaks of SCANS (files or folders): 2theta, d, intensity and width.

    Intensities are heights above the background, K-alpha2 is not listed, and d follows from
    K-alpha1 where there is a doublet. The last line of each scan is the list as journals print it:
    2theta (d) [I], with I in percent of the highest peak.
    """
    from skxrd._files import check_outputs
    from skxrd.datasets._usable_films import where
    from skxrd.preprocessing import find_peaks

    check_outputs({"--csv": csv}, inputs=scans)
    rows = []
    with left_out_at_the_end() as left_out:
        patterns = read_scans(scans, wavelength, left_out)
        check_outputs({"--csv": csv}, inputs={p.metadata["path"] for p in patterns})
        n_done = 0
        for pattern in patterns:
            name = archive_members(where(pattern))
            try:
                table = find_peaks(pattern, min_signal_to_noise=min_signal_to_noise)
            except ValueError as error:
                left_out.append(f"{name}: {error}")
                continue
            n_done += 1
            table["relative"] = 100 * table.height / table.height.max()
            _print_peaks(name, table)
            rows += [
                (name, *(round(float(value), 6) for value in row))
                for row in table[list(_PEAK_COLUMNS)].itertuples(index=False)
            ]
        if not n_done:
            raise nothing_done(left_out, "no scan could be searched for peaks.")
        if csv is not None:
            _write_rows(csv, ("scan", *_PEAK_COLUMNS.values()), rows)
            say(f"{len(rows)} rows written to {shown(csv)}")


_PEAK_COLUMNS = {
    "two_theta": "two_theta",
    "d": "d",
    "height": "intensity",
    "relative": "relative_intensity",
    "area": "area",
    "fwhm": "fwhm",
    "signal_to_noise": "signal_to_noise",
}


@click.command()
@click.argument("crystals", type=_PATH)
@click.option("-o", "--output", type=_PATH, required=True, help="Pattern (.xy, .csv) or picture.")
@click.option(
    "--wavelength", default="CuKa", show_default=True, help="Angstrom, or e.g. CuKa1, CoKa, MoKa."
)
@click.option(
    "--range",
    "span",
    type=(float, float, float),
    default=(10.0, 80.0, 0.02),
    show_default=True,
    help="First and last angle and step, in degrees.",
)
@click.option(
    "--fwhm",
    type=click.FloatRange(0, min_open=True),
    default=0.15,
    show_default=True,
    help="Full width of the peaks in degrees.",
)
def simulate(crystals, output, wavelength, span, fwhm):
    """Calculate the powder patterns of CRYSTALS (CIF file, folder of CIF files, parquet table).

    An output that ends in .xy or .csv is a pattern; of several crystals, each has a file named
    after it in the folder OUTPUT. Any other ending is a picture of all.
    """
    import numpy as np

    from skxrd._files import check_outputs
    from skxrd._grid import is_doublet
    from skxrd.datasets._left_out import all_left_out, recorded_reasons
    from skxrd.io import read_crystals, write_pattern
    from skxrd.simulation import PowderSimulator

    first, last, step = span
    if not (0 < first < last < 180 and 0 < step < last - first):
        raise ValueError(
            f"--range {first:g} {last:g} {step:g}: give a first and a larger last angle below 180 "
            "degrees, and a step that is smaller than their distance."
        )
    picture = output.suffix.lower() not in ("", ".xy", ".csv")
    if picture or output.suffix:
        check_outputs({"-o": output}, inputs=[crystals])
    wavelength = number_or_name(wavelength)
    two_theta = np.arange(first, last + step / 2, step)
    with left_out_at_the_end() as left_out:
        with recorded_reasons() as reasons:
            listed = read_crystals(crystals, on_error="skip")
        left_out += all_left_out(reasons, crystals)
        simulator = PowderSimulator(
            two_theta, wavelength=wavelength, doublet=is_doublet(wavelength), fwhm=fwhm
        )
        patterns = [simulator.simulate(crystal) for crystal in listed]
        if picture:
            _draw_simulated(patterns, output)
        elif output.suffix and len(patterns) == 1:
            write_pattern(patterns[0], output)
        elif output.suffix:
            raise ValueError(
                f"{crystals}: holds {len(patterns)} crystals; give a folder, -o {output.stem}/, "
                "for one file of each."
            )
        else:
            _write_each(patterns, output, ".xy")
        say(f"{len(patterns)} patterns in {shown(output)}")


@click.command()
@click.argument("source", type=_PATH)
@click.argument("target", type=_PATH)
@click.option(
    "--to",
    "ending",
    type=click.Choice([ending[1:] for ending in _ENDINGS]),
    default="xy",
    show_default=True,
    help="Format of the files in a folder.",
)
@_WAVELENGTH
def convert(source, target, ending, wavelength):
    """Write the scans of SOURCE (file or folder) as text, to TARGET.

    A TARGET that ends in .xy, .xye or .csv is a file and takes one scan. Any other is a folder:
    each scan has a file in it, named after the scan. Files of .xye need standard uncertainties.
    """
    from skxrd._files import check_outputs
    from skxrd.io import write_pattern

    single = target.suffix.lower() in _ENDINGS
    if single:
        check_outputs({"TARGET": target}, inputs=[source])
    with left_out_at_the_end() as left_out:
        patterns = read_scans([source], wavelength, left_out)
        if not patterns:
            raise nothing_done(left_out, "no scan could be read.")
        if not single:
            n_done = _write_each(patterns, target, f".{ending}", left_out)
            if not n_done:
                raise nothing_done(left_out, "no scan could be written.")
            say(f"{n_done} scans written to {shown(target)}")
            return
        if len(patterns) > 1:
            raise ValueError(
                f"{source}: holds {len(patterns)} scans; give a folder, e.g. {target.stem}/, for "
                "one file of each."
            )
        write_pattern(patterns[0], target)
        say(f"1 scan written to {shown(target)}")


def _write_each(patterns, folder, ending, left_out=None):
    """Write patterns to a folder, in files named after them; how many were written."""
    from skxrd._files import check_outputs
    from skxrd.io import write_pattern

    paths, taken = [], set()
    for pattern in patterns:
        name = "".join(c if c.isalnum() or c in "-_.+()" else "_" for c in pattern.name)
        name = name.lstrip(".") or "scan"
        if "scan" in pattern.metadata:
            name = f"{name}_{pattern.metadata['scan']}"
        number, free = 2, name
        while free.lower() in taken:
            number, free = number + 1, f"{name}_{number}"
        taken.add(free.lower())
        paths.append(folder / f"{free}{ending}")
    folder.mkdir(parents=True, exist_ok=True)
    sources = {p.metadata["path"] for p in patterns if "path" in p.metadata}
    for path in paths:
        check_outputs({"TARGET": path}, inputs=sources)
    n_done = 0
    for pattern, path in zip(patterns, paths, strict=True):
        try:
            write_pattern(pattern, path)
            n_done += 1
        except ValueError as error:
            if left_out is None:
                raise
            left_out.append(f"{pattern.name}: {error}")
    return n_done


def _draw_simulated(patterns, output):
    import matplotlib

    from skxrd._cli._predict import check_picture
    from skxrd._files import replaced_file
    from skxrd.inspection import PatternDisplay

    matplotlib.use("Agg")
    check_picture(output)
    labels = [_plain(pattern.name) for pattern in patterns]
    display = PatternDisplay.from_patterns(patterns, labels=labels, d_axis=True)
    for number, pattern in enumerate(patterns):
        display.name_peaks(pattern.metadata["reflections"], pattern=number)
    with replaced_file(output) as path:
        display.figure_.savefig(path, dpi=150)


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


def _print_peaks(name, table):
    say(f"{shown(name)}: {len(table)} peaks")
    if not len(table):
        return
    say(f"  {'2theta':>8} {'d':>8} {'I':>10} {'I/Imax':>7} {'FWHM':>7}")
    entries = []
    for row in table.itertuples():
        d = "-" if row.d != row.d else f"{row.d:.4f}"
        say(f"  {row.two_theta:8.3f} {d:>8} {row.height:10.5g} {row.relative:7.1f} {row.fwhm:7.3f}")
        entries.append(f"{row.two_theta:.2f} ({d}) [{row.relative:.0f}]")
    say(f"  2theta (d) [I]: {', '.join(entries)}")


def _write_rows(path, header, rows):
    import csv

    from skxrd._files import replaced_file

    with replaced_file(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(header)
        writer.writerows([csv_cell(cell) for cell in row] for row in rows)


def _plain(name):
    """Name as matplotlib writes it without taking it for a formula."""
    return printable(name).replace("$", r"\$")
