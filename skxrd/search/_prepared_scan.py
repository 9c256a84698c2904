"""A scan made ready for the search: peaks above the background, on a regular grid."""

from dataclasses import dataclass

import numpy as np

from skxrd._filters import find_maxima, gaussian_filter, half_height_widths, uniform_filter
from skxrd._grid import check_wavelength, doublet_lines, is_doublet
from skxrd.preprocessing._background_methods import snip_background, snip_widths
from skxrd.preprocessing._noise_level import noise_level
from skxrd.search._screened_bins import BIN, D_MAX

_WINDOW = 2.0  # degrees with copper radiation, of the background
_SMOOTHED = 0.6  # full width of the smoothing, of that of the peaks
_CUT = 2.5  # standard deviations of the smoothed noise that are subtracted
_FLOOR = 0.01  # of the highest peak, in the weights
_PEAK = 5.0  # standard deviations above the background
_FWHM = 2.3548  # full width of a normal distribution in standard deviations
_NARROWEST, _WIDEST = 0.02, 0.9  # degrees with copper radiation
_SMOOTHING = 0.08  # degrees with copper radiation, full width, before peaks are measured
_HIGHEST = 12  # peaks whose widths count
_LEAST_POINTS = 20
_BLUR = 0.3  # degrees with copper radiation, full width of the blurring


@dataclass(frozen=True, eq=False)
class PreparedScan:
    """Peaks of a scan.

    ``grid`` is first angle and step in degrees; ``measured`` the intensity above background and
    noise, smoothed; ``weights`` those of squares; ``width`` the full
    width of its peaks as drawn; ``light`` rows of wavelength and share; ``unit`` the wavelength in
    units of that of copper, by which widths in degrees scale.
    """

    grid: np.ndarray
    measured: np.ndarray
    weights: np.ndarray
    width: float
    light: np.ndarray
    unit: float
    noise: np.ndarray

    @property
    def two_theta(self):
        """Angles of the grid."""
        return self.grid[0] + self.grid[1] * np.arange(self.measured.size)

    def blur(self, measured):
        """Pattern on the grid, blurred, and the weights of its squares."""
        sigma = _BLUR * self.unit / _FWHM / self.grid[1]
        blurred = gaussian_filter(measured, sigma)
        return blurred, 1 / (blurred + _FLOOR * max(measured.max(), 1e-30))

    @property
    def mean_wavelength(self):
        """Wavelength in angstrom, the weighted mean."""
        return float(self.light[:, 0] @ self.light[:, 1] / self.light[:, 1].sum())


class NothingToSearch(Exception):
    """Why a scan cannot be searched, in words for the user."""


def prepare_scan(pattern):
    """Prepared scan of a PowderPattern; NothingToSearch says why there is none."""
    if pattern.wavelength is None:
        raise NothingToSearch("its wavelength is unknown; pass wavelength")
    if (pattern.metadata or {}).get("radiation") == "neutron":
        raise NothingToSearch("was measured with neutrons, the lines of the library are of X-rays")
    angles, intensity = _measured_part(pattern.two_theta, pattern.intensity)
    if angles.size < _LEAST_POINTS:
        raise NothingToSearch(f"has {angles.size} measured angles, too few for peaks")
    if np.ptp(intensity) == 0:
        raise NothingToSearch(f"all intensities are {intensity[0]:g}")
    light = _light(pattern.wavelength)
    unit = light[0, 0] / 1.5406
    step = float(np.median(np.diff(angles)))
    regular = np.arange(angles[0], angles[-1] + step / 2, step)
    y = np.interp(regular, angles, intensity)
    half = max(1, int(_WINDOW * unit / 2 / step))
    # under noise the background runs along the lower edge, so the noise is smoothed first
    sigma = max(1.0, _SMOOTHING * unit / _FWHM / step)
    net = y - snip_background(gaussian_filter(y, sigma)[None], snip_widths(half))[0]
    noise = _noise(y)
    width = _peak_width(net, noise, step, unit)
    return _on_coarser_grid(regular, net, noise, width, step, light, unit)


