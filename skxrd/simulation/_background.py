"""What a scan shows besides Bragg peaks: glass, air scatter, counting noise."""

import numpy as np


def glass_hump(two_theta, *, centre=24.0, width=10.0):
    """Broad halo of an amorphous substrate, 1 at its top; angles and full width in degrees.

    Soda-lime glass has it near 24 degrees with Cu K-alpha.
    """
    return np.exp(-4 * np.log(2) * ((two_theta - centre) / width) ** 2)


def low_angle_rise(two_theta, *, decay=5.0):
    """Tail of the direct beam and of air scatter, 1 at the first angle, 1/e after ``decay``."""
    return np.exp(-(two_theta - two_theta[0]) / decay)


def polynomial_background(two_theta, coefficients):
    """Smooth background: a polynomial over the scan, shifted and scaled to run from 0 to 1.

    Chebyshev coefficients from the linear term on; six make the sixth order of W. B. Park et al.,
    IUCrJ 4 (2017) 486-494, doi:10.1107/S205225251700714X. Zeros if all coefficients are zero.
    """
    scaled = 2 * (two_theta - two_theta[0]) / np.ptp(two_theta) - 1
    curve = np.polynomial.chebyshev.chebval(scaled, [0.0, *coefficients])
    span = np.ptp(curve)
    return (curve - curve.min()) / span if span > 0 else np.zeros_like(curve)


def count_photons(expected, random_state):
    """Counts of a detector: a Poisson draw with the given expectation."""
    return random_state.poisson(expected).astype(np.float64)
