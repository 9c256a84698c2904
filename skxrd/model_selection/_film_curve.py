"""Accuracy against the number of measured films that train."""

import numpy as np

from skxrd._compat import validate_params
from skxrd.model_selection._curve_folds import (
    SHARED,
    check_curve,
    check_numbers,
    run_folds,
    split_films,
)
from skxrd.model_selection._splitters import SIMULATED


@validate_params(
    {
        **SHARED,
        "estimators": [dict],
        "X": ["array-like", list],
        "n_measured": ["array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def film_learning_curve(
    estimators,
    X,
    y,
    *,
    groups,
    n_measured=None,
    n_splits=5,
    n_repeats=5,
    grouped=False,
    target="",
    n_jobs=None,
    random_state=0,
    progress=None,
    folder=None,
):
    """Accuracy on measured patterns against the number of measured patterns in training.

    How many films must be measured and labelled by hand? Test films are those of Case 3. Of the
    measured training films the first ``n_measured`` of a random order train, beside all simulated
    patterns: none of them is Case 2, all of them Case 3. The order mixes the classes evenly, and
    larger sets contain the smaller ones.

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
    n_measured : sequence of int, default=None
        Numbers of measured training films; ``None`` stands for 0, 5, 10, 20, 40, ... and as many
        as every training set has.
    n_splits : int, default=5
        Folds.
    n_repeats : int, default=5
        Repeats with other splits, orders and seeds.
    grouped : bool, default=False
        Whether a measured series named in ``groups`` stays on one side of every split.
    target : str, default=""
        What y is, for the table.
    n_jobs : int, default=None
        Folds that run at the same time, through joblib.
    random_state : int, default=0
        Repeat r uses the seed ``random_state + r`` for splits, orders and classifiers.
    progress : callable, default=None
        Called as ``progress(n_done, n_total, row)`` after each fold.
    folder : path-like, default=None
        Keep each finished fold in this folder and run none again that is there, as
        :func:`evaluate_cases` does; ``None`` keeps nothing.

    Returns
    -------
    pandas.DataFrame
        One row a tested pattern with the columns case, grouped, target, classifier, n_measured,
        repeat, fold, row (of X), true, predicted, correct, n_train and seconds (of the fold).
        :func:`summarize_curve` makes a curve of it.

    Raises
    ------
    ValueError
        If a number exceeds the measured films of a training set, or a training set is left
        without rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import film_learning_curve, summarize_curve
    >>> y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    >>> table = film_learning_curve({"1-NN": KNeighborsClassifier(1)}, np.tile(np.eye(2), (10, 3)),
    ...     y, groups=groups, n_repeats=1)
    >>> summarize_curve(table, "n_measured")[["n_measured", "accuracy"]].to_numpy().tolist()
    [[0.0, 1.0], [5.0, 1.0], [8.0, 1.0]]
    """
    y, groups = check_curve(estimators, y, groups, 3, grouped)
    rounds = [
        (repeat, split_films(3, y, groups, n_splits, random_state + repeat))
        for repeat in range(n_repeats)
    ]
    most = min(int((groups[train] != SIMULATED).sum()) for _, folds in rounds for train, _ in folds)
    if n_measured is None:
        n_measured = [0, *(5 * 2**k for k in range(20) if 5 * 2**k < most), most]
    n_measured = check_numbers("n_measured", n_measured)
    if n_measured[-1] > most:
        raise ValueError(
            f"n_measured holds {n_measured[-1]} but the smallest training set has {most} measured "
            "patterns; give numbers up to that."
        )
    if not n_measured[0] and not (groups == SIMULATED).any():
        raise ValueError(
            "n_measured holds 0 but no pattern is simulated, so none would train; start at 1."
        )
    tasks = []
    for name, estimator in estimators.items():
        for repeat, folds in rounds:
            seed = random_state + repeat
            rng = np.random.default_rng(seed)
            orders = [_mixed_order(train[groups[train] != SIMULATED], y, rng) for train, _ in folds]
            for number in n_measured:
                keys = {"classifier": name, "n_measured": number, "repeat": repeat}
                for fold, (train, test) in enumerate(folds):
                    rows = train[groups[train] == SIMULATED]
                    rows = np.concatenate([rows, orders[fold][:number]])
                    tasks.append((estimator, X, {**keys, "fold": fold}, rows, test, seed))
    return run_folds(
        tasks,
        y,
        groups,
        case=3,
        grouped=grouped,
        target=target,
        n_jobs=n_jobs,
        progress=progress,
        folder=folder,
    )


def _mixed_order(rows, y, rng):
    """Random order of rows in which every beginning has the classes in about equal shares."""
    rows = rng.permutation(rows)
    place = np.empty(len(rows))
    for label in np.unique(y[rows]):
        members = np.flatnonzero(y[rows] == label)
        # one in each of as many equal parts of the order, anywhere within it
        place[members] = (np.arange(members.size) + rng.uniform(size=members.size)) / members.size
    return rows[np.argsort(place, kind="stable")]
