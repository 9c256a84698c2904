"""Shapes of peaks, and their widths from instrument, crystallite size and microstrain."""

import numpy as np

from skxrd._grid import check_wavelength


def pseudo_voigt(distance, fwhm, eta):
    """Pseudo-Voigt profile of unit area, eta L + (1 - eta) G, both of this full width."""
    scaled = 2 * np.asarray(distance) / fwhm
    lorentz = 2 / (np.pi * fwhm) / (1 + scaled**2)
    gauss = 2 * np.sqrt(np.log(2) / np.pi) / fwhm * np.exp(-np.log(2) * scaled**2)
    return eta * lorentz + (1 - eta) * gauss


def thompson_cox_hastings(gauss, lorentz):
    """Width and Lorentzian share of a pseudo-Voigt close to a Gaussian folded with a Lorentzian.

    Fitted to the Voigt function by P. Thompson, D. E. Cox and J. B. Hastings, J. Appl. Cryst. 20
    (1987) 79-83, doi:10.1107/S0021889887087090.
    """
    g, ell = np.asarray(gauss, dtype=np.float64), np.asarray(lorentz, dtype=np.float64)
    fifth = g**5 + ell * (
        2.69269 * g**4 + ell * (2.42843 * g**3 + ell * (4.47163 * g**2 + ell * (0.07842 * g + ell)))
    )
    fwhm = fifth**0.2
    q = ell / fwhm
    return fwhm, q * (1.36603 + q * (-0.47719 + q * 0.11116))


def caglioti_width(two_theta, caglioti_uvw):
    """Full width of an instrument in degrees: FWHM^2 = U tan^2 theta + V tan theta + W.

    G. Caglioti, A. Paoletti and F. P. Ricci, Nucl. Instrum. 3 (1958) 223-228,
    doi:10.1016/0369-643X(58)90029-X.
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
    """Full width in degrees from a crystallite size D in angstrom: 0.9 lambda / (D cos theta)."""
    return np.degrees(
        0.9 * check_wavelength(wavelength) / (crystallite_size * np.cos(_theta(two_theta)))
    )


def microstrain_width(two_theta, microstrain):
    """Full width in degrees from the relative spread of the spacings: 4 epsilon tan theta."""
    return np.degrees(4 * microstrain * np.tan(_theta(two_theta)))


def _theta(two_theta):
    return np.radians(np.asarray(two_theta, dtype=np.float64) / 2)
