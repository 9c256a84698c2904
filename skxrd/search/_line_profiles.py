"""Lines of a phase drawn on a regular grid of angles, with derivatives by its cell and width."""

from math import asin, ceil, cos, exp, log, pi, sqrt, tan

import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._metric import reciprocal_metric

#: Share of the Lorentz function in the pseudo-Voigt profile.
ETA = 0.5
_REACH = 5.0  # full widths from the centre at which a profile ends
_NORMAL = 2.5  # full widths from the centre at which a normal distribution is below 1e-7
_SIGMAS = 2 * sqrt(2 * log(2.0))  # full width of a normal distribution in standard deviations


@compiled(fastmath=True)
def explained(weights, measured, drawn):
    """Share of the weighted squares of a pattern that a scaled drawing explains, and its scale."""
    both = own = total = 0.0
    for j in range(measured.size):
        both += weights[j] * measured[j] * drawn[j]
        own += weights[j] * drawn[j] * drawn[j]
        total += weights[j] * measured[j] * measured[j]
    if own <= 0 or both <= 0 or total <= 0:
        return 0.0, 0.0
    return both * both / (own * total), both / own


@compiled
def _line(h, k, m, metric, wavelength, shift):
    """1/d^2, theta, centre in degrees and Lorentz-polarisation factor; the factor 0 if none."""
    q = h * h * metric[0] + k * k * metric[1] + m * m * metric[2]
    q += 2 * (k * m * metric[3] + h * m * metric[4] + h * k * metric[5])
    sine = wavelength / 2 * sqrt(max(q, 0.0))
    if not 0 < sine < 0.999:
        return q, 0.0, 0.0, 0.0
    theta = asin(sine)
    cosine = cos(theta)
    factor = (1 + cos(2 * theta) ** 2) / (sine * sine * cosine)
    return q, theta, 2 * theta * 180 / pi + shift * cosine, factor


@compiled(fastmath=True)
def _window(centre, reach, first, step, n):
    """First angle within reach of a centre, and the one after the last."""
    return (
        max(0, int(ceil((centre - reach - first) / step))),
        min(n, int((centre + reach - first) / step) + 1),
    )


@compiled(fastmath=True)
def _add_profile(out, start, first, step, n, centre, width, height):
    """Add a pseudo-Voigt profile to ``out``, whose first element is the angle ``start``."""
    sigma, half = width / _SIGMAS, width / 2
    low, high = _window(centre, _REACH * width, first, step, n)
    peak = height * ETA / (pi * half)
    for j in range(low, high):
        x = (first + j * step - centre) / half
        out[j - start] += peak / (1 + x * x)
    # neighbours of a normal distribution have ratios that change by a constant factor
    low, high = _window(centre, _NORMAL * width, first, step, n)
    u = first + low * step - centre
    value = height * (1 - ETA) / (sigma * sqrt(2 * pi)) * exp(-0.5 * (u / sigma) ** 2)
    ratio = exp(-(u + step / 2) * step / (sigma * sigma))
    change = exp(-step * step / (sigma * sigma))
    for j in range(low, high):
        out[j - start] += value
        value *= ratio
        ratio *= change


@compiled(fastmath=True)
def draw_lines(grid, hkl, strength, metric, shift, width, light, out):
    """Write the pattern to ``out``.

    ``grid`` is first angle and step in degrees; ``metric`` is G*11, G*22, G*33, G*23, G*13, G*12;
    ``shift`` moves each line by shift cos(theta) degrees, as a displaced specimen does; ``width``
    is the full width in degrees; rows of ``light`` are wavelengths and their shares.
    """
    first, step = grid
    out[:] = 0.0
    for i in range(hkl.shape[0]):
        for a in range(light.shape[0]):
            _, _, centre, factor = _line(
                hkl[i, 0], hkl[i, 1], hkl[i, 2], metric, light[a, 0], shift
            )
            if factor > 0:
                height = strength[i] * light[a, 1] * factor
                _add_profile(out, np.int64(0), first, step, out.size, centre, width, height)


