"""PeakHeightScaler, PeakEliminator and PatternShifter: training rows change, others do not."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from skxrd.augmentation import PatternShifter, PeakEliminator, PeakHeightScaler
from skxrd.augmentation._transforms import shift_patterns

TWO_THETA = np.arange(10, 50, 0.1)
LINES = (14.0, 20.0, 28.2, 42.9)
STEPS = [
    PeakHeightScaler(TWO_THETA, random_state=0),
    PeakHeightScaler(TWO_THETA, region="harmonic", random_state=0),
    PeakHeightScaler(TWO_THETA, region="block", random_state=0),
    PeakHeightScaler(random_state=0),
    PeakEliminator(TWO_THETA, eliminate_fraction=0.5, random_state=0),
    PeakEliminator(TWO_THETA, region="harmonic", eliminate_fraction=0.5, random_state=0),
    PeakEliminator(TWO_THETA, region="block", random_state=0),
    PatternShifter(TWO_THETA, random_state=0),
    PatternShifter(TWO_THETA, shift_range=(0, 0), strain_range=(0.001, 0.01), random_state=0),
    PatternShifter(random_state=0),
]
OFF = [
    *(
        PeakHeightScaler(TWO_THETA, region=r, scale_range=(1, 1))
        for r in ("peak", "harmonic", "block")
    ),
    PeakHeightScaler(scale_fraction=0),
    *(PeakEliminator(TWO_THETA, region=r, eliminate_fraction=0) for r in ("peak", "block")),
    PatternShifter(TWO_THETA, shift_range=(0, 0)),
]


def films(n_patterns=20, dtype=np.float64):
    height = np.random.default_rng(0).uniform(0.3, 1, (n_patterns, 4, 1))
    lines = np.array(LINES)[:, None]
    X = (height * np.exp(-(((TWO_THETA - lines) / 0.2) ** 2))).sum(axis=1)
    return X.astype(dtype)


def columns(*angles):
    return [int(np.abs(TWO_THETA - angle).argmin()) for angle in angles]


def names(steps):
    return [f"{type(s).__name__}-{getattr(s, 'region', '')}-{i}" for i, s in enumerate(steps)]


@pytest.mark.parametrize("step", STEPS, ids=names(STEPS))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_training_rows_change_and_others_do_not(step, dtype):
    X = films(dtype=dtype)
    before = X.copy()
    step = clone(step)
    out = step.fit_transform(X)
    np.testing.assert_array_equal(X, before)
    assert out.dtype == dtype and out.shape == X.shape
    assert (out != X).any(axis=1).mean() > 0.5 and (out.max(axis=1) > 0).all()
    np.testing.assert_array_equal(out, step.fit_transform(X))
    np.testing.assert_array_equal(step.transform(X), X)
    np.testing.assert_array_equal(clone(step).fit(X).transform(X), X)


@pytest.mark.parametrize("step", OFF, ids=names(OFF))
def test_zero_strength_is_the_exact_identity(step):
    np.testing.assert_array_equal(clone(step).fit_transform(films()), films())


@pytest.mark.parametrize("step", STEPS, ids=names(STEPS))
def test_missing_angles_stay_missing(step):
    X = films()
    X[3, :60] = X[5, 350:] = X[7] = np.nan
    step = clone(step)
    np.testing.assert_array_equal(np.isnan(step.fit_transform(X)), np.isnan(X))
    np.testing.assert_array_equal(step.transform(X), X)


def test_scaler_keeps_orders_together_in_harmonic_mode_only():
    X = films(200)
    first, other, second = columns(14.0, 20.0, 28.2)
    for region, together in (("harmonic", True), ("peak", False)):
        X_new = PeakHeightScaler(TWO_THETA, region=region, random_state=0).fit_transform(X)
        at_first, at_other, at_second = (X_new[:, at] / X[:, at] for at in (first, other, second))
        assert np.isclose(at_first, at_second).all() == together
        assert not np.isclose(at_first, at_other).all()


def test_eliminator_takes_the_stated_share_of_peaks_and_leaves_the_rest_alone():
    X = films(500)
    at = columns(*LINES)
    out = PeakEliminator(TWO_THETA, eliminate_fraction=0.3, random_state=0).fit_transform(X)
    assert np.mean(out[:, at] == 0) == pytest.approx(0.3, abs=0.03)
    left = out[:, at] > 0
    np.testing.assert_array_equal(out[:, at][left], X[:, at][left])


def test_shifter_shifts_by_each_kind():
    X = films(5)
    for kind, amount in (("shift", 0.15), ("strain", 0.004), ("displacement", 0.2)):
        ranges = {"shift_range": (0, 0), f"{kind}_range": (amount, amount)}
        out = PatternShifter(TWO_THETA, **ranges).fit_transform(X)
        expected = shift_patterns(X, two_theta=TWO_THETA, **{kind: amount})
        np.testing.assert_allclose(out, expected, rtol=1e-12)


def test_in_a_plain_pipeline_and_a_grid_search():
    X = np.vstack([films(20), np.roll(films(20), 9, axis=1)])
    y = np.repeat(["a", "b"], 20)
    model = make_pipeline(
        PeakHeightScaler(TWO_THETA, random_state=0),
        PeakEliminator(TWO_THETA, random_state=0),
        PatternShifter(TWO_THETA, random_state=0),
        KNeighborsClassifier(1),
    )
    grid = {"peakheightscaler__region": ["peak", "harmonic", "block"]}
    search = GridSearchCV(model, grid, cv=4, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.9
    np.testing.assert_array_equal(search.predict_proba(X), search.predict_proba(X))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            PeakHeightScaler(region="harmonic"),
            "region='harmonic' needs angles but two_theta is None",
        ),
        (PeakHeightScaler(scale_range=(0, 1)), "scale_range starts at 0; it must be positive"),
        (PeakEliminator(eliminate_fraction=2), "The 'eliminate_fraction' parameter"),
        (PatternShifter(strain_range=(0, 0.1)), "strain_range needs angles but two_theta is None"),
        (PatternShifter(shift_range=(1, 0)), r"shift_range is \(1, 0\)"),
        (PatternShifter(TWO_THETA[:5]), "two_theta has 5 angles but X has 400 columns"),
    ],
    ids=str,
)
def test_bad_parameters(step, message):
    with pytest.raises(ValueError, match=message):
        step.fit(films())
