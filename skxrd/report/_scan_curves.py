"""Curves in few characters: even steps, twelve bits, two characters a point."""

import numpy as np

from skxrd._grid import median_step

_DIGITS = np.frombuffer(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype=np.uint8
)
_MISSING = 4095  # code of an angle that was not measured
_LARGEST = 4094
_GAP = 3.0  # steps; a wider distance was not measured
_BUDGET = 2_600_000  # characters of all curves of a page
_MOST, _FEWEST = 12_000, 500  # points of a curve


def points_for(n_curves):
    """Points that each of so many curves may have."""
    return int(np.clip(_BUDGET / (2 * max(n_curves, 1)), _FEWEST, _MOST))


def even_curves(two_theta, curves, n_points):
    """First angle, step, and curves in even steps, averaged over the steps if these are wider.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Rising angles.
    curves : list of ndarray of shape (n_angles,)
        Intensities.
    n_points : int
        Most points.

    Returns
    -------
    first, step : float
        Degrees.
    even : list of ndarray of shape (n_even,)
        NaN where nothing was measured.
    """
    two_theta = np.asarray(two_theta, dtype=np.float64)
    span = two_theta[-1] - two_theta[0]
    own = median_step(two_theta)
    n_even = int(min(n_points, max(round(span / own) + 1, 2)))
    step = span / (n_even - 1)
    places = two_theta[0] + step * np.arange(n_even)
    measured = _measured(two_theta, places, _GAP * max(step, own))
    even = []
    for curve in curves:
        if step < 1.01 * own:
            values = np.interp(places, two_theta, curve)
        else:  # means over the steps, so that areas stay as they are
            area = np.concatenate([[0], np.cumsum(np.diff(two_theta) * (curve[1:] + curve[:-1]))])
            low = np.interp(places - step / 2, two_theta, area / 2)
            high = np.interp(places + step / 2, two_theta, area / 2)
            width = np.minimum(places + step / 2, two_theta[-1])
            width = width - np.maximum(places - step / 2, two_theta[0])
            values = (high - low) / width
        even.append(np.where(measured, values, np.nan))
    return float(two_theta[0]), float(step), even


def _measured(two_theta, places, widest):
    after = np.clip(np.searchsorted(two_theta, places), 1, len(two_theta) - 1)
    gap = two_theta[after] - two_theta[after - 1]
    inside = np.minimum(two_theta[after] - places, places - two_theta[after - 1])
    return (gap <= widest) | (inside <= 1e-9)


def coded(values, low, high):
    """Values as text, two characters each: square roots of their place between low and high."""
    share = np.clip((values - low) / ((high - low) or 1.0), 0, 1)
    codes = np.where(np.isnan(values), _MISSING, np.rint(_LARGEST * np.sqrt(share)))
    codes = np.nan_to_num(codes, nan=_MISSING).astype(np.int64)
    pairs = np.column_stack([_DIGITS[codes >> 6], _DIGITS[codes & 63]])
    return pairs.tobytes().decode("ascii")