@compiled(fastmath=True)
def draw_with_slopes(grid, hkl, strength, metric, shift, width, light, basis, out, slopes):
    """Write the pattern, and to the rows of ``slopes`` its derivatives.

    They are by the coefficients of the rows of ``basis``, which are metrics, by the shift, and by
    the width; the other arguments are those of :func:`draw_lines`.
    """
    first, step = grid
    n, n_metric = out.size, basis.shape[0]
    out[:] = 0.0
    slopes[:] = 0.0
    sigma, half = width / _SIGMAS, width / 2
    normal = (1 - ETA) / (sigma * sqrt(2 * pi))
    lorentz = ETA / (pi * half)
    n_most = int(2 * _REACH * width / step) + 3
    by_angle, by_width = np.empty(n_most), np.empty(n_most)
    for i in range(hkl.shape[0]):
        h, k, m = hkl[i, 0], hkl[i, 1], hkl[i, 2]
        for a in range(light.shape[0]):
            q, theta, centre, factor = _line(h, k, m, metric, light[a, 0], shift)
            if not factor > 0:
                continue
            height = strength[i] * light[a, 1] * factor
            low, high = _window(centre, _REACH * width, first, step, n)
            for j in range(low, high):
                x = (first + j * step - centre) / half
                part = 1 / (1 + x * x)
                value = height * lorentz * part
                out[j] += value
                by_angle[j - low] = value * part * 2 * x / half
                by_width[j - low] = value * (2 * x * x * part - 1) / width
            inner, outer = _window(centre, _NORMAL * width, first, step, n)
            u = first + inner * step - centre
            value = height * normal * exp(-0.5 * (u / sigma) ** 2)
            ratio = exp(-(u + step / 2) * step / (sigma * sigma))
            change = exp(-step * step / (sigma * sigma))
            for j in range(inner, outer):
                x = (first + j * step - centre) / sigma
                out[j] += value
                by_angle[j - low] += value * x / sigma
                by_width[j - low] += value * (x * x - 1) / width
                value *= ratio
                ratio *= change
            by_q = tan(theta) / q * 180 / pi
            for b in range(n_metric):
                g = basis[b]
                moved = h * h * g[0] + k * k * g[1] + m * m * g[2]
                moved = by_q * (moved + 2 * (k * m * g[3] + h * m * g[4] + h * k * g[5]))
                if moved != 0:
                    for j in range(low, high):
                        slopes[b, j] += moved * by_angle[j - low]
            cosine = cos(theta)
            for j in range(low, high):
                slopes[n_metric, j] += cosine * by_angle[j - low]
                slopes[n_metric + 1, j] += by_width[j - low]


@compiled(fastmath=True)
def best_strengths(grid, hkl, tried, metric, shift, width, light, weights, measured):
    """Row of strengths whose pattern explains most, and the share that it explains.

    ``tried`` has shape (n_tried, n_lines); the profile of each line is drawn once.
    """
    first, step = grid
    n = measured.size
    n_lines, n_light = hkl.shape[0], light.shape[0]
    n_most = int(2 * _REACH * width / step) + 3
    profiles = np.zeros((n_lines * n_light, n_most))
    start = np.zeros(n_lines * n_light, np.int64)
    end = np.zeros(n_lines * n_light, np.int64)
    for i in range(n_lines):
        for a in range(n_light):
            _, _, centre, factor = _line(
                hkl[i, 0], hkl[i, 1], hkl[i, 2], metric, light[a, 0], shift
            )
            if not factor > 0:
                continue
            row = i * n_light + a
            low, high = _window(centre, _REACH * width, first, step, n)
            start[row], end[row] = low, max(low, high)
            _add_profile(profiles[row], low, first, step, n, centre, width, light[a, 1] * factor)
    best, most = 0, -1.0
    out = np.empty(n)
    for one in range(tried.shape[0]):
        out[:] = 0.0
        for row in range(n_lines * n_light):
            height = tried[one, row // n_light]
            low = start[row]
            for j in range(end[row] - low):
                out[low + j] += height * profiles[row, j]
        share = explained(weights, measured, out)[0]
        if share > most:
            best, most = one, share
    return best, most


def lines_to_draw(hkl, codes, scale, cell):
    """Indices as floats, strengths and reciprocal metric of a phase from columns of a library."""
    g = reciprocal_metric.__wrapped__(cell.astype(np.float64))  # one call, which is not compiled
    metric = np.array([g[0, 0], g[1, 1], g[2, 2], g[1, 2], g[0, 2], g[0, 1]])
    indices = hkl.astype(np.float64)
    h, k, m = indices.T
    q = h * h * g[0, 0] + k * k * g[1, 1] + m * m * g[2, 2]
    q += 2 * (k * m * g[1, 2] + h * m * g[0, 2] + h * k * g[0, 1])
    return indices, (codes / 255.0) ** 2 * np.float64(scale) * q, metric
