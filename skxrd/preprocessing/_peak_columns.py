"""The search for the peaks of a pattern, without a table of pandas."""

import numpy as np

from skxrd._filters import uniform_filter
from skxrd._grid import WAVELENGTHS, convert_two_theta, doublet_lines, two_theta_to_d, window_points
from skxrd.preprocessing._background_methods import snip_background, snip_half_window, snip_widths
from skxrd.preprocessing._noise_level import noise_level
from skxrd.preprocessing._peak_fit import PeakFit
from skxrd.preprocessing._peak_search import (
    filter_responses,
    find_candidates,
    noise_excess,
    search_widths,
)

_FEWEST = 10  # angles of a pattern in which peaks can be told from noise
_AVERAGED = 0.1  # degrees over which counts are averaged to know their noise
_BROAD, _LOW = 0.8, 0.05  # of max_fwhm, and of the background: the top of a hump, no peak
_LONGEST = 0.2  # degrees over which noise may have something in common
_LEAST_NOISE = 1e-4  # of the highest intensity, for patterns without noise
_BETTER = 0.97  # of the misfit; a doublet is given up, or found, where that fits better
_STRONG = 5.0  # least signal to noise of the peaks that are fitted together
_WEAK = 3.0  # and of those looked for in what they leave, where weaker ones are wanted
_COLUMNS = ("two_theta", "d", "height", "area", "fwhm", "signal_to_noise")


def peak_columns(pattern, min_signal_to_noise=5.0, max_fwhm=1.0, doublet="auto"):
    """Columns of the table of :func:`find_peaks`, as arrays, and its ``attrs``."""
    if pattern.two_theta.size < _FEWEST:
        raise ValueError(
            f"pattern {pattern.name!r} has {pattern.two_theta.size} angles; peaks can be told from "
            f"noise in patterns of at least {_FEWEST}."
        )
    two_theta, intensity, step = _even_steps(pattern)
    level = uniform_filter(intensity, max(1, round(_AVERAGED / step)), mode="edge")
    noise = _counting_noise(intensity, level)
    background = _background(level, two_theta, 2 * max_fwhm)
    net = intensity - background
    widths = search_widths(min(max_fwhm / step, intensity.size / 8))
    response, spread = filter_responses(intensity, noise, widths)
    excess = noise_excess(response, spread, widths, _LONGEST / step)
    spread *= excess[:, np.newaxis]
    found = find_candidates(response, spread, widths, _STRONG)
    data = (net, noise, widths, excess)
    fit, pair = _fit(pattern, found, data, (two_theta[0], step), doublet)
    lines, area, ratio = _strong_and_weak(fit, min_signal_to_noise)
    below = np.interp(lines.place, np.arange(level.size), background)
    hump = (step * lines.width > _BROAD * max_fwhm) & (lines.height < _LOW * below)
    kept = ~hump & (ratio >= min_signal_to_noise)
    found = (lines.take(kept), area[kept], ratio[kept])
    return _columns(pattern, found, (two_theta[0], step), pair)


def _strong_and_weak(fit, least):
    """Lines by place, their areas and signals to noise; ``least`` does not change the strong."""
    lines, area, ratio = fit.lines(_STRONG)
    if least >= _STRONG:
        return lines, area, ratio
    weak, *columns = fit.weaker_lines(lines, _WEAK)
    columns[1] = np.minimum(columns[1], np.nextafter(_STRONG, 0))  # by so much they stood out
    order = np.argsort(np.concatenate([lines.place, weak.place]), kind="stable")
    area, ratio = (np.concatenate(pair)[order] for pair in zip((area, ratio), columns, strict=True))
    return lines.joined(weak), area, ratio


def _background(level, two_theta, window):
    """Background as :class:`BackgroundSubtractor` finds it, with a window in degrees."""
    points = window_points(window, two_theta, level.size, default=window)
    half_window = snip_half_window(points, level.size)
    return snip_background(level[np.newaxis], snip_widths(half_window))[0]


