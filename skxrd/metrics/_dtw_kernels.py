"""Compiled sums of dynamic time warping."""

import numpy as np

from skxrd._compiled import compiled

_CHECK_EVERY = 16  # anti-diagonals between two checks whether the limit must be exceeded


# no value is NaN, so minima may be taken in any order and the loop vectorises
@compiled(error_model="numpy", fastmath={"nnan", "nsz", "reassoc"})
def _least(last, this, tails, start, count):
    """Least sum on two diagonals, with what must still be added."""
    smallest = np.inf
    for step in range(count):
        i = step + start
        smallest = min(smallest, min(last[i], this[i]) + tails[i])
    return smallest


@compiled(error_model="numpy")
def squared_sum(x, y_reversed, band, tails, limit):
    """Least sum of squared differences in the band, or inf once it must exceed ``limit``.

    ``y_reversed`` has its last point first, and ``tails[i]`` is no more than what the points of
    ``x`` from i on add. The walk is along anti-diagonals i + j = k, whose cells do not depend on
    each other, so the inner loop becomes vector instructions. Cell i of a diagonal is stored at
    i + 1; the places before the first and after the last hold inf.
    """
    n, m = x.size, y_reversed.size
    diagonals = np.full((3, n + 2), np.inf)
    difference = x[0] - y_reversed[m - 1]
    diagonals[1, 1] = difference * difference
    two_back, one_back, here = 0, 1, 2
    for block in range(1, n + m - 1, _CHECK_EVERY):
        low = high = 0
        for k in range(block, min(block + _CHECK_EVERY, n + m - 1)):
            low = max(0, k - m + 1, (k - band + 1) // 2)
            high = min(n - 1, k, (k + band) // 2)
            before, last, this = diagonals[two_back], diagonals[one_back], diagonals[here]
            # Unsigned positions cannot be negative: none wraps round and the loop vectorises.
            start, offset, one = np.uintp(low), np.uintp(m - 1 - k + low), np.uintp(1)
            for step in range(np.uintp(high - low + 1)):
                i = step + start
                difference = x[i] - y_reversed[step + offset]
                best = min(min(last[i], last[i + one]), before[i])
                this[i + one] = difference * difference + best
            this[low] = np.inf
            this[high + 2] = np.inf
            two_back, one_back, here = one_back, here, two_back
        # every path meets the last diagonal or the one before it
        count = np.uintp(high - low + 2)
        if _least(diagonals[two_back], diagonals[one_back], tails, np.uintp(low), count) > limit:
            return np.inf
    return diagonals[one_back, n]


@compiled
def sum_and_length(x, y, band):
    """Least sum of squared differences and, of the paths that reach it, the least length."""
    n, m = x.size, y.size
    total = np.full((2, m + 1), np.inf)
    length = np.zeros((2, m + 1), np.int64)
    for i in range(n):
        now, old = i % 2, 1 - i % 2
        total[now] = np.inf
        for j in range(max(0, i - band), min(m, i + band + 1)):
            difference = np.float64(x[i]) - y[j]
            best, steps = total[old, j], length[old, j]
            if i == 0 and j == 0:
                best, steps = 0.0, 0
            for other, at in ((old, j + 1), (now, j)):
                cost = total[other, at]
                if cost < best or (cost == best and length[other, at] < steps):
                    best, steps = cost, length[other, at]
            total[now, j + 1] = difference * difference + best
            length[now, j + 1] = steps + 1
    return total[1 - n % 2, m], length[1 - n % 2, m]


@compiled
def best_path(x, y, band):
    """Path of :func:`sum_and_length`, from the start."""
    n, m = x.size, y.size
    total = np.full((n + 1, m + 1), np.inf)
    length = np.zeros((n + 1, m + 1), np.int32)
    total[0, 0] = 0
    for i in range(1, n + 1):
        for j in range(max(1, i - band), min(m, i + band) + 1):
            difference = np.float64(x[i - 1]) - y[j - 1]
            a, b = i - 1, j - 1
            for c, d in ((i - 1, j), (i, j - 1)):
                if total[c, d] < total[a, b] or (
                    total[c, d] == total[a, b] and length[c, d] < length[a, b]
                ):
                    a, b = c, d
            total[i, j] = difference * difference + total[a, b]
            length[i, j] = length[a, b] + 1
    path = np.empty((length[n, m], 2), np.int64)
    i, j = n, m
    for step in range(len(path) - 1, -1, -1):
        path[step, 0], path[step, 1] = i - 1, j - 1
        a, b = i - 1, j - 1
        for c, d in ((i - 1, j), (i, j - 1)):
            if total[c, d] < total[a, b] or (
                total[c, d] == total[a, b] and length[c, d] < length[a, b]
            ):
                a, b = c, d
        i, j = a, b
    return path, total[n, m]
