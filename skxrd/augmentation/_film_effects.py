"""How else scans of real films differ: widths, foreign lines, glass, counts, spikes."""

import numpy as np

from skxrd._compiled import compiled
from skxrd._grid import d_to_two_theta
from skxrd.preprocessing._missing_angles import fill_gaps
from skxrd.simulation._background import glass_hump

_FWHM_TO_SIGMA = 1 / (2 * np.sqrt(2 * np.log(2)))
_N_SIGMA = 4.0  # where the Gaussian is cut


@compiled
def _broaden(X, sigma, angle, out):
    n_angles = X.shape[1]
    for i in range(X.shape[0]):
        if sigma[i] <= 0:
            out[i] = X[i]
            continue
        reach = _N_SIGMA * sigma[i]
        first = 0
        for j in range(n_angles):
            while angle[j] - angle[first] > reach:
                first += 1
            total = weights = 0.0
            for k in range(first, n_angles):
                away = (angle[k] - angle[j]) / sigma[i]
                if away > _N_SIGMA:
                    break
                weight = np.exp(-0.5 * away * away)
                total += weight * X[i, k]
                weights += weight
            out[i, j] = total / weights


def broaden_patterns(X, fwhm, two_theta):
    """Rows convolved with a Gaussian of their own width, ``fwhm`` degrees of shape (n_patterns,).

    Near the ends the Gaussian is what lies inside the measurement, normalized again.
    """
    sigma = np.broadcast_to(np.asarray(fwhm, dtype=np.float64) * _FWHM_TO_SIGMA, len(X))
    out = np.empty_like(X)
    _broaden(fill_gaps(X), np.ascontiguousarray(sigma), np.asarray(two_theta, np.float64), out)
    out[np.isnan(X)] = np.nan
    return out


def add_impurity_lines(
    X, two_theta, rng, *, n_lines, height_range, fwhm=0.2, d_spacings=None, wavelength=None
):
    """Rows with up to ``n_lines`` Gaussian lines of a foreign phase, anywhere or at spacings."""
    shape = (len(X), n_lines)
    if d_spacings is None:
        at = rng.uniform(two_theta[0], two_theta[-1], shape)
    else:
        lines = d_to_two_theta(d_spacings, wavelength)
        lines = lines[(lines >= two_theta[0]) & (lines <= two_theta[-1])]
        if not lines.size:
            raise ValueError(
                f"impurity_d_spacings: none of {np.size(d_spacings)} spacings reflects between "
                f"{two_theta[0]:g} and {two_theta[-1]:g} degrees; give others."
            )
        at = rng.choice(lines, shape)
    height = rng.uniform(*height_range, shape)
    n_drawn = rng.integers(0, n_lines + 1, (len(X), 1))
    height[np.arange(n_lines) >= n_drawn] = 0
    height *= _top(X)
    lines = np.zeros(X.shape)
    for line in range(n_lines):
        away = (two_theta - at[:, line, None]) / fwhm
        lines += height[:, line, None] * np.exp(-4 * np.log(2) * away**2)
    return X + lines.astype(X.dtype, copy=False)


def add_glass_hump(X, two_theta, rng, *, height_range):
    """Rows with the halo of a glass substrate, its top between 22 and 26 degrees."""
    centre = rng.uniform(22.0, 26.0, (len(X), 1))
    height = rng.uniform(*height_range, (len(X), 1)) * _top(X)
    return X + (height * glass_hump(two_theta, centre=centre)).astype(X.dtype, copy=False)


def add_counting_noise(X, rng, *, counts_range):
    """Rows of counts, Poisson draws from the intensities; negative intensities stay as they are.

    ``counts_range`` is the range of the counts at the maximum, their logarithm uniform.
    """
    low, high = np.log(counts_range)
    counts = np.exp(rng.uniform(low, high, (len(X), 1)))
    top = _top(X)
    a_count = np.where(top > 0, top / counts, 1.0)
    expected = np.where(X > 0, X / a_count, 0.0)
    drawn = rng.poisson(expected) * a_count
    return np.where(X > 0, drawn, X).astype(X.dtype, copy=False)


def add_gaussian_noise(X, rng, *, level_range):
    """Rows with normal deviates of one size at all angles."""
    level = rng.uniform(*level_range, (len(X), 1)) * _top(X)
    return X + (level * rng.standard_normal(X.shape)).astype(X.dtype, copy=False)


def add_spikes(X, rng, *, n_spikes, height_range):
    """Rows with up to ``n_spikes`` bright points, as cosmic rays and detectors make them."""
    X = X.copy()
    height = rng.uniform(*height_range, (len(X), n_spikes))
    column = rng.integers(0, X.shape[1], height.shape)
    n_drawn = rng.integers(0, n_spikes + 1, (len(X), 1))
    height[np.arange(n_spikes) >= n_drawn] = 0
    height *= _top(X)
    for spike in range(n_spikes):
        X[np.arange(len(X)), column[:, spike]] += height[:, spike]
    return X


def _top(X):
    """Maximum of every row over its measured angles, 0 where there is none, as a column."""
    return np.maximum(X.max(axis=1, keepdims=True, where=~np.isnan(X), initial=0), 0)
