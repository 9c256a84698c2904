"""Compare classifiers in Cases 1, 2 and 3."""

import time
from numbers import Integral

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.metrics import accuracy_score, f1_score
from sklearn.utils.validation import column_or_1d

from skxrd._compat import Interval, get_routing_for_object, safe_indexing, validate_params
from skxrd.model_selection._splitters import (
    EXPERIMENTAL,
    SIMULATED,
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
    check_groups,
)

#: Columns of the table of :func:`evaluate_cases`.
COLUMNS = [
    "case",
    "target",
    "classifier",
    "repeat",
    "fold",
    "accuracy",
    "f1_micro",
    "f1_macro",
    "fit_seconds",
    "predict_seconds",
]


@validate_params(
    {
        "estimators": [dict],
        "X": ["array-like", list],
        "y": ["array-like"],
        "groups": ["array-like"],
        "cases": [tuple, list],
        "n_splits": [Interval(Integral, 2, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
        "grouped": ["boolean"],
        "target": [str],
        "n_jobs": [Integral, None],
        "random_state": [Interval(Integral, 0, None, closed="left")],
        "progress": [callable, None],
    },
    prefer_skip_nested_validation=True,
)
def evaluate_cases(
    estimators,
    X,
    y,
    *,
    groups,
    cases=(1, 2, 3),
    n_splits=5,
    n_repeats=20,
    grouped=False,
    target="",
    n_jobs=None,
    random_state=0,
    progress=None,
):
    """Cross-validate classifiers in the three cases of Oviedo et al. [1]_.

    Case 1 trains and tests on simulated patterns, Case 2 trains on simulated and tests on
    measured ones, Case 3 trains on all simulated and 4/5 of the measured and tests on the rest.
    Whatever changes the number of rows (augmentation, oversampling) belongs inside the
    estimators, as a step of an imbalanced-learn pipeline: it then touches training rows only.

    Parameters
    ----------
    estimators : dict of str to classifier
        Name in the table and classifier or pipeline.
    X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
        The patterns.
    y : array-like of shape (n_patterns,)
        Their classes.
    groups : array-like of str, shape (n_patterns,)
        ``"simulated"``, or ``"experimental"`` or the name of a measured series.
    cases : sequence of int, default=(1, 2, 3)
        Which of the cases to run.
    n_splits : int, default=5
        Folds of Cases 1 and 3.
    n_repeats : int, default=20
        Repeats with other splits and other seeds of the estimators.
    grouped : bool, default=False
        Whether a measured series named in ``groups`` stays on one side of every split; False
        splits film by film, as the paper did.
    target : str, default=""
        What y is, for the table.
    n_jobs : int, default=None
        Folds that run at the same time, through joblib.
    random_state : int, default=0
        Repeat r uses the seed ``random_state + r``.
    progress : callable, default=None
        Called as ``progress(n_done, n_total, row)`` after each fold with its row of the table.

    Returns
    -------
    pandas.DataFrame
        One row a fold with the columns case, target, classifier, repeat, fold, accuracy,
        f1_micro, f1_macro, fit_seconds, predict_seconds. F1 macro is the mean over the classes
        that occur in the fold's truth or predictions.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import evaluate_cases
    >>> y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    >>> X = np.tile(np.eye(2), (10, 3))
    >>> table = evaluate_cases(
    ...     {"k-NN": KNeighborsClassifier(1)}, X, y, groups=groups, n_repeats=1
    ... )
    >>> len(table), float(table["accuracy"].mean())
    (11, 1.0)
    """
    y = column_or_1d(y)
    groups = check_groups(groups, len(y))
    if not grouped:
        groups = np.where(groups == SIMULATED, SIMULATED, EXPERIMENTAL)
    tasks = []
    for repeat in range(n_repeats):
        seed = random_state + repeat
        for case in cases:
            folds = list(_splitter(case, n_splits, seed).split(X, y, groups))
            for name, estimator in estimators.items():
                keys = {"case": case, "target": target, "classifier": name, "repeat": repeat}
                tasks += [
                    (estimator, {**keys, "fold": fold}, train, test, seed)
                    for fold, (train, test) in enumerate(folds)
                ]
    rows = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
        delayed(_evaluate_fold)(estimator, X, y, groups, keys, train, test, seed)
        for estimator, keys, train, test, seed in tasks
    )
    table = []
    for row in rows:
        table.append(row)
        if progress is not None:
            progress(len(table), len(tasks), row)
    order = list(estimators)
    table = pd.DataFrame(table, columns=COLUMNS)
    place = table["classifier"].map(order.index)
    table = table.assign(place=place).sort_values(["case", "place", "repeat", "fold"])
    return table[COLUMNS].reset_index(drop=True)


def summarize_cases(table):
    """Means and standard deviations over folds and repeats, one row a case and classifier.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`evaluate_cases` returns it.

    Returns
    -------
    pandas.DataFrame
        Columns case, target, classifier, accuracy, accuracy_sd, f1_micro, f1_macro, seconds
        (fit and predict, mean of a fold) and n_folds.
    """
    grouped = table.groupby(["target", "case", "classifier"], sort=False)
    summary = grouped.agg(
        accuracy=("accuracy", "mean"),
        accuracy_sd=("accuracy", lambda values: values.std(ddof=0)),
        f1_micro=("f1_micro", "mean"),
        f1_macro=("f1_macro", "mean"),
        seconds=("fit_seconds", "mean"),
        predict_seconds=("predict_seconds", "mean"),
        n_folds=("accuracy", "size"),
    ).reset_index()
    summary["seconds"] += summary.pop("predict_seconds")
    return summary


def _splitter(case, n_splits, seed):
    if case == 1:
        return SimulatedKFold(n_splits, random_state=seed)
    if case == 2:
        return SimulatedToExperimental()
    if case == 3:
        return ExperimentalKFold(n_splits, random_state=seed)
    raise ValueError(f"cases holds {case!r}; choose among 1, 2 and 3.")


def _evaluate_fold(estimator, X, y, groups, keys, train, test, seed):
    estimator = _seeded(clone(estimator), seed)
    fit_params = {}
    if get_routing_for_object(estimator).consumes("fit", ["groups"]):
        fit_params["groups"] = groups[train]  # a search that splits by domain inside the fold
    start = time.perf_counter()
    estimator.fit(safe_indexing(X, train), y[train], **fit_params)
    fitted = time.perf_counter()
    predicted = estimator.predict(safe_indexing(X, test))
    done = time.perf_counter()
    return {
        **keys,
        "accuracy": accuracy_score(y[test], predicted),
        "f1_micro": f1_score(y[test], predicted, average="micro", zero_division=0),
        "f1_macro": f1_score(y[test], predicted, average="macro", zero_division=0),
        "fit_seconds": fitted - start,
        "predict_seconds": done - fitted,
    }


def _seeded(estimator, seed):
    names = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    return estimator.set_params(**dict.fromkeys(names, seed))
