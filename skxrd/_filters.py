"""Filters of single rows, and the maxima in them.

The results are those of the functions of these names in scipy.ndimage and scipy.signal, whose
import takes longer than most calls of the command.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_REACH = 4.0  # standard deviations at which a Gaussian ends


def gaussian_filter(row, sigma):
    """Row convolved with a Gaussian of this standard deviation in points, mirrored at the ends."""
    reach = int(_REACH * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return np.convolve(_mirrored(row, reach, reach), weights / weights.sum(), "valid")


def uniform_filter(row, size, *, mode="symmetric"):
    """Means over ``size`` points; ``mode`` is that of :func:`numpy.pad` at the ends."""
    padded = _mirrored(row, size // 2, size - size // 2 - 1, mode)
    return np.convolve(padded, np.full(size, 1 / size), "valid")


def maximum_filter(row, size):
    """Highest of ``size`` points around each, mirrored at the ends."""
    return sliding_window_view(_mirrored(row, size // 2, size - size // 2 - 1), size).max(axis=-1)


def minimum_filter(row, size):
    """Lowest of ``size`` points around each, mirrored at the ends."""
    return -maximum_filter(-row, size)


def _mirrored(row, before, after, mode="symmetric"):
    return np.pad(np.asarray(row, dtype=np.float64), (before, after), mode)


def find_maxima(row, *, height=None, prominence=0.0):
    """Places of the maxima of at least a height and a prominence, and their prominences.

    Both limits are numbers, or arrays with one for each point. Of a flat top the middle counts; the
    ends of the row are no maxima.
    """
    row = np.asarray(row, dtype=np.float64)
    starts = np.flatnonzero(np.diff(row, prepend=np.nan) != 0)  # of runs of equal values
    values = row[starts]
    top = np.flatnonzero((values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])) + 1
    places = (starts[top] + starts[top + 1] - 1) // 2
    if height is not None:
        places = places[row[places] >= np.broadcast_to(height, row.shape)[places]]
    least = np.broadcast_to(prominence, row.shape)[places]
    possible = row[places] - row.min(initial=np.inf) >= least
    places, least = places[possible], least[possible]
    found = np.array([_prominence(row, place) for place in places.tolist()])
    kept = found >= least
    return places[kept], found[kept]


def _prominence(row, place):
    """Height of a maximum above the higher of the lowest points on its sides.

    Each side ends where the row is higher than the maximum.
    """
    top = row[place]
    left, right = row[place::-1], row[place:]
    return top - max(side[: _first(side > top)].min() for side in (left, right))


def half_height_widths(row, places, prominences):
    """Widths in points of maxima at half of their prominence."""
    row = np.asarray(row, dtype=np.float64)
    widths = []
    for place, prominence in zip(places.tolist(), prominences.tolist(), strict=True):
        level = row[place] - 0.5 * prominence
        widths.append(sum(_crossing(side, level) for side in (row[place::-1], row[place:])))
    return np.array(widths)


def _crossing(side, level):
    """How far from its first point a row falls to a level."""
    end = _first(side <= level)
    if end == side.size:
        return end - 1.0
    return end - 1 + (side[end - 1] - level) / (side[end - 1] - side[end])


def _first(mask):
    """Place of the first True, or the size without one."""
    return int(mask.argmax()) if mask.any() else mask.size
