"""Sets of classes that hold the true one with a known probability, and p-values of the strange."""

import numpy as np

from skxrd._shared_docs import share_docs
from skxrd.metrics._calibration import check_columns

_ROUNDING = 1e-9  # of (n + 1) times the coverage
_SHARED = {
    "vovk_2005": """
        References
        ----------
        .. [1] V. Vovk, A. Gammerman and G. Shafer, "Algorithmic learning in a random world",
           Springer (2005), doi:10.1007/b106715.
        """,
}


@share_docs(_SHARED)
def conformal_threshold(y, probabilities, *, coverage=0.9, by_class=False):
    r"""Least probability of the classes that belong in a prediction set.

    From the probabilities :math:`p_i` of the true classes of :math:`n` held-out patterns, it is
    the :math:`\lceil (n + 1) c \rceil`-th largest [1]_, and 0 where :math:`n` is too small for the
    coverage :math:`c`. The classes whose probability is not below it make a set that holds the
    true class of a new pattern with a probability of at least :math:`c`, whatever the classifier,
    if the new pattern is of the same kind as those held out (exchangeable with them). Nothing is
    drawn at random: where probabilities are tied, as those of k-NN are, more is covered than asked
    for.

    Parameters
    ----------
    y : array-like of int, shape (n_patterns,)
        True columns of patterns that the model was not trained on.
    probabilities : array-like of shape (n_patterns, n_classes)
        Their predicted probabilities.
    coverage : float, default=0.9
        Wanted share of sets that hold the true class, above 0 and below 1.
    by_class : bool, default=False
        One threshold for each class, from the patterns of that class, so that every class is
        covered. A class with fewer than ``coverage / (1 - coverage)`` patterns, 9 for 0.9, is then
        in every set.

    Returns
    -------
    float, or ndarray of float64, shape (n_classes,) if ``by_class``

    Raises
    ------
    ValueError
        If labels and probabilities do not fit each other, or the coverage is not between 0 and 1.

    |vovk_2005|

    Examples
    --------
    >>> from skxrd.metrics import conformal_threshold
    >>> conformal_threshold([0, 0, 1, 1], [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]],
    ...     coverage=0.6)
    0.6
    """
    y, probabilities = check_columns(y, probabilities)
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is {coverage}; it must be above 0 and below 1, such as 0.9.")
    true = probabilities[np.arange(y.size), y]
    if not by_class:
        return _threshold(true, coverage)
    return np.array([_threshold(true[y == code], coverage) for code in range(len(probabilities.T))])


def prediction_sets(probabilities, threshold, *, allow_empty=False):
    """Classes whose probability is not below the threshold, for each pattern.

    Parameters
    ----------
    probabilities : array-like of shape (n_patterns, n_classes)
        Predicted probabilities.
    threshold : float or array-like of shape (n_classes,)
        As :func:`conformal_threshold` returns it.
    allow_empty : bool, default=False
        Leave a set empty if no class reaches the threshold. By default such a set holds the most
        probable class, or all that are tied, which can only add to the coverage.

    Returns
    -------
    ndarray of bool, shape (n_patterns, n_classes)
        Which classes are in the set of each pattern.

    Raises
    ------
    ValueError
        If there is not one threshold, nor one for each class.

    Examples
    --------
    >>> from skxrd.metrics import prediction_sets
    >>> prediction_sets([[0.7, 0.3], [0.55, 0.45]], 0.4).tolist()
    [[True, False], [True, True]]
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    threshold = np.asarray(threshold, dtype=np.float64)
    if probabilities.ndim != 2 or threshold.shape not in ((), probabilities.shape[1:]):
        raise ValueError(
            f"threshold has the shape {threshold.shape} and probabilities {probabilities.shape}; "
            "give rows of probabilities, and one threshold or one for each class."
        )
    sets = probabilities >= threshold
    if not allow_empty:
        empty = ~sets.any(axis=1)
        sets[empty] = probabilities[empty] == probabilities[empty].max(axis=1, keepdims=True)
    return sets


def coarser_sets(sets, grouping):
    """Sets of groups, such as crystal systems, that hold a class of each set.

    They cover at least as often as the sets that they are made of, and never contradict them.

    Parameters
    ----------
    sets : array-like of bool, shape (n_patterns, n_classes)
        As :func:`prediction_sets` returns them.
    grouping : array-like of shape (n_classes,)
        Group of each class, numbers or names.

    Returns
    -------
    sets : ndarray of bool, shape (n_patterns, n_groups)
        Which groups are in the set of each pattern.
    groups : ndarray of shape (n_groups,)
        The groups, sorted.

    Raises
    ------
    ValueError
        If there is not one group for each class.

    Examples
    --------
    >>> from skxrd.metrics import coarser_sets
    >>> sets, systems = coarser_sets([[True, True, False]], ["cubic", "cubic", "tetragonal"])
    >>> systems[sets[0]].tolist()
    ['cubic']
    """
    sets, grouping = np.asarray(sets, dtype=bool), np.asarray(grouping)
    if sets.ndim != 2 or grouping.shape != sets.shape[1:]:
        raise ValueError(
            f"grouping has the shape {grouping.shape} and sets {sets.shape}; give the group of "
            "each class."
        )
    groups, codes = np.unique(grouping, return_inverse=True)
    return np.stack([sets[:, codes == code].any(axis=1) for code in range(groups.size)], 1), groups


@share_docs(_SHARED)
def conformal_p_values(held_out, scores):
    r"""How often a pattern of the known kind would be at least as strange.

    .. math:: p = \frac{1 + |\{i: h_i \ge s\}|}{n + 1}

    for a score :math:`s` and those of :math:`n` known patterns, :math:`h_i` [1]_. If the pattern is
    of their kind, p is below 0.05 once in twenty times at most.

    Parameters
    ----------
    held_out : array-like of shape (n_held_out,)
        Scores of known patterns that nothing was fitted to; larger is stranger.
    scores : array-like of shape (n_patterns,)
        Scores of the patterns to judge.

    Returns
    -------
    ndarray of float64, shape (n_patterns,)
        From 1 / (n_held_out + 1) to 1.

    |vovk_2005|

    Examples
    --------
    >>> from skxrd.metrics._prediction_sets import conformal_p_values
    >>> conformal_p_values([0.1, 0.2, 0.3, 0.4], [0.25, 0.9]).tolist()
    [0.6, 0.2]
    """
    held_out = np.sort(np.ravel(held_out))
    n_stranger = held_out.size - np.searchsorted(held_out, np.ravel(scores), side="left")
    return (1 + n_stranger) / (held_out.size + 1)


def _threshold(true, coverage):
    """Threshold from the probabilities of true classes."""
    rank = int(np.ceil((true.size + 1) * coverage - _ROUNDING))
    return float(np.sort(true)[true.size - rank]) if rank <= true.size else 0.0
