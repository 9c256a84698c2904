"""What the terminal shows: lines, progress and tables."""

import os
import sys
import warnings
from contextlib import contextmanager

import click

from skxrd._names import shown

TARGET_NAMES = {"space_group": "space group", "dimensionality": "dimensionality"}
_closed = False  # whether the reader of standard output has gone, as ``| head -1`` does


def say(text):
    """Print; if nobody reads standard output any more, go on in silence."""
    global _closed
    if _closed:
        return
    try:
        click.echo(text)
    except BrokenPipeError:
        _closed = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # or the flush at the end would fail
        os.close(nowhere)


def nobody_reads():
    """Whether the reader of standard output has gone."""
    return _closed


def note(text):
    """Print to standard error, beside the results."""
    click.echo(text, err=True)


@contextmanager
def noted_warnings():
    """Print each warning as one line beside the results."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    for warned in caught:
        note(f"warning: {shown(warned.message)}")


@contextmanager
def left_out_at_the_end():
    """Give a list for the reasons why files were left out, each beginning with the file.

    They are printed at the end, also after an error; without one, exit status 1 says that there
    were any.
    """
    reasons = []
    try:
        yield reasons
    finally:
        if reasons:
            note(f"left out {len(reasons)}:")
        for reason in reasons:
            note(f"  {shown(reason)}")
    if reasons:
        click.get_current_context().exit(1)


def nothing_done(reasons, what):
    """Error of a command that could do nothing; a single reason is the error."""
    return ValueError(reasons.pop() if len(reasons) == 1 else what)


class ProgressBar:
    """A progress bar that the methods of a study can call."""

    def __init__(self, title):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TimeElapsedColumn

        self.bar = Progress(
            "{task.description}",
            BarColumn(),
            "{task.fields[count]}",  # nothing until the number of folds is known
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self.task = self.bar.add_task(title, total=None, count="")

    def __enter__(self):
        self.bar.start()
        return self

    def __call__(self, done, total, row):
        target = TARGET_NAMES.get(row["target"], row["target"])
        text = f"Case {row['case']} {target}: {row['classifier']}"
        count = f"{done}/{total}"
        self.bar.update(self.task, completed=done, total=total, description=text, count=count)

    def __exit__(self, *error):
        self.bar.stop()


def print_summary(summary, films, sets):
    """Print a table for each case of each target; ``sets`` is the summary of the 90 % sets."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from skxrd.model_selection._splitters import describe_case

    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else 100, force_terminal=terminal)
    for (target, case, grouped), rows in summary.groupby(["target", "case", "grouped"], sort=False):
        title = describe_case(case, films=films, grouped=grouped)
        table = Table(title=f"Case {case}, {TARGET_NAMES[target]}: {title}", title_justify="left")
        table.add_column("classifier")
        columns = ("accuracy [95 %]", "F1 macro", "90 % sets", "classes")
        for name in (*columns, "s a fold", "folds"):
            table.add_column(name, justify="right")
        for row in rows.itertuples():
            covered, size = sets.get((target, case, grouped, row.classifier), ("", ""))
            interval = f"[{row.accuracy_low:.2f}, {row.accuracy_high:.2f}]"
            table.add_row(
                row.classifier,
                escape(f"{row.accuracy:.3f} {interval}"),
                f"{row.f1_macro:.3f}",
                covered,
                size,
                f"{row.seconds:.2f}",
                str(row.n_folds),
            )
        with console.capture() as capture:
            console.print(table)
        say(capture.get().rstrip("\n"))
