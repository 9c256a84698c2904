"""The ``skxrd`` command: compare, train, predict, explain."""

import os
import sys
from pathlib import Path

import click

_TARGETS = ("space_group", "dimensionality")
_NAMES = {"space_group": "space group", "dimensionality": "dimensionality"}
_QUICK = "residual network,a-CNN,SVM,DTW k-NN,majority,1-NN cosine"


class _Group(click.Group):
    """Commands whose input errors are one line and exit status 2."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except (ValueError, TypeError, OSError) as error:
            if ctx.params["debug"]:
                raise
            text = " ".join(str(error).split())
            click.echo(f"Error: {text}", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="skxrd")
def main(debug):
    """Classify X-ray diffraction patterns by symmetry."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # workers inherit it


def _options(*options):
    def decorate(function):
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_DATA = (
    click.option(
        "--crystals",
        type=click.Path(path_type=Path),
        help="Candidate structures: CIF file, folder of CIF files or parquet table. "
        "[default: the bundled metal halides]",
    ),
    click.option("--wavelength", help="Of scans that state none: angstrom, or e.g. CuKa."),
    click.option(
        "--n-augmented",
        type=click.IntRange(0),
        default=1000,
        show_default=True,
        help="Patterns that augmentation adds in each training.",
    ),
    click.option(
        "--variants",
        type=click.IntRange(1),
        default=1,
        show_default=True,
        help="Simulated patterns of each crystal: its powder, then textured ones.",
    ),
    click.option("--seed", type=click.IntRange(0), default=0, show_default=True),
)


@main.command()
@click.option(
    "--measured",
    type=click.Path(path_type=Path),
    help="Folder with one folder of scans for each class. [default: virtual films, simulated]",
)
@click.option(
    "--target",
    type=click.Choice(_TARGETS),
    help="What to classify. [default: both, or space_group with --measured]",
)
@click.option("--cases", default="1,2,3", show_default=True, help="Cases to run.")
@click.option(
    "--classifiers",
    default=_QUICK,
    show_default=True,
    help="Names from default_classifiers(), or all.",
)
@click.option(
    "--grouped",
    is_flag=True,
    help="Also run Case 3 with series and near-twins kept on one side of each split.",
)
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True)
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True)
@click.option("--jobs", type=int, help="Folds at a time. [default: cores, at most 4]")
@click.option("--csv", type=click.Path(path_type=Path), help="Write one row a fold.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write one self-contained HTML page: tables, confusion matrices, every film.",
)
@click.option(
    "--curves",
    help="Classifiers whose accuracy against scan step and films in training the report shows.",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    help="Keep finished folds in this folder, and run none again that is there.",
)
@_options(*_DATA)
def compare(
    measured,
    target,
    cases,
    classifiers,
    grouped,
    repeats,
    folds,
    jobs,
    csv,
    report,
    curves,
    resume,
    crystals,
    wavelength,
    n_augmented,
    variants,
    seed,
):
    """Cross-validate classifiers in Cases 1, 2 and 3.

    Case 1 trains and tests on simulated powders, Case 2 trains on simulated patterns and tests on
    films, Case 3 trains on them and four fifths of the films and tests on the rest.
    """
    import joblib
    import matplotlib
    import pandas as pd

    from skxrd._files import check_writable, replaced_file
    from skxrd.inspection import StudyFilms, draw_study_curves
    from skxrd.model_selection import (
        ExperimentalKFold,
        SimulatedToExperimental,
        evaluate_cases,
        group_near_twins,
        make_preparation,
        summarize_cases,
    )

    for path in (csv, report):
        if path is not None:
            check_writable(path)
    cases = _parse_cases(cases)
    runs = [(case, False) for case in cases]
    if grouped:
        if 3 not in cases:
            raise ValueError("--grouped splits the films of Case 3; add 3 to --cases.")
        runs.append((3, True))
    matplotlib.use("Agg")
    jobs = jobs or min(joblib.cpu_count(), 4)
    if curves and report is None:
        raise ValueError("--curves are drawn in the report; add --report FILE.")
    splitters = {2: SimulatedToExperimental(), 3: ExperimentalKFold(folds, random_state=seed)}
    tables, predictions, films, figures = [], [], {}, []
    targets = [target] if target else ["space_group"] if measured else list(_TARGETS)
    for name in targets:
        data = _load(measured, crystals, name, wavelength, variants, seed)
        estimators = _choose(classifiers, data.two_theta, n_augmented, seed)
        if curves:
            _choose(curves, data.two_theta, n_augmented, seed)  # wrong names before the work
        X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
        if grouped:
            data.groups = group_near_twins(X, data.groups)
        # textured patterns of one crystal must not stand on both sides of a split of Case 1
        rows = {1: data.powder, 2: slice(None), 3: slice(None)}
        with _progress(_NAMES[name]) as progress:
            for case, apart in runs:
                table, predicted = evaluate_cases(
                    estimators,
                    X[rows[case]],
                    data.target[rows[case]],
                    groups=data.groups[rows[case]],
                    cases=[case],
                    n_splits=folds,
                    n_repeats=repeats,
                    grouped=apart,
                    target=name,
                    n_jobs=jobs,
                    random_state=seed,
                    progress=progress,
                    folder=resume,
                    return_predictions=True,
                )
                tables.append(table)
                predictions.append(predicted)
        if report is not None:
            click.echo(f"Collecting the films of {_NAMES[name]} for the report ...")
            films[name] = StudyFilms.from_data(
                data,
                X,
                target=name,
                crystals=crystals,
                estimators=estimators,
                cv=splitters.get(cases[-1]),
            )
        if curves:
            with _progress("curves") as progress:
                figures += draw_study_curves(
                    lambda grid: _choose(curves, grid, n_augmented, seed),
                    data,
                    X,
                    target=name,
                    progress=progress,
                    n_splits=folds,
                    n_repeats=repeats,
                    n_jobs=jobs,
                    random_state=seed,
                    folder=resume,
                )
    table = pd.concat(tables, ignore_index=True)
    predictions = pd.concat(predictions, ignore_index=True)
    summary = summarize_cases(table, predictions)
    _print_summary(summary, "measured" if measured else "virtual (simulated)")
    if csv is not None:
        with replaced_file(csv) as path:
            table.to_csv(path, index=False)
        click.echo(f"{len(table)} folds written to {csv}")
    if report is not None:
        setting = f"folds: {folds}; repeats: {repeats}; augmented patterns in each training: "
        setting += f"{n_augmented}; simulated patterns of each crystal: {variants}; seed: {seed}"
        with replaced_file(report) as path:
            path.write_text(_page(table, predictions, films, figures, setting), encoding="utf-8")
        click.echo(f"report written to {report}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--target", type=click.Choice(_TARGETS), default="space_group", show_default=True)
