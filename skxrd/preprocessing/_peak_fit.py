"""Overlapping peaks told apart: profiles of all peaks fitted to a pattern together."""

from dataclasses import astuple, dataclass

import numpy as np

from skxrd._filters import maximum_filter
from skxrd.preprocessing._peak_flanks import join_flanks, on_flank
from skxrd.preprocessing._peak_profiles import (
    draw_profiles,
    improve_profiles,
    profile_power,
)
from skxrd.preprocessing._peak_search import filter_responses, find_candidates

_ROUNDS = 6
_ROUNDS_OF_HEIGHTS = 2  # of them, at first
_WIDER = 2.0  # a peak becomes at most that much wider than it was found
_APART = 0.6  # of the larger full width; nearer peaks cannot be told apart
_FLANK = 0.15  # of a Lorentzian with the height of a peak: below that others are its misfit
_OUTLIER = 5.0  # deviations
_SPIKE = 1.5  # points; a weak peak that shrinks below that is the noise of one point
_MISFIT = 0.03  # of the other peaks at a place, which the profiles may miss


@dataclass
class Peaks:
    """Peaks in points: places of the first line, full widths, and heights."""

    place: np.ndarray
    width: np.ndarray
    height: np.ndarray

    def take(self, rows):
        """Some of the peaks, by place."""
        rows = np.arange(self.place.size)[rows]
        rows = rows[np.argsort(self.place[rows])]
        return Peaks(self.place[rows], self.width[rows], self.height[rows])

    def joined(self, more):
        """These peaks and more, by place."""
        pairs = zip(astuple(self), astuple(more), strict=True)
        return Peaks(*(np.concatenate(pair) for pair in pairs)).take(slice(None))


