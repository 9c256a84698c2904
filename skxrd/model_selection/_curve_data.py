"""Data of the points of a curve: coarser scans and smaller training sets."""

from numbers import Integral

import numpy as np

from skxrd._grid import median_step
from skxrd.preprocessing._coarsener import coarsen_patterns

_ROUNDING = 1.001  # a step may miss that of the grid by its rounding


def coarsen(X, two_theta, step, scan):
    """Rows and angles of a scan that keeps one angle a step, or ("continuous") averages them."""
    if scan not in ("step", "continuous"):
        raise ValueError(f"scan is {scan!r}; use 'step' or 'continuous'.")
    if step <= _ROUNDING * median_step(two_theta):
        return X, two_theta
    if scan == "continuous":
        return coarsen_patterns(X, two_theta, step)
    number = np.floor((two_theta - two_theta[0]) / step + 1e-6).astype(np.int64)
    kept = np.flatnonzero(np.diff(number, prepend=-1))
    return X[:, kept], two_theta[kept]


def check_steps(steps, two_theta):
    """Distinct steps in degrees, rising; none below that of the grid or above half its range."""
    finest, widest = median_step(two_theta), np.ptp(two_theta) / 2
    checked = sorted({float(step) for step in np.asarray(steps, dtype=np.float64).ravel()})
    if not checked:
        raise ValueError("steps is empty; give at least one step in degrees.")
    for step in checked:
        if not finest <= step * _ROUNDING or not step <= widest:
            raise ValueError(
                f"steps holds {step:g}; give steps from {finest:.4g}, that of two_theta, to "
                f"{widest:.4g}, half of its range."
            )
    return checked


def check_numbers(name, values):
    """Distinct numbers of patterns, rising."""
    values = list(values)
    for value in values:
        if not isinstance(value, Integral) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{name} holds {value!r}; give whole numbers from 0 on.")
    if not values:
        raise ValueError(f"{name} is empty; give at least one number.")
    return sorted({int(value) for value in values})


def mixed_order(rows, y, rng):
    """Random order of rows in which every beginning has the classes in about equal shares."""
    rows = rng.permutation(rows)
    place = np.empty(len(rows))
    for label in np.unique(y[rows]):
        members = np.flatnonzero(y[rows] == label)
        # one in each of as many equal parts of the order, anywhere within it
        place[members] = (np.arange(members.size) + rng.uniform(size=members.size)) / members.size
    return rows[np.argsort(place, kind="stable")]