@click.option("--classifier", default="a-CNN", show_default=True)
@_options(*_DATA)
def train(folder, output, target, classifier, crystals, wavelength, n_augmented, variants, seed):
    """Train on the scans of FOLDER (one folder a class) and on simulated patterns."""
    import joblib
    from imblearn.pipeline import Pipeline

    from skxrd._files import check_writable, replaced_file
    from skxrd.model_selection import make_preparation

    check_writable(output)
    data = _load(folder, crystals, target, wavelength, variants, seed)
    chosen = list(_choose(classifier, data.two_theta, n_augmented, seed).values())
    if len(chosen) != 1:
        raise ValueError(f"--classifier is {classifier!r}; name one.")
    (chosen,) = chosen
    prepare = make_preparation(data.two_theta, wavelength=data.wavelength)
    click.echo(f"Training {classifier} on {len(data.target)} patterns ...")
    X = prepare.fit_transform(data.data)
    if hasattr(chosen, "cv"):  # a search chooses its settings on the measured rows
        chosen = chosen.fit(X, data.target, groups=data.groups).best_estimator_
    else:
        chosen.fit(X, data.target)
    model = Pipeline([*prepare.steps, *_renamed(chosen.steps)])
    with replaced_file(output) as path:
        joblib.dump(model, path)
    click.echo(f"{', '.join(map(str, model.classes_))}: model written to {output}")


