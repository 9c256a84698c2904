"""Asymmetric peaks: components on the flank of a stronger one are part of its line."""

import numpy as np

from skxrd.preprocessing._peak_profiles import sum_profiles

_BESIDE = 1.2  # of the mean of two full widths; what is farther from a peak is a line of its own
_WEAKER = 0.6  # of the height of a peak; what is stronger is a line of its own
_DIP = 2.0  # deviations of a mean over half a width, by which the sum falls between two maxima
_FINE = 64  # steps in a full width


def on_flank(peaks, eta, noise, leader, other):
    """Whether one peak is the tail of another, not a maximum or a shoulder of its own."""
    gap = abs(peaks.place[other] - peaks.place[leader])
    mean_width = 0.5 * (peaks.width[other] + peaks.width[leader])
    if gap > _BESIDE * mean_width or peaks.height[other] > _WEAKER * peaks.height[leader]:
        return False
    at = np.linspace(peaks.place[other], peaks.place[leader], _FINE)
    total = sum_profiles(at, peaks.take([other, leader]), eta)
    dip = (np.maximum.accumulate(total) - total).max()
    deviation = np.interp(peaks.place[other], np.arange(noise.size), noise)
    return dip <= _DIP * deviation / np.sqrt(max(1.0, 0.5 * peaks.width[other]))


def groups_of_lines(peaks, eta, noise):
    """Numbers of the components of each line, its strongest first, by place."""
    free = np.ones(peaks.place.size, dtype=bool)
    groups = []
    for leader in np.argsort(-peaks.height, kind="stable"):
        if not free[leader]:
            continue
        free[leader] = False
        gap = np.abs(peaks.place - peaks.place[leader])
        near = free & (gap <= _BESIDE * 0.5 * (peaks.width + peaks.width[leader]))
        tails = [n for n in np.flatnonzero(near) if on_flank(peaks, eta, noise, leader, n)]
        free[tails] = False
        groups.append([leader, *tails])
    return sorted(groups, key=lambda group: peaks.place[group[0]])


def join_flanks(peaks, eta, noise, areas):
    """Lines of peaks, in points, and their areas: the maximum of a sum, its width and height."""
    groups = groups_of_lines(peaks, eta, noise)
    lines = peaks.take([group[0] for group in groups])
    area = np.array([areas[group].sum() for group in groups])
    for number, group in enumerate(groups):
        if len(group) > 1:
            shape = _shape(peaks.take(group), eta, peaks.width[group[0]])
            lines.place[number], lines.width[number], lines.height[number] = shape
    order = np.argsort(lines.place, kind="stable")
    return lines.take(slice(None)), area[order]


def _shape(parts, eta, width):
    """Place, full width at half maximum and height of the sum of some peaks."""
    margin = parts.width.max()
    at = np.arange(parts.place[0] - margin, parts.place[-1] + margin, width / _FINE)
    total = sum_profiles(at, parts, eta)
    top = int(total.argmax())
    high = np.flatnonzero(total >= 0.5 * total[top])
    return at[top], at[high[-1]] - at[high[0]], total[top]
