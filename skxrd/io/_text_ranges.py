"""Ranges of a scan in a column of angles: where they begin anew, and rows that are no points."""

import numpy as np

from skxrd._files import FormatError

_SHORTEST_RANGE = 10  # points of a range that begins without a line between
_MOST_RANGES = 1000


def first_point(angles):
    """Row of the first point: 1 if the first row is a number of points or the like.

    That row lies far from the others, which are evenly spaced, or runs against them.
    """
    few = angles[: _SHORTEST_RANGE + 2].tolist()
    steps = [after - before for before, after in zip(few[:-1], few[1:], strict=True)]
    if len(steps) < _SHORTEST_RANGE or steps[1] == 0:
        return 0
    first, usual = steps[:2]
    if first * usual > 0 and abs(first) <= 10 * abs(usual):
        return 0
    return int(all(abs(step - usual) <= 0.02 * abs(usual) for step in steps[1:]))


def is_one_range(angles):
    """Whether angles in degrees increase from the first, which is a point, to the last."""
    if first_point(angles) or not (angles[0] >= 0 and angles[-1] < 180):
        return False
    return bool((angles[1:] > angles[:-1]).all())


def split_ranges(path, angles):
    """Slices of the angles, each of one strictly increasing range; descending ones are reversed."""
    if not angles.max() < 180:
        raise FormatError(
            path,
            f"its first column runs to {angles.max():g}; angles in degrees end below 180. Times of "
            "flight, energies and spacings are not read.",
        )
    steps = angles[1:] - angles[:-1]
    if steps.min() > 0:
        return [slice(None)]
    return [slice(None, None, -1)] if steps.max() < 0 else _begin_anew(path, angles, steps)


def _begin_anew(path, angles, steps):
    direction = 1 if np.median(steps) > 0 else -1
    breaks = np.flatnonzero(steps * direction <= 0)
    edges = [0, *(breaks + 1), angles.size]
    if len(edges) <= _MOST_RANGES and np.diff(edges).min() >= _SHORTEST_RANGE:
        if direction > 0:
            return [slice(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True)]
        return [
            slice(b - 1, a - 1 if a else None, -1)
            for a, b in zip(edges[:-1], edges[1:], strict=True)
        ]
    row = int(breaks[0])
    what = "repeats" if steps[row] == 0 else "falls" if steps[row] < 0 else "rises"
    raise FormatError(
        path,
        f"its angle {what} at row {row + 2} ({angles[row]:g}, then {angles[row + 1]:g}); angles "
        "must be strictly increasing: sort the rows and merge repeated angles.",
    )
