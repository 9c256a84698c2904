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
