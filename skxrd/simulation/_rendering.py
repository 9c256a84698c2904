"""Sum of many peaks on a grid of angles, in a time that does not depend on their tails."""

import numpy as np

from skxrd._compiled import compiled

_LOG_2 = np.log(2.0)
_COARSE, _COARSER = 16, 8  # points of a grid to one of the next coarser grid
_REACH = 5  # nodes of the coarser grid within which a peak is drawn on the finer one
_REACH_IN_WIDTHS = 3  # and at least so many full widths
_GAUSS_REACH = 2.7  # full widths at half maximum; beyond, a Gaussian is below 2e-9 of its height
_CUTOFF = 40.0  # full widths; where steps differ, a peak is cut there
# a check of every divisor for zero would keep the loops from being vectorised
_kernel = compiled(error_model="numpy")


def render_peaks(two_theta, position, area, fwhm, eta, *, equal_steps=None):
    r"""Sum of pseudo-Voigt peaks on a grid of angles.

    On a grid of equal steps the Lorentzian tails are not cut. Each is split,

    .. math:: \frac{1}{1+u} = \frac{z^4}{1+u} + \frac{1+z+z^2+z^3}{1+U},
              \qquad z = \frac{U-u}{1+U},

    inside the distance where :math:`u = (2x/\text{FWHM})^2` is U, into a part that ends there and
    one so smooth that it is drawn on every 16th angle only, where it is split once more; cubic
    interpolation takes it back. The error stays below 1e-4 of a peak's height. On other grids
    peaks are cut 40 full widths from their centres.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Strictly increasing angles in degrees.
    position, area, fwhm, eta : array-like of shape (n_peaks,) or scalar
        Centres and full widths at half maximum in degrees, integrated intensities, Lorentzian
        shares from 0 to 1. Peaks without positive area and width are left out.
    equal_steps : bool, default=None
        Whether all steps of the grid are equal, if that is known; ``None`` checks them.

    Returns
    -------
    ndarray of shape (n_angles,)

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.simulation._rendering import render_peaks
    >>> grid = np.arange(20, 40, 0.01)
    >>> pattern = render_peaks(grid, [28.0, 31.0], [1.0, 2.0], 0.1, 0.5)
    >>> float(grid[pattern.argmax()].round(2))
    31.0
    """
    grid = np.ascontiguousarray(two_theta, dtype=np.float64)
    peaks = [np.asarray(p, dtype=np.float64) for p in (position, area, fwhm, eta)]
    n_peaks = max(p.size for p in peaks)
    peaks = [p if p.shape == (n_peaks,) else np.full(n_peaks, p) for p in peaks]
    if equal_steps is None:
        equal_steps = has_equal_steps(grid)
    if grid.size < 4 * _COARSE or not equal_steps:
        return _add_peaks(grid, *peaks)
    return _add_peaks_by_levels(grid[0], (grid[-1] - grid[0]) / (grid.size - 1), grid.size, *peaks)


@_kernel
def has_equal_steps(grid):
    """Whether no angle is off an even grid by more than a thousandth of the step."""
    step = (grid[-1] - grid[0]) / (grid.size - 1)
    worst = 0.0
    for i in range(grid.size):
        worst = max(worst, abs(grid[i] - grid[0] - i * step))
    return worst < 1e-3 * step


@_kernel
def _add_peaks(grid, position, area, fwhm, eta):
    out = np.zeros(grid.size)
    for peak in range(position.size):
        if not (area[peak] > 0.0 and fwhm[peak] > 0.0):
            continue
        reach = _CUTOFF * fwhm[peak]
        lorentz = eta[peak] * area[peak] * 2 / (np.pi * fwhm[peak])
        gauss = (1 - eta[peak]) * area[peak] * 2 * np.sqrt(_LOG_2 / np.pi) / fwhm[peak]
        for i in range(np.searchsorted(grid, position[peak] - reach), grid.size):
            scaled = 2 * (grid[i] - position[peak]) / fwhm[peak]
            if scaled > 2 * _CUTOFF:
                break
            square = scaled * scaled
            out[i] += lorentz / (1 + square)
            if square < 4 * _GAUSS_REACH**2:
                out[i] += gauss * np.exp(-_LOG_2 * square)
    return out