def _fit(pattern, found, data, grid, doublet):
    """Fit of all candidates, and the lines of the doublet or None, by what fits better."""
    lines = _doublet_of(pattern, doublet)
    single, double = (PeakFit(*data, _second_line(pair, *grid)) for pair in (None, lines))
    if lines is None:
        single.fit(*found[:2])
        return single, None
    first = ~double.second_lines(*found)
    double.fit(found[0][first], found[1][first])
    if doublet is True:
        return double, lines
    single.fit(found[0][first], found[1][first])
    states_mean = abs(pattern.wavelength - lines[0]) > abs(pattern.wavelength - lines[2])
    bar = 1 / _BETTER if states_mean else _BETTER
    return (double, lines) if double.misfit < bar * single.misfit else (single, None)


def _doublet_of(pattern, doublet):
    """K-alpha1, K-alpha2 and mean of the doublet that a pattern may have, or None."""
    if doublet is False:
        return None
    if pattern.wavelength is not None:
        for name, mean in WAVELENGTHS.items():
            if not name.endswith("Ka"):
                continue
            (alpha1, _), (alpha2, _) = doublet_lines(name)
            if min(abs(pattern.wavelength - alpha1), abs(pattern.wavelength - mean)) < 5e-4:
                return alpha1, alpha2, mean
    if doublet is True:
        raise ValueError(
            f"pattern {pattern.name!r} has the wavelength {pattern.wavelength}, which is not that "
            "of a K-alpha doublet; read it with its wavelength, or pass doublet=False."
        )
    return None


def _even_steps(pattern):
    """Angles and intensities in even steps, and the step; gaps are bridged by straight lines."""
    two_theta, intensity = pattern.two_theta, pattern.intensity
    # the step of most of the pattern: a finer one would make noise look smooth
    step = float(np.quantile(np.diff(two_theta), 0.9))
    span = two_theta[-1] - two_theta[0]
    n_angles = int(round(span / step)) + 1
    even = two_theta[0] + step * np.arange(n_angles)
    if n_angles == two_theta.size and np.abs(even - two_theta).max() < 0.3 * step:
        return even, intensity, span / (n_angles - 1)
    return even, np.interp(even, two_theta, intensity), step


def _counting_noise(intensity, level):
    """Standard deviation of the noise at each angle: of the background, and growing with counts."""
    measured = intensity
    if np.median(intensity) == intensity.min():  # zeros, from a background that was subtracted
        measured = intensity[intensity > intensity.min()]
    flat = noise_level(measured, order=2)
    root = 2 * noise_level(np.sqrt(np.maximum(measured, 0)), order=2)
    least = max(flat, _LEAST_NOISE * np.ptp(intensity), 1e-12 * np.abs(intensity).max())
    if not least:
        return np.ones(intensity.size)
    return np.sqrt(np.maximum(least**2, root**2 * level))


def _second_line(lines, first_angle, step):
    """Function from places in points to the distance of K-alpha2 from each, and its share."""
    if lines is None:
        return lambda places: (np.zeros_like(places), 0.0)

    def second(places):
        angles = first_angle + step * places
        beside = convert_two_theta(angles, lines[0], lines[1])
        return np.nan_to_num(beside - angles) / step, 0.5

    return second


def _columns(pattern, found, grid, lines):
    """Peaks that are in no gap of the pattern, in degrees and angstrom."""
    (peaks, area, ratio), (first_angle, step) = found, grid
    angles = first_angle + step * peaks.place
    wavelength = pattern.wavelength if lines is None else lines[0]
    spacing = np.full(angles.size, np.nan)
    if wavelength is not None:
        spacing = two_theta_to_d(angles, wavelength)
    columns = (angles, spacing, peaks.height, step * area, step * peaks.width, ratio)
    inside = np.interp(angles, pattern.two_theta, np.arange(pattern.two_theta.size))
    left = pattern.two_theta[np.floor(inside).astype(int)]
    right = pattern.two_theta[np.ceil(inside).astype(int)]
    there = right - left <= 3 * step
    found = {name: column[there] for name, column in zip(_COLUMNS, columns, strict=True)}
    return found, {"wavelength": wavelength, "doublet": lines is not None}
