"""``skxrd identify``."""

from pathlib import Path

import click

from skxrd._cli._data import number_or_name

_TITLES = {
    "crystal_system": "crystal system",
    "extinction_group": "extinction group",
    "space_group": "space group",
}


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
def identify(scans, wavelength, top, csv, network):
    """Predict the symmetry of the powders in SCANS (files or folders).

    Prints the most probable crystal systems, extinction groups and space groups of each scan, of
    any range and step. The network was trained on simulated powders of any chemistry: an answer is
    where to begin a search, not its end.
    """
    from skxrd._files import check_writable
    from skxrd.io import read_patterns
    from skxrd.powders import identify_powder, load_symmetry_classifier

    if csv is not None:
        check_writable(csv)
    classifier = load_symmetry_classifier(path=network)
    rows = []
    for pattern in read_patterns(list(scans), wavelength=number_or_name(wavelength)):
        where = pattern.metadata["path"]
        if "scan" in pattern.metadata:
            where += f" (scan {pattern.metadata['scan']})"
        if pattern.wavelength is None:
            raise ValueError(
                f"{where}: states no wavelength; say what tube it was, e.g. --wavelength CuKa."
            )
        rankings, warnings = identify_powder(pattern, classifier, top=top)
        rankings = {
            level: [(_name(label), probability) for label, probability in ranking]
            for level, ranking in rankings.items()
        }
        first, last = pattern.two_theta[[0, -1]]
        click.echo(f"{where}: {first:g} to {last:g} deg, {pattern.wavelength:.4f} angstrom")
        for line in _table(rankings):
            click.echo(f"  {line}")
        for warning in warnings:
            click.echo(f"  warning: {warning}")
        rows += [
            (where, level, place, label, f"{probability:.4f}", "; ".join(warnings))
            for level, ranking in rankings.items()
            for place, (label, probability) in enumerate(ranking, start=1)
        ]
    if csv is not None:
        _write(csv, rows)
        click.echo(f"{len(rows)} rows written to {csv}")


def _name(label):
    """Label as people write it: space groups with their symbol."""
    if not isinstance(label, int):
        return label
    from skxrd.crystal import space_group_symbol

    return f"{label} {space_group_symbol(label)}"


def _table(rankings):
    """Lines of a table with one column for each level."""
    if not rankings:
        return
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
        writer.writerows(rows)
