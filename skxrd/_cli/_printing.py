"""What the terminal shows: progress and tables."""

import sys

from skxrd._cli._data import TARGET_NAMES


class ProgressBar:
    """A progress bar that the methods of a study can call."""

    def __init__(self, title):
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

        self.bar = Progress(
            "{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        )
        self.task = self.bar.add_task(title, total=None)

    def __enter__(self):
        self.bar.start()
        return self

    def __call__(self, done, total, row):
        text = f"Case {row['case']} {TARGET_NAMES[row['target']]}: {row['classifier']}"
        self.bar.update(self.task, completed=done, total=total, description=text)

    def __exit__(self, *error):
        self.bar.stop()


def print_summary(summary, films):
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from skxrd.model_selection._splitters import describe_case

    console = Console(width=None if sys.stdout.isatty() else 100)
    for (target, case, grouped), rows in summary.groupby(["target", "case", "grouped"], sort=False):
        title = describe_case(case, films=films, grouped=grouped)
        table = Table(title=f"Case {case}, {TARGET_NAMES[target]}: {title}", title_justify="left")
        table.add_column("classifier")
        for name in ("accuracy [95 %]", "F1 macro", "seconds a fold", "folds"):
            table.add_column(name, justify="right")
        for row in rows.itertuples():
            interval = f"[{row.accuracy_low:.2f}, {row.accuracy_high:.2f}]"
            table.add_row(
                row.classifier,
                escape(f"{row.accuracy:.3f} {interval}"),
                f"{row.f1_macro:.3f}",
                f"{row.seconds:.2f}",
                str(row.n_folds),
            )
        console.print(table)
