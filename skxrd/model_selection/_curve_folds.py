"""What the curves share: folds that predict every tested pattern, and what is read from them."""

import os
import time
from numbers import Integral, Real

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import f1_score, recall_score
from sklearn.utils import check_random_state
from sklearn.utils.validation import column_or_1d

from skxrd._compat import Interval, safe_indexing, validate_params
from skxrd._hashing import engine_versions, identity_of
from skxrd.model_selection._fold_fit import fit_fold
from skxrd.model_selection._fold_store import FoldStore
from skxrd.model_selection._splitters import (
    EXPERIMENTAL,
    SIMULATED,
    ExperimentalKFold,
    SimulatedToExperimental,
    check_groups,
)

#: Constraints of the parameters that all curves share.
SHARED = {
    "y": ["array-like"],
    "groups": ["array-like"],
    "n_splits": [Interval(Integral, 2, None, closed="left")],
    "n_repeats": [Interval(Integral, 1, None, closed="left")],
    "grouped": ["boolean"],
    "target": [str],
    "n_jobs": [Integral, None],
    "random_state": [Interval(Integral, 0, None, closed="left")],
    "progress": [callable, None],
    "folder": [str, os.PathLike, None],
}
_N_BOOTSTRAP = 1000


def check_curve(estimators, y, groups, case, grouped):
    """Check what all curves are given.

    Parameters
    ----------
    estimators : dict
        Name and estimator.
    y : array-like of shape (n_patterns,)
        Classes.
    groups : array-like of str, shape (n_patterns,)
        Domains.
    case : int
        2 or 3.
    grouped : bool
        Whether the names of series in ``groups`` count.

    Returns
    -------
    y : ndarray
    groups : ndarray of str
    """
    if not estimators:
        raise ValueError("estimators is empty; pass at least one classifier with its name.")
    if case not in (2, 3):
        raise ValueError(f"case is {case!r}; use 2 or 3, the cases that test measured patterns.")
    y = column_or_1d(y)
    groups = check_groups(groups, len(y))
    if not grouped:
        groups = np.where(groups == SIMULATED, SIMULATED, EXPERIMENTAL)
    return y, groups


def check_numbers(name, values, *, least=0):
    """Check distinct numbers of patterns and return them in rising order.

    Parameters
    ----------
    name : str
        Name of the parameter.
    values : sequence of int
        The numbers.
    least : int, default=0
        Smallest that is allowed.

    Returns
    -------
    list of int
    """
    values = list(values)
    for value in values:
        if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
            raise ValueError(f"{name} holds {value!r}; give whole numbers from {least} on.")
    if not values:
        raise ValueError(f"{name} is empty; give at least one number.")
    return sorted({int(value) for value in values})


def split_films(case, y, groups, n_splits, seed):
    """Training and test rows of every fold of Case 2 or 3.

    Parameters
    ----------
    case : {2, 3}
        Case.
    y : ndarray of shape (n_patterns,)
        Classes.
    groups : ndarray of str, shape (n_patterns,)
        Domains.
    n_splits : int
        Folds of Case 3.
    seed : int
        Seed of its shuffle.

    Returns
    -------
    list of (ndarray, ndarray)
    """
    splitter = SimulatedToExperimental()
    if case == 3:
        splitter = ExperimentalKFold(n_splits, random_state=seed)
    return list(splitter.split(y, y, groups))


def run_folds(tasks, y, groups, *, case, grouped, target, n_jobs, progress, folder):
    """Fit and predict every task and list the predictions.

    Parameters
    ----------
    tasks : list of (estimator, X, keys, train, test, seed)
        ``keys`` are the columns that tell the task from others.
    y : ndarray of shape (n_patterns,)
        Classes.
    groups : ndarray of str, shape (n_patterns,)
        Domains.
    case : int
        Case.
    grouped : bool
        Whether series stay on one side.
    target : str
        What y is.
    n_jobs : int or None
        Folds at a time.
    progress : callable or None
        Called after each fold.
    folder : path-like or None
        Where finished folds are kept.

    Returns
    -------
    pandas.DataFrame
        One row a tested pattern of a task, in the order of the tasks.
    """
    store = None if folder is None else FoldStore(folder)
    names = [None] * len(tasks) if store is None else _identities(tasks, y, groups)
    parts, waiting = {}, []

    def finish(number, done):
        keys, test = tasks[number][2], tasks[number][4]
        keys = {"case": case, "grouped": grouped, "target": target, **keys}
        predicted = np.asarray(done["predicted"])
        part = pd.DataFrame(keys, index=range(len(test)))
        parts[number] = part.assign(
            row=test,
            true=y[test],
            predicted=predicted,
            correct=predicted == y[test],
            n_train=len(tasks[number][3]),
            seconds=done["seconds"],
        )
        if progress is not None:
            accuracy = float(parts[number]["correct"].mean())
            progress(len(parts), len(tasks), {**keys, "accuracy": accuracy})

    for number, name in enumerate(names):
        done = None if store is None else store.read(name)
        if done is None:
            waiting.append(number)
        else:
            finish(number, done)
    results = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
        delayed(_run_fold)(number, *tasks[number][:2], y, groups, *tasks[number][3:])
        for number in waiting
    )
    for number, done in results:
        if store is not None:
            store.write(names[number], done)
        finish(number, done)
    return pd.concat([parts[number] for number in sorted(parts)], ignore_index=True)


