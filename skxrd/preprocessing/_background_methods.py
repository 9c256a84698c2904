"""Backgrounds of many rows: by SNIP, and the published way, windows around peaks."""

from numbers import Integral

import numpy as np

from skxrd._grid import keep_float32

_CHUNK_BYTES = 2**20  # rows worked on together; they should stay in the processor's cache


def snip_background(X, half_window):
    """Background of rows by SNIP, with widths in points: all from an integer down to 1, or a list.

    Widths above ``(n_angles - 1) // 2`` are cut to that.
    """
    X = keep_float32(X)
    n_patterns, n_angles = X.shape
    widths = range(1, half_window + 1) if isinstance(half_window, Integral) else half_window
    widths = sorted({min(int(width), (n_angles - 1) // 2) for width in widths}, reverse=True)
    background = X.copy()
    if not widths or widths[-1] < 1:
        return background
    margin = widths[0]
    left, right = _line_weights(margin)
    n_rows = _CHUNK_BYTES // (2 * (n_angles + 2 * margin) * X.itemsize)
    n_rows = max(1, min(n_patterns, n_rows))
    padded = np.empty((n_rows, n_angles + 2 * margin), dtype=X.dtype)
    mean = np.empty_like(padded)
    inner = slice(margin, margin + n_angles)
    for start in range(0, n_patterns, n_rows):
        rows = X[start : start + n_rows]
        work = padded[: len(rows)]
        work[:, inner] = rows
        work[:, :margin] = rows[:, :margin] @ left
        work[:, inner.stop :] = rows[:, -margin:] @ right
        for width in widths:
            middle = mean[: len(rows), 2 * width :]
            np.add(work[:, : -2 * width], work[:, 2 * width :], out=middle)
            middle *= 0.5
            clipped = work[:, width:-width]
            np.minimum(clipped, middle, out=clipped)
        background[start : start + n_rows] = work[:, inner]
    return background


def snip_half_window(window, n_angles):
    """Largest width of SNIP in points, of a window in points, cut to what a row allows."""
    return max(1, min((window + 1) // 2, (n_angles - 1) // 2))


def snip_widths(half_window):
    """Widths from ``half_window`` points down to 1 that shrink by the square root of 2."""
    # A pass of width w lowers a background of curvature c by c w^2 / 2. Every width from W down to
    # 1 would add up to c W^3 / 6 and leave broad humps standing, the more so the finer the step;
    # widths that shrink geometrically add up to about c W^2 whatever the step, in fewer passes.
    n_widths = int(2 * np.log2(max(1, half_window))) + 2
    widths = np.round(half_window / 2 ** (np.arange(n_widths) / 2)).astype(int)
    return sorted({*np.maximum(widths, 1).tolist(), 1}, reverse=True)


def _line_weights(n_points):
    """Weights that continue a row at both ends by straight lines through ``n_points`` points."""
    if n_points == 1:
        return np.ones((1, 1)), np.ones((1, 1))
    inside = np.arange(n_points)
    design = np.stack([np.ones(n_points), inside], axis=1)
    solve = np.linalg.pinv(design)  # coefficients = solve @ values
    before, after = inside - n_points, inside + n_points
    left = np.stack([np.ones(n_points), before], axis=1) @ solve
    right = np.stack([np.ones(n_points), after], axis=1) @ solve
    return left.T, right.T


def peak_window_background(X, window):
    """Background of rows, with windows of at least 2 points; published are 15, of 0.04 degrees."""
    from scipy.signal import find_peaks_cwt  # here, as the other methods need no scipy

    X = keep_float32(X)
    background = X.copy()
    n_low, half = max(1, window // 5), max(1, window // 2)
    widths = np.arange(max(1, int(round(2 * window / 3))), max(window, 2))
    for row, level in zip(X, background, strict=True):
        for peak in find_peaks_cwt(row, widths, noise_perc=0.01):
            near = slice(max(0, peak - half), peak + half)
            floor = np.partition(row[near], n_low - 1)[n_low - 1]
            level[near] = np.minimum(row[near], floor)
    return background
