"""What is in a film's scan besides Bragg peaks: glass, air scatter, counting noise."""

import numpy as np


def glass_hump(two_theta, *, centre=24.0, width=10.0):
    """Broad halo of an amorphous substrate, 1 at its top.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Degrees.
    centre : float, default=24.0
        Position of the top in degrees; soda-lime glass has it near 24 with Cu K-alpha.
    width : float, default=10.0
        Full width at half maximum in degrees.

    Returns
    -------
    ndarray of shape (n_angles,)
    """
    return np.exp(-4 * np.log(2) * ((two_theta - centre) / width) ** 2)


def low_angle_rise(two_theta, *, decay=5.0):
    """Tail of the direct beam and of air scatter, 1 at the first angle.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Degrees.
    decay : float, default=5.0
        Angle in degrees over which it falls to 1/e.

    Returns
    -------
    ndarray of shape (n_angles,)
    """
    return np.exp(-(two_theta - two_theta[0]) / decay)


def polynomial_background(two_theta, coefficients):
    """Smooth background: a polynomial over the scan, moved and scaled to run from 0 to 1.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Degrees.
    coefficients : array-like of shape (n_terms,)
        Chebyshev coefficients from the linear term on; six make the sixth order that Park et al.
        drew at random [1]_.

    Returns
    -------
    ndarray of shape (n_angles,)
        Zeros if no coefficient differs from zero.

    References
    ----------
    .. [1] W. B. Park et al., IUCrJ 4 (2017) 486-494, doi:10.1107/S205225251700714X.
    """
    scaled = 2 * (two_theta - two_theta[0]) / np.ptp(two_theta) - 1
    curve = np.polynomial.chebyshev.chebval(scaled, [0.0, *coefficients])
    span = np.ptp(curve)
    return (curve - curve.min()) / span if span > 0 else np.zeros_like(curve)


def count_photons(expected, random_state):
    """Counts of a detector: a Poisson draw with the given expectation.

    Parameters
    ----------
    expected : ndarray
        Expected counts, not negative.
    random_state : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    ndarray of float
    """
    return random_state.poisson(expected).astype(np.float64)
