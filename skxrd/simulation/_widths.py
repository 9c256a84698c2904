"""Peak widths from instrument, crystallite size and microstrain."""

import numpy as np

from skxrd._grid import check_wavelength


def _theta(two_theta):
    return np.radians(np.asarray(two_theta, dtype=np.float64) / 2)


def caglioti_width(two_theta, caglioti_uvw):
    r"""Full width at half maximum of an instrument.

    .. math:: \text{FWHM}^2 = U \tan^2\theta + V \tan\theta + W

    Parameters
    ----------
    two_theta : array-like
        Degrees.
    caglioti_uvw : tuple of (float, float, float)
        U, V and W in square degrees [1]_.

    Returns
    -------
    ndarray
        Degrees.

    Raises
    ------
    ValueError
        If the square is not positive at one of the angles.

    References
    ----------
    .. [1] G. Caglioti, A. Paoletti and F. P. Ricci, Nucl. Instrum. 3 (1958) 223-228,
       doi:10.1016/0369-643X(58)90029-X.

    Examples
    --------
    >>> from skxrd.simulation import caglioti_width
    >>> caglioti_width([20, 60, 100], (0.02, -0.01, 0.01)).round(3)
    array([0.094, 0.104, 0.163])
    """
    tangent = np.tan(_theta(two_theta))
    u, v, w = caglioti_uvw
    squared = (u * tangent + v) * tangent + w
    if not (squared > 0).all():
        angle = np.asarray(two_theta).flat[int(np.argmin(squared))]
        raise ValueError(
            f"caglioti_uvw is ({u:g}, {v:g}, {w:g}), which gives no width at {angle:.4g} degrees; "
            "raise W or V until U tan^2 + V tan + W is positive at all angles."
        )
    return np.sqrt(squared)


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
    return np.degrees(
        0.9 * check_wavelength(wavelength) / (crystallite_size * np.cos(_theta(two_theta)))
    )


def microstrain_width(two_theta, microstrain):
    r"""Full width at half maximum from spacings that differ within the specimen.

    .. math:: \beta = 4 \varepsilon \tan\theta

    Parameters
    ----------
    two_theta : array-like
        Degrees.
    microstrain : float
        Relative spread of the spacings, e.g. 0.001.

    Returns
    -------
    ndarray
        Degrees.
    """
    return np.degrees(4 * microstrain * np.tan(_theta(two_theta)))
