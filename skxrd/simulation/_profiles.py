"""Peak shapes, and the sum of many peaks on a grid."""

import numba
import numpy as np

#: Full widths at half maximum from its centre at which a peak is cut: the Lorentzian tail left
#: out there is below 2e-4 of the peak's height.
CUTOFF = 40.0


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


def render_peaks(two_theta, position, area, fwhm, eta):
    """Sum of pseudo-Voigt peaks on a grid of angles.

    Peaks are cut 40 full widths from their centres.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Strictly increasing angles in degrees.
    position, area, fwhm, eta : array-like of shape (n_peaks,) or scalar
        Centres and widths in degrees, integrated intensities, Lorentzian shares.

    Returns
    -------
    ndarray of shape (n_angles,)
    """
    grid = np.ascontiguousarray(two_theta, dtype=np.float64)
    peaks = np.broadcast_arrays(
        *(np.asarray(p, dtype=np.float64) for p in (position, area, fwhm, eta))
    )
    out = np.zeros(grid.size)
    _add_peaks(grid, *(np.ascontiguousarray(np.atleast_1d(p)) for p in peaks), out)
    return out


@numba.njit(cache=True, nogil=True)
def _add_peaks(grid, position, area, fwhm, eta, out):
    log_2 = np.log(2.0)
    for peak in range(position.size):
        if not (area[peak] > 0.0 and fwhm[peak] > 0.0):
            continue
        reach = CUTOFF * fwhm[peak]
        lorentz = eta[peak] * area[peak] * 2 / (np.pi * fwhm[peak])
        gauss = (1 - eta[peak]) * area[peak] * 2 * np.sqrt(log_2 / np.pi) / fwhm[peak]
        for i in range(np.searchsorted(grid, position[peak] - reach), grid.size):
            scaled = 2 * (grid[i] - position[peak]) / fwhm[peak]
            if scaled > 2 * CUTOFF:
                break
            square = scaled * scaled
            out[i] += lorentz / (1 + square)
            if square < 60.0:  # beyond, the Gaussian is below 1e-18 of its height
                out[i] += gauss * np.exp(-log_2 * square)