@main.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
def predict(model, files):
    """Predict the class of each of FILES (or folders) with a trained MODEL.

    A model file can run any code: load only the ones you trust.
    """
    from skxrd.io import read_patterns

    model = _load_model(model)
    patterns = read_patterns(list(files), wavelength=_wavelength(model))
    predicted = model.predict(patterns)
    certain = model.predict_proba(patterns) if hasattr(model, "predict_proba") else None
    for row, pattern in enumerate(patterns):
        line = f"{pattern.metadata['path']}: {predicted[row]}"
        if certain is not None:
            order = certain[row].argsort()[::-1][:3]
            line += "  " + ", ".join(
                f"{model.classes_[code]} {certain[row, code]:.2f}" for code in order
            )
        click.echo(line)


@main.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--true", "label", help="True class, whose average map is drawn too.")
def explain(model, file, output, label):
    """Draw the scan FILE with its class activation map and the average map of its class."""
    import matplotlib

    from skxrd._files import check_writable, replaced_file
    from skxrd.inspection import ActivationMapDisplay
    from skxrd.io import read_pattern

    matplotlib.use("Agg")
    check_writable(output)
    model = _load_model(model)
    pattern = read_pattern(file, wavelength=_wavelength(model))
    display = ActivationMapDisplay.from_estimator(model, pattern, label)
    with replaced_file(output) as path:
        display.figure_.savefig(path, dpi=150)
    click.echo(f"{file}: {display.predicted} ({display.probability:.2f}), map in {output}")


def _load(measured, crystals, target, wavelength, variants, seed):
    """Simulated patterns and films of the same classes, with groups and the grid."""
    from skxrd.datasets import load_films_with_crystals

    data = load_films_with_crystals(
        measured,
        crystals=crystals,
        target=target,
        wavelength=_number_or_name(wavelength),
        n_variants=variants,
        random_state=seed,
    )
    for line in data.left_out:
        click.echo(f"left out {line}")
    click.echo(data.summary)
    return data


def _page(table, predictions, films, figures, setting):
    import datetime
    from importlib.metadata import version

    from skxrd.inspection import make_report

    packages = ("skxrd", "scikit-learn", "imbalanced-learn", "keras", "numpy")
    releases = ", ".join(f"{package} {version(package)}" for package in packages)
    notes = [setting, f"{datetime.date.today().isoformat()}; {releases}"]
    return make_report(table, predictions, films, notes=notes, figures=figures)


def _choose(names, two_theta, n_augmented, seed):
    """Classifiers by name; case, blanks and hyphens do not matter."""
    from skxrd.model_selection import default_classifiers

    known = default_classifiers(two_theta, n_augmented=n_augmented, random_state=seed)
    plain = {"".join(filter(str.isalnum, name)).lower(): name for name in known}
    if names.strip().lower() == "all":
        return known
    chosen = {}
    for name in names.split(","):
        key = "".join(filter(str.isalnum, name)).lower()
        if key not in plain:
            raise ValueError(
                f"classifier {name.strip()!r} is not known; choose among {', '.join(known)}."
            )
        chosen[plain[key]] = known[plain[key]]
    return chosen


def _renamed(steps):
    """Steps under names that do not clash with those of the preparation."""
    return [(f"{name}-2" if name == "patternscaler" else name, step) for name, step in steps]


def _parse_cases(text):
    try:
        cases = sorted({int(case) for case in text.split(",")})
    except ValueError:
        raise ValueError(f"--cases is {text!r}; list some of 1, 2 and 3, e.g. 2,3.") from None
    if not set(cases) <= {1, 2, 3}:
        raise ValueError(f"--cases is {text!r}; list some of 1, 2 and 3, e.g. 2,3.")
    return cases


def _number_or_name(wavelength):
    if wavelength is None:
        return None
    try:
        return float(wavelength)
    except ValueError:
        return wavelength


def _load_model(path):
    import joblib

    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such model; make one with skxrd train.")
    try:
        return joblib.load(path)
    except (EOFError, KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{path}: is no complete model file ({error}); train again.") from error


def _wavelength(model):
    return getattr(model[0], "wavelength_", None)


class _progress:
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
        text = f"Case {row.get('case', 3)} {_NAMES[row['target']]}: {row['classifier']}"
        self.bar.update(self.task, completed=done, total=total, description=text)

    def __exit__(self, *error):
        self.bar.stop()


def _print_summary(summary, films):
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
        table = Table(title=f"Case {case}, {_NAMES[target]}: {title}", title_justify="left")
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
