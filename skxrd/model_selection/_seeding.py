"""Seeds of estimators that are made of others."""

from sklearn.base import clone


def seeded(estimator, seed):
    """Clone an estimator and set every ``random_state`` in it.

    Parameters
    ----------
    estimator : estimator
        Any.
    seed : int
        The seed.

    Returns
    -------
    estimator
    """
    estimator = clone(estimator)
    names = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    return estimator.set_params(**dict.fromkeys(names, seed))
