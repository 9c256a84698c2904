"""Regions of a pattern, and what Eqs. 1 to 3 of Oviedo et al. do to them.

A region is a set of angles that belong together. Regions are numbered in an integer array of the
patterns' shape, so that blocks, peaks and harmonics are one mechanism.
"""

import numba
import numpy as np
from sklearn.utils import check_random_state

from skxrd._grid import check_increasing

_NOISE_FACTOR = 8.0  # standard deviations; thousands of points of pure noise span 6 to 8
_LARGEST_RISE = 0.5  # share of the range; where peaks fill the pattern, they look like noise
_MAD_TO_SIGMA = 1.0 / 0.6745 / np.sqrt(2)  # median |difference of neighbours| to sigma


@numba.njit(cache=True, nogil=True)
def _label_peaks(X, rise, regions):
    for i in range(X.shape[0]):
        low = high = X[i, 0]
        low_at = region = first = 0
        climbing = True
        for j in range(X.shape[1]):
            value = X[i, j]
            if climbing:
                if value > high:
                    high = value
                elif value < high - rise[i]:
                    climbing = False
                    low = value
                    low_at = j
            elif value < low:
                low = value
                low_at = j
            elif value > low + rise[i]:
                regions[i, first:low_at] = region
                region += 1
                first = low_at
                climbing = True
                high = value
        regions[i, first:] = region


@numba.njit(cache=True, nogil=True)
def _label_harmonics(X, peaks, sine, angle, tolerance, regions):
    n_angles = X.shape[1]
    for i in range(X.shape[0]):
        n_peaks = peaks[i, n_angles - 1] + 1
        top = np.zeros(n_peaks, np.int64)
        family = np.full(n_peaks, -1, np.int64)
        for j in range(n_angles - 1, -1, -1):
            top[peaks[i, j]] = j
        for j in range(n_angles):
            if X[i, j] > X[i, top[peaks[i, j]]]:
                top[peaks[i, j]] = j
        n_families = 0
        for first in range(n_peaks):
            if family[first] >= 0:
                continue
            family[first] = n_families
            for other in range(first + 1, n_peaks):
                order = np.round(sine[top[other]] / sine[top[first]])
                expected = order * sine[top[first]]
                if family[other] < 0 and order > 1 and expected <= 1:
                    if abs(2 * np.degrees(np.arcsin(expected)) - angle[top[other]]) <= tolerance:
                        family[other] = n_families
            n_families += 1
        for j in range(n_angles):
            regions[i, j] = family[peaks[i, j]]


@numba.njit(cache=True, nogil=True)
def _scale(X, regions, factors, out):
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            out[i, j] = X[i, j] * factors[i, regions[i, j]]


@numba.njit(cache=True, nogil=True)
def _shift(X, shift, angle, out):
    last = X.shape[1] - 1
    for i in range(X.shape[0]):
        if shift[i] == 0:
            out[i] = X[i]
            continue
        k = 0
        for j in range(last + 1):
            at = angle[j] - shift[i]
            if at <= angle[0]:
                out[i, j] = X[i, 0]
            elif at >= angle[last]:
                out[i, j] = X[i, last]
            else:
                while angle[k + 1] <= at:
                    k += 1
                weight = (at - angle[k]) / (angle[k + 1] - angle[k])
                out[i, j] = (1 - weight) * X[i, k] + weight * X[i, k + 1]


def _as_rows(X):
    X = np.ascontiguousarray(X)
    return X if X.dtype == np.float32 else X.astype(np.float64, copy=False)


