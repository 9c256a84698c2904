"""What the terminal shows: progress and tables."""

import sys

from skxrd._cli._data import TARGET_NAMES


class ProgressBar:
    """A progress bar that evaluate_cases can call."""

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
        text = f"Case {row.get('case', 3)} {TARGET_NAMES[row['target']]}: {row['classifier']}"
        self.bar.update(self.task, completed=done, total=total, description=text)

    def __exit__(self, *error):
        self.bar.stop()


def print_summary(summary, films):
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 100)
    for (target, case, grouped), rows in summary.groupby(["target", "case", "grouped"], sort=False):
        title = {
            1: "train and test on simulated powders",
            2: f"train on simulated patterns, test on {films} films",
            3: f"train on simulated patterns and {films} films, test on {films} films",
        }[case]
        title += ", series and near-twins together" if grouped else ""
        table = Table(title=f"Case {case}, {TARGET_NAMES[target]}: {title}", title_justify="left")
        table.add_column("classifier")
        for name in ("accuracy [95 %]", "F1 micro", "F1 macro", "seconds a fold", "folds"):
            table.add_column(name, justify="right")
        for row in rows.itertuples():
            interval = f"[{row.accuracy_low:.2f}, {row.accuracy_high:.2f}]"
            table.add_row(
                row.classifier,
                escape(f"{row.accuracy_pooled:.3f} {interval}"),
                f"{row.f1_micro:.3f}",
                f"{row.f1_macro:.3f}",
                f"{row.seconds:.2f}",
                str(row.n_folds),
            )
        console.print(table)
