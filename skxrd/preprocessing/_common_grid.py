"""The grid that a set of patterns shares, and the intensities of a pattern on another grid."""

import numpy as np

from skxrd._grid import check_increasing, convert_two_theta, median_step

_SAME = 1e-4  # relative; 0.006 deg at 60 deg. Files round K-alpha1 to 1.5406 or 1.54056
_COARSER = 1.5  # a target step this many source steps wide averages instead of picking


def common_two_theta(patterns, *, step=None, min_span=0.5):
    """Widest grid in degrees within all patterns worth keeping, and which these are.

    A pattern that spans less than ``min_span`` of the median span is a fragment: it would narrow
    the grid for all others, so it is left out. Without ``step``, that of the median pattern.
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


def is_same_wavelength(one, other):
    """Whether two wavelengths in angstrom are one, as files round them."""
    return abs(one - other) <= _SAME * other


def pattern_at_wavelength(pattern, wavelength, label):
    """Angles that a pattern would have at a wavelength in angstrom, and its intensities there.

    ``None`` keeps its own. Spacings that this wavelength cannot reach are left out; an error, which
    begins with the label, says that none is left.
    """
    x, y = pattern.two_theta, pattern.intensity
    if wavelength is None or is_same_wavelength(pattern.wavelength, wavelength):
        return x, y
    x = convert_two_theta(x, pattern.wavelength, wavelength)
    reachable = ~np.isnan(x)
    if not reachable.any():
        raise ValueError(
            f"{label}: {wavelength:g} angstrom cannot reach any of its lattice spacings; choose a "
            "shorter wavelength."
        )
    return x[reachable], y[reachable]


def resample_pattern(two_theta, intensity, new_two_theta, *, max_gap=1.0):
    """Intensities at new angles, NaN outside the measured range and within gaps.

    Means over bins where the new step is coarser, otherwise interpolated linearly. A measured point
    represents its whole step: angles up to half a median step outside the range take the outermost
    intensity. Distances above ``max_gap`` degrees are gaps, unless the median step is wider still.
    """
    x = check_increasing(two_theta)
    y = np.asarray(intensity, dtype=np.float64)
    new = check_increasing(new_two_theta, name="new_two_theta")
    result = np.interp(new, x, y)
    step = median_step(x)
    gaps = np.diff(x) > max(max_gap, step)
    if new.size > 1 and x.size > 1 and median_step(new) > _COARSER * step:
        middle = (new[1:] + new[:-1]) / 2
        edges = np.concatenate([[2 * new[0] - middle[0]], middle, [2 * new[-1] - middle[-1]]])
        low, high = np.clip(edges[:-1], x[0], x[-1]), np.clip(edges[1:], x[0], x[-1])
        if gaps.any():  # a bin that reaches into a gap ends where the measurement does
            before, after = _segment(x, low), _segment(x, high)
            low = np.where(gaps[before] & (new > x[before + 1] - step / 2), x[before + 1], low)
            high = np.where(gaps[after] & (new < x[after] + step / 2), x[after], high)
        width = high - low
        area = _integral(x, y, high) - _integral(x, y, low)
        wide = width > 1e-9 * step
        result[wide] = area[wide] / width[wide]
    slack = step / 2 if x.size > 1 else 0.0
    missing = (new < x[0] - slack) | (new > x[-1] + slack)
    if gaps.any():
        segment = _segment(x, new)
        inside = (new > x[segment] + slack) & (new < x[segment + 1] - slack)
        missing |= gaps[segment] & inside
    result[missing] = np.nan
    return result


def _segment(x, at):
    """Index of the interval of ``x`` that holds each angle, the outer ones for those outside."""
    return np.clip(np.searchsorted(x, at, side="right") - 1, 0, x.size - 2)


def _integral(x, y, at):
    """Integral of the linear interpolant from ``x[0]`` to each angle."""
    total = np.concatenate([[0.0], np.cumsum(np.diff(x) * (y[1:] + y[:-1]) / 2)])
    segment = _segment(x, at)
    return total[segment] + (at - x[segment]) * (y[segment] + np.interp(at, x, y)) / 2
