"""Atoms at the same place, and atoms closer to each other than two atoms can be."""

import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._metric import squared_length

SAME_PLACE = 0.05  # angstrom; nearer atoms share one place
CLOSEST = 0.4  # angstrom; two whole atoms cannot be nearer (H2: 0.74; refined O-H goes to 0.5)
MOST = 1.02  # largest sum of occupancies at one place; rounding does not exceed it

_MOST_PAIRS = 300_000  # bounds the memory of a nonsensical structure
_MOST_COMPARED = 50_000_000  # bounds its time; 100,000 atoms of a solid need nearly as many


def close_pairs(coords, metric, limit):
    """Pairs of atoms closer than a limit in angstrom, periodic images included, and distances.

    The limit must be well below the shortest axis; in each row of the pairs, shape (n_pairs, 2),
    the lower row of ``coords`` comes first.
    """
    n = len(coords)
    wrapped = coords - np.floor(coords)
    order = np.argsort(wrapped[:, 0], kind="stable")
    # planes x = constant are 1 / |a*| apart
    minor = metric[1, 1] * metric[2, 2] - metric[1, 2] ** 2
    window = limit * np.sqrt(minor / np.linalg.det(metric)) + 1e-9
    if float(n) * n * window > _MOST_COMPARED:
        raise ValueError("too many atoms are in its cell; correct the cell or their positions.")
    return _close_pairs(np.ascontiguousarray(wrapped[order]), order, metric, float(limit), window)


@compiled
def _close_pairs(wrapped, order, metric, limit, window):
    """Close pairs of atoms whose coordinates from 0 to 1 are sorted along the first axis."""
    n = len(wrapped)
    pairs = np.empty((16, 2), np.int64)
    distance = np.empty(16)
    count = 0
    for first in range(n):
        for step in range(1, n):
            second = first + step
            ahead = -wrapped[first, 0]
            if second >= n:
                second -= n
                ahead += 1.0
            if ahead + wrapped[second, 0] > window:
                break
            u = wrapped[first, 0] - wrapped[second, 0]
            v = wrapped[first, 1] - wrapped[second, 1]
            w = wrapped[first, 2] - wrapped[second, 2]
            u, v, w = u - np.rint(u), v - np.rint(v), w - np.rint(w)
            squared = squared_length(metric, u, v, w)
            if squared >= limit * limit:
                continue
            if count == _MOST_PAIRS:
                raise ValueError("too many atoms are at one place; correct their positions.")
            if count == len(pairs):
                pairs = np.concatenate((pairs, np.empty_like(pairs)))
                distance = np.concatenate((distance, np.empty_like(distance)))
            i, j = order[first], order[second]
            pairs[count, 0], pairs[count, 1] = min(i, j), max(i, j)
            distance[count] = np.sqrt(max(squared, 0.0))
            count += 1
    return pairs[:count].copy(), distance[:count].copy()


def places(coords, metric):
    """First of the atoms at the same place, for each atom of a cell."""
    first = np.arange(len(coords))
    pairs, _ = close_pairs(coords, metric, SAME_PLACE)
    for low, high in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]:
        first[high] = min(first[high], first[low])
    return first


def overlap(coords, metric, occupancy):
    """Two atoms that cannot both be there and their distance in angstrom, or None.

    Atoms may be closer than 0.4 angstrom, or at one place, if their occupancies sum to at most 1.
    """
    pairs, distance = close_pairs(coords, metric, CLOSEST)
    if not len(pairs):
        return None
    wrong = np.flatnonzero(occupancy[pairs].sum(axis=1) > MOST)
    if wrong.size:
        return (*map(int, pairs[wrong[0]]), float(distance[wrong[0]]))
    first = places(coords, metric)
    total = np.bincount(first, occupancy, minlength=len(coords))
    if (total > MOST).any():
        together = np.flatnonzero(first == total.argmax())
        return int(together[0]), int(together[1]), 0.0
    return None
