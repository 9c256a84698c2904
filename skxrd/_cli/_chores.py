"""What the commands plot, peaks, simulate and convert share."""

from pathlib import Path

import click

from skxrd._names import printable

PATH = click.Path(path_type=Path)
wavelength_option = click.option(
    "--wavelength",
    help="Wavelength of scans that state none: in angstrom, or CuKa, CuKa1, CoKa, MoKa, ...",
)


def count(items, what):
    return f"1 {what}" if len(items) == 1 else f"{len(items)} {what}s"


def write_each(patterns, folder, ending, left_out=None):
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


def plain(name):
    """Name as matplotlib writes it without taking it for a formula."""
    return printable(name).replace("$", r"\$")
