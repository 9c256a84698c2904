"""Whether the angles that a map marks are those that the classifier used."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_random_state


@dataclass(frozen=True, eq=False)
class MapFaithfulness:
    """Areas under the curves of :func:`map_faithfulness`, arrays of shape (n_patterns,)."""

    deletion: np.ndarray
    insertion: np.ndarray
    random_deletion: np.ndarray
    random_insertion: np.ndarray


def map_faithfulness(
    classifier, X, *, class_=None, against=None, n_parts=25, n_random=10, random_state=None
):
    """Delete and insert the regions of patterns in the order of their class activation maps.

    Each pattern is cut into regions of equal width. A deleted region is replaced by the median of
    the pattern, which is its background. A map is faithful if the probability of the class falls
    more when regions are deleted in the order of the map than in random orders [1]_.

    Parameters
    ----------
    classifier : AllConvClassifier
        Fitted; any classifier with ``cam`` and ``predict_proba``.
    X : array-like of shape (n_patterns, n_angles)
        Patterns as they reach the classifier.
    class_ : label or array-like of shape (n_patterns,), default=None
        The class whose map and probability are used; ``None`` takes the predicted one.
    against : {"rest", None}, default=None
        ``"rest"`` subtracts the mean of the maps of the other classes, because a softmax responds
        to differences: what raises all scores alike changes no probability.
    n_parts : int, default=25
        Number of regions.
    n_random : int, default=10
        Number of random orders.
    random_state : int, RandomState instance or None, default=None
        Seed of these.

    Returns
    -------
    result : MapFaithfulness
        Areas under the curves, in four attributes:

        deletion : ndarray of shape (n_patterns,)
            Mean probability of the class while regions are deleted, the most important first: low
            is good.
        insertion : ndarray of shape (n_patterns,)
            Mean probability while they are inserted in that order: high is good.
        random_deletion, random_insertion : ndarray of shape (n_patterns,)
            The same with the regions in random orders, averaged over these.

    References
    ----------
    .. [1] V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized input sampling for explanation of
       black-box models", BMVC (2018), arXiv:1806.07421.
    """
    X = np.asarray(X, dtype=np.float32)
    if not 2 <= n_parts <= X.shape[1]:
        raise ValueError(
            f"n_parts is {n_parts}; it must lie from 2 to the number of angles, {X.shape[1]}."
        )
    if against not in ("rest", None):
        raise ValueError(f"against is {against!r}; pass 'rest' or None.")
    rng = check_random_state(random_state)
    classes = list(classifier.classes_)
    labels = classifier.predict(X) if class_ is None else np.broadcast_to(class_, len(X))
    codes = np.array([classes.index(label) for label in labels])
    part = np.arange(X.shape[1]) * n_parts // X.shape[1]
    maps = classifier.cam(X, labels)
    if against == "rest":
        total = sum(classifier.cam(X, label) for label in classes)
        maps = maps - (total - maps) / (len(classes) - 1)
    weight = np.stack([maps[:, part == p].sum(axis=1) for p in range(n_parts)], axis=1)
    deletion, insertion = _areas(classifier, X, codes, part, np.argsort(-weight, axis=1))
    at_random = []
    for _ in range(n_random):
        order = np.array([rng.permutation(n_parts) for _ in range(len(X))])
        at_random.append(_areas(classifier, X, codes, part, order))
    return MapFaithfulness(deletion, insertion, *np.mean(at_random, axis=0))


def _areas(classifier, X, codes, part, order):
    """Mean probabilities while the parts are deleted, and inserted, in the given order."""
    n_patterns, n_parts = order.shape
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(n_parts)[np.newaxis].repeat(n_patterns, axis=0), 1)
    when = rank[:, part]  # step in which each angle is deleted or inserted
    empty = np.median(X, axis=1, keepdims=True)
    rows = np.arange(n_patterns)
    deleted, inserted = [], []
    for step in range(n_parts + 1):
        gone = when < step
        deleted.append(classifier.predict_proba(np.where(gone, empty, X))[rows, codes])
        inserted.append(classifier.predict_proba(np.where(gone, X, empty))[rows, codes])
    return np.mean(deleted, axis=0), np.mean(inserted, axis=0)
