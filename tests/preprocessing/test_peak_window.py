import numpy as np
import pytest
from scipy.signal import find_peaks_cwt

from skxrd.preprocessing import BackgroundSubtractor
from skxrd.preprocessing._background_methods import peak_window_background

TWO_THETA = 5 + 0.04 * np.arange(1350)


def scan(*centres):
    row = 1 + np.exp(-(TWO_THETA - 5) / 20)
    for centre in centres:
        row = row + np.exp(-0.5 * ((TWO_THETA - centre) / 0.12) ** 2)
    return row


def published(row, window=15):
    """The published loop over peaks, its first peak not left out."""
    left = np.zeros_like(row)
    for peak in find_peaks_cwt(row, np.arange(10, 15), noise_perc=0.01):
        start, stop = max(0, peak - window // 2), min(peak + window // 2, len(row))
        near = row[start:stop]
        left[start:stop] = np.maximum(0, near - max(np.sort(near)[: window // 5]))
    return left


def test_equals_the_published_loop():
    rng = np.random.default_rng(0)
    X = np.array([scan(*rng.uniform(8, 55, 6)) for _ in range(3)])
    X += 0.02 * rng.normal(size=X.shape)
    left = BackgroundSubtractor(TWO_THETA, method="peak_window").fit_transform(X)
    np.testing.assert_allclose(left, [published(row) for row in X], atol=1e-12)


def test_only_what_is_near_a_peak_is_left():
    X = scan(20.0, 40.0)[None]
    background = peak_window_background(X, 15)
    assert (background <= X).all()
    left = X - background
    for centre in (20.0, 40.0):
        near = np.abs(TWO_THETA - centre) < 0.2
        assert left[0, near].max() > 0.7
    assert left[0, np.abs(TWO_THETA - 30) < 3].max() < 0.05
    assert np.mean(left > 0) < 0.2


def test_window_is_in_degrees():
    subtractor = BackgroundSubtractor(TWO_THETA, method="peak_window", window=0.6)
    X = scan(20.0)[None]
    expected = X - peak_window_background(X, 15)
    np.testing.assert_allclose(subtractor.fit_transform(X), expected)
    with pytest.raises(ValueError, match="method='peak_window' needs at least 2 angles"):
        BackgroundSubtractor(method="peak_window").fit([[1.0]])
