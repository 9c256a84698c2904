"""Angles that were not measured are NaN, stay NaN and have no say in the others."""

import numpy as np
import pytest
from sklearn.base import clone

from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    SavitzkyGolaySmoother,
    StepCoarsener,
)
from skxrd.preprocessing._missing_angles import apply_to_spans, fill_gaps, measured_spans

TWO_THETA = np.linspace(10, 30, 401)
MEASURED = slice(60, 340)
METHODS = ["snip", "arpls", "asls", "rolling_ball", "polynomial", "peak_window"]
KEYS = ("method", "power")
STEPS = [
    *(BackgroundSubtractor(TWO_THETA, method=method, clip=False) for method in METHODS),
    SavitzkyGolaySmoother(TWO_THETA, window=0.55),
    *(PatternScaler(method=method) for method in ("max", "minmax", "area", "l2")),
    PatternScaler(power=0.5),
]


def names(steps):
    return [
        "-".join(
            [type(step).__name__, *(str(v) for k, v in step.get_params().items() if k in KEYS)]
        )
        for step in steps
    ]


def scans(n_patterns=4):
    rng = np.random.default_rng(0)
    center = rng.uniform(14, 26, (n_patterns, 5, 1))
    X = np.exp(-0.5 * ((TWO_THETA - center) / 0.12) ** 2).sum(axis=1)
    return X + 2 + 0.05 * TWO_THETA + 0.01 * rng.normal(size=X.shape)


@pytest.mark.parametrize("step", STEPS, ids=names(STEPS))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_row_ends_where_its_measurement_ends(step, dtype):
    X = scans().astype(dtype)
    masked = X.copy()
    masked[1, : MEASURED.start] = masked[1, MEASURED.stop :] = np.nan
    masked[3] = np.nan
    before = masked.copy()
    out = clone(step).fit_transform(masked)
    np.testing.assert_array_equal(masked, before)
    assert out.dtype == dtype
    np.testing.assert_array_equal(np.isnan(out), np.isnan(masked))
    # the whole rows do not notice that others have gaps
    close = {"rtol": 1e-5 if dtype == np.float32 else 1e-9, "atol": 1e-5}
    np.testing.assert_allclose(out[[0, 2]], clone(step).fit_transform(X)[[0, 2]], **close)
    short = clone(step)
    if "two_theta" in short.get_params():
        short.set_params(two_theta=TWO_THETA[MEASURED])
    expected = short.fit_transform(X[1:2, MEASURED])
    np.testing.assert_allclose(out[1:2, MEASURED], expected, **close)


@pytest.mark.parametrize("step", STEPS, ids=names(STEPS))
def test_a_gap_stays_and_changes_little(step):
    X = scans(1)
    gap = slice(5, 8)
    masked = X.copy()
    masked[:, gap] = np.nan
    out, whole = clone(step).fit_transform(masked), clone(step).fit_transform(X)
    np.testing.assert_array_equal(np.isnan(out), np.isnan(masked))
    far = np.r_[0:2, 30:401]
    assert np.abs(out - whole)[:, far].max() < 0.06 * np.abs(whole).max()


def test_infinity_is_no_missing_angle():
    X = scans()
    X[0, 3] = np.inf
    for step in (*STEPS, StepCoarsener(TWO_THETA)):
        with pytest.raises(ValueError, match="infinity"):
            clone(step).fit(X)


def test_too_short_a_measurement_names_the_remedy():
    X = scans(2)
    X[1, 3:] = np.nan
    subtractor = BackgroundSubtractor(TWO_THETA, method="arpls")
    with pytest.raises(ValueError, match="a pattern was measured at 3; use method='snip'"):
        subtractor.fit_transform(X)


def test_fill_and_spans():
    nan = np.nan
    X = np.array([[nan, 1, nan, nan, 4, nan], [nan] * 6, [1, 2, 3, 4, 5, 6]])
    np.testing.assert_array_equal(fill_gaps(X), [[1, 1, 2, 3, 4, 4], [0] * 6, [1, 2, 3, 4, 5, 6]])
    np.testing.assert_array_equal(measured_spans(X), [[1, 5], [0, 0], [0, 6]])
    whole = X[2:]
    assert fill_gaps(whole) is whole
    seen = []
    out = apply_to_spans(lambda rows, columns: seen.append(columns) or 2 * rows, X)
    np.testing.assert_array_equal(out, 2 * X)
    assert seen == [slice(0, 6), slice(1, 5)]
