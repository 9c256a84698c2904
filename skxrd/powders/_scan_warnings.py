"""What speaks against trusting a classifier on a scan: its range and its peaks."""

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

_FEW = 5  # peaks; fewer leave room for several lattices
_WIDTH = 0.1  # degrees over which counts are averaged, about a peak
_BACKGROUND = 2.0  # degrees within which there is a place without a peak
_NOISE = 6.0  # standard deviations that a peak stands above the background
_SLACK = 0.5  # degrees by which a range may fall short
_LEAST = 0.15  # of the highest peak, in square roots: two percent of its intensity


def count_peaks(intensity, step):
    """Number of peaks that stand out of background and noise.

    Overlapping peaks count as one. Square roots of counts have the same noise everywhere.

    Parameters
    ----------
    intensity : array-like of shape (n_angles,)
        Measured intensities in equal steps.
    step : float
        In degrees.

    Returns
    -------
    int
    """
    root = np.sqrt(np.maximum(np.asarray(intensity, dtype=np.float64), 0))
    near = max(1, round(_WIDTH / step))
    if root.size < 4 * near:
        return 0
    # neighbours so far apart that resampling did not mix them
    bend = root[2 * near :] - 2 * root[near:-near] + root[: -2 * near]
    noise = np.median(np.abs(bend)) / (0.6745 * np.sqrt(6))
    smooth = uniform_filter1d(root, near)
    wide = max(3, round(_BACKGROUND / step))
    height = smooth - uniform_filter1d(minimum_filter1d(smooth, wide), wide)
    least = max(_NOISE * noise, _LEAST * height.max(), 1e-6 * root.max())
    return int(np.count_nonzero(np.diff((height > least).astype(int), prepend=0) == 1))


def doubts_of_row(row, two_theta, *, begins_by, ends_behind):
    """What speaks against trusting the prediction for one row.

    Parameters
    ----------
    row : ndarray of shape (n_angles,)
        Intensities, NaN where nothing was measured.
    two_theta : ndarray of shape (n_angles,)
        Angles in degrees, in equal steps.
    begins_by, ends_behind : float
        Angles in degrees that all scans of the training began before and reached.

    Returns
    -------
    list of str
        Empty if nothing does.
    """
    measured = np.flatnonzero(~np.isnan(row))
    if measured.size < 2 or np.ptp(row[measured]) == 0:
        return ["nothing was measured that could tell symmetries apart"]
    step = two_theta[1] - two_theta[0]
    first, last = two_theta[measured[[0, -1]]]
    found = []
    if first > begins_by + _SLACK:
        found.append(f"begins at {first:.4g} deg; all scans of the training began by {begins_by:g}")
    if last < ends_behind - _SLACK:
        found.append(f"ends at {last:.4g} deg; all scans of the training reached {ends_behind:g}")
    missing = 1 - measured.size / (measured[-1] - measured[0] + 1)
    if missing > 0.05:
        found.append(f"{missing:.0%} of the angles between first and last were not measured")
    peaks = count_peaks(row[measured], step)
    if peaks == 0:
        found.append("no peak stands out of the noise")
    elif peaks < _FEW:
        what = "1 peak stands" if peaks == 1 else f"{peaks} peaks stand"
        found.append(f"only {what} out, which many symmetries have in common")
    return found
