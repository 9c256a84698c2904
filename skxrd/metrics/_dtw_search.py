"""Exact search for the nearest patterns under dynamic time warping."""

import numpy as np

from skxrd._compiled import compiled
from skxrd.metrics._dtw_kernels import squared_sum, sum_and_length

_SAFETY = 1 - 1e-9  # keeps rounding from lifting a lower bound above the distance
_SAFETY_32 = 1 - 1e-6  # the same where both sides of a difference are float32
_TIE = 1e-11  # relative; sums of the same squares in another order differ by less


# sums may be taken in any order, or they are not vectorised
@compiled(error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def _outside(pattern, low, high):
    """LB_Keogh: squared distance of a pattern to an envelope."""
    total = 0.0
    for i in range(np.uintp(pattern.size)):
        gap = max(max(pattern[i] - high[i], low[i] - pattern[i]), 0.0)
        total += gap * gap
    return total


@compiled(error_model="numpy")
def _outside_from(pattern, low, high, tails):
    """LB_Keogh of the points from each position on."""
    n = pattern.size
    for i in range(np.uintp(n)):
        gap = max(max(pattern[i] - high[i], low[i] - pattern[i]), 0.0)
        tails[i] = gap * gap
    tails[n] = 0.0
    for i in range(n - 1, -1, -1):
        tails[i] += tails[i + 1]


@compiled(error_model="numpy")
def nearest_rows(query, library, band, normalize, n_neighbors):
    """Exact nearest rows of a library under banded warping, nearest first, ties by row number.

    ``query`` and ``library`` are a pattern and patterns with their envelopes: the least and the
    greatest values within the band. Rows are visited by rising lower bound (LB_Kim, and LB_Keogh of
    the row in the envelope of the query) until that exceeds the worst distance kept. LB_Keogh of
    the query in the envelope of the row is computed next; what it adds after each point also lets
    the sum be given up early. With ``normalize``, bounds are divided by the longest path.

    Returns squared distances, row numbers, and how many rows had their second bound computed, their
    warping begun, and finished.
    """
    (pattern, low, high), (Y, Y_low, Y_high) = query, library
    n = pattern.size
    x = pattern.astype(np.float64)
    safety = _SAFETY_32 if Y.itemsize == 4 else _SAFETY
    bounds = np.empty(len(Y))
    for row in range(len(Y)):
        first, end = x[0] - Y[row, 0], x[n - 1] - Y[row, n - 1]
        kim = first * first + end * end if n > 1 else first * first
        bounds[row] = max(kim, _outside(Y[row], low, high)) * safety
    longest = 2 * n - 1 if normalize else 1  # a path has at most that many steps
    found = np.full(n_neighbors, np.inf)
    rows = np.full(n_neighbors, len(Y), np.int64)
    counts = np.zeros(3, np.int64)
    tails, reversed_row = np.empty(n + 1), np.empty(n)
    for row in np.argsort(bounds):
        limit = found[n_neighbors - 1] * longest
        if bounds[row] > limit:
            break
        counts[0] += 1
        _outside_from(x, Y_low[row], Y_high[row], tails)
        if tails[0] * _SAFETY > limit:
            continue
        counts[1] += 1
        if normalize:
            total, length = sum_and_length(x, Y[row], band)
            value = total / length
        else:
            for i in range(n):
                reversed_row[i] = Y[row, n - 1 - i]
            value = squared_sum(x, reversed_row, band, tails, limit / _SAFETY)
        counts[2] += value < np.inf
        place = n_neighbors
        while place > 0 and (
            value < found[place - 1] * (1 - _TIE)
            or (value <= found[place - 1] * (1 + _TIE) and row < rows[place - 1])
        ):
            place -= 1
        if place < n_neighbors:
            for k in range(n_neighbors - 1, place, -1):
                found[k], rows[k] = found[k - 1], rows[k - 1]
            found[place], rows[place] = value, row
    return found, rows, counts
