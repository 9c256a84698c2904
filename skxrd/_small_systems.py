"""Systems of a few linear equations, within compiled functions and with bounds."""

import numpy as np

from skxrd._compiled import compiled

_TOLERANCE = 1e-12  # of the largest gradient; a variable with less stays at zero


@compiled
def solve_small(matrix, right):
    """Solution of a positive definite system, in place; it compiles faster than LAPACK's."""
    n = right.size
    for a in range(n):
        for b in range(a + 1, n):
            factor = matrix[b, a] / matrix[a, a]
            for c in range(a, n):
                matrix[b, c] -= factor * matrix[a, c]
            right[b] -= factor * right[a]
    for a in range(n - 1, -1, -1):
        for b in range(a + 1, n):
            right[a] -= matrix[a, b] * right[b]
        right[a] /= matrix[a, a]
    return right


def nonnegative_least_squares(columns, values):
    """Factors of the columns, none negative, whose sum comes nearest to the values.

    The active-set method of Lawson and Hanson, as :func:`scipy.optimize.nnls`, whose import takes
    longer than most calls of the command.
    """
    gram, right = columns.T @ columns, columns.T @ values
    factors, free = np.zeros(right.size), np.zeros(right.size, dtype=bool)
    least = _TOLERANCE * np.abs(right).max(initial=0)
    for _ in range(3 * right.size):
        gradient = np.where(free, -np.inf, right - gram @ factors)
        if free.all() or gradient.max() <= least:
            break
        free[gradient.argmax()] = True
        while free.any():
            there = np.flatnonzero(free)
            trial = np.zeros(right.size)
            trial[there] = np.linalg.lstsq(gram[np.ix_(there, there)], right[there])[0]
            low = there[trial[there] <= 0]
            if not low.size:
                factors = trial
                break
            # as far towards the trial as all stay positive; what then is zero leaves
            shares = factors[low] / np.maximum(factors[low] - trial[low], 1e-300)
            factors += shares.min() * (trial - factors)
            factors[low[shares <= shares.min()]] = 0.0
            free &= factors > 0
    return factors
