"""Where a pattern may have peaks: maxima of its second derivative at several widths."""

import numpy as np

from skxrd._filters import find_maxima, uniform_filter

_NARROWEST = 2.5  # points that the full width of a peak spans at least
_RATIO = 1.5  # of one width to the next
_SIGMA = 1 / (2 * np.sqrt(2 * np.log(2)))  # of a Gaussian of full width 1
_DIP = 0.6  # of the least height, by which the response falls between two maxima
_APART = 0.5  # of a full width; a maximum at a larger width that near is the same peak
_GROWTH = (
    1.05  # of the response, from one width to the next, while filters are narrower than a peak
)
_PART = 20  # widths of a filter, in one of the parts that are compared
_QUIET = 0.5  # of the parts have few peaks
_BEST = 5**0.5  # full widths of a Gaussian peak has the filter whose response to it is largest


def search_widths(largest):
    """Full widths in points of the filters that find peaks up to the largest, and one beyond."""
    n_widths = 1 + max(0, int(np.ceil(np.log(_BEST * largest / _NARROWEST) / np.log(_RATIO))))
    return _NARROWEST * _RATIO ** np.arange(n_widths + 1)


def noise_excess(response, spread, widths, longest):
    """How much more the responses vary than independent noise of each point would make them.

    Where neighbours have noise in common, as after smoothing or resampling, wide filters do not
    average it. Told from the parts of the pattern with the fewest peaks; noise is taken to have
    nothing in common over more than ``longest`` points.
    """
    excess = np.ones(len(widths))
    for number, (row, width) in enumerate(zip(response / spread, widths, strict=True)):
        if number and width > longest:
            excess[number:] = excess[number - 1]
            break
        length = min(max(int(_PART * width), 50), row.size)
        parts = np.abs(row[: row.size // length * length]).reshape(-1, length)
        sizes = np.median(parts[:, :: max(1, int(width / 4))], axis=1) / 0.6745
        excess[number] = max(1.0, np.quantile(sizes, _QUIET))
    return np.maximum.accumulate(excess)


def find_candidates(response, spread, widths, least):
    """Places and full widths in points where a peak stands out, and by how many deviations.

    A maximum of the response of a filter is a candidate; shoulders have one too. The narrowest
    filter in which a peak stands out places it, as it separates neighbours best; its width
    follows from the filter beyond which the response does not grow. What grows up to the last is
    background.
    """
    certain = response / spread
    places, first = np.empty(0, dtype=int), np.empty(0, dtype=int)
    for number, (row, width) in enumerate(zip(certain, widths, strict=True)):
        top, _ = find_maxima(row, height=least, prominence=_DIP * least)
        if places.size and top.size:
            after = np.clip(np.searchsorted(places, top), 1, places.size) - 1
            gap = np.abs(places[after] - top)
            gap = np.minimum(gap, np.abs(places[np.minimum(after + 1, places.size - 1)] - top))
            top = top[gap > _APART * width]
        order = np.argsort(np.concatenate([places, top]))
        places = np.concatenate([places, top])[order]
        first = np.concatenate([first, np.full(top.size, number)])[order]
    strength = response[:, places]
    matched = first
    for number in range(len(widths) - 1):
        growing = (matched == number) & (strength[number + 1] > _GROWTH * strength[number])
        matched = np.where(growing, number + 1, matched)
    peaks = matched < len(widths) - 1
    places, matched = places[peaks], matched[peaks]
    return places.astype(np.float64), widths[matched] / _BEST, certain[matched, places]


def filter_responses(intensity, noise, widths):
    """Responses of one filter for each width and their standard deviations by counting noise.

    Both have the shape (n_widths, n_angles). The filters are second derivatives of Gaussians, which
    let neither a constant nor a slope pass.
    """
    n_angles = intensity.size
    margin = min(int(np.ceil(4 * _SIGMA * widths[-1])), n_angles - 1)
    left, right = 2 * intensity[0], 2 * intensity[-1]
    padded = np.concatenate(
        [
            left - intensity[margin:0:-1],
            intensity,
            right - intensity[-2 : -2 - margin : -1],
        ]
    )
    size = _fast_length(padded.size)
    frequency = 2 * np.pi * np.arange(size // 2 + 1) / size
    squared = (_SIGMA * widths[:, np.newaxis] * frequency) ** 2
    kernels = squared * np.exp(-0.5 * squared)
    response = np.fft.irfft(np.fft.rfft(padded, size) * kernels, size)
    response = response[:, margin : margin + n_angles]
    power = 2 * np.sum(kernels**2, axis=1) / size
    response /= np.sqrt(power)[:, np.newaxis]
    spread = np.empty_like(response)
    variance = noise**2
    for row, width in zip(spread, widths, strict=True):
        near = uniform_filter(variance, 1 + 2 * int(width / 2), mode="edge")
        row[:] = np.sqrt(np.maximum(near, variance.min()))
    return response, spread


def _fast_length(least):
    """Least product of powers of 2, 3 and 5 that is not smaller: lengths of fast transforms."""
    n_powers = int(least).bit_length() + 1
    odd = [3**b * 5**c for b in range(n_powers) for c in range(n_powers) if 3**b * 5**c < 2 * least]
    return min(part << max(0, -(-least // part) - 1).bit_length() for part in odd)
