"""How far predicted probabilities can be trusted, and their correction by a temperature."""

import numpy as np
from scipy.optimize import minimize_scalar

from skxrd._shared_docs import share_docs

_LEAST = 1e-12  # a probability of zero would have no logarithm
_SHARED = {
    "probabilities": """
        probabilities : array-like of shape (n_patterns, n_classes)
            Predicted probabilities.
        """,
    "guo_2017": """
        References
        ----------
        .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural
           networks", Proc. 34th Int. Conf. on Machine Learning, PMLR 70 (2017) 1321-1330.
        """,
}


@share_docs(_SHARED)
def expected_calibration_error(y, probabilities, *, n_bins=15):
    r"""Mean distance between the confidence of predictions and their accuracy.

    .. math:: \text{ECE} = \sum_b \frac{n_b}{n} \left|\text{acc}_b - \text{conf}_b\right|

    over bins of equal width of the largest probability [1]_.

    Parameters
    ----------
    y : array-like of int, shape (n_patterns,)
        True columns.
    |probabilities|
    n_bins : int, default=15
        Bins between 0 and 1.

    Returns
    -------
    float
        From 0, calibrated, to 1.

    Raises
    ------
    ValueError
        If labels and probabilities do not fit each other.

    |guo_2017|

    Examples
    --------
    >>> from skxrd.metrics import expected_calibration_error
    >>> round(expected_calibration_error([0, 1], [[0.9, 0.1], [0.8, 0.2]]), 3)
    0.45
    """
    y, probabilities = check_columns(y, probabilities)
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == y
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gap = np.bincount(bins, weights=right - confidence, minlength=n_bins)
    return float(np.abs(gap).sum() / len(y))


@share_docs(_SHARED)
def fit_temperature(y, probabilities, *, groupings=()):
    r"""Temperature that makes probabilities of held-out rows most likely.

    Scaled probabilities are :math:`p_i^{1/T} / \sum_j p_j^{1/T}`, which leaves the order of the
    classes as it is [1]_. With groupings, the cross-entropies of the groups, whose probabilities
    are sums over their classes, are added to that of the classes.

    Parameters
    ----------
    y : array-like of int, shape (n_patterns,)
        True columns of rows that the model was not trained on.
    |probabilities|
    groupings : sequence of array-like of int, shape (n_classes,), default=()
        For each coarser level, the group of each class, as for
        :class:`skxrd.powders.BatchTrainer`.

    Returns
    -------
    float
        From 0.05 to 20; above 1 the model was overconfident.

    Raises
    ------
    ValueError
        If labels, groupings and probabilities do not fit each other.

    |guo_2017|

    Examples
    --------
    >>> from skxrd.metrics import fit_temperature
    >>> fit_temperature([0, 1, 0, 1], [[0.99, 0.01]] * 2 + [[0.8, 0.2], [0.2, 0.8]]) > 1
    True
    """
    y, probabilities = check_columns(y, probabilities)
    classes = np.arange(probabilities.shape[1])
    levels = [classes, *(np.asarray(grouping) for grouping in groupings)]
    for groups in levels:
        if groups.shape != classes.shape:
            raise ValueError(
                f"a grouping has the shape {groups.shape}, but there are {classes.size} classes; "
                "give the group of each class."
            )
    members = [groups == groups[y][:, None] for groups in levels]  # classes of the true group

    def surprise(log_temperature):
        scaled = scale_temperature(probabilities, np.exp(log_temperature))
        true = [np.where(inside, scaled, 0).sum(axis=1) for inside in members]
        return -np.log(np.maximum(true, _LEAST)).mean()

    found = minimize_scalar(surprise, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(found.x))


@share_docs(_SHARED)
def scale_temperature(probabilities, temperature):
    """Probabilities at another temperature.

    Parameters
    ----------
    |probabilities|
    temperature : float
        Above 1 makes predictions less confident, below 1 more so.

    Returns
    -------
    ndarray of float64, shape (n_patterns, n_classes)

    Raises
    ------
    ValueError
        If the temperature is not positive.

    Examples
    --------
    >>> from skxrd.metrics import scale_temperature
    >>> scale_temperature([[0.9, 0.1]], 2.0).round(2).tolist()
    [[0.75, 0.25]]
    """
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}; it must be positive (1 changes nothing).")
    logits = np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), _LEAST)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def check_columns(y, probabilities):
    """Columns and probabilities as arrays that fit each other."""
    y, probabilities = np.asarray(y), np.asarray(probabilities, dtype=np.float64)
    if probabilities.ndim != 2 or y.shape != probabilities.shape[:1] or not y.size:
        raise ValueError(
            f"y has the shape {y.shape} and probabilities {probabilities.shape}; give one label "
            "and one row of probabilities for each pattern."
        )
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= probabilities.shape[1]:
        raise ValueError(
            f"y holds {y.dtype} values that are no columns of probabilities; give integers from 0 "
            f"to {probabilities.shape[1] - 1}."
        )
    return y, probabilities
