"""Training that stops early, on films that were held out."""

from numbers import Real

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GroupShuffleSplit, StratifiedShuffleSplit
from sklearn.pipeline import Pipeline

from skxrd._compat import Interval, safe_indexing, takes_groups, validate_params
from skxrd._domains import SIMULATED, check_groups, series_names


@validate_params(
    {
        "model": [Pipeline],
        "y": ["array-like"],
        "validation": [Interval(Real, 0, 1, closed="neither")],
        "groups": ["array-like", None],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def fit_with_validation(model, X, y, *, validation=0.2, groups=None, random_state=None):
    """Fit a pipeline whose network stops early on validation rows that are no copies.

    After an augmentation step, a network that holds out part of its rows would validate on altered
    copies of its training rows, and never notice that it overfits. Here, the validation rows are
    split off first: samplers change the training part alone, the other part goes through the
    transformers and becomes ``validation=(X, y)`` of the last step.

    Parameters
    ----------
    model : Pipeline
        Ends in a network classifier of :mod:`skxrd.neural`. It is cloned.
    X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
        The patterns.
    y : array-like of shape (n_patterns,)
        Their labels.
    validation : float, default=0.2
        Share of the rows, or of the measured series, that are held out.
    groups : array-like of str, shape (n_patterns,), default=None
        ``"simulated"``, ``"experimental"`` or the name of a series: simulated rows always train,
        and a series is held out as a whole or not at all. ``None`` takes rows of each class.
    random_state : int, RandomState instance or None, default=None
        Seed of the split.

    Returns
    -------
    Pipeline
        Fitted clone.

    Raises
    ------
    ValueError
        If the rows cannot be split in this way.

    Examples
    --------
    >>> from skxrd.datasets import make_thin_films
    >>> from skxrd.model_selection import fit_with_validation, make_film_pipeline
    >>> from skxrd.neural import AllConvClassifier
    >>> films = make_thin_films(28, random_state=0)
    >>> network = AllConvClassifier(films.two_theta, epochs=2, random_state=0)
    >>> model = make_film_pipeline(network, films.two_theta, n_augmented=50, random_state=0)
    >>> model = fit_with_validation(model, films.data, films.target, validation=0.25)
    >>> sorted(model[-1].history_)
    ['accuracy', 'loss', 'val_accuracy', 'val_loss']
    """
    y = np.asarray(y)
    train, held_out = _validation_split(y, groups, validation, random_state)
    model = clone(model)
    X_validation = safe_indexing(X, held_out)
    X_train, y_train = safe_indexing(X, train), y[train]
    for _, step in model.steps[:-1]:
        if step in (None, "passthrough"):
            continue
        if hasattr(step, "fit_resample"):
            told = {}
            is_first = len(y_train) == len(train)  # rows that were added are of no known domain
            if groups is not None and is_first and takes_groups(step, "fit_resample"):
                told = {"groups": np.asarray(groups)[train]}
            X_train, y_train = step.fit_resample(X_train, y_train, **told)
        else:
            X_train = step.fit_transform(X_train, y_train)
            X_validation = step.transform(X_validation)
    last = model.steps[-1][1]
    given = last.get_params()["validation"]
    last.set_params(validation=(X_validation, y[held_out])).fit(X_train, y_train)
    last.set_params(validation=given)  # the rows need not be stored with the model
    return model


def _validation_split(y, groups, validation, random_state):
    """Training rows and held-out rows."""
    if groups is None:
        split = StratifiedShuffleSplit(1, test_size=validation, random_state=random_state)
        return next(split.split(y, y))
    groups = check_groups(groups, len(y))
    measured = np.flatnonzero(groups != SIMULATED)
    if not measured.size:
        raise ValueError("groups has no measured rows to hold out; pass groups=None to use any.")
    split = GroupShuffleSplit(1, test_size=validation, random_state=random_state)
    _, held_out = next(split.split(measured, groups=series_names(groups)[measured]))
    held_out = measured[held_out]
    train = np.setdiff1d(np.arange(len(y)), held_out)
    unknown = np.setdiff1d(y[held_out], y[train])
    if unknown.size:
        raise ValueError(
            f"all rows of class {unknown[0]!s} would be held out and none would train; pass "
            "another validation or random_state."
        )
    return train, held_out