class PeakFit:
    """Profiles of peaks fitted to a pattern above its background.

    ``net`` and ``noise`` have one value for each point, ``widths`` are those at which peaks are
    looked for, and ``excess`` how much more their filters vary than noise would make them;
    ``second(places)`` gives the distance in points to the K-alpha2 line of each peak and its share
    of the height.
    """

    def __init__(self, net, noise, widths, excess, second):
        self.net, self.noise, self.second = net, noise, second
        self.widths, self.excess = widths, excess
        self.peaks, self.eta = None, 0.5
        self._known, self._base = Peaks(*np.empty((3, 0))), np.zeros_like(net)

    def fit(self, place, width):
        """Fit peaks of these starting values."""
        self.peaks = self._refine(Peaks(place, width, np.zeros_like(place)), heights_first=True)
        # the background follows the lower edge of the noise: let it be the middle where no peak is
        model = self._model()
        quiet = (model < self.noise) & (np.abs(self.net) < _OUTLIER * self.noise)
        if quiet.any():
            self.net = self.net - self.noise * np.median((self.net / self.noise)[quiet])

    @property
    def misfit(self):
        """Sum of the squared residuals in units of the noise, which large ones do not dominate."""
        residual = (self.net - self._model()) / self.noise
        return float(np.sum(np.minimum(residual**2, 1e4)))

    def lines(self, least):
        """Lines of all peaks of at least this signal to noise, their areas and the ratios."""
        self._complete(least)
        return self._joined()

    def weaker_lines(self, strong, least):
        """Lines in what the peaks leave of the pattern; the strong ones stay what they are."""
        self._known, self.peaks = self.peaks, Peaks(*np.empty((3, 0)))
        self._base = self._model_of(self._known)
        self.net = self.net - self._base
        self._complete(least)
        lines, area, ratio = self._joined()
        n_strong = strong.place.size
        pairs = zip(astuple(strong), astuple(lines), strict=True)
        both = Peaks(*(np.concatenate(pair) for pair in pairs))
        own = lines.width >= _SPIKE
        for row in np.flatnonzero(own):
            shape = (self.eta, self.noise)
            own[row] = not any(on_flank(both, *shape, k, n_strong + row) for k in range(n_strong))
        return lines.take(own), area[own], ratio[own]

    def _joined(self):
        """Lines of the peaks, of which some have a tail, their areas and signals to noise."""
        lines, area = join_flanks(self.peaks, self.eta, self.noise, self._areas())
        return lines, area, self._signal_to_noise(lines)

    def _complete(self, least):
        """Fit what stands out of the residual too, and leave out weak and covered peaks."""
        model = self._base + self._model()
        spread = np.sqrt(self.noise**2 + (2 * _MISFIT * maximum_filter(model, 5)) ** 2)
        response, spread = filter_responses(self.net - self._model(), spread, self.widths)
        spread *= self.excess[:, np.newaxis]
        place, width, _ = find_candidates(response, spread, self.widths, least)
        before = self._known.joined(self.peaks)
        near = np.abs(place - before.place[:, np.newaxis])
        wider = np.maximum(width, before.width[:, np.newaxis])
        new = (near > _APART * wider).all(axis=0)
        if new.any():
            more = Peaks(place[new], width[new], np.zeros(new.sum()))
            self.peaks = self._refine(self.peaks.joined(more), heights_first=True)
        for _ in range(2):
            kept = (self._signal_to_noise(self.peaks) >= least) & ~self._covered()
            if kept.all():
                break
            self.peaks = self._refine(self.peaks.take(kept), heights_first=False)
        kept = (self._signal_to_noise(self.peaks) >= least) & ~self._covered()
        self.peaks = self.peaks.take(kept)

    def second_lines(self, place, width, strength):
        """Which candidates lie at the K-alpha2 line of a stronger one."""
        distance, share = self.second(place)
        if not share:
            return np.zeros(place.size, dtype=bool)
        miss = np.abs(place - (place + distance)[:, np.newaxis])
        near = miss < np.maximum(0.45 * np.minimum(width, width[:, np.newaxis]), 1.5)
        weaker = (strength < 0.9 * strength[:, np.newaxis]) & (place > place[:, np.newaxis])
        return (near & weaker).any(axis=0)

    def _covered(self):
        """Which peaks cannot be told from a higher one or are cut by an end of the pattern."""
        place, width, height = astuple(self.peaks)
        others = tuple(
            np.concatenate(pair)[:, np.newaxis]
            for pair in zip(astuple(self.peaks), astuple(self._known), strict=True)
        )
        distance, share = self.second(others[0])
        gap = np.abs(place - others[0])
        higher = others[2] > height
        wider = np.maximum(width, others[1])
        # misfit of a higher peak, at its place and, where there is one, at its K-alpha2
        far = gap / others[1]
        if share:
            beyond = np.abs(place - others[0] - distance) / others[1]
            far = np.minimum(far, beyond)
        flank = height < _FLANK * others[2] / (1 + far**2)
        inside = (place > 0.5 * width) & (place < self.net.size - 1 - 0.5 * width)
        return (higher & ((gap < _APART * wider) | flank)).any(axis=0) | ~inside

    def _model(self):
        return self._model_of(self.peaks)

    def _model_of(self, peaks):
        distance, share = self.second(peaks.place)
        return draw_profiles(
            self.net.size, peaks.place, peaks.width, peaks.height, distance, share, self.eta
        )

    def _signal_to_noise(self, peaks):
        """Heights over the standard uncertainties with which they are fitted."""
        distance, share = self.second(peaks.place)
        variance = self.noise**2
        arrays = (peaks.place, peaks.width, peaks.height, distance)
        model = self._base + self._model_of(peaks)
        power = profile_power(model, variance, *arrays, share, self.eta, _MISFIT)
        return peaks.height * np.sqrt(power) / np.interp(2 * peaks.width, self.widths, self.excess)

    def _refine(self, peaks, *, heights_first):
        """Peaks after some rounds of least squares, in which none leaves its neighbourhood."""
        reach = 0.6 * peaks.width
        bounds = np.stack([peaks.place - reach, peaks.place + reach, 0 * reach], axis=1)
        widest = np.minimum(_WIDER * peaks.width, _WIDER * self.widths[-1] / 3)
        place, width, height = (values.copy() for values in astuple(peaks))
        distance, share = self.second(place)
        weight = 1 / self.noise
        for number in range(_ROUNDS):
            if number >= _ROUNDS_OF_HEIGHTS or not heights_first:
                bounds[:, 2] = widest
            arrays = (place, width, height, distance, share, self.eta)
            residual = self.net - draw_profiles(self.net.size, *arrays)
            rise = improve_profiles(residual, weight, *arrays, bounds)
            if self._known.place.size:
                continue  # weak peaks tell less about the shape than the known ones
            self.eta = float(np.clip(self.eta + np.clip(rise, -0.2, 0.2), 0.0, 1.0))
        return Peaks(place, width, height)

    def _areas(self):
        """Areas of peaks, of one line each, in units of the height times points."""
        unit = self.eta * np.pi / 2 + (1 - self.eta) * np.sqrt(np.pi / (4 * np.log(2)))
        return unit * self.peaks.height * self.peaks.width
