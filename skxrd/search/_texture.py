"""Preferred orientation after March and Dollase, for lines of which one index is known."""

import gemmi
import numpy as np

from skxrd.search._line_profiles import draw_lines, explained
from skxrd.search._refine_cell import metric_matrix, rotations

#: March coefficients that are tried: plates below 1, needles above.
COEFFICIENTS = (0.3, 0.45, 0.6, 0.75, 0.9, 1.15, 1.4, 1.8)
_AXES = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 1]], float)
_OF_SYSTEM = {"cubic": [2, 3, 4], "tetragonal": [0, 2, 3, 5]}
_OF_SYSTEM |= {"hexagonal": [0, 2, 3, 5], "trigonal": [0, 2, 3, 5]}


def texture_axes(symbol):
    """Low-index directions that plates and needles of the crystal system show."""
    system = gemmi.find_spacegroup_by_name(symbol).crystal_system_str()
    return _AXES[_OF_SYSTEM.get(system, range(len(_AXES)))]


def march_factors(hkl, metric, symbol, axis, coefficients=COEFFICIENTS):
    """Factors of the lines for each coefficient, the mean over equivalent reflections."""
    matrix = metric_matrix(metric)
    images = np.einsum("ni,rij->nrj", hkl, rotations(symbol))
    squared = np.einsum("nrj,jk,nrk->nr", images, matrix, images)
    along = (images @ (matrix @ axis)) ** 2 / (squared * (axis @ matrix @ axis))
    cosine = np.minimum(along, 1.0)
    return np.array(
        [((r * r * cosine + (1 - cosine) / r) ** -1.5).mean(axis=1) for r in coefficients]
    )


def fit_texture(scan, measured, hkl, strength, symbol, metric, shift, width):
    """Strengths with the preferred orientation that explains most, its axis, its coefficient."""
    out, none = np.empty(measured.size), np.empty((8, 0))
    draw_lines(scan.grid, hkl, strength, metric, shift, width, scan.light, out, none)
    best = explained(scan.weights, measured, out)[0], strength, None, 1.0
    for axis in texture_axes(symbol):
        factors = march_factors(hkl, metric, symbol, axis)
        for factor, coefficient in zip(factors, COEFFICIENTS, strict=True):
            changed = strength * factor
            draw_lines(scan.grid, hkl, changed, metric, shift, width, scan.light, out, none)
            share = explained(scan.weights, measured, out)[0]
            if share > best[0]:
                best = share, changed, axis, coefficient
    return best[1:]
