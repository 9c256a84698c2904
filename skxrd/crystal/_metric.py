"""Metric tensors: lengths of vectors, spacings of planes, volumes of cells."""

import numpy as np

from skxrd._compiled import compiled


def metric_tensor(cell):
    """Metric tensor of a cell, shape (3, 3), square angstrom."""
    lengths, cosines = cell[:3], np.cos(np.radians(cell[3:]))
    angles = np.array(
        [[1, cosines[2], cosines[1]], [cosines[2], 1, cosines[0]], [cosines[1], cosines[0], 1]]
    )
    return np.outer(lengths, lengths) * angles


def cell_volume(cell):
    """Volume of a cell in cubic angstrom; zero if no such cell exists."""
    cosines = np.cos(np.radians(cell[3:]))
    squared = 1 - (cosines**2).sum() + 2 * cosines.prod()
    return float(cell[:3].prod() * np.sqrt(max(squared, 0.0)))


@compiled(error_model="numpy")
def reciprocal_metric(cell):
    """Metric tensor of the reciprocal lattice, 1/d^2 = h G* h, from a, b, c and the angles."""
    a, b, c = cell[0], cell[1], cell[2]
    cos_a = np.cos(np.radians(cell[3]))
    cos_b = np.cos(np.radians(cell[4]))
    cos_c = np.cos(np.radians(cell[5]))
    squared_volume = 1 - cos_a**2 - cos_b**2 - cos_c**2 + 2 * cos_a * cos_b * cos_c
    g = np.empty((3, 3))
    g[0, 0] = (1 - cos_a**2) / (a * a)
    g[1, 1] = (1 - cos_b**2) / (b * b)
    g[2, 2] = (1 - cos_c**2) / (c * c)
    g[0, 1] = g[1, 0] = (cos_a * cos_b - cos_c) / (a * b)
    g[0, 2] = g[2, 0] = (cos_a * cos_c - cos_b) / (a * c)
    g[1, 2] = g[2, 1] = (cos_b * cos_c - cos_a) / (b * c)
    for i in range(3):
        for j in range(3):
            g[i, j] /= squared_volume
    return g


@compiled
def squared_length(metric, x, y, z):
    """Squared length of the vector (x, y, z) in the lattice with this metric tensor."""
    return (
        metric[0, 0] * x * x
        + metric[1, 1] * y * y
        + metric[2, 2] * z * z
        + 2 * (metric[0, 1] * x * y + metric[0, 2] * x * z + metric[1, 2] * y * z)
    )


@compiled
def spacings(hkl, metric):
    """Lattice spacings in angstrom of Miller indices, from the reciprocal metric."""
    d = np.empty(len(hkl))
    for i in range(len(hkl)):
        h, k, ell = float(hkl[i, 0]), float(hkl[i, 1]), float(hkl[i, 2])
        d[i] = 1 / np.sqrt(squared_length(metric, h, k, ell))
    return d