def block_regions(two_theta, width):
    """Number fixed angular blocks, the published regions.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,)
        Strictly increasing angles in degrees.
    width : float
        Width of a block in degrees; the first starts at the first angle. Blocks cut peaks.

    Returns
    -------
    ndarray of shape (n_angles,)
        Region of every angle, from 0.

    Examples
    --------
    >>> from skxrd.augmentation import block_regions
    >>> block_regions([10.0, 10.5, 11.0, 11.5, 12.0], width=1.0)
    array([0, 0, 1, 1, 2], dtype=int32)
    """
    angles = check_increasing(two_theta)
    # A rounding error in the grid must not move an angle on an edge into the block before.
    number = np.floor((angles - angles[0]) / width + 1e-9).astype(np.int64)
    return np.unique(number, return_inverse=True)[1].astype(np.int32)


def peak_regions(X, *, prominence=0.02):
    """Number whole peaks: regions end at the minima between them.

    A peak is a rise and a fall by at least ``prominence`` times the range of the pattern, and by
    at least eight standard deviations of its noise, estimated from the median difference of
    neighbouring intensities, but at most by half the range. Every angle belongs to one
    region, and every region holds one peak.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns.
    prominence : float, default=0.02
        Share of the pattern's range by which a peak rises above the minima beside it.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        Region of every angle, from 0 upwards with the angle.

    Examples
    --------
    >>> from skxrd.augmentation import peak_regions
    >>> peak_regions([[0.0, 0, 9, 0, 0, 0, 5, 1, 0]])
    array([[0, 0, 0, 1, 1, 1, 1, 1, 1]], dtype=int32)
    """
    X = _as_rows(X)
    regions = np.empty(X.shape, dtype=np.int32)
    rise = prominence * np.ptp(X, axis=1).astype(np.float64)
    if X.shape[1] > 1:
        noise = _MAD_TO_SIGMA * np.median(np.abs(np.diff(X, axis=1)), axis=1)
        rise = np.maximum(
            rise, np.minimum(_NOISE_FACTOR * noise, _LARGEST_RISE * np.ptp(X, axis=1))
        )
    _label_peaks(X, rise, regions)
    return regions


def harmonic_regions(X, two_theta, *, prominence=0.02, tolerance=0.3):
    """Number families of peaks at d, d/2, d/3, ...: the orders of one orientation.

    Lattice planes of one orientation reflect at d/n with n = 1, 2, 3, ...; texture changes the
    intensity of all of them by the same factor. From low angles upwards every peak of
    :func:`peak_regions` that is not yet taken starts a family, joined by the peaks where
    sin(theta) is a multiple of its own. The wavelength cancels.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns.
    two_theta : array-like of shape (n_angles,)
        Strictly increasing angles in degrees, between 0 and 180.
    prominence : float, default=0.02
        As in :func:`peak_regions`.
    tolerance : float, default=0.3
        Degrees by which a peak may miss the angle of its order.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        Family of every angle, from 0.

    Raises
    ------
    ValueError
        If an angle is not between 0 and 180 degrees.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import harmonic_regions
    >>> two_theta = np.arange(10, 40, 0.02)
    >>> X = sum(np.exp(-(((two_theta - at) / 0.1) ** 2)) for at in (14.0, 20.0, 28.22))
    >>> regions = harmonic_regions(X[np.newaxis], two_theta)[0]
    >>> regions[[200, 500, 911]]  # 14 deg, 20 deg, and 28.22 deg, which is d/2 of the first
    array([0, 1, 0], dtype=int32)
    """
    X = _as_rows(X)
    angles = check_increasing(two_theta)
    if angles[0] <= 0 or angles[-1] >= 180:
        raise ValueError(
            f"two_theta spans {angles[0]:g} to {angles[-1]:g}; harmonics need angles in degrees, "
            "above 0 and below 180."
        )
    peaks = peak_regions(X, prominence=prominence)
    regions = np.empty_like(peaks)
    _label_harmonics(X, peaks, np.sin(np.radians(angles / 2)), angles, float(tolerance), regions)
    return regions


