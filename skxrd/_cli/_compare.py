"""``skxrd compare``."""

from pathlib import Path

import click

from skxrd._cli._data import (
    TARGET_NAMES,
    TARGETS,
    choose_classifiers,
    data_options,
    load_data,
)
from skxrd._cli._printing import ProgressBar, print_summary

_QUICK = "residual network,a-CNN,SVM,DTW k-NN,majority,1-NN cosine"


@click.command()
@click.option(
    "--measured",
    type=click.Path(path_type=Path),
    help="Folder with one folder of scans for each class. [default: virtual films, simulated]",
)
@click.option(
    "--target",
    type=click.Choice(TARGETS),
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
@data_options
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
    from skxrd.model_selection import (
        ExperimentalKFold,
        SimulatedToExperimental,
        evaluate_cases,
        group_near_twins,
        make_preparation,
        summarize_cases,
    )
    from skxrd.report import StudyFilms, draw_study_curves

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
    targets = [target] if target else ["space_group"] if measured else list(TARGETS)
    for name in targets:
        data = load_data(measured, crystals, name, wavelength, variants, seed)
        estimators = choose_classifiers(classifiers, data.two_theta, n_augmented, seed)
        if curves:
            choose_classifiers(
                curves, data.two_theta, n_augmented, seed
            )  # wrong names before the work
        X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
        if grouped:
            data.groups = group_near_twins(X, data.groups)
        # textured patterns of one crystal must not stand on both sides of a split of Case 1
        rows = {1: data.powder, 2: slice(None), 3: slice(None)}
        with ProgressBar(TARGET_NAMES[name]) as progress:
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
            click.echo(f"Collecting the films of {TARGET_NAMES[name]} for the report ...")
            films[name] = StudyFilms.from_data(
                data,
                X,
                target=name,
                crystals=crystals,
                estimators=estimators,
                cv=splitters.get(cases[-1]),
            )
        if curves:
            with ProgressBar("curves") as progress:
                figures += draw_study_curves(
                    lambda grid: choose_classifiers(curves, grid, n_augmented, seed),
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
    print_summary(summary, "measured" if measured else "virtual (simulated)")
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


def _page(table, predictions, films, figures, setting):
    import datetime
    from importlib.metadata import version

    from skxrd.report import make_report

    packages = ("skxrd", "scikit-learn", "imbalanced-learn", "keras", "numpy")
    releases = ", ".join(f"{package} {version(package)}" for package in packages)
    notes = [setting, f"{datetime.date.today().isoformat()}; {releases}"]
    return make_report(table, predictions, films, notes=notes, figures=figures)


def _parse_cases(text):
    try:
        cases = sorted({int(case) for case in text.split(",")})
    except ValueError:
        raise ValueError(f"--cases is {text!r}; list some of 1, 2 and 3, e.g. 2,3.") from None
    if not set(cases) <= {1, 2, 3}:
        raise ValueError(f"--cases is {text!r}; list some of 1, 2 and 3, e.g. 2,3.")
    return cases
