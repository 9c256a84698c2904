"""``skxrd identify``."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from skxrd._cli._chores import wavelength_option
from skxrd._cli._data import read_scans
from skxrd._cli._found_phases import describe_phases
from skxrd._cli._match_pictures import check_plot, draw_matches, plot_option
from skxrd._cli._printing import left_out_at_the_end, nobody_reads, nothing_done, say
from skxrd._cli._report import report_option, wavelength_note, write_report
from skxrd._cli._searched import (
    BUNDLED,
    library_options,
    open_library,
    results_of,
    scan_name,
    scans_at_once,
    with_wavelength,
)
from skxrd._names import csv_cell, shown
from skxrd._phase_names import symmetry_heading

_TITLES = {
    "crystal_system": "crystal system",
    "extinction_group": "extinction group",
    "space_group": "space group",
}
_COLUMNS = ("scan", "level", "place", "class", "probability", "doubts", "verdict", "set")
_SHORTEST = 2.0  # degrees; no symmetry is found in less


@click.command(short_help="Say what a powder is: phases, symmetry, and how sure that is.")
@click.argument("scans", type=click.Path(path_type=Path), nargs=-1, required=True)
@library_options
@wavelength_option
@click.option(
    "--top",
    type=click.IntRange(1, 230),
    default=5,
    show_default=True,
    help="How many crystal systems, extinction groups and space groups to print for each scan.",
)
@click.option(
    "--jobs",
    type=click.IntRange(-1, 1000),
    help="Scans at a time; -1: one for each core. [default: cores, at most 4]",
)
@click.option(
    "--csv",
    type=click.Path(path_type=Path),
    help="Write a table with one row for each crystal system, extinction group and space group "
    "printed.",
)
@click.option(
    "--network",
    type=click.Path(path_type=Path),
    help="Network of your own (.onnx), written by skxrd.powders.export_symmetry_network. [default: "
    "the one of the package]",
)
@plot_option
@report_option
def identify(scans, libraries, wavelength, top, jobs, csv, network, plot, report, **elements):
    """Identify the powders in SCANS (files or folders): phases and symmetry.

    Each answer begins with a verdict: the phases found, or the symmetry where the phase is not in
    the library, or that the scan does not tell. Then the most probable crystal systems, extinction
    groups and space groups with the sets that hold the true one in nine of ten scans, and the
    phases. Give the elements if you know them.

    Scans that cannot be identified are left out and listed at the end, with exit status 1, or 2 if
    there is no other.
    """
    from skxrd._files import check_outputs
    from skxrd.powders._identify_scan import identify_with  # PowderIdentifier's, without sklearn
    from skxrd.powders._trained_network import TrainedNetwork

    files = [path for path in libraries if path != BUNDLED]
    inputs = [*scans, *files, *([network] if network else [])]
    outputs = {"--csv": csv, "--plot": plot, "--report": report}
    check_outputs(outputs, inputs=inputs)
    check_plot(plot)
    if network is not None:
        TrainedNetwork.read(network)  # raises if it is none
    library, allowed = open_library(libraries, **elements)
    identify_one = partial(identify_with, network, library, allowed=allowed)
    rows, told = [], []
    with left_out_at_the_end() as left_out:
        patterns = _usable(read_scans(scans, wavelength, left_out), left_out)
        check_outputs(outputs, inputs={p.metadata["path"] for p in patterns})
        check_plot(plot, len(patterns))
        try:
            n_jobs = scans_at_once(jobs, len(patterns))
            for pattern, found in results_of(identify_one, patterns, n_jobs):
                if _tell(pattern, found, top, rows, left_out):
                    told.append((pattern, found))
                if not any(outputs.values()) and nobody_reads():
                    return
        finally:
            if csv is not None and rows:
                _write(csv, rows)
                say(f"{len(rows)} rows written to {shown(csv)}")
        if not told:
            raise nothing_done(left_out, "no scan could be identified.")
        if plot is not None:
            _draw(plot, told)
        if report is not None:
            write_report(report, told, left_out, [wavelength_note(wavelength)])


def _draw(path, told):
    """Draw the scans in which lines were compared."""
    drawn = [
        (pattern, replace(found.match, name=scan_name(pattern)))
        for pattern, found in told
        if found.match is not None and found.match.measured.size
    ]
    if drawn:
        draw_matches(path, drawn)
    else:
        say(f"no picture in {shown(path)}: no scan has peaks to draw")


def _usable(patterns, left_out):
    """Patterns that are long enough and whose wavelength is known."""
    usable = []
    for pattern in with_wavelength(patterns, left_out):
        first, last = pattern.two_theta[[0, -1]]
        if last - first < _SHORTEST:
            left_out.append(
                f"{scan_name(pattern)}: covers {last - first:.2g} degrees ({first:g} to "
                f"{last:g}); {_SHORTEST:g} or more are needed."
            )
        else:
            usable.append(pattern)
    return usable


def _tell(pattern, found, top, rows, left_out):
    """Print the answer for a scan and append it to the rows; whether there is one."""
    name = scan_name(pattern)
    if isinstance(found, ValueError) or not found.probabilities:
        reason = f"{found}" if isinstance(found, ValueError) else f"{found.doubts[0]}."
        left_out.append(f"{name}: {reason}")
        return False
    rankings = {
        level: [(_name(label), probability) for label, probability in found.ranking(level, top)]
        for level in _TITLES
    }
    sets = {level: [_name(label) for label in found.sets[level]] for level in _TITLES}
    first, last = pattern.two_theta[[0, -1]]
    say(f"{shown(name)}: {found.verdict}")
    say(
        f"  {first:g} to {last:g} deg, {pattern.wavelength:.4f} angstrom; probability that the "
        f"phase is not in the library {found.unknown:.2f}, of several phases {found.mixture:.2f}"
    )
    heading = symmetry_heading(found.match)
    if heading != "symmetry":
        say(f"  {heading}:")
    for line in _table(rankings, sets):
        say(f"  {line}")
    if found.match is not None:
        for line in describe_phases(found.match):
            say(line)
    for doubt in found.doubts:
        say(f"  warning: {doubt}")
    numbers = " ".join(map(str, found.sets["space_group"]))
    rows += [
        (name, level, place, label, f"{probability:.4f}", "; ".join(found.doubts), found.verdict,
         numbers)
        for level, ranking in rankings.items()
        for place, (label, probability) in enumerate(ranking, start=1)
    ]  # fmt: skip
    return True


def _name(label):
    """Label as people write it: space groups with their symbol."""
    if not isinstance(label, int):
        return label
    from skxrd.crystal import space_group_symbol

    return f"{label} {space_group_symbol(label)}"


def _table(rankings, sets):
    """Lines of a table with one column for each level; its last line has the sizes of the sets."""
    columns = []
    for level, ranking in rankings.items():
        width = max(len(_TITLES[level]), *(len(label) for label, _ in ranking))
        cells = [f"{label:<{width}} {probability:5.2f}" for label, probability in ranking]
        size = len(sets[level])
        members = "only the first" if size == 1 else f"the first {size}"
        note = f"90 % set: {members if size <= len(ranking) else f'{size} classes'}"
        columns.append([f"{_TITLES[level]:<{width + 6}}", *cells, f"{note:<{width + 6}}"])
    height = max(map(len, columns))
    for column in columns:
        column[-1:-1] = [" " * len(column[0])] * (height - len(column))
    for cells in zip(*columns, strict=True):
        yield "   ".join(cells).rstrip()


def _write(path, rows):
    """Write the CSV file."""
    import csv

    from skxrd._files import replaced_file

    with replaced_file(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(
            ("scan", "level", "place", "class", "probability", "doubts", "verdict", "set")
        )
        writer.writerows([csv_cell(cell) for cell in row] for row in rows)
