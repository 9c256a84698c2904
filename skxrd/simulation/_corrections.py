"""What instrument and specimen do to positions, intensities and widths of reflections."""

import numpy as np

from skxrd._grid import check_wavelength
from skxrd.crystal import equivalent_hkl


def lorentz_polarization(two_theta, *, monochromator_two_theta=None):
    r"""Lorentz-polarisation factor of a powder diffractometer.

    .. math:: \frac{1 + P \cos^2 2\theta}{(1 + P)\,\sin^2\theta \cos\theta},
              \qquad P = \cos^2 2\theta_m

    Parameters
    ----------
    two_theta : array-like
        Degrees.
    monochromator_two_theta : float, default=None
        Diffraction angle of a crystal monochromator in degrees, e.g. 26.6 for graphite (002)
        with Cu K-alpha; ``None`` means none (P = 1).

    Returns
    -------
    ndarray
    """
    angle = np.radians(np.asarray(two_theta, dtype=np.float64))
    p = 1.0
    if monochromator_two_theta is not None:
        p = np.cos(np.radians(monochromator_two_theta)) ** 2
    return (1 + p * np.cos(angle) ** 2) / ((1 + p) * np.sin(angle / 2) ** 2 * np.cos(angle / 2))


def march_dollase(crystal, hkl, preferred_orientation, march_r):
    r"""March-Dollase texture factors, averaged over equivalent reflections.

    .. math:: W = \frac{1}{m} \sum_{i=1}^{m}
              \left(r^2 \cos^2\alpha_i + \frac{\sin^2\alpha_i}{r}\right)^{-3/2}

    where :math:`\alpha_i` is the angle between the i-th equivalent of hkl and the preferred
    direction, from the reciprocal metric of the cell [1]_.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    hkl : ndarray of int, shape (n_reflections, 3)
        Miller indices.
    preferred_orientation : array-like of int, shape (3,)
        Miller indices of the planes that lie along the specimen's surface.
    march_r : float
        1 is a random powder, below 1 platelets lying flat, above 1 needles lying flat.

    Returns
    -------
    ndarray of shape (n_reflections,)

    References
    ----------
    .. [1] W. A. Dollase, J. Appl. Cryst. 19 (1986) 267-272, doi:10.1107/S0021889886089458.
    """
    if not march_r > 0:
        raise ValueError(f"march_r is {march_r}; it must be positive (1 is a random powder).")
    axis = np.asarray(preferred_orientation, dtype=np.float64)
    metric = crystal.reciprocal_metric
    if axis.shape != (3,) or not axis.any():
        raise ValueError(
            f"preferred_orientation is {preferred_orientation!r}; give three Miller indices, "
            "not all zero."
        )
    images = equivalent_hkl(crystal, hkl)
    along = images @ metric @ axis
    squared = np.einsum("nri,ij,nrj->nr", images, metric, images) * (axis @ metric @ axis)
    cosine2 = np.minimum(along**2 / squared, 1.0)
    return ((march_r**2 * cosine2 + (1 - cosine2) / march_r) ** -1.5).mean(axis=1)


def displacement_shift(two_theta, sample_displacement, goniometer_radius):
    r"""Shift of a reflection by a specimen off the goniometer axis.

    .. math:: \Delta 2\theta = -\frac{2 s \cos\theta}{R}

    Parameters
    ----------
    two_theta : array-like
        Degrees.
    sample_displacement : float
        Distance s from the axis in mm, positive away from the X-ray source.
    goniometer_radius : float
        R in mm.

    Returns
    -------
    ndarray
        Degrees.
    """
    theta = np.radians(np.asarray(two_theta, dtype=np.float64) / 2)
    return -np.degrees(2 * sample_displacement * np.cos(theta) / goniometer_radius)


def scherrer_width(two_theta, crystallite_size, wavelength):
    r"""Full width at half maximum from crystallite size, with a Scherrer constant of 0.9.

    .. math:: \beta = \frac{0.9\,\lambda}{D \cos\theta}

    Parameters
    ----------
    two_theta : array-like
        Degrees.
    crystallite_size : float
        D in angstrom; ``inf`` adds no width.
    wavelength : float or str
        Angstrom or a name.

    Returns
    -------
    ndarray
        Degrees.
    """
    theta = np.radians(np.asarray(two_theta, dtype=np.float64) / 2)
    return np.degrees(0.9 * check_wavelength(wavelength) / (crystallite_size * np.cos(theta)))
