"""Cell, specimen displacement and peak width of a phase, refined on a pattern."""

from functools import lru_cache

import gemmi
import numpy as np

from skxrd._compiled import compiled
from skxrd._small_systems import solve_small
from skxrd.crystal._metric import reciprocal_metric
from skxrd.search._line_profiles import draw_lines, draw_with_slopes, explained

_PLACES = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
_CELL_SD = 0.01  # relative, how far a cell is expected from that of the library
_SHIFT_SD, _SHIFT_MOST = 0.1, 0.4  # degrees with copper radiation
_WIDTH_SD = 0.5  # relative
_WIDTHS = (0.5, 2.0)  # of the width of the scan
_PRIOR = 1e-4  # weight of these expectations, as a share of the weighted squares of the pattern


def metric_numbers(cell):
    """G*11, G*22, G*33, G*23, G*13, G*12 of a cell."""
    metric = reciprocal_metric.__wrapped__(np.asarray(cell, dtype=float))
    return np.array([metric[place] for place in _PLACES])


def metric_matrix(numbers):
    """Reciprocal metric as a matrix."""
    matrix = np.empty((3, 3))
    for (i, j), value in zip(_PLACES, numbers, strict=True):
        matrix[i, j] = matrix[j, i] = value
    return matrix


def cell_of_metric(numbers):
    """Cell in angstrom and degrees."""
    direct = np.linalg.inv(metric_matrix(numbers))
    a, b, c = np.sqrt(np.diag(direct))
    cosines = [direct[1, 2] / (b * c), direct[0, 2] / (a * c), direct[0, 1] / (a * b)]
    return np.array([a, b, c, *np.degrees(np.arccos(cosines))])