@_kernel
def _add_peaks_by_levels(start, step, n, position, area, fwhm, eta):
    n_coarse = (n - 1) // _COARSE + 5  # nodes from -2, and 2 past the last
    n_coarser = (n_coarse - 1) // _COARSER + 5
    out, fine = np.zeros(n), np.zeros(n, np.float32)  # seven digits are enough for the tails
    coarse, coarser = np.zeros(n_coarse, np.float32), np.zeros(n_coarser, np.float32)
    points = np.arange(n_coarser + n).astype(np.float32)  # converting an index keeps a loop scalar
    for peak in range(position.size):
        if not (area[peak] > 0.0 and fwhm[peak] > 0.0):
            continue
        centre = (position[peak] - start) / step
        width = fwhm[peak] / step
        if eta[peak] < 1.0:
            height = (1 - eta[peak]) * area[peak] * 2 * np.sqrt(_LOG_2 / np.pi) / fwhm[peak]
            _add_gauss(out, centre, width, height)
        if eta[peak] > 0.0:
            near = max(_REACH * _COARSE, _REACH_IN_WIDTHS * width)  # points
            far = max(_REACH * _COARSE * _COARSER, near)
            height = eta[peak] * area[peak] * 2 / (np.pi * fwhm[peak])
            _add_ending(fine, points, centre, 2 / width, height, near)
            centre = centre / _COARSE + 2
            width /= _COARSE
            _add_ending(coarse, points, centre, 2 / width, height, far / _COARSE)
            _add_ending(coarse, points, centre, 2 / width, -height, near / _COARSE)
            centre = centre / _COARSER + 2
            width /= _COARSER
            _add_smooth(coarser, points, centre, 2 / width, height, far / _COARSE / _COARSER)
    _interpolate(coarser, coarse, _COARSER)
    _interpolate(coarse, fine, _COARSE)
    for i in range(n):
        out[i] += fine[i]
    return out


@_kernel
def _add_gauss(out, centre, width, height):
    """Step from the centre outwards: the ratio of neighbours falls by a constant factor."""
    middle = int(np.rint(centre))
    reach = int(_GAUSS_REACH * width) + 1
    decay = 4 * _LOG_2 / (width * width)
    fall = np.exp(-2 * decay)
    offset = middle - centre
    right = height * np.exp(-decay * offset * offset)
    right_ratio = np.exp(-decay * (1 + 2 * offset))
    left_ratio = np.exp(-decay * (1 - 2 * offset))
    left, left_ratio = right * left_ratio, left_ratio * fall
    if middle - reach >= 0 and middle + reach <= out.size:
        for i in range(reach):
            out[middle + i] += right
            out[middle - 1 - i] += left
            right, right_ratio = right * right_ratio, right_ratio * fall
            left, left_ratio = left * left_ratio, left_ratio * fall
        return
    for i in range(reach):
        if 0 <= middle + i < out.size:
            out[middle + i] += right
        if 0 <= middle - 1 - i < out.size:
            out[middle - 1 - i] += left
        right, right_ratio = right * right_ratio, right_ratio * fall
        left, left_ratio = left * left_ratio, left_ratio * fall


@_kernel
def _add_ending(out, points, centre, scale, height, reach):
    """z^4 / (1 + u), nothing beyond ``reach``."""
    limit = np.float32((reach * scale) ** 2)
    share = np.float32(1 / (1 + limit))
    first, last = _inside(centre, reach, out.size)
    centre, scale = np.float32(centre - first), np.float32(scale)
    height, one = np.float32(height), np.float32(1)
    part = out[first:last]
    for i in range(part.size):
        s = (points[i] - centre) * scale
        u = s * s
        z = (limit - u) * share
        part[i] += height * (z * z) * (z * z) / (one + u)


@_kernel
def _add_smooth(out, points, centre, scale, height, reach):
    """A Lorentzian whose middle, within ``reach``, is a polynomial."""
    limit = (reach * scale) ** 2
    share = 1 / (1 + limit)
    first, last = _inside(centre, reach, out.size)
    for i in range(first):
        s = (points[i] - centre) * scale
        out[i] += height / (1 + s * s)
    for i in range(first, last):
        s = (points[i] - centre) * scale
        z = (limit - s * s) * share
        out[i] += height * share * (1 + z * (1 + z * (1 + z)))
    for i in range(last, out.size):
        s = (points[i] - centre) * scale
        out[i] += height / (1 + s * s)


@_kernel
def _inside(centre, reach, n):
    """First point within ``reach`` of the centre, and the one past the last."""
    first = max(0, min(n, int(np.ceil(centre - reach))))
    return first, max(first, min(n, int(np.floor(centre + reach)) + 1))


@_kernel
def _interpolate(nodes, out, factor):
    """Add the cubic through four neighbouring nodes to the points between the middle two."""
    weight = np.empty((4, factor))
    for j in range(factor):
        t = j / factor
        weight[0, j] = -t * (t - 1) * (t - 2) / 6
        weight[1, j] = (t + 1) * (t - 1) * (t - 2) / 2
        weight[2, j] = -(t + 1) * t * (t - 2) / 2
        weight[3, j] = (t + 1) * t * (t - 1) / 6
    for cell in range((out.size - 1) // factor + 1):
        a, b, c, d = nodes[cell + 1], nodes[cell + 2], nodes[cell + 3], nodes[cell + 4]
        points = out[cell * factor : (cell + 1) * factor]
        for j in range(points.size):
            points[j] += weight[0, j] * a + weight[1, j] * b + weight[2, j] * c + weight[3, j] * d
