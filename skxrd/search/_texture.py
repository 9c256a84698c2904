"""Preferred orientation after March and Dollase, for lines of which one index is known."""

from functools import lru_cache

import gemmi
import numpy as np

from skxrd.search._line_profiles import best_strengths
from skxrd.search._refine_cell import metric_matrix, rotations

#: March coefficients that are tried: plates below 1, needles above.
COEFFICIENTS = (0.3, 0.45, 0.6, 0.75, 0.9, 1.15, 1.4, 1.8)
_AXES = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 1]], float)
_OF_SYSTEM = {"cubic": [2, 3, 4], "tetragonal": [0, 2, 3, 5]}
_OF_SYSTEM |= {"hexagonal": [0, 2, 3, 5], "trigonal": [0, 2, 3, 5]}


@lru_cache(maxsize=1024)
def texture_axes(symbol):
    """Low-index directions that plates and needles of the crystal system show."""
    system = gemmi.find_spacegroup_by_name(symbol).crystal_system_str()
    return _AXES[_OF_SYSTEM.get(system, range(len(_AXES)))]


@lru_cache(maxsize=4096)
def _equivalents(symbol, axis):
    """Directions equivalent to an axis of three indices, one of each and its opposite."""
    images = np.array(axis) @ rotations(symbol)
    images = np.unique(images, axis=0)
    first = [row[np.flatnonzero(row)[0]] > 0 for row in images]
    both = [tuple(row) for row in images]
    opposite = [tuple(-row) for row in images]
    kept = [up or there not in both for up, there in zip(first, opposite, strict=True)]
    return images[np.array(kept)]


def march_factors(hkl, metric, symbol, axis, coefficients=COEFFICIENTS):
    """Factors of the lines for each coefficient, the mean over equivalent reflections."""
    matrix = metric_matrix(metric)
    # the group turns an axis as it turns a reflection: the angles between them are the same
    axes = _equivalents(symbol, tuple(axis))
    squared = ((hkl @ matrix) * hkl).sum(axis=1)
    along = (hkl @ (matrix @ axes.T)) ** 2 / (squared[:, None] * (axis @ matrix @ axis))
    cosine = np.minimum(along, 1.0)
    r = np.array(coefficients)[:, None, None]
    mixed = (r * r - 1 / r) * cosine + 1 / r
    return (1 / (mixed * np.sqrt(mixed))).mean(axis=2)


def fit_texture(scan, measured, hkl, strength, symbol, metric, shift, width):
    """Strengths with the preferred orientation that explains most, its axis, its coefficient."""
    axes = texture_axes(symbol)
    factors = [march_factors(hkl, metric, symbol, axis) for axis in axes]
    tried = np.concatenate([np.ones((1, len(hkl))), *factors]) * strength
    best, _ = best_strengths(
        scan.grid, hkl, tried, metric, shift, width, scan.light, scan.weights, measured
    )
    if best == 0:
        return strength, None, 1.0
    axis, coefficient = divmod(best - 1, len(COEFFICIENTS))
    return tried[best], axes[axis], COEFFICIENTS[coefficient]
