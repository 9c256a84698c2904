"""What speaks against trusting a classifier on a scan: its range and its peaks."""

import numpy as np

from skxrd._filters import minimum_filter, uniform_filter
from skxrd.preprocessing._noise_level import noise_level

_FEW = 5  # peaks; fewer leave room for several lattices
_WIDTH = 0.1  # degrees over which counts are averaged, about a peak
_BACKGROUND = 2.0  # degrees within which there is a place without a peak
_NOISE = 6.0  # standard deviations that a peak stands above the background
_SLACK = 0.5  # degrees by which a range may fall short
_LEAST = 0.15  # of the highest peak, in square roots: two percent of its intensity


def count_peaks(intensity, step):
    """Number of peaks that stand out of background and noise; overlapping ones count as one.

    ``intensity``, shape (n_angles,), has equal steps of ``step`` degrees. Square roots of counts
    have the same noise everywhere.
    """
    root = np.sqrt(np.maximum(np.asarray(intensity, dtype=np.float64), 0))
    near = max(1, round(_WIDTH / step))
    if root.size < 4 * near:
        return 0
    noise = noise_level(root, order=2, lag=near)  # so far apart that resampling did not mix them
    smooth = uniform_filter(root, near)
    wide = max(3, round(_BACKGROUND / step))
    height = smooth - uniform_filter(minimum_filter(smooth, wide), wide)
    least = max(_NOISE * noise, _LEAST * height.max(), 1e-6 * root.max())
    return int(np.count_nonzero(np.diff((height > least).astype(int), prepend=0) == 1))


def warn_of_row(row, two_theta, max_first_angle, min_last_angle):
    """Sentences that speak against trusting the prediction for a row, NaN where it has no values.

    All scans of the training began at ``max_first_angle`` or below and reached ``min_last_angle``.
    """
    measured = np.flatnonzero(~np.isnan(row))
    if measured.size < 2 or np.ptp(row[measured]) == 0:
        return ["nothing was measured that could tell symmetries apart"]
    step = two_theta[1] - two_theta[0]
    first, last = two_theta[measured[[0, -1]]]
    found = []
    if first > max_first_angle + _SLACK:
        found.append(
            f"begins at {first:.4g} deg; all scans of the training began by {max_first_angle:g}"
        )
    if last < min_last_angle - _SLACK:
        found.append(
            f"ends at {last:.4g} deg; all scans of the training reached {min_last_angle:g}"
        )
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
