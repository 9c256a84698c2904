"""The contract that every row-wise step keeps, and what each of them computes."""

import numpy as np
import pytest
from pybaselines import Baseline
from scipy.signal import savgol_filter
from sklearn.base import clone

from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
)
from skxrd.preprocessing._background_methods import snip_background, snip_widths
from skxrd.preprocessing._scaler import scale_patterns

TWO_THETA = np.linspace(10, 30, 401)
STEPS = [
    PatternStacker(TWO_THETA),
    *(
        BackgroundSubtractor(TWO_THETA, method=method)
        for method in ("snip", "arpls", "asls", "rolling_ball", "polynomial", "peak_window")
    ),
    BackgroundSubtractor(),
    SavitzkyGolaySmoother(TWO_THETA),
    SavitzkyGolaySmoother(),
    *(PatternScaler(method=method) for method in ("max", "minmax", "area", "l2")),
    PatternScaler(power=0.5),
]


def peaks(n_patterns=3, *, noise=0.0):
    rng = np.random.RandomState(0)
    center = rng.uniform(12, 28, (n_patterns, 5, 1))
    height = rng.uniform(0.2, 1, (n_patterns, 5, 1))
    X = (height * np.exp(-0.5 * ((TWO_THETA - center) / 0.1) ** 2)).sum(axis=1)
    return X + noise * rng.normal(size=X.shape)


def hump():
    return 2 + 0.5 * np.exp(-0.5 * ((TWO_THETA - 22) / 5) ** 2)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_contract(step):
    X = peaks(noise=0.01) + hump()
    before = X.copy()
    step = clone(step)
    out = step.fit_transform(X)
    np.testing.assert_array_equal(X, before)
    assert out.shape == X.shape and np.isfinite(out).all()
    np.testing.assert_array_equal(step.transform(X.tolist()), out)
    np.testing.assert_array_equal(step.transform(X), out)
    np.testing.assert_allclose(step.transform(X[1:2])[0], out[1], rtol=1e-9, atol=1e-9)
    small = step.fit_transform(X.astype(np.float32))
    assert small.dtype == np.float32
    np.testing.assert_allclose(small, out, atol=2e-3 * np.abs(out).max())
    if hasattr(step, "two_theta"):
        expected = np.arange(401) if step.two_theta is None else TWO_THETA
        np.testing.assert_array_equal(step.two_theta_, expected)
        with pytest.raises(ValueError, match="two_theta has 401 angles but X has 400 columns"):
            clone(step).set_params(two_theta=TWO_THETA).fit(X[:, 1:])


def slow_snip(row, half_window):
    """SNIP one value at a time, the ends continued by straight-line fits."""
    at = np.arange(half_window)
    left = np.polyval(np.polyfit(at, row[:half_window], 1), at - half_window)
    right = np.polyval(np.polyfit(at, row[-half_window:], 1), at + half_window)
    values = [*left, *row, *right]
    for width in range(half_window, 0, -1):
        old = list(values)
        for i in range(width, len(values) - width):
            values[i] = min(old[i], (old[i - width] + old[i + width]) / 2)
    return np.array(values[half_window : len(values) - half_window])


def test_snip_equals_the_plain_loop_and_pybaselines():
    X = peaks(5, noise=0.05) + hump()
    background = snip_background(X, 20)
    np.testing.assert_allclose(background[0], slow_snip(X[0], 20), atol=1e-10)
    for row, found in zip(X, background, strict=True):
        expected = Baseline().snip(row, max_half_window=20, decreasing=True)[0]
        np.testing.assert_allclose(found, expected, atol=1e-10)
    assert (background <= X + 1e-12).all()


def test_snip_in_many_chunks_equals_one(monkeypatch):
    X = peaks(7)
    expected = snip_background(X, 9)
    monkeypatch.setattr("skxrd.preprocessing._background_methods._CHUNK_BYTES", 1)
    np.testing.assert_allclose(snip_background(X, 9), expected, atol=1e-12)


