"""Regions of a pattern: sets of angles that are scaled or eliminated as one.

Regions are numbered in an integer array of the patterns' shape, so that blocks, peaks and
harmonics are one mechanism.
"""

import numpy as np

from skxrd._compiled import compiled
from skxrd._grid import check_increasing, keep_float32
from skxrd.preprocessing._missing_angles import fill_gaps
from skxrd.preprocessing._noise_level import noise_level

_NOISE_FACTOR = 8.0  # standard deviations; thousands of points of pure noise span 6 to 8
_LARGEST_RISE = 0.5  # share of the range; where peaks fill the pattern, they look like noise
#: Share of the distance between two orders by which a peak may miss one. Where the orders of a
#: large spacing lie close together, a wider window would take in peaks by chance.
_SHARE_OF_GAP = 0.02


@compiled
def _label_peaks(X, noise, prominence, regions):
    n_angles = X.shape[1]
    for i in range(X.shape[0]):
        lowest = highest = X[i, 0]
        for j in range(1, n_angles):
            lowest, highest = min(lowest, X[i, j]), max(highest, X[i, j])
        span = float(highest - lowest)
        rise = max(prominence * span, min(_NOISE_FACTOR * noise[i], _LARGEST_RISE * span))
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


def block_regions(two_theta, width):
    """Numbers of fixed angular blocks ``width`` degrees wide, from the first angle on.

    They are the published regions, and cut peaks.
    """
    angles = check_increasing(two_theta)
    # A rounding error in the grid must not move an angle on an edge into the block before.
    number = np.floor((angles - angles[0]) / width + 1e-9).astype(np.int64)
    return np.unique(number, return_inverse=True)[1].astype(np.int32)


def peak_regions(X, *, prominence=0.02):
    """Numbers of whole peaks, shape (n_patterns, n_angles): regions end at the minima between them.

    A peak rises and falls by at least ``prominence`` times the range of the pattern, and by at
    least eight standard deviations of its noise, but at most by half the range. Every region holds
    one peak. Gaps (NaN) are bridged by straight lines.
    """
    X = fill_gaps(keep_float32(np.ascontiguousarray(X)))
    regions = np.empty(X.shape, dtype=np.int32)
    _label_peaks(X, noise_level(X), float(prominence), regions)
    return regions


def harmonic_regions(X, two_theta, *, prominence=0.02, tolerance=0.2):
    """Numbers of families of peaks at d, d/2, d/3, ..., shape (n_patterns, n_angles).

    From low angles upwards every peak that is not yet taken starts a family, joined by the nearest
    peak where sin(theta) is twice, three times, ... its own, within ``tolerance`` degrees and 2 %
    of the distance to the next order. The wavelength cancels in these ratios.
    """
    X = fill_gaps(X)
    angles = check_degrees(two_theta, "harmonics")
    peaks = peak_regions(X, prominence=prominence)
    regions = np.empty_like(peaks)
    _label_harmonics(X, peaks, np.sin(np.radians(angles / 2)), angles, float(tolerance), regions)
    return regions


def check_degrees(two_theta, purpose):
    """Diffraction angles in degrees, checked to lie between 0 and 180."""
    angles = check_increasing(two_theta)
    if angles[0] <= 0 or angles[-1] >= 180:
        raise ValueError(
            f"two_theta spans {angles[0]:g} to {angles[-1]:g}; {purpose} need angles in degrees, "
            "above 0 and below 180."
        )
    return angles
