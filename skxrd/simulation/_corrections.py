"""Effects of specimen and instrument on the positions and intensities of reflections."""

import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal import Crystal
from skxrd.crystal._symmetry_operations import index_rotations


def march_dollase(crystal, hkl, preferred_orientation, march_r, *, random_fraction=0.0):
    r"""March-Dollase texture factors, averaged over equivalent reflections.

    .. math:: W = f + \frac{1 - f}{n_a} \sum_{a} \frac{1}{m} \sum_{i=1}^{m}
              \left(r^2 \cos^2\alpha_{ia} + \frac{\sin^2\alpha_{ia}}{r}\right)^{-3/2}

    where :math:`\alpha_{ia}` is the angle between the i-th equivalent of hkl and the a-th preferred
    direction, from the reciprocal metric of the cell [1]_, and f the share of the specimen that
    is not textured.

    Parameters
    ----------
    crystal : Crystal or ReflectionList
        The structure.
    hkl : ndarray of int, shape (n_reflections, 3)
        Miller indices.
    preferred_orientation : array-like of int, shape (3,) or (n_axes, 3)
        Miller indices of the planes that lie along the specimen's surface; several have equal
        shares.
    march_r : float
        1 is a random powder, below 1 platelets lying flat, above 1 needles lying flat.
    random_fraction : float, default=0.0
        Share of the specimen that is a random powder, 0 to 1.

    Returns
    -------
    ndarray of shape (n_reflections,)

    Raises
    ------
    ValueError
        If ``march_r``, ``random_fraction`` or the Miller indices are impossible.

    References
    ----------
    .. [1] W. A. Dollase, J. Appl. Cryst. 19 (1986) 267-272, doi:10.1107/S0021889886089458.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.simulation import march_dollase
    >>> perovskite = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> march_dollase(perovskite, [[1, 0, 0], [1, 1, 0], [1, 1, 1]], (1, 0, 0), 0.5).round(2)
    array([2.9 , 0.68, 0.59])
    """
    if not march_r > 0:
        raise ValueError(f"march_r is {march_r}; it must be positive (1 is a random powder).")
    if not 0 <= random_fraction <= 1:
        raise ValueError(f"random_fraction is {random_fraction}; it must lie from 0 to 1.")
    axes = np.atleast_2d(np.asarray(preferred_orientation, dtype=np.float64))
    if axes.ndim != 2 or axes.shape[1] != 3 or not axes.any(axis=1).all():
        raise ValueError(
            f"preferred_orientation is {preferred_orientation!r}; give three Miller indices, "
            "not all zero, or several such triples."
        )
    rotations = (
        index_rotations(crystal.space_group) if isinstance(crystal, Crystal) else crystal.rotations
    )
    textured = _mean_weight(
        np.asarray(hkl, dtype=np.float64),
        np.asarray(rotations, dtype=np.float64),
        crystal.reciprocal_metric,
        axes,
        float(march_r),
    )
    return random_fraction + (1 - random_fraction) * textured


@compiled
def _mean_weight(hkl, rotations, metric, axes, r):
    """Mean weight of each reflection over its images and the axes, shape (n_reflections,)."""
    n_images = len(axes) * len(rotations)
    direction = np.empty((n_images, 3))  # of each image: h W . G* axis = h . (W G* axis)
    for a in range(len(axes)):
        length = np.sqrt(axes[a] @ (metric @ axes[a]))
        for i in range(len(rotations)):
            direction[a * len(rotations) + i] = rotations[i] @ (metric @ axes[a]) / length
    weight = np.empty(len(hkl))
    for n in range(len(hkl)):
        squared = 0.0
        for p in range(3):
            for q in range(3):
                squared += hkl[n, p] * metric[p, q] * hkl[n, q]
        total = 0.0
        for i in range(n_images):
            along = 0.0
            for p in range(3):
                along += hkl[n, p] * direction[i, p]
            cosine2 = min(along * along / squared, 1.0)
            term = r * r * cosine2 + (1 - cosine2) / r
            total += 1 / (term * np.sqrt(term))
        weight[n] = total / n_images
    return weight


def strained_metric(reciprocal_metric, rotations, strain):
    """Reciprocal metric G* = B B^T of a strained lattice that keeps its symmetry.

    B (1 + strain)^-2 B^T, averaged over the Laue rotations W of row indices as W G* W^T, so that a
    cubic lattice stays cubic; the strain tensor has its first cartesian axis along a*.
    """
    arrays = (reciprocal_metric, rotations, strain)
    return _mean_metric(*(np.asarray(array, dtype=np.float64) for array in arrays))


@compiled
def _mean_metric(reciprocal_metric, rotations, strain):
    basis = np.linalg.cholesky(reciprocal_metric)
    deformed = basis @ np.linalg.inv(np.eye(3) + strain)
    metric, mean = deformed @ deformed.T, np.zeros((3, 3))
    for i in range(len(rotations)):
        mean += rotations[i] @ metric @ rotations[i].T
    return mean / len(rotations)


def displacement_shift(two_theta, sample_displacement, goniometer_radius):
    """Shift in degrees by a specimen off the axis, away from the source: -2 s cos(theta) / R."""
    theta = np.radians(np.asarray(two_theta, dtype=np.float64) / 2)
    return -np.degrees(2 * sample_displacement * np.cos(theta) / goniometer_radius)


def axial_divergence(two_theta, asymmetry):
    """Five lines of each reflection, shape (n_reflections, 5), that form its tail, and weights.

    The lines are at 2 theta - P f cot(2 theta), f = (i / 4)^2, with P in degrees and the weights of
    Simpson's rule; above 90 degrees the tail changes sides. C. J. Howard, J. Appl. Cryst. 15 (1982)
    615-620, doi:10.1107/S0021889882012783.
    """
    shift = asymmetry / np.tan(np.radians(two_theta))
    fractions = (np.arange(5) / 4) ** 2
    return two_theta[:, None] - shift[:, None] * fractions, np.array([1, 4, 2, 4, 1]) / 12