def _measured_part(angles, intensity):
    """Angles and intensities without zeros at the ends, which were not measured."""
    inside = np.flatnonzero(intensity > 0)
    if not inside.size:
        return angles[:0], intensity[:0]
    part = slice(inside[0], inside[-1] + 1)
    return angles[part], intensity[part]


def _light(wavelength):
    if is_doublet(wavelength):
        return np.array(doublet_lines(wavelength))
    return np.array([[check_wavelength(wavelength), 1.0]])


def _noise(y):
    """Standard deviation of the noise at each angle, growing as that of counts does."""
    level = max(float(np.median(y)), 1e-9 * float(np.abs(y).max()))
    return noise_level(y) * np.sqrt(np.maximum(y, level) / level) + 1e-9 * np.ptp(y)


def _peak_width(net, noise, step, unit):
    """Full width of the peaks: the median of the highest, measured on the smoothed pattern."""
    sigma = max(1.0, _SMOOTHING * unit / _FWHM / step)
    smooth = gaussian_filter(net, sigma)
    sd = noise / np.sqrt(2 * np.sqrt(np.pi) * sigma)
    places, prominences = find_maxima(smooth, height=_PEAK * sd, prominence=_PEAK * sd)
    if not places.size:
        raise NothingToSearch("has no peak above its noise")
    highest = np.argsort(-prominences)[:_HIGHEST]
    # below the middle of its height, neighbours widen a peak
    widths = half_height_widths(smooth, places[highest], prominences[highest])
    width = np.sqrt(max(np.median(widths) ** 2 - (_FWHM * sigma) ** 2, 1.0)) * step
    return float(np.clip(width, _NARROWEST * unit, _WIDEST * unit))


def _on_coarser_grid(angles, net, noise, width, step, light, unit):
    points = max(1, int(width / 3 / step))
    coarse = points * step
    mean = uniform_filter(net, points)[points // 2 :: points]
    sd = noise[points // 2 :: points] / np.sqrt(points)
    sigma = _SMOOTHED * width / _FWHM / coarse
    sd = gaussian_filter(sd, sigma) / np.sqrt(max(1.0, 2 * np.sqrt(np.pi) * sigma))
    measured = np.maximum(gaussian_filter(mean, sigma) - _CUT * sd, 0.0)
    if not measured.max() > 0:
        raise NothingToSearch("has no peak above its noise")
    weights = 1 / (measured + _FLOOR * measured.max() + sd)
    return PreparedScan(
        grid=np.array([angles[points // 2], coarse]),
        measured=measured,
        weights=weights,
        width=width * np.sqrt(1 + _SMOOTHED**2),
        light=light,
        unit=unit,
        noise=sd,
    )


def screened_profile(scan, measured, n_bins, n_shifts):
    """Square root of intensity in the bins of the library, and factors of the lines there."""
    angles = scan.two_theta
    sine = np.sin(np.radians(angles / 2))
    inside = sine > 0
    d = scan.mean_wavelength / (2 * sine[inside])
    position = np.log(D_MAX / d) / BIN
    centres = np.arange(-n_shifts, n_bins + n_shifts) + 0.5
    covered = (centres >= position[0]) & (centres <= position[-1])
    heights = np.interp(centres, position, measured[inside])
    # bins that are wider than the steps of the scan take the highest of these
    place = np.floor(position).astype(int) + n_shifts
    valid = (place >= 0) & (place < centres.size)
    np.maximum.at(heights, place[valid], measured[inside][valid])
    heights[~covered] = 0.0
    near = heights.copy()
    near[1:] = np.maximum(near[1:], heights[:-1])
    near[:-1] = np.maximum(near[:-1], heights[1:])
    theta = np.arcsin(np.clip(scan.mean_wavelength / 2 * np.exp(centres * BIN) / D_MAX, 0, 0.999))
    # strengths in the library are multiplied by d^2
    factor = np.sqrt((1 + np.cos(2 * theta) ** 2) / np.cos(theta)) * covered
    return np.sqrt(near).astype(np.float32), factor.astype(np.float32)
