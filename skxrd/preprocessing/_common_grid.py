"""The grid that a set of patterns shares."""

import numpy as np

from skxrd._grid import median_step


def common_two_theta(patterns, *, step=None, min_span=0.5):
    """Widest grid that lies within all patterns worth keeping.

    A pattern that spans less than ``min_span`` of the median span is a fragment: it would narrow
    the grid for all others, so it is left out.

    Parameters
    ----------
    patterns : list of PowderPattern
        The patterns, each on its own grid.
    step : float, default=None
        Step of the grid in degrees; ``None`` takes the median of the patterns' steps.
    min_span : float, default=0.5
        Smallest span, as a fraction of the median span, of a pattern that is kept.

    Returns
    -------
    two_theta : ndarray of shape (n_angles,)
        The grid in degrees.
    kept : ndarray of bool, shape (n_patterns,)
        False for fragments.

    Raises
    ------
    ValueError
        If the patterns share no range.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd import PowderPattern
    >>> from skxrd.preprocessing import common_two_theta
    >>> patterns = [
    ...     PowderPattern(np.linspace(first, 60, 200), np.arange(200)) for first in (5, 10, 59)
    ... ]
    >>> two_theta, kept = common_two_theta(patterns, step=0.5)
    >>> two_theta[[0, -1]].tolist(), kept.tolist()
    ([10.0, 60.0], [True, True, False])
    """
    first = np.array([pattern.two_theta[0] for pattern in patterns])
    last = np.array([pattern.two_theta[-1] for pattern in patterns])
    kept = last - first >= min_span * np.median(last - first)
    low, high = first[kept].max(), last[kept].min()
    if step is None:
        step = float(np.median([median_step(pattern.two_theta) for pattern in patterns]))
        step = round(step, 4)  # angles in files are rounded, so their median has a tail of digits
    n_angles = int((high - low) / step + 1e-6) + 1
    if n_angles < 2:
        raise ValueError(
            f"the patterns share no range: the last starts at {low:g} degrees and the first ends "
            f"at {high:g}; leave out the ones that do not overlap the others."
        )
    return low + step * np.arange(n_angles), kept
