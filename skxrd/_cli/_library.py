"""``skxrd library``."""

from contextlib import contextmanager
from pathlib import Path

import click

from skxrd._cli._printing import left_out_at_the_end, nothing_done, say
from skxrd._cli._processes import bound_workers
from skxrd._names import printable, shown

_BATCH = 500
_TEXTS = {"source": "from", "licence": "licence", "note": "note"}


@click.group(short_help="Make a library of phases from CIF files; say what is in one.")
def library():
    """Make libraries of phases for skxrd search, and see what is in them."""


@library.command()
@click.argument("cifs", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="File to write, such as mine.phases.",
)
@click.option(
    "--title",
    help="Name of the library, as skxrd library info shows it. [default: the name of the file]",
)
@click.option(
    "--computed-cells",
    is_flag=True,
    help="The cells come from a computation, not from a measurement: a search then allows for "
    "cells that are somewhat too large.",
)
@click.option(
    "--jobs",
    type=click.IntRange(-1, 1000),
    help="Processes at a time; -1: one for each core. [default: cores, at most 4]",
)
def build(cifs, output, title, computed_cells, jobs):
    """Write the phases of CIFS (CIF files, parquet tables or folders of them) to a library.

    A build that was stopped goes on where it was when the same command is given again. Structures
    that cannot be used are left out and listed at the end, with exit status 1.
    """
    import joblib

    from skxrd._files import check_outputs
    from skxrd.search import write_phase_library

    check_outputs({"-o": output}, inputs=cifs)
    card = {"title": title or output.stem}
    if computed_cells:
        card["cells"] = "computed"
    with left_out_at_the_end() as left_out:
        n_read = [0]
        crystals = _crystals(cifs, left_out, n_read)
        try:
            with bound_workers(), _counted(n_read) as progress:
                skipped = write_phase_library(
                    crystals,
                    output,
                    card=card,
                    n_jobs=jobs or min(joblib.cpu_count(), 4),
                    progress=progress,
                )
        except ValueError:
            if n_read[0]:
                raise
            names = ", ".join(map(str, cifs))
            raise nothing_done(left_out, f"{names}: no crystal structure can be read.") from None
        left_out += [f"{name}: {reason}" for name, reason in skipped]
        say(f"{_head(output)}: written to {shown(output)}")


@library.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1)
def info(files):
    """Say what is in the library FILES, by default in the bundled ones."""
    from skxrd.search import load_phase_library

    with left_out_at_the_end() as left_out:
        n_done = 0
        for path in files or load_phase_library().paths:
            try:
                lines = list(_facts(Path(path)))
            except (ValueError, OSError) as error:
                left_out.append(str(error))
                continue
            n_done += 1
            for line in lines:
                say(line)
        if not n_done:
            raise nothing_done(left_out, "no library could be opened.")


def _crystals(paths, left_out, n_read):
    """Yield batches of what can be read; counts the crystals, and lists what cannot."""
    from skxrd.datasets._left_out import all_left_out, recorded_reasons
    from skxrd.io import iter_crystals

    for path in dict.fromkeys(paths):
        reasons = []
        try:
            with recorded_reasons() as reasons:
                for batch in iter_crystals(path, batch_size=_BATCH, on_error="skip"):
                    n_read[0] += len(batch)
                    yield batch
        except (ValueError, OSError) as error:
            reasons.append(str(error))
        left_out += all_left_out(reasons, path)


@contextmanager
def _counted(n_read):
    """Show how many structures are read, and how many of them are done."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reading")
        yield lambda done: bar.update(
            task, description=f"{n_read[0]:,} structures read, {done:,} done"
        )


def _head(path):
    """Title and number of phases of a library."""
    from skxrd.search import PhaseLibrary

    opened = PhaseLibrary(path)
    title = printable(str(opened.cards[0].get("title", path.stem)))
    return f"{title}, {len(opened):,} phase{'' if len(opened) == 1 else 's'}"


def _facts(path):
    """Lines about a library."""
    import numpy as np

    from skxrd.crystal import sum_symmetry, symmetry_classes
    from skxrd.search import PhaseLibrary

    opened = PhaseLibrary(path)
    card = opened.cards[0]
    size = path.stat().st_size
    text = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
    yield f"{shown(path)}: {_head(path)}, {text}"
    for key, word in _TEXTS.items():
        if card.get(key):
            yield f"  {word}: {printable(str(card[key]))}"
    if "cells" in card:
        yield f"  cells: {printable(str(card['cells']))}"
    if "d_min" in card:
        yield f"  lines: the {card.get('max_lines')} strongest down to {card['d_min']} angstrom"
    counts = np.bincount(opened.numbers - 1, minlength=230)[None].astype(float)
    systems = sum_symmetry(counts, "crystal_system")[0]
    names = symmetry_classes("crystal_system")
    listed = [f"{name} {int(n):,}" for name, n in zip(names, systems, strict=True) if n]
    yield f"  phases: {', '.join(listed)}"