@pytest.mark.parametrize("method", ["snip", "arpls", "asls", "rolling_ball", "polynomial"])
def test_background_goes_and_peaks_stay(method):
    X, noise = peaks(), 0.005 * np.random.RandomState(1).normal(size=401)
    subtractor = BackgroundSubtractor(TWO_THETA, method=method)
    out = subtractor.fit_transform(X + hump() + noise)
    assert np.abs(out - X).max() < (0.06 if method != "polynomial" else 0.2)
    assert out.min() >= 0


@pytest.mark.parametrize("method", ["snip", "arpls", "asls", "rolling_ball"])
def test_window_means_degrees_whatever_the_step(method):
    fine = np.linspace(10, 30, 1601)
    coarse = fine[::4]
    row = np.exp(-0.5 * ((fine - 17) / 0.15) ** 2) + 1 + 0.3 * np.cos((fine - 22) / 4)
    row += 0.01 * np.random.RandomState(0).normal(size=1601)
    one = BackgroundSubtractor(fine, method=method, window=3.0).fit_transform(row[None])
    four = BackgroundSubtractor(coarse, method=method, window=3.0).fit_transform(row[None, ::4])
    assert np.abs(one[:, ::4] - four).max() < 0.03


def test_geometric_widths_spare_the_hump():
    row = (peaks(1) + hump())[0]
    left_over = {}
    assert snip_widths(16) == [16, 11, 8, 6, 4, 3, 2, 1]
    for name, widths in [("all", 40), ("geometric", snip_widths(40))]:
        left_over[name] = np.abs(hump() - snip_background(row[None], widths)[0]).max()
    assert 3 * left_over["geometric"] < left_over["all"]


def test_clip_keeps_negative_values_when_off():
    X = peaks(noise=0.05) + hump()
    subtractor = BackgroundSubtractor(TWO_THETA, method="asls", clip=False)
    assert subtractor.fit_transform(X).min() < 0


def test_too_few_columns_for_a_method():
    with pytest.raises(ValueError, match="method='polynomial' needs at least 7 angles"):
        BackgroundSubtractor(method="polynomial").fit(np.ones((2, 6)))


def test_smoother_counts_points_of_the_grid():
    X = peaks(noise=0.05)
    smoother = SavitzkyGolaySmoother(TWO_THETA, window=0.55, polyorder=3).fit(X)
    assert smoother.window_length_ == 11
    np.testing.assert_allclose(smoother.transform(X), savgol_filter(X, 11, 3, axis=1))


@pytest.mark.parametrize(("n_angles", "points"), [(1, 1), (2, 1), (3, 3), (10, 3), (2500, 11)])
def test_smoother_window_without_angles(n_angles, points):
    smoother = SavitzkyGolaySmoother().fit(np.ones((1, n_angles)))
    assert smoother.window_length_ == points


def test_smoother_keeps_peaks_as_high_as_its_docstring_says():
    fine = np.linspace(-2, 2, 401)
    for fwhm, loss in [(0.15, 0.05), (0.3, 0.005)]:
        row = np.exp(-4 * np.log(2) * (fine / fwhm) ** 2)[None]
        smoothed = SavitzkyGolaySmoother(20 + fine).fit_transform(row)
        assert 1 - smoothed.max() == pytest.approx(loss, rel=0.35)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("max", [[0.25, -0.5, 1.0], [0, 0, 0]]),
        ("minmax", [[0.5, 0.0, 1.0], [0, 0, 0]]),
        ("area", [[1 / 7, -2 / 7, 4 / 7], [0, 0, 0]]),
        ("l2", [[1 / 21**0.5, -2 / 21**0.5, 4 / 21**0.5], [0, 0, 0]]),
    ],
)
def test_scale(method, expected):
    np.testing.assert_allclose(scale_patterns([[1, -2, 4], [0, 0, 0]], method=method), expected)


def test_power_clips_negative_values_first():
    np.testing.assert_allclose(scale_patterns([[-8, 1, 4]], power=0.5), [[0, 0.5, 1]])
    assert (scale_patterns([[-8.0, -1.0]], method="minmax", power=0.5) == 0).all()


def test_scale_is_free_of_the_unit():
    X = np.abs(peaks())
    for method in ("max", "minmax", "area", "l2"):
        np.testing.assert_allclose(
            scale_patterns(1e200 * X, method=method), scale_patterns(X, method=method), rtol=1e-12
        )
