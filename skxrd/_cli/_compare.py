"""``skxrd compare``."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace

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
def compare(**options):
    """Cross-validate classifiers in Cases 1, 2 and 3.

    Case 1 trains and tests on simulated powders, Case 2 trains on simulated patterns and tests on
    films, Case 3 trains on them and four fifths of the films and tests on the rest.
    """
    import matplotlib
    import pandas as pd

    from skxrd._files import check_writable, replaced_file
    from skxrd.model_selection import score_folds, summarize

    given = SimpleNamespace(**options)
    for path in (given.csv, given.report):
        if path is not None:
            check_writable(path)
    given.cases = _parse_cases(given.cases)
    if given.grouped and 3 not in given.cases:
        raise ValueError("--grouped splits the films of Case 3; add 3 to --cases.")
    if given.curves and given.report is None:
        raise ValueError("--curves are drawn in the report; add --report FILE.")
    matplotlib.use("Agg")
    targets = [given.target] if given.target else ["space_group"] if given.measured else TARGETS
    tables, pages = [], {}
    for target in targets:
        predictions, pages[target] = _compare_target(given, target)
        tables += predictions
    predictions = pd.concat(tables, ignore_index=True)
    print_summary(summarize(predictions), "measured" if given.measured else "virtual (simulated)")
    if given.csv is not None:
        folds = score_folds(predictions)
        with replaced_file(given.csv) as path:
            folds.to_csv(path, index=False)
        click.echo(f"{len(folds)} folds written to {given.csv}")
    if given.report is not None:
        with replaced_file(given.report) as path:
            path.write_text(_page(given, predictions, pages), encoding="utf-8")
        click.echo(f"report written to {given.report}")


def _compare_target(given, target):
    """Predictions of the cases of one target, and what the report shows besides them."""
    import joblib

    from skxrd.model_selection import Study, group_near_twins, make_preparation
    from skxrd.report import draw_study_curves, study_maps

    data = load_data(
        given.measured,
        target,
        crystals=given.crystals,
        wavelength=given.wavelength,
        variants=given.variants,
        seed=given.seed,
    )

    def named(names, two_theta):
        return choose_classifiers(names, two_theta, given.n_augmented, given.seed)

    classifiers = named(given.classifiers, data.two_theta)
    if given.curves:
        named(given.curves, data.two_theta)  # wrong names before the work
    shared = {
        "preparation": make_preparation,
        "n_splits": given.folds,
        "n_repeats": given.repeats,
        "random_state": given.seed,
        "n_jobs": given.jobs or min(joblib.cpu_count(), 4),
        "folder": given.resume,
    }
    study = Study(data, **shared)
    with ProgressBar(TARGET_NAMES[target]) as progress:
        tables = [study.cases(classifiers, cases=given.cases, progress=progress)]
        if given.grouped:
            data.groups = group_near_twins(study.X, data.groups)
            grouped = Study(data, grouped=True, **shared)
            tables.append(grouped.cases(classifiers, cases=[3], progress=progress))
    maps, figures = None, []
    if given.report is not None and given.cases[-1] > 1:
        click.echo(f"Collecting the films of {TARGET_NAMES[target]} for the report ...")
        maps = study_maps(study, classifiers, case=given.cases[-1])
    if given.curves:
        with ProgressBar("curves") as progress:
            figures = draw_study_curves(study, partial(named, given.curves), progress=progress)
    return tables, (study, maps, figures)


def _page(given, predictions, pages):
    import datetime
    from importlib.metadata import version

    from skxrd.report import make_report

    packages = ("skxrd", "scikit-learn", "imbalanced-learn", "keras", "numpy")
    releases = ", ".join(f"{package} {version(package)}" for package in packages)
    setting = (
        f"folds: {given.folds}; repeats: {given.repeats}; augmented patterns in each training: "
        f"{given.n_augmented}; simulated patterns of each crystal: {given.variants}; "
        f"seed: {given.seed}"
    )
    return make_report(
        predictions,
        {target: study for target, (study, _, _) in pages.items()},
        maps={target: maps for target, (_, maps, _) in pages.items()},
        notes=[setting, f"{datetime.date.today().isoformat()}; {releases}"],
        figures=[figure for _, _, figures in pages.values() for figure in figures],
    )


def _parse_cases(text):
    try:
        cases = sorted({int(case) for case in text.split(",")})
    except ValueError:
        raise ValueError(f"--cases is {text!r}; list some of 1, 2 and 3, e.g. 2,3.") from None
    if not set(cases) <= {1, 2, 3}:
        raise ValueError(f"--cases is {text!r}; list some of 1, 2 and 3, e.g. 2,3.")
    return cases
