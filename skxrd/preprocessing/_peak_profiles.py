"""Sums of peak profiles on a grid of points, and one round of their least squares."""

import numpy as np

from skxrd._compiled import compiled
from skxrd._small_systems import solve_small

_REACH = 4.0  # full widths from its middle that a profile is drawn
# a check of every divisor for zero would slow the loops
_kernel = compiled(error_model="numpy")
_LOG2 = np.log(2.0)
_DAMPING = 0.02
_LARGEST_MOVE = 0.25  # of the full width, in one round
_LARGEST_STRETCH = 0.35  # of its logarithm


@_kernel
def _profile(scaled, eta):
    """Pseudo-Voigt of height 1 at a distance in half widths, minus its derivative, and by eta."""
    squared = scaled * scaled
    lorentz = 1 / (1 + squared)
    gauss = np.exp(-_LOG2 * squared) if squared < 60 else 0.0
    value = eta * lorentz + (1 - eta) * gauss
    slope = 2 * scaled * (eta * lorentz * lorentz + (1 - eta) * _LOG2 * gauss)
    return value, slope, lorentz - gauss


@_kernel
def _window(n_points, place, width, distance):
    first = max(int(np.floor(place - _REACH * width)), 0)
    return first, min(int(np.ceil(place + distance + _REACH * width)), n_points - 1) + 1


@_kernel
def _add_profile(total, place, width, height, distance, share, eta):
    """Add a peak, and at a distance its second line with a share of the height, to a sum."""
    first, last = _window(total.size, place, width, distance)
    for point in range(first, last):
        value = _profile(2 * (point - place) / width, eta)[0]
        if share:
            value += share * _profile(2 * (point - place - distance) / width, eta)[0]
        total[point] += height * value


@_kernel
def draw_profiles(n_points, place, width, height, distance, share, eta):
    """Sum of the profiles of peaks at places in points, shape (n_points,)."""
    total = np.zeros(n_points)
    for peak in range(place.size):
        _add_profile(total, place[peak], width[peak], height[peak], distance[peak], share, eta)
    return total


def sum_profiles(at, peaks, eta):
    """Sum of the first lines of some peaks at any places in points."""
    scaled = 2 * (at[:, np.newaxis] - peaks.place) / peaks.width
    gauss = np.exp(-_LOG2 * np.minimum(scaled**2, 60))
    return (peaks.height * (eta / (1 + scaled**2) + (1 - eta) * gauss)).sum(axis=1)


@_kernel
def profile_power(model, variance, place, width, height, distance, share, eta, misfit):
    """Sums over points of squared profiles over the variance of noise and of misfit.

    ``misfit`` is the share of the other peaks of the ``model`` that their profiles may miss.
    """
    power = np.zeros(place.size)
    for peak in range(place.size):
        first, last = _window(model.size, place[peak], width[peak], distance[peak])
        for point in range(first, last):
            value = _profile(2 * (point - place[peak]) / width[peak], eta)[0]
            if share:
                value += (
                    share
                    * _profile(2 * (point - place[peak] - distance[peak]) / width[peak], eta)[0]
                )
            missed = misfit * (model[point] - height[peak] * value)
            power[peak] += value * value / (variance[point] + missed * missed)
    return power


@_kernel
def improve_profiles(residual, weight, place, width, height, distance, share, eta, bounds):
    """One round of least squares over place, width and height of each peak, in place.

    ``residual`` is what the peaks leave of the pattern, and is kept so. ``bounds``, shape (n_peaks,
    3), are the lowest and highest place and the largest width; with a largest width of 0 the
    height alone is fitted. Returned is by how much the Lorentzian share ``eta`` of all should grow.
    """
    normal, right = np.empty((4, 4)), np.empty(4)
    slope_of_eta, power_of_eta = 0.0, 0.0
    for peak in range(place.size):
        first, last = _window(residual.size, place[peak], width[peak], distance[peak])
        normal[:] = 0.0
        right[:] = 0.0
        for point in range(first, last):
            scaled = 2 * (point - place[peak]) / width[peak]
            value, slope, shape = _profile(scaled, eta)
            move, stretch = 2 * slope, scaled * slope
            if share:
                scaled -= 2 * distance[peak] / width[peak]
                second, slope, other = _profile(scaled, eta)
                value += share * second
                move += share * 2 * slope
                stretch += share * scaled * slope
                shape += share * other
            squared = weight[point] * weight[point]
            rise = height[peak]
            parts = (rise * move, rise * stretch, value, rise * shape)
            for i in range(4):
                right[i] += squared * parts[i] * residual[point]
                for j in range(4):
                    normal[i, j] += squared * parts[i] * parts[j]
        _add_profile(residual, place[peak], width[peak], height[peak], distance[peak], share, eta)
        largest = bounds[peak, 2]
        if not largest or height[peak] <= 0:
            if normal[2, 2] > 0:
                height[peak] = max(height[peak] + right[2] / normal[2, 2], 0.0)
        else:
            power = normal[3, 3]
            for i in range(3):
                normal[i, i] = normal[i, i] * (1 + _DAMPING) + 1e-300
            step = solve_small(normal[:3, :3].copy(), right[:3].copy())
            by_eta = solve_small(normal[:3, :3].copy(), normal[:3, 3].copy())
            slope_of_eta += right[3]
            power_of_eta += power
            for i in range(3):
                slope_of_eta -= normal[3, i] * step[i]
                power_of_eta -= normal[3, i] * by_eta[i]
            moved = min(max(step[0], -_LARGEST_MOVE), _LARGEST_MOVE) * width[peak]
            stretched = min(max(step[1], -_LARGEST_STRETCH), _LARGEST_STRETCH)
            place[peak] = min(max(place[peak] + moved, bounds[peak, 0]), bounds[peak, 1])
            width[peak] = min(max(width[peak] * np.exp(stretched), 1.0), largest)
            height[peak] = max(height[peak] + step[2], 0.0)
        _add_profile(residual, place[peak], width[peak], -height[peak], distance[peak], share, eta)
    return slope_of_eta / power_of_eta if power_of_eta > 0 else 0.0
