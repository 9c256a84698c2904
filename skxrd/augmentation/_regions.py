"""Regions of a pattern: sets of angles that are scaled or eliminated as one.

Regions are numbered in an integer array of the patterns' shape, so that blocks, peaks and
harmonics are one mechanism.
"""

import numpy as np
from sklearn.utils import check_random_state

from skxrd._compiled import compiled
from skxrd._grid import check_increasing
from skxrd.preprocessing._missing_angles import fill_gaps

_NOISE_FACTOR = 8.0  # standard deviations; thousands of points of pure noise span 6 to 8
_LARGEST_RISE = 0.5  # share of the range; where peaks fill the pattern, they look like noise
_MAD_TO_SIGMA = 1.0 / 0.6745 / np.sqrt(2)  # median |difference of neighbours| to sigma
#: Share of the distance between two orders by which a peak may miss one. Where the orders of a
#: large spacing stand close together, a wider window would take in peaks by chance.
_SHARE_OF_GAP = 0.02


@compiled
def _label_peaks(X, prominence, regions):
    n_angles = X.shape[1]
    step = np.empty(max(n_angles - 1, 1))
    for i in range(X.shape[0]):
        lowest = highest = X[i, 0]
        for j in range(1, n_angles):
            lowest, highest = min(lowest, X[i, j]), max(highest, X[i, j])
            step[j - 1] = abs(X[i, j] - X[i, j - 1])
        span = float(highest - lowest)
        rise = prominence * span
        if n_angles > 1:
            noise = _MAD_TO_SIGMA * np.median(step)
            rise = max(rise, min(_NOISE_FACTOR * noise, _LARGEST_RISE * span))
        low = high = X[i, 0]
        low_at = region = first = 0
        climbing = True
        for j in range(n_angles):
            value = X[i, j]
            if climbing:
                if value > high:
                    high = value
                elif value < high - rise:
                    climbing = False
                    low = value
                    low_at = j
            elif value < low:
                low = value
                low_at = j
            elif value > low + rise:
                regions[i, first:low_at] = region
                region += 1
                first = low_at
                climbing = True
                high = value
        regions[i, first:] = region


@compiled
def _label_harmonics(X, peaks, sine, angle, tolerance, regions):
    n_angles = X.shape[1]
    for i in range(X.shape[0]):
        n_peaks = peaks[i, n_angles - 1] + 1
        top = np.full(n_peaks, -1, np.int64)
        family = np.full(n_peaks, -1, np.int64)
        for j in range(n_angles):
            peak = peaks[i, j]
            if top[peak] < 0 or X[i, j] > X[i, top[peak]]:
                top[peak] = j
        n_families = 0
        for first in range(n_peaks):
            if family[first] >= 0:
                continue
            family[first] = n_families
            base = sine[top[first]]
            order_before, nearest, least = 0, -1, 0.0
            for other in range(first + 1, n_peaks):
                order = int(np.round(sine[top[other]] / base))
                if family[other] >= 0 or order < 2 or order * base > 1:
                    continue
                expected = order * base
                cosine = max(np.sqrt(1 - expected * expected), 1e-6)
                gap = 2 * np.degrees(base / cosine)
                miss = abs(2 * np.degrees(np.arcsin(expected)) - angle[top[other]])
                if miss > min(tolerance, _SHARE_OF_GAP * gap):
                    continue
                if order == order_before and miss >= least:
                    continue
                if order == order_before:
                    family[nearest] = -1
                family[other] = n_families
                order_before, nearest, least = order, other, miss
            n_families += 1
        for j in range(n_angles):
            regions[i, j] = family[peaks[i, j]]


def as_rows(X):
    """Contiguous rows of float32 or float64."""
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
    region, and every region holds one peak. Gaps (NaN) are bridged by straight lines.

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
    X = fill_gaps(as_rows(X))
    regions = np.empty(X.shape, dtype=np.int32)
    _label_peaks(X, float(prominence), regions)
    return regions


def harmonic_regions(X, two_theta, *, prominence=0.02, tolerance=0.2):
    """Number families of peaks at d, d/2, d/3, ...: the orders of one orientation.

    Lattice planes of one orientation reflect at d/n with n = 1, 2, 3, ...; texture changes the
    intensity of all of them by the same factor. From low angles upwards every peak of
    :func:`peak_regions` that is not yet taken starts a family, joined by the nearest peak where
    sin(theta) is twice, three times, ... its own. The wavelength cancels in these ratios.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns.
    two_theta : array-like of shape (n_angles,)
        Strictly increasing angles in degrees, between 0 and 180.
    prominence : float, default=0.02
        As in :func:`peak_regions`.
    tolerance : float, default=0.2
        Degrees by which a peak may miss the angle of its order, which is also at most 2 % of the
        distance from that order to the next: the orders of a large spacing stand so close that
        many peaks would be near one by chance.

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
    X = fill_gaps(as_rows(X))
    angles = check_degrees(two_theta, "harmonics")
    peaks = peak_regions(X, prominence=prominence)
    regions = np.empty_like(peaks)
    _label_harmonics(X, peaks, np.sin(np.radians(angles / 2)), angles, float(tolerance), regions)
    return regions


def check_degrees(two_theta, purpose):
    """Return the angles, checked to be diffraction angles in degrees."""
    angles = check_increasing(two_theta)
    if angles[0] <= 0 or angles[-1] >= 180:
        raise ValueError(
            f"two_theta spans {angles[0]:g} to {angles[-1]:g}; {purpose} need angles in degrees, "
            "above 0 and below 180."
        )
    return angles


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
    random_state : int, RandomState or Generator instance or None, default=None
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
    rng = random_state
    if not isinstance(rng, np.random.Generator):
        rng = check_random_state(rng)
    low, high = np.log(scale_range)
    lot = rng.uniform(size=(n_patterns, n_regions))
    factors = np.exp(rng.uniform(low, high, size=lot.shape))
    factors[lot >= scale_fraction] = 1
    factors[lot >= 1 - eliminate_fraction] = 0
    return factors
