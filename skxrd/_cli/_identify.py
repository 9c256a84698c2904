"""``skxrd identify``."""

from pathlib import Path

import click

from skxrd._cli._data import read_scans
from skxrd._cli._printing import left_out_at_the_end, nobody_reads, nothing_done, say
from skxrd._cli._report import report_option, wavelength_note, write_report
from skxrd._names import archive_members, csv_cell, shown

_TITLES = {
    "crystal_system": "crystal system",
    "extinction_group": "extinction group",
    "space_group": "space group",
}
_SHORTEST = 2.0  # degrees; no symmetry is found in less


@click.command()
@click.argument("scans", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--wavelength", help="Of scans that state none: angstrom, or e.g. CuKa.")
@click.option("--top", type=click.IntRange(1, 230), default=5, show_default=True)
@click.option(
    "--csv", type=click.Path(path_type=Path), help="Write one row for each class printed."
)
@click.option(
    "--network",
    type=click.Path(path_type=Path),
    help="Another network, written by export_symmetry_network. [default: the one of the package]",
)
@report_option
def identify(scans, wavelength, top, csv, network, report):
    """Predict the symmetry of the powders in SCANS (files or folders).

    Prints the most probable crystal systems, extinction groups and space groups of each scan, of
    any range and step. The network was trained on simulated powders of any chemistry: an answer is
    where to begin a search, not its end.

    Scans that cannot be identified are left out and listed at the end, with exit status 1, or 2 if
    there is no other.
    """
    from skxrd._files import check_outputs
    from skxrd.powders import load_symmetry_classifier

    outputs = {"--csv": csv, "--report": report}
    check_outputs(outputs, inputs=[*scans, *([network] if network else [])])
    classifier = load_symmetry_classifier(path=network)
    rows, pairs = [], []
    with left_out_at_the_end() as left_out:
        patterns = read_scans(scans, wavelength, left_out)
        check_outputs(outputs, inputs={p.metadata["path"] for p in patterns})
        try:
            for pattern in patterns:
                answer = _identify_one(pattern, classifier, top, rows, left_out)
                if answer is not None:
                    pairs.append((pattern, answer))
                if not any(outputs.values()) and nobody_reads():
                    return
        finally:
            if csv is not None and rows:
                _write(csv, rows)
                say(f"{len(rows)} rows written to {shown(csv)}")
        if not pairs:
            raise nothing_done(left_out, "no scan could be identified.")
        if report is not None:
            write_report(report, pairs, left_out, [wavelength_note(wavelength)])


def _identify_one(pattern, classifier, top, rows, left_out):
    """Print the answer for a scan and append it to the rows; the answer, or None."""
    from skxrd.datasets._usable_films import where
    from skxrd.powders import identify_powder

    name = archive_members(where(pattern))
    first, last = pattern.two_theta[[0, -1]]
    if pattern.wavelength is None:
        left_out.append(
            f"{name}: states no wavelength; say what tube it was, e.g. --wavelength CuKa."
        )
        return None
    if last - first < _SHORTEST:
        left_out.append(
            f"{name}: covers {last - first:.2g} degrees ({first:g} to {last:g}); {_SHORTEST:g} or "
            "more are needed."
        )
        return None
    answer = identify_powder(pattern, classifier, top=top)
    rankings, warnings = answer
    if not rankings:
        left_out.append(f"{name}: {warnings[0]}.")
        return None
    rankings = {
        level: [(_name(label), probability) for label, probability in ranking]
        for level, ranking in rankings.items()
    }
    say(f"{shown(name)}: {first:g} to {last:g} deg, {pattern.wavelength:.4f} angstrom")
    for line in _table(rankings):
        say(f"  {line}")
    for warning in warnings:
        say(f"  warning: {warning}")
    rows += [
        (name, level, place, label, f"{probability:.4f}", "; ".join(warnings))
        for level, ranking in rankings.items()
        for place, (label, probability) in enumerate(ranking, start=1)
    ]
    return answer


def _name(label):
    """Label as people write it: space groups with their symbol."""
    if not isinstance(label, int):
        return label
    from skxrd.crystal import space_group_symbol

    return f"{label} {space_group_symbol(label)}"


def _table(rankings):
    """Lines of a table with one column for each level."""
    columns = []
    for level, ranking in rankings.items():
        width = max(len(_TITLES[level]), *(len(label) for label, _ in ranking))
        cells = [f"{label:<{width}} {probability:5.2f}" for label, probability in ranking]
        columns.append([f"{_TITLES[level]:<{width + 6}}", *cells])
    height = max(map(len, columns))
    for column in columns:
        column += [" " * len(column[0])] * (height - len(column))
    for cells in zip(*columns, strict=True):
        yield "   ".join(cells).rstrip()


def _write(path, rows):
    """Write the CSV file."""
    import csv

    from skxrd._files import replaced_file

    with replaced_file(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(("scan", "level", "place", "class", "probability", "doubts"))
        writer.writerows([csv_cell(cell) for cell in row] for row in rows)