def draw_factors(
    n_patterns,
    n_regions,
    *,
    scale_range=(0.2, 5.0),
    scale_fraction=0.5,
    eliminate_fraction=0.2,
    random_state=None,
):
    """Draw the factor of every region: the c of Eq. 1 or the 0 of Eq. 2.

    Each region is scaled with probability ``scale_fraction``, eliminated with probability
    ``eliminate_fraction``, and otherwise left alone, so the two subsets S are disjoint.

    Parameters
    ----------
    n_patterns, n_regions : int
        Shape of the result.
    scale_range : tuple of two floats, default=(0.2, 5.0)
        Range of c, positive; its logarithm is uniform, so that halving is as likely as doubling.
    scale_fraction : float, default=0.5
        Probability that a region is scaled.
    eliminate_fraction : float, default=0.2
        Probability that a region is eliminated.
    random_state : int, RandomState instance or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (n_patterns, n_regions)
        Factors.

    Examples
    --------
    >>> from skxrd.augmentation import draw_factors
    >>> draw_factors(1, 2, scale_fraction=0, eliminate_fraction=1)
    array([[0., 0.]])
    """
    rng = check_random_state(random_state)
    low, high = np.log(scale_range)
    lot = rng.uniform(size=(n_patterns, n_regions))
    factors = np.exp(rng.uniform(low, high, size=lot.shape))
    factors[lot >= scale_fraction] = 1
    factors[lot >= 1 - eliminate_fraction] = 0
    return factors


def scale_regions(X, regions, factors):
    r"""Multiply every region by its factor: Eqs. 1 and 2 of [1]_.

    .. math:: \Phi^1_{S,c} = c \, f|_S + f|_{I \setminus S}, \qquad
              \Phi^2_S = 0 \, f|_S + f|_{I \setminus S}

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns f.
    regions : ndarray of int of shape (n_patterns, n_angles)
        Region of every angle.
    factors : array-like of shape (n_patterns, n_regions)
        Factor of every region.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        New patterns.

    References
    ----------
    .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
       datasets using data augmentation and deep neural networks", npj Comput. Mater. 5 (2019) 60,
       doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import scale_regions
    >>> scale_regions([[1.0, 3.0, 5.0]], np.array([[0, 0, 1]]), [[2.0, 0.0]])
    array([[2., 6., 0.]])
    """
    X = _as_rows(X)
    regions, factors = np.asarray(regions), np.ascontiguousarray(factors, dtype=np.float64)
    if regions.shape != X.shape or len(factors) != len(X) or regions.max() >= factors.shape[1]:
        raise ValueError(
            f"X has shape {X.shape}, regions {regions.shape} up to number {regions.max()}, and "
            f"factors {factors.shape}; give one region an angle and one factor a region."
        )
    out = np.empty_like(X)
    _scale(X, regions, factors, out)
    return out


def shift_patterns(X, shift, two_theta):
    r"""Shift every pattern along the angles: Eq. 3, :math:`f(2\theta - \varepsilon)`.

    Linear interpolation between angles; beyond the ends the outermost intensity is held.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns.
    shift : array-like of shape (n_patterns,)
        Epsilon in degrees; positive moves peaks to higher angles.
    two_theta : array-like of shape (n_angles,)
        Strictly increasing angles in degrees.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        Shifted patterns; where epsilon is 0, the pattern itself.

    Examples
    --------
    >>> from skxrd.augmentation import shift_patterns
    >>> shift_patterns([[0.0, 0.0, 8.0, 0.0]], [0.25], [10.0, 11.0, 12.0, 13.0])
    array([[0., 0., 6., 2.]])
    """
    X = _as_rows(X)
    shift = np.ascontiguousarray(shift, dtype=np.float64)
    angles = check_increasing(two_theta)
    if shift.shape != (len(X),) or angles.size != X.shape[1]:
        raise ValueError(
            f"X has shape {X.shape} but shift {shift.shape} and two_theta {angles.shape}; give "
            "one shift a pattern and one angle a column."
        )
    out = np.empty_like(X)
    _shift(X, shift, angles, out)
    return out