def _identities(tasks, y, groups):
    """Name of each task by what makes its result."""
    made_of = {}
    for _, X, *_ in tasks:
        if id(X) not in made_of:
            made_of[id(X)] = identity_of(X, y, groups, engine_versions())
    return [
        identity_of(made_of[id(X)], estimator, train, test, seed)
        for estimator, X, _, train, test, seed in tasks
    ]


def _run_fold(number, estimator, X, y, groups, train, test, seed):
    """Number of the task, and what became of it in terms that JSON can hold."""
    start = time.perf_counter()
    estimator, _ = fit_fold(estimator, X, y, groups, train, seed)
    predicted = estimator.predict(safe_indexing(X, test))
    seconds = time.perf_counter() - start
    return number, {"predicted": np.asarray(predicted).tolist(), "seconds": seconds}


@validate_params(
    {
        "table": [pd.DataFrame],
        "by": [str, list, tuple],
        "confidence": [Interval(Real, 0, 1, closed="neither")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def summarize_curve(table, by, *, confidence=0.95, random_state=0):
    """Accuracy along a curve with intervals over films.

    The accuracy of a repeat is that of all its tested films together. Repeats share the films, so
    their scatter only tells how well the mean over splits and seeds is known; how another set of
    films would fare is told by the bootstrap interval, which draws films, each with its mean over
    repeats.

    Parameters
    ----------
    table : pandas.DataFrame
        Predictions, as the functions of the curves return them.
    by : str or list of str
        Columns that tell the points of the curve apart, such as
        ``["classifier", "step"]``.
    confidence : float, default=0.95
        Share of the bootstrap means within the interval.
    random_state : int, RandomState instance or None, default=0
        Seed of the bootstrap. All points draw the same films.

    Returns
    -------
    pandas.DataFrame
        One row a point: the columns ``by``, ``accuracy``, ``accuracy_sd`` (over repeats),
        ``accuracy_low``, ``accuracy_high`` (ends of the interval), ``balanced_accuracy`` (mean
        recall of the classes), ``f1_macro_pooled`` (both of all films of a repeat together, mean
        over repeats), ``n_films`` (tested), ``n_repeats`` and ``seconds`` (mean of a fold).

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from skxrd.model_selection import summarize_curve
    >>> table = pd.DataFrame({"step": [0.1] * 4, "repeat": [0, 0, 1, 1], "row": [0, 1, 0, 1],
    ...     "true": list("abab"), "predicted": list("abaa"), "seconds": 0.1})
    >>> float(summarize_curve(table, "step")["accuracy"][0])
    0.75
    """
    by = [by] if isinstance(by, str) else list(by)
    missing = [name for name in [*by, "repeat", "row", "predicted"] if name not in table]
    if missing:
        raise ValueError(f"table has no column {missing[0]!r}; its columns are {', '.join(table)}.")
    rng = np.random.default_rng(check_random_state(random_state).randint(2**31 - 1))
    films = np.unique(table["row"])
    weights = rng.multinomial(len(films), np.full(len(films), 1 / len(films)), size=_N_BOOTSTRAP)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    points = []
    for keys, point in table.groupby(by, sort=False):
        correct = point["true"] == point["predicted"]
        repeats = [_scores(part) for _, part in point.groupby("repeat")]
        accuracy, balanced, f1_macro = np.array(repeats).T
        by_film = correct.groupby(point["row"]).mean().reindex(films)
        seen = by_film.notna().to_numpy()
        drawn = weights[:, seen]
        means = drawn @ by_film.to_numpy()[seen] / np.maximum(drawn.sum(axis=1), 1)
        low, high = np.quantile(means, tails)
        points.append(
            {
                **dict(zip(by, keys, strict=True)),
                "accuracy": accuracy.mean(),
                "accuracy_sd": accuracy.std(ddof=0),
                "accuracy_low": low,
                "accuracy_high": high,
                "balanced_accuracy": balanced.mean(),
                "f1_macro_pooled": f1_macro.mean(),
                "n_films": int(seen.sum()),
                "n_repeats": len(repeats),
                "seconds": point.drop_duplicates(
                    [name for name in ("repeat", "fold") if name in point]
                )["seconds"].mean(),
            }
        )
    return pd.DataFrame(points)


def _scores(part):
    """Accuracy, balanced accuracy and F1 macro of the films of a repeat."""
    true, predicted = part["true"], part["predicted"]
    rules = {"average": "macro", "zero_division": 0}
    return (
        float((true == predicted).mean()),
        recall_score(true, predicted, labels=np.unique(true), **rules),
        f1_score(true, predicted, **rules),
    )
