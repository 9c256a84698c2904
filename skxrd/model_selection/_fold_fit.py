"""Fit an estimator on the training rows of a fold."""

import time

from sklearn.base import clone

from skxrd._compat import get_routing_for_object, safe_indexing


def fit_fold(estimator, X, y, groups, train, seed):
    """Fit a clone, with its seeds set, on some rows.

    Parameters
    ----------
    estimator : estimator
        Left as it is.
    X : array-like of shape (n_patterns, n_angles) or list
        Patterns.
    y : ndarray of shape (n_patterns,)
        Classes.
    groups : ndarray of str, shape (n_patterns,)
        Domains, for an estimator that asks for them: a search that splits by domain inside.
    train : ndarray of int
        Rows to train on.
    seed : int
        Of every ``random_state`` in the estimator.

    Returns
    -------
    estimator
        The fitted clone.
    seconds : float
        How long the fit took.
    """
    estimator = clone(estimator)
    names = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    estimator.set_params(**dict.fromkeys(names, seed))
    fit_params = {}
    if get_routing_for_object(estimator).consumes("fit", ["groups"]):
        fit_params["groups"] = groups[train]
    start = time.perf_counter()
    estimator.fit(safe_indexing(X, train), y[train], **fit_params)
    return estimator, time.perf_counter() - start
