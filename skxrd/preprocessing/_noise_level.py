"""How noisy patterns are."""

import numpy as np

#: Standard deviations of normal noise in one median of the absolute differences of each order.
#: The median of a normal deviate is 0.6745 of its standard deviation, and differences of order 1
#: and 2 have the variance of 1 + 1 and of 1 + 4 + 1 values.
_SIGMA_OF_MEDIAN = {1: 1.0 / 0.6745 / np.sqrt(2), 2: 1.0 / (0.6745 * np.sqrt(6))}


def noise_level(rows, *, order=1, lag=1):
    """Standard deviation of the noise of each row, estimated from differences between angles.

    Peaks cover few of the angles, so the median hardly depends on them. Differences of order 2
    also leave out slopes. Where resampling has mixed neighbours, take angles ``lag`` columns apart.
    """
    rows = np.asarray(rows)
    if order == 1:
        differences = rows[..., lag:] - rows[..., :-lag]
    else:
        differences = rows[..., 2 * lag :] - 2 * rows[..., lag:-lag] + rows[..., : -2 * lag]
    if not differences.shape[-1]:
        return np.zeros(rows.shape[:-1])
    sizes = np.abs(differences).astype(np.float64, copy=False)
    return _SIGMA_OF_MEDIAN[order] * np.median(sizes, axis=-1)
