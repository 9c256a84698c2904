"""Compare classifiers in Cases 1, 2 and 3."""

import os
import time
from numbers import Integral

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from sklearn.utils.validation import column_or_1d

from skxrd._compat import Interval, safe_indexing, validate_params
from skxrd._hashing import engine_versions, identity_of
from skxrd.model_selection._fold_fit import fit_fold
from skxrd.model_selection._fold_store import FoldStore
from skxrd.model_selection._splitters import (
    EXPERIMENTAL,
    SIMULATED,
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
    check_groups,
)

#: What tells one fold from another.
KEYS = ["case", "grouped", "target", "classifier", "repeat", "fold"]
_SCORES = ["accuracy", "f1_micro", "f1_macro", "precision", "recall"]
#: Columns of the table of :func:`evaluate_cases`.
COLUMNS = [*KEYS, *_SCORES, "fit_seconds", "predict_seconds"]


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
        "folder": [str, os.PathLike, None],
        "return_predictions": ["boolean"],
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
    folder=None,
    return_predictions=False,
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
        Called as ``progress(n_done, n_total, row)`` after each fold with its row of the table;
        also for folds that ``folder`` holds already.
    folder : path-like, default=None
        Keep each finished fold in this folder, in one small file, and run no fold again that is
        there: a study that was stopped goes on. Folds are known by estimator, data, groups, split,
        seed and versions, so nothing stale is taken; ``None`` keeps nothing.
    return_predictions : bool, default=False
        Whether to return the predictions too.

    Returns
    -------
    table : pandas.DataFrame
        One row a fold with the columns case, grouped, target, classifier, repeat, fold, accuracy,
        f1_micro, f1_macro, precision, recall, fit_seconds, predict_seconds. F1 macro, precision
        and recall are means over the classes that occur in the fold's truth or predictions.
    predictions : pandas.DataFrame
        Only if ``return_predictions``: one row a test pattern and fold with the columns case,
        grouped, target, classifier, repeat, fold, row (of X), true, predicted, and
        probability_CLASS for each class; missing where the classifier gives no probabilities.

    See Also
    --------
    summarize_cases : Means and intervals of classifiers.
    confusion_of : Confusion matrix of a classifier.
    score_classes : Precision and recall of each class.
    summarize_films : What became of each pattern.

    Notes
    -----
    Folds run wherever ``joblib.parallel_config`` says, for example
    ``with parallel_config("dask")`` inside a ``dask.distributed.Client``. Files are written by the
    calling process alone.

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
    store = None if folder is None else FoldStore(folder)
    made_of = "" if store is None else identity_of(X, y, groups, engine_versions())
    results, tasks = [], []
    for repeat in range(n_repeats):
        seed = random_state + repeat
        for case in cases:
            folds = list(_splitter(case, n_splits, seed).split(X, y, groups))
            for name, estimator in estimators.items():
                prints = "" if store is None else identity_of(estimator, seed, case, made_of)
                for fold, (train, test) in enumerate(folds):
                    keys = dict(zip(KEYS, (case, grouped, target, name, repeat, fold), strict=True))
                    path = "" if store is None else identity_of(prints, train, test)
                    done = None if store is None else store.read(path)
                    if done is None:
                        tasks.append((estimator, keys, train, test, seed, path))
                    else:
                        results.append((keys, test, done))
    n_folds = len(results) + len(tasks)
    for number, (keys, _, done) in enumerate(results if progress else (), start=1):
        progress(number, n_folds, {**keys, **done["scores"]})
    with_probabilities = return_predictions or store is not None
    finished = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
        delayed(_run_fold)(number, X, y, groups, *task[:1], *task[2:5], with_probabilities)
        for number, task in enumerate(tasks)
    )
    for number, done in finished:
        _, keys, _, test, _, path = tasks[number]
        if store is not None:
            store.write(path, done)
        results.append((keys, test, done))
        if progress is not None:
            progress(len(results), n_folds, {**keys, **done["scores"]})
    order = {name: place for place, name in enumerate(estimators)}
    results.sort(key=lambda result: _place(result[0], order))
    table = pd.DataFrame([{**keys, **done["scores"]} for keys, _, done in results], columns=COLUMNS)
    return (table, _predictions(results, y)) if return_predictions else table


def _splitter(case, n_splits, seed):
    if case == 1:
        return SimulatedKFold(n_splits, random_state=seed)
    if case == 2:
        return SimulatedToExperimental()
    if case == 3:
        return ExperimentalKFold(n_splits, random_state=seed)
    raise ValueError(f"cases holds {case!r}; choose among 1, 2 and 3.")


def _place(keys, order):
    return keys["case"], order[keys["classifier"]], keys["repeat"], keys["fold"]


def _run_fold(number, X, y, groups, estimator, train, test, seed, with_probabilities):
    """Number of the task, and what became of it in terms that JSON can hold."""
    estimator, fit_seconds = fit_fold(estimator, X, y, groups, train, seed)
    seen = safe_indexing(X, test)
    start = time.perf_counter()
    predicted = estimator.predict(seen)
    predict_seconds = time.perf_counter() - start
    classes = probabilities = None
    if with_probabilities and hasattr(estimator, "predict_proba"):
        probabilities = np.asarray(estimator.predict_proba(seen), dtype=float).tolist()
        classes = np.asarray(estimator.classes_).tolist()
    rules = {"average": "macro", "zero_division": 0}
    scores = {
        "accuracy": accuracy_score(y[test], predicted),
        "f1_micro": f1_score(y[test], predicted, average="micro", zero_division=0),
        "f1_macro": f1_score(y[test], predicted, **rules),
        "precision": precision_score(y[test], predicted, **rules),
        "recall": recall_score(y[test], predicted, **rules),
        "fit_seconds": fit_seconds,
        "predict_seconds": predict_seconds,
    }
    return number, {
        "scores": {name: float(value) for name, value in scores.items()},
        "predicted": np.asarray(predicted).tolist(),
        "classes": classes,
        "probabilities": probabilities,
    }


def _predictions(results, y):
    """One row a test pattern and fold."""
    names = {label: f"probability_{label}" for label in np.unique(y).tolist()}
    parts = []
    for keys, test, done in results:
        part = {"row": test, "true": y[test].tolist(), "predicted": done["predicted"]}
        if done["classes"] is not None:
            columns = np.transpose(done["probabilities"])
            part.update(
                (names[label], column)
                for label, column in zip(done["classes"], columns, strict=True)
            )
            # a class that no training row had: its probability is zero, not unknown
            part.update((name, 0.0) for name in names.values() if name not in part)
        parts.append(pd.DataFrame(part).assign(**keys))
    return pd.concat(parts, ignore_index=True).reindex(
        columns=[*KEYS, "row", "true", "predicted", *names.values()]
    )