@lru_cache(maxsize=1024)
def rotations(symbol):
    """Rotations of indices of the space group of a symbol, as floats of shape (n, 3, 3)."""
    operations = gemmi.find_spacegroup_by_name(symbol).operations().sym_ops
    return np.unique([np.array(op.rot) // gemmi.Op.DEN for op in operations], axis=0).astype(float)


@lru_cache(maxsize=1024)
def metric_basis(symbol):
    """Reciprocal metrics that the space group allows, as rows of six numbers that span them."""
    means = np.zeros((6, 6))
    for row, (i, j) in enumerate(_PLACES):
        unit = np.zeros((3, 3))
        unit[i, j] = unit[j, i] = 1
        mean = np.mean([w @ unit @ w.T for w in rotations(symbol)], axis=0)
        means[row] = [mean[place] for place in _PLACES]
    # rows of the reduced echelon form: each begins with a 1 that no other row has
    basis, row = means.copy(), 0
    for column in range(6):
        pivot = row + int(np.abs(basis[row:, column]).argmax()) if row < 6 else row
        if row == 6 or abs(basis[pivot, column]) < 1e-9:
            continue
        basis[[row, pivot]] = basis[[pivot, row]]
        basis[row] /= basis[row, column]
        for other in range(6):
            if other != row:
                basis[other] -= basis[other, column] * basis[row]
        row += 1
    return np.ascontiguousarray(basis[:row])


@compiled(fastmath=True)
def _normal_equations(weights, measured, out, slopes, scale, size_of, normal, right):
    """Write the normal matrix and the right side, for the scale and the slopes."""
    for a in range(right.size):
        one = out if a == 0 else slopes[a - 1]
        total = 0.0
        for j in range(out.size):
            total += weights[j] * one[j] * (measured[j] - scale * out[j])
        right[a] = size_of[a] * total
        for b in range(a + 1):
            other = out if b == 0 else slopes[b - 1]
            total = 0.0
            for j in range(out.size):
                total += weights[j] * one[j] * other[j]
            normal[a, b] = normal[b, a] = size_of[a] * size_of[b] * total


def refine(grid, measured, weights, hkl, strength, basis, metric, start, light, steps):
    """Refined metric, shift, width and drawing, by damped Gauss-Newton steps.

    ``start`` is shift, width and 1 if the width is refined, else 0; ``steps`` is the number of
    steps. Expectations keep parameters that the pattern does not determine near their start.
    """
    n_metric = len(basis)
    n_all = n_metric + 3  # with the scale
    out, slopes = np.empty(measured.size), np.empty((n_metric + 2, measured.size))
    metric = metric.copy()
    # arrays are made here, as numba takes seconds to learn how
    shift, width = _refine(
        grid, measured, weights, hkl, strength, basis, metric, start, light, steps,
        out, slopes, np.empty((n_all, n_all)), np.zeros((4, n_all)),
    )  # fmt: skip
    return metric, shift, width, out


@compiled
def _refine(
    grid, measured, weights, hkl, strength, basis, metric, start, light, steps,
    out, slopes, normal, work,
):  # fmt: skip
    """Refine in place; returns shift and width."""
    n, n_metric = measured.size, basis.shape[0]
    n_all = n_metric + 3
    right, size_of, size, moved = work[0], work[1], work[2], work[3]
    shift, width, free_width = start
    narrowest, widest = width * _WIDTHS[0], width * _WIDTHS[1]
    unit = light[0, 0] / 1.5406
    squares = 0.0
    for c in range(6):
        squares += metric[c] * metric[c]
    for b in range(n_metric):
        value = 0.0
        for c in range(6):
            value += basis[b, c] * metric[c]
        size[b] = max(abs(value), 0.02 * np.sqrt(squares))
    total = 0.0
    for j in range(n):
        total += weights[j] * measured[j] ** 2
    size_of[0] = 1.0
    for _ in range(steps):
        draw_with_slopes(grid, hkl, strength, metric, shift, width, light, basis, out, slopes)
        scale = explained(weights, measured, out)[1]
        if scale <= 0:
            break
        for b in range(n_metric):
            size_of[1 + b] = scale * size[b]
        size_of[n_metric + 1] = scale
        size_of[n_metric + 2] = scale * width * free_width
        _normal_equations(weights, measured, out, slopes, scale, size_of, normal, right)
        for b in range(n_metric):
            pull = _PRIOR * total / (2 * _CELL_SD) ** 2
            normal[1 + b, 1 + b] += pull
            right[1 + b] -= pull * moved[b]
        pull = _PRIOR * total / (_SHIFT_SD * unit) ** 2
        normal[n_metric + 1, n_metric + 1] += pull
        right[n_metric + 1] -= pull * shift
        normal[n_metric + 2, n_metric + 2] += _PRIOR * total / _WIDTH_SD**2 + 1e-12
        for a in range(n_all):
            normal[a, a] = normal[a, a] * (1 + 1e-6) + 1e-300
        change = solve_small(normal, right)
        largest = 0.0
        for b in range(n_metric):
            value = min(max(change[1 + b], -0.02), 0.02)
            moved[b] += value
            largest = max(largest, abs(value))
            for c in range(6):
                metric[c] += basis[b, c] * value * size[b]
        value = min(max(change[n_metric + 1], -0.1 * unit), 0.1 * unit)
        shift = min(max(shift + value, -_SHIFT_MOST * unit), _SHIFT_MOST * unit)
        if free_width:
            value = min(max(change[n_metric + 2], -0.3), 0.3)
            width = min(max(width * (1 + value), narrowest), widest)
        if max(largest, abs(value) * 0.1) < 1e-5:
            break
    draw_lines(grid, hkl, strength, metric, shift, width, light, out)
    return shift, width


def cell_uncertainties(metric, basis, covariance):
    """Standard uncertainties of the cell from the covariance of the metric's parameters."""
    cell = cell_of_metric(metric)
    gradients = []
    for row in basis:
        step = 1e-6 * np.abs(metric).max()
        gradients.append((cell_of_metric(metric + step * row) - cell) / step)
    gradients = np.array(gradients)
    return np.sqrt(np.clip(np.einsum("bi,bc,ci->i", gradients, covariance, gradients), 0, None))
