"""Lines of a phase drawn on a regular grid of angles, with derivatives by its cell and width."""

from math import asin, ceil, cos, exp, log, pi, sqrt, tan

from skxrd._compiled import compiled

#: Share of the Lorentz function in the pseudo-Voigt profile.
ETA = 0.5
_REACH = 5.0  # full widths from the centre at which a profile ends
_NORMAL = 2.5  # full widths from the centre at which a normal distribution is below 1e-7
_SIGMAS = 2 * sqrt(2 * log(2.0))  # full width of a normal distribution in standard deviations
#: Rows of derivatives: the six numbers of the reciprocal metric, the displacement, the width.
N_DERIVATIVES = 8


@compiled(cache=True, fastmath=True)
def draw_lines(grid, hkl, strength, metric, shift, width, light, out, slopes):
    """Write the pattern to ``out``, and to ``slopes``, unless it has no column, its derivatives.

    ``grid`` is first angle and step in degrees; ``metric`` is G*11, G*22, G*33, G*23, G*13, G*12;
    ``shift`` moves each line by shift cos(theta) degrees, as a displaced specimen does; ``width``
    is the full width in degrees; rows of ``light`` are wavelengths and their shares.
    """
    first, step = grid
    n = out.size
    out[:] = 0.0
    with_slopes = slopes.shape[1] > 0
    slopes[:] = 0.0
    sigma, half = width / _SIGMAS, width / 2
    normal = (1 - ETA) / (sigma * sqrt(2 * pi))
    lorentz = ETA / (pi * half)
    for i in range(hkl.shape[0]):
        h, k, m = hkl[i, 0], hkl[i, 1], hkl[i, 2]
        q = h * h * metric[0] + k * k * metric[1] + m * m * metric[2]
        q += 2 * (k * m * metric[3] + h * m * metric[4] + h * k * metric[5])
        if q <= 0:
            continue
        for a in range(light.shape[0]):
            sine = light[a, 0] / 2 * sqrt(q)
            if sine >= 0.999:
                continue
            theta = asin(sine)
            cosine = cos(theta)
            height = strength[i] * light[a, 1] * (1 + cos(2 * theta) ** 2) / (sine * sine * cosine)
            centre = 2 * theta * 180 / pi + shift * cosine
            by_q = tan(theta) / q * 180 / pi
            low = max(0, int(ceil((centre - _REACH * width - first) / step)))
            high = min(n, int((centre + _REACH * width - first) / step) + 1)
            for j in range(low, high):
                u = first + j * step - centre
                g = normal * exp(-0.5 * (u / sigma) ** 2) if abs(u) < _NORMAL * width else 0.0
                part = 1 / (1 + (u / half) ** 2)
                out[j] += height * (g + lorentz * part)
                if with_slopes:
                    by_angle = g * u / (sigma * sigma) + lorentz * part * part * 2 * u / half**2
                    by_angle *= height
                    e = by_angle * by_q
                    slopes[0, j] += e * h * h
                    slopes[1, j] += e * k * k
                    slopes[2, j] += e * m * m
                    slopes[3, j] += 2 * e * k * m
                    slopes[4, j] += 2 * e * h * m
                    slopes[5, j] += 2 * e * h * k
                    slopes[6, j] += by_angle * cosine
                    by_width = g * ((u / sigma) ** 2 - 1)
                    by_width += lorentz * part * (2 * (u / half) ** 2 * part - 1)
                    slopes[7, j] += height * by_width / width


@compiled(cache=True, fastmath=True)
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
