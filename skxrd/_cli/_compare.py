"""``skxrd compare``."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import click

from skxrd._cli._compared import print_comparison
from skxrd._cli._data import (
    TARGETS,
    check_inner_folds,
    choose_classifiers,
    data_options,
    load_data,
)
from skxrd._cli._printing import (
    TARGET_NAMES,
    ProgressBar,
    left_out_at_the_end,
    note,
    say,
)
from skxrd._cli._processes import bound_workers
from skxrd._files import check_folder, check_outputs, replaced_file
from skxrd._names import csv_cell, shown

_QUICK = "residual network,a-CNN,SVM,DTW k-NN,majority,1-NN cosine"


@click.command()
@click.option(
    "--measured",
    type=click.Path(path_type=Path),
    help="Folder with one folder of scans for each class. [default: virtual films, simulated]",
)
@click.option(
    "--target",
    type=click.Choice((*TARGETS, "both")),
    default=TARGETS[0],
    show_default=True,
    help="What is predicted: the space group, the dimensionality of the metal-halide network, or "
    "both one after the other.",
)
@click.option(
    "--cases", default="1,2,3", show_default=True, help="Cases to run, separated by commas."
)
@click.option(
    "--classifiers",
    default=_QUICK,
    show_default=True,
    help="Names separated by commas, or all. There are naive Bayes, k-NN, logistic regression, "
    "random forest, decision tree, SVM, gradient boosting, fully connected network, a-CNN (the "
    "network of Oviedo et al.), DTW k-NN (shifts allowed), tuned SVM, tuned DTW k-NN (settings "
    "chosen by cross-validation), residual network (deeper convolutional network), majority (the "
    "commonest class), 1-NN cosine (most similar pattern).",
)
@click.option(
    "--grouped",
    is_flag=True,
    help="Also run Case 3 so that films of one series, and films that look alike, are never in "
    "training and test at once.",
)
@click.option(
    "--repeats",
    type=click.IntRange(1, 10_000),
    default=1,
    show_default=True,
    help="How often everything is repeated with other splits and other random numbers.",
)
@click.option(
    "--folds",
    type=click.IntRange(2, 1000),
    default=5,
    show_default=True,
    help="Parts into which patterns are divided; each is the test once while the others train.",
)
@click.option(
    "--jobs",
    type=click.IntRange(-1, 1000),
    help="Trainings at a time; -1: one for each core. [default: cores, at most 4]",
)
@click.option(
    "--csv",
    type=click.Path(path_type=Path),
    help="Write a table of scores with one row for each training.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write one self-contained HTML page: tables, confusion matrices, every film.",
)
@click.option(
    "--curves",
    help="Classifiers, separated by commas, of which the report shows the accuracy against the "
    "step of the scans and the number of films in training. [default: none]",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    help="Folder for finished trainings: if the command is stopped and given again, it goes on "
    "from there.",
)
@data_options
def compare(**options):
    """Cross-validate classifiers in Cases 1, 2 and 3.

    Case 1 trains and tests on simulated powders, Case 2 trains on simulated patterns and tests on
    films, Case 3 trains on them and four fifths of the films and tests on the rest.

    Beside the accuracy stand the share of the 90 % prediction sets that hold the true class
    (90 % sets) and their mean number of classes; the other folds calibrate each fold, and Case 1
    calibrates Case 2.

    Films and structures that cannot be used are left out and listed at the end, with exit status 1.
    Cases that are finished when a later one fails are printed and written all the same.
    """
    import matplotlib

    given = SimpleNamespace(**options, n_written=0)
    _check_options(given)
    matplotlib.use("Agg")
    targets = TARGETS if given.target == "both" else [given.target]
    tables, pages = [], {}
    with left_out_at_the_end() as left_out:
        # everything that can be wrong is found for all targets before anything runs
        work = {target: _prepare(given, target, left_out) for target in targets}
        try:
            with bound_workers():
                for target in targets:
                    _run(given, target, *work[target], tables)
                _write_csv(given, tables)
                if given.report is not None:
                    for target in targets:
                        pages[target] = _maps_and_curves(given, target, *work[target])
                    with replaced_file(given.report) as path:
                        path.write_text(_page(given, _joined(tables), pages), encoding="utf-8")
                    say(f"report written to {shown(given.report)}")
        except BaseException as error:
            if tables:
                note("Not all was done. The cases that were finished:")
                _write_csv(given, tables)
            if isinstance(error, KeyboardInterrupt):
                note(_how_to_go_on(given))
            raise
        finally:
            _print_tables(given, tables)


def _check_options(given):
    """Raise if an option cannot be what it is."""
    check_outputs(
        {"--csv": given.csv, "--report": given.report},
        inputs=[path for path in (given.crystals,) if path is not None],
    )
    given.cases = _parse_cases(given.cases)
    if given.grouped and 3 not in given.cases:
        raise ValueError("--grouped splits the films of Case 3; add 3 to --cases.")
    if given.curves and given.report is None:
        raise ValueError("--curves are drawn in the report; add --report FILE.")
    for names in filter(None, (given.classifiers, given.curves)):
        choose_classifiers(names, None, given.n_augmented, given.seed)
    if given.resume is not None:
        from skxrd._resumable import ResumableFolder

        ResumableFolder(given.resume, "finished folds")
        check_folder(given.resume, given.resume)


def _prepare(given, target, left_out):
    """Study of a target, the same with series kept together or None, and the classifiers."""
    import joblib
    from sklearn.utils import Bunch

    from skxrd.model_selection import Study, group_near_twins, make_preparation

    data = load_data(
        given.measured,
        target,
        left_out,
        crystals=given.crystals,
        elements=given.elements,
        wavelength=given.wavelength,
        variants=given.variants,
        seed=given.seed,
    )
    check_outputs(
        {"--csv": given.csv, "--report": given.report},
        inputs={pattern.metadata.get("path", "") for pattern in data.data} - {""},
    )
    shared = {
        "preparation": make_preparation,
        "n_splits": given.folds,
        "n_repeats": given.repeats,
        "random_state": given.seed,
        "n_jobs": given.jobs or min(joblib.cpu_count(), 4),
        "folder": given.resume,
    }
    classifiers = _named(given, given.classifiers, data.two_theta)
    study, grouped = Study(data, **shared), None
    for case in given.cases:
        _check_folds(given, study, classifiers, case)
    if given.grouped:
        series = Bunch(**{**data, "groups": group_near_twins(study.X, data.groups)})
        grouped = Study(series, grouped=True, **shared)
        _check_folds(given, grouped, classifiers, 3)
    return study, grouped, classifiers


def _check_folds(given, study, classifiers, case):
    """Raise if a case cannot be split into its folds, or a search its training rows."""
    from skxrd.model_selection import (
        ExperimentalKFold,
        SimulatedKFold,
        SimulatedToExperimental,
    )

    y, groups = study.y, study.groups
    if case == 1:
        y, groups = y[study.data.powder], groups[study.data.powder]
    for seed in range(given.seed, given.seed + given.repeats):
        splitter = {
            1: SimulatedKFold(given.folds, random_state=seed),
            2: SimulatedToExperimental(),
            3: ExperimentalKFold(given.folds, random_state=seed),
        }[case]
        try:
            for train, _ in splitter.split(y, y, groups):
                for name, classifier in classifiers.items():
                    check_inner_folds(name, classifier, y[train], groups[train])
        except ValueError as error:
            raise ValueError(f"Case {case}: {error}") from error


def _run(given, target, study, grouped, classifiers, tables):
    """Append the predictions of each case of a target to the tables."""
    for case in given.cases:
        with ProgressBar(TARGET_NAMES[target]) as progress:
            tables.append(study.cases(classifiers, cases=[case], progress=progress))
    if grouped is not None:
        with ProgressBar(TARGET_NAMES[target]) as progress:
            tables.append(grouped.cases(classifiers, cases=[3], progress=progress))


def _maps_and_curves(given, target, study, grouped, classifiers):
    """What the report shows of a target besides predictions."""
    from skxrd.report import study_maps
    from skxrd.report._study_curves import draw_study_curves

    maps, figures = None, []
    if given.cases[-1] > 1:
        note(f"Collecting the films of {TARGET_NAMES[target]} for the report ...")
        maps = study_maps(study, classifiers, case=given.cases[-1])
    if given.curves:
        with ProgressBar("curves") as progress:
            named = partial(_named, given, given.curves)
            figures = draw_study_curves(study, named, progress=progress)
    return study, maps, figures


def _named(given, names, two_theta):
    return choose_classifiers(names, two_theta, given.n_augmented, given.seed, given.measured_share)


def _joined(tables):
    import pandas as pd

    return pd.concat(tables, ignore_index=True)


def _write_csv(given, tables):
    """Write the scores of all folds, if a file is asked for and there are any."""
    from skxrd.model_selection import score_folds

    if given.csv is None or len(tables) == given.n_written:
        return
    given.n_written = len(tables)
    folds = score_folds(_joined(tables))
    with replaced_file(given.csv) as path:
        folds.map(csv_cell).to_csv(path, index=False)
    say(f"{len(folds)} folds written to {shown(given.csv)}")


def _print_tables(given, tables):
    if tables:
        print_comparison(_joined(tables), "measured" if given.measured else "virtual (simulated)")


def _how_to_go_on(given):
    """What to type after Ctrl-C."""
    if given.resume is None:
        return (
            "Folds of unfinished cases were not kept. With --resume FOLDER finished folds are "
            "kept, and the same command goes on from there."
        )
    return (
        f"Finished folds are in {shown(given.resume)}: the same command, with --resume "
        f"{shown(given.resume)}, goes on from there."
    )


def _page(given, predictions, pages):
    import datetime
    from importlib.metadata import version

    from skxrd.report import make_report

    packages = ("skxrd", "scikit-learn", "imbalanced-learn", "keras", "numpy")
    releases = ", ".join(f"{package} {version(package)}" for package in packages)
    setting = (
        f"folds: {given.folds}; repeats: {given.repeats}; augmented patterns of each domain in "
        f"each training: {given.n_augmented}; simulated patterns of each crystal: "
        f"{given.variants}; seed: {given.seed}"
        + (f"; share of measured patterns: {given.measured_share}" if given.measured_share else "")
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
