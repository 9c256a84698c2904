"""Which simulated patterns resemble measured ones, whatever the size of the cell."""

import numpy as np

from skxrd._domains import SIMULATED
from skxrd.preprocessing._missing_angles import fill_gaps

_BIN = 0.0025  # of ln sin(theta): 0.08 degrees of 2theta at 30
_BLUR = np.array([0.25, 0.5, 1.0, 0.5, 0.25])  # so that peaks of other widths overlap
_CELL_TOLERANCE = 0.02


def similar_rows(X, y, groups, two_theta, max_simulated):
    """Rows to train on: all measured ones and, of each class, the simulated ones that fit best.

    Where no row is measured, simulated rows are kept evenly from the first to the last.
    """
    simulated = groups == SIMULATED
    kept = np.ones(len(X), dtype=bool)
    for label in np.unique(y[simulated]):
        rows = np.flatnonzero(simulated & (y == label))
        if len(rows) <= max_simulated:
            continue
        kept[rows] = False
        if simulated.all():
            kept[rows[np.arange(max_simulated) * len(rows) // max_simulated]] = True
        else:
            fit = fit_to_patterns(X[rows], X[~simulated], two_theta)
            kept[rows[np.argsort(-fit, kind="stable")[:max_simulated]]] = True
    return np.flatnonzero(kept)


def fit_to_patterns(rows, patterns, two_theta=None, *, cell_tolerance=_CELL_TOLERANCE):
    r"""How well the lines of each row fit those of the best of some patterns, from 0 to 1.

    The cosine of the square roots of intensities on a grid of :math:`\ln \sin\theta`, on which
    another size of the cell is a shift, at the best shift within the tolerance. Without angles
    nothing is shifted.
    """
    n_shifts = 0
    rows, patterns = (np.sqrt(np.maximum(fill_gaps(part), 0)) for part in (rows, patterns))
    if two_theta is not None:
        n_shifts = round(cell_tolerance / _BIN)
        rows, patterns = (_in_logarithm(part, two_theta) for part in (rows, patterns))
    rows, patterns = (_unit(part) for part in (rows, patterns))
    best = np.zeros(len(rows))
    n_bins = rows.shape[1]
    for shift in range(-n_shifts, n_shifts + 1):
        low, high = max(shift, 0), min(n_bins, n_bins + shift)
        cosines = rows[:, low - shift : high - shift] @ patterns[:, low:high].T
        best = np.maximum(best, cosines.max(axis=1, initial=0))
    return np.minimum(best, 1)


def _in_logarithm(rows, two_theta):
    """Rows on bins of ln sin(theta), a little blurred; angles below a degree are left out."""
    low = min(np.searchsorted(two_theta, 1.0), len(two_theta) - 1)
    place, rows = np.log(np.sin(np.deg2rad(two_theta[low:]) / 2)), rows[:, low:]
    grid = np.arange(place[0], place[-1] + _BIN, _BIN)
    rows = np.stack([np.interp(grid, place, row) for row in rows])
    return np.apply_along_axis(np.convolve, 1, rows, _BLUR / _BLUR.sum(), mode="same")


def _unit(rows):
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms > 0, norms, 1)
