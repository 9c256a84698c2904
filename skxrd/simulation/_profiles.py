"""Peak shapes."""

import numpy as np


def pseudo_voigt(distance, fwhm, eta):
    r"""Pseudo-Voigt profile of unit area.

    .. math:: \eta L(x) + (1 - \eta) G(x)

    with a Lorentzian L and a Gaussian G of the same full width at half maximum.

    Parameters
    ----------
    distance : array-like
        Distance from the centre, in degrees.
    fwhm : float or array-like
        Full width at half maximum in degrees.
    eta : float or array-like
        Lorentzian share, from 0 (Gaussian) to 1 (Lorentzian).

    Returns
    -------
    ndarray
        Density per degree.

    Examples
    --------
    >>> from skxrd.simulation import pseudo_voigt
    >>> half = pseudo_voigt([0.0, 0.1], fwhm=0.2, eta=0.4)
    >>> float(round(half[1] / half[0], 6))
    0.5
    """
    scaled = 2 * np.asarray(distance) / fwhm
    lorentz = 2 / (np.pi * fwhm) / (1 + scaled**2)
    gauss = 2 * np.sqrt(np.log(2) / np.pi) / fwhm * np.exp(-np.log(2) * scaled**2)
    return eta * lorentz + (1 - eta) * gauss


def thompson_cox_hastings(gauss, lorentz):
    r"""Pseudo-Voigt that stands for a Gaussian and a Lorentzian folded into each other.

    .. math:: \Gamma^5 = \Gamma_G^5 + 2.69269\,\Gamma_G^4\Gamma_L + 2.42843\,\Gamma_G^3\Gamma_L^2
              + 4.47163\,\Gamma_G^2\Gamma_L^3 + 0.07842\,\Gamma_G\Gamma_L^4 + \Gamma_L^5

    .. math:: \eta = 1.36603\,q - 0.47719\,q^2 + 0.11116\,q^3, \qquad q = \Gamma_L / \Gamma

    as [1]_ fitted it to the Voigt function.

    Parameters
    ----------
    gauss : array-like
        Full width at half maximum of the Gaussian in degrees.
    lorentz : array-like
        Full width at half maximum of the Lorentzian in degrees.

    Returns
    -------
    fwhm : ndarray
        Full width at half maximum of the profile in degrees.
    eta : ndarray
        Its Lorentzian share.

    References
    ----------
    .. [1] P. Thompson, D. E. Cox and J. B. Hastings, J. Appl. Cryst. 20 (1987) 79-83,
       doi:10.1107/S0021889887087090.

    Examples
    --------
    >>> from skxrd.simulation import thompson_cox_hastings
    >>> fwhm, eta = thompson_cox_hastings(0.1, 0.1)
    >>> float(fwhm.round(4)), float(eta.round(4))
    (0.1635, 0.6825)
    """
    g, ell = np.asarray(gauss, dtype=np.float64), np.asarray(lorentz, dtype=np.float64)
    fifth = g**5 + ell * (
        2.69269 * g**4 + ell * (2.42843 * g**3 + ell * (4.47163 * g**2 + ell * (0.07842 * g + ell)))
    )
    fwhm = fifth**0.2
    q = ell / fwhm
    return fwhm, q * (1.36603 + q * (-0.47719 + q * 0.11116))
