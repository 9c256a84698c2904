"""Compiled sums of waves scattered onto a flat detector."""

import numba
import numpy as np

from skxrd._compiled import compiled

_PI_HIGH = 3.141592653589793
_PI_LOW = 1.2246467991473532e-16  # what the double above lacks
# 1 / (2k)! and 1 / (2k + 1)! with alternating signs: on half a turn either way, Taylor series of
# these lengths are off by less than 1e-12
_COS = tuple((-1) ** k / float(np.prod(np.arange(1.0, 2 * k + 1))) for k in range(9))
_SIN = tuple((-1) ** k / float(np.prod(np.arange(1.0, 2 * k + 2))) for k in range(9))
_C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8 = _COS[1:]
_S1, _S2, _S3, _S4, _S5, _S6, _S7, _S8 = _SIN[1:]


# Written out, because the library's sine and cosine prevent vectorisation of the loops around them.
@numba.njit(inline="always", error_model="numpy", fastmath={"contract"})
def _turn(phase):
    """Cosine and sine without their common sign, and that sign."""
    halves = np.floor(phase * (1 / _PI_HIGH) + 0.5)
    x = (phase - halves * _PI_HIGH) - halves * _PI_LOW
    y = x * x
    cosine = _C5 + y * (_C6 + y * (_C7 + y * _C8))
    cosine = 1.0 + y * (_C1 + y * (_C2 + y * (_C3 + y * (_C4 + y * cosine))))
    sine = _S5 + y * (_S6 + y * (_S7 + y * _S8))
    sine = x * (1.0 + y * (_S1 + y * (_S2 + y * (_S3 + y * (_S4 + y * sine)))))
    return cosine, sine, 1.0 - 2.0 * (halves - 2.0 * np.floor(halves * 0.5))


@compiled(error_model="numpy", fastmath={"contract"})
def _add_waves(positions, weights, first, last, across, down, along, sums):
    """Add the waves of the atoms first to last - 1 to the sums of a quadrant and its mirror images.

    Positions are in the frame of the detector, the beam along the last axis; ``across``, ``down``
    and ``along``, shape (n_pixels,), are the components of q where the first two are positive.
    ``sums``, shape (8, n_pixels), are real and imaginary at (+, +), (-, +), (+, -) and (-, -).
    """
    n_pixels = np.uintp(across.size)
    for j in range(first, last):
        x, y, z, weight = positions[j, 0], positions[j, 1], positions[j, 2], weights[j]
        for pixel in range(n_pixels):
            cos_x, sin_x, sign_x = _turn(across[pixel] * x)
            cos_y, sin_y, sign_y = _turn(down[pixel] * y)
            cos_z, sin_z, sign_z = _turn(along[pixel] * z)
            factor = weight * (sign_x * sign_y * sign_z)
            cos_x *= factor
            sin_x *= factor
            cc, ss, cs, sc = cos_y * cos_z, sin_y * sin_z, cos_y * sin_z, sin_y * cos_z
            real, imag = cc - ss, cs + sc  # exp(i (y + z)), then exp(i (z - y))
            real_y, imag_y = cc + ss, cs - sc
            sums[0, pixel] += cos_x * real - sin_x * imag
            sums[1, pixel] -= cos_x * imag + sin_x * real
            sums[2, pixel] += cos_x * real + sin_x * imag
            sums[3, pixel] -= cos_x * imag - sin_x * real
            sums[4, pixel] += cos_x * real_y - sin_x * imag_y
            sums[5, pixel] -= cos_x * imag_y + sin_x * real_y
            sums[6, pixel] += cos_x * real_y + sin_x * imag_y
            sums[7, pixel] -= cos_x * imag_y - sin_x * real_y


@compiled(error_model="numpy", fastmath={"contract"})
def draw_fingerprint(positions, weights, first, factors, unit, detector, gamma, image):
    """Overwrite an image with the diffraction of a cluster, the brightest pixel at one.

    Positions are in bond lengths, atoms of a kind together, the beam along the last axis. ``first``
    is the first atom of each kind; ``factors``, shape (n_kinds, 9), has four amplitudes, four
    exponents and the constant of its form factor; ``unit`` is the bond length in angstrom, and
    ``detector`` comes from :func:`quadrant`.
    """
    across, down, along, solid = detector
    n_half = across.shape[0]
    n_pixels, n_kinds = image.shape[0], len(factors)
    brightest = 0.0
    for row in range(n_half):
        total = np.zeros((8, n_half))
        for kind in range(n_kinds):
            sums = np.zeros((8, n_half))
            _add_waves(
                positions,
                weights,
                first[kind],
                first[kind + 1],
                across[row],
                down[row],
                along[row],
                sums,
            )
            for column in range(n_half):
                q2 = across[row, column] ** 2 + down[row, column] ** 2 + along[row, column] ** 2
                s2 = q2 / (4 * np.pi * unit) ** 2
                factor = factors[kind, 8]
                for term in range(4):
                    factor += factors[kind, term] * np.exp(-factors[kind, term + 4] * s2)
                for part in range(8):
                    total[part, column] += factor * sums[part, column]
        for column in range(n_half):
            for part in range(4):
                squared = total[2 * part, column] ** 2 + total[2 * part + 1, column] ** 2
                if gamma == 1.5:
                    root = np.sqrt(squared)
                    value = root * np.sqrt(root)
                elif gamma == 2.0:
                    value = squared
                else:
                    value = squared ** (gamma / 2)
                value *= solid[row, column]
                brightest = max(brightest, value)
                i = n_half - 1 - row if part >= 2 else n_pixels - n_half + row
                j = n_half - 1 - column if part % 2 else n_pixels - n_half + column
                image[i, j] = value
    if brightest > 0:
        for i in range(n_pixels):
            for j in range(n_pixels):
                image[i, j] /= brightest


def quadrant(n_pixels, pixel_size, distance, wavelength, gamma):
    """Components of q = k1 - k0 and solid angles on a quarter of a flat detector, centre first.

    Pixel size and distance are in metres, the wavelength in bond lengths; all results have the
    shape (n_half, n_half), rows downwards. The solid angle is one at the centre and includes the
    distance factor of the amplitude to the power gamma, one over the path to the pixel.
    """
    place = (np.arange(n_pixels // 2, n_pixels) - (n_pixels - 1) / 2) * pixel_size
    y, x = np.meshgrid(place, place, indexing="ij")
    path = np.sqrt(x**2 + y**2 + distance**2)
    k = 2 * np.pi / wavelength
    along = -k * (x**2 + y**2) / (path * (path + distance))  # (distance / path - 1) k, exact
    return k * x / path, k * y / path, along, (distance / path) ** (3 + gamma)


@compiled(error_model="numpy")
def nearest_distances(positions, least):
    """Distance of each atom to its nearest neighbour not closer than ``least``, inf without one."""
    n = np.uintp(len(positions))
    x, y, z = positions[:, 0].copy(), positions[:, 1].copy(), positions[:, 2].copy()
    nearest = np.full(len(positions), np.inf)
    for i in range(n):
        best = np.inf
        for j in range(n):
            squared = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 + (z[i] - z[j]) ** 2
            if squared > least * least:
                best = min(best, squared)
        nearest[i] = np.sqrt(best)
    return nearest
