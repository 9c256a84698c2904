import tracemalloc

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from skxrd.augmentation import PhysicsAugmenter

TWO_THETA = np.arange(10, 50, 0.1)
REGIONS = ["peak", "harmonic", "block"]
OFF = {"scale_range": (1, 1), "eliminate_fraction": 0, "shift_range": (0, 0)}


def films(n_patterns=30):
    rng = np.random.RandomState(0)
    y = np.arange(n_patterns) % 10 // 7  # 70 % and 30 %
    lines = np.array([[14.0, 20.0, 28.2, 42.9], [13.0, 18.3, 26.2, 39.6]])[y]
    height = rng.uniform(0.2, 1, (n_patterns, 4, 1))
    X = (height * np.exp(-(((TWO_THETA - lines[:, :, None]) / 0.2) ** 2))).sum(axis=1)
    return X, np.array(["cubic", "tetragonal"])[y]


@pytest.mark.parametrize("region", REGIONS)
def test_zero_strength_is_the_exact_identity(region):
    X, y = films()
    augmenter = PhysicsAugmenter(TWO_THETA, n_augmented=70, region=region, random_state=0, **OFF)
    X_new, y_new = augmenter.fit_resample(X, y)
    np.testing.assert_array_equal(X_new, X[augmenter.sample_indices_])
    np.testing.assert_array_equal(y_new, y[augmenter.sample_indices_])


@pytest.mark.parametrize("region", REGIONS)
def test_contract(region):
    X, y = films()
    before = X.copy()
    augmenter = PhysicsAugmenter(TWO_THETA, n_augmented=90, region=region, random_state=3)
    X_new, y_new = augmenter.fit_resample(X, y)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(X_new[:30], X)
    np.testing.assert_array_equal(X_new, clone(augmenter).fit_resample(X, y)[0])
    np.testing.assert_array_equal(X_new, augmenter.fit_resample(X.tolist(), y)[0])
    assert X_new.min() >= 0 and (X_new.max(axis=1) > 0).all()
    np.testing.assert_array_equal(y_new, y[augmenter.sample_indices_])
    assert not any((row == X).all(axis=1).any() for row in X_new[30:])
    small = augmenter.fit_resample(X.astype(np.float32), y)[0]
    assert small.dtype == np.float32
    np.testing.assert_allclose(small, X_new, atol=1e-5)
    np.testing.assert_array_equal(augmenter.two_theta_, TWO_THETA)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_missing_angles_stay_missing_and_have_no_say(region, dtype):
    X, y = films()
    X = X.astype(dtype)
    masked = X.copy()
    masked[::2, :20] = masked[::2, 380:] = np.nan
    masked[4, 100:103] = masked[6] = np.nan
    augmenter = PhysicsAugmenter(TWO_THETA, n_augmented=90, region=region, random_state=3)
    X_new, _ = augmenter.fit_resample(masked, y)
    assert X_new.dtype == dtype
    source = augmenter.sample_indices_
    np.testing.assert_array_equal(np.isnan(X_new), np.isnan(masked[source]))
    augmenter.set_params(**OFF)
    X_new, _ = augmenter.fit_resample(masked, y)
    np.testing.assert_array_equal(X_new, masked[augmenter.sample_indices_])


@pytest.mark.parametrize(("balance", "expected"), [(True, [51, 50]), (False, [71, 30])])
def test_counts(balance, expected):
    X, y = films()
    augmenter = PhysicsAugmenter(
        TWO_THETA, n_augmented=101, balance=balance, keep_original=False, random_state=0
    )
    X_new, y_new = augmenter.fit_resample(X, y)
    assert len(X_new) == 101
    np.testing.assert_allclose(np.unique(y_new, return_counts=True)[1], expected, atol=3)
    if balance:
        assert np.unique(y_new, return_counts=True)[1].tolist() == expected
    for label in np.unique(y):  # within a class rows serve equally often
        served = np.bincount(augmenter.sample_indices_, minlength=30)[y == label]
        assert np.ptp(served) <= (1 if balance else 4)


def test_counts_per_class():
    X, y = films()
    augmenter = PhysicsAugmenter(
        TWO_THETA, n_augmented=40, per_class=True, keep_original=False, random_state=0
    )
    y_new = augmenter.fit_resample(X, y)[1]
    assert np.unique(y_new, return_counts=True)[1].tolist() == [40, 40]


def test_nothing_to_add():
    X, y = films()
    np.testing.assert_array_equal(PhysicsAugmenter(n_augmented=0).fit_resample(X, y)[0], X)


def test_harmonic_keeps_orders_together_and_moves_orientations_apart():
    X, y = films()
    lines = {"14": 40, "28.2": 182, "20": 100}
    augmenter = PhysicsAugmenter(
        TWO_THETA, region="harmonic", n_augmented=300, shift_range=(0, 0), random_state=0
    )
    X_new, y_new = augmenter.fit_resample(X, y)
    cubic = y_new == "cubic"
    change = (
        X_new[cubic][:, list(lines.values())]
        / X[augmenter.sample_indices_][cubic][:, list(lines.values())]
    )
    np.testing.assert_allclose(change[:, 0], change[:, 1])
    assert np.mean(np.abs(change[:, 0] - change[:, 2]) > 0.1) > 0.5


def test_peaks_are_never_cut_but_blocks_cut_them():
    X, y = films(10)
    for region, cut in (("peak", False), ("block", True)):
        augmenter = PhysicsAugmenter(
            TWO_THETA, region=region, block_width=1.0, n_augmented=200, shift_range=(0, 0),
            random_state=0, keep_original=False,
        )  # fmt: skip
        X_new = augmenter.fit_resample(X, y)[0]
        old = X[augmenter.sample_indices_]
        near = (np.abs(TWO_THETA - 13.0) < 0.3) if region == "block" else np.abs(TWO_THETA - 14) < 1
        of_class = y[augmenter.sample_indices_] == ("tetragonal" if region == "block" else "cubic")
        factor = X_new[of_class][:, near] / old[of_class][:, near]
        assert (np.ptp(factor, axis=1) > 1e-9).any() == cut


def test_a_row_is_never_wiped_out():
    X, y = films()
    augmenter = PhysicsAugmenter(
        TWO_THETA, scale_fraction=0, eliminate_fraction=1, n_augmented=50, random_state=0
    )
    assert (augmenter.fit_resample(X, y)[0].max(axis=1) > 0).all()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"region": "harmonic"}, "region='harmonic' needs angles but two_theta is None"),
        ({"scale_fraction": 0.9, "eliminate_fraction": 0.2}, "exceed 1 together"),
        ({"scale_range": (0, 2)}, "scale_range starts at 0; it must be positive"),
        ({"scale_range": (2, 1)}, r"scale_range is \(2, 1\); give two finite numbers"),
        ({"shift_range": (1, 2, 3)}, r"shift_range is \(1, 2, 3\)"),
        ({"two_theta": [1, 2]}, "two_theta has 2 angles but X has 400 columns"),
        ({"n_augmented": -1}, "The 'n_augmented' parameter"),
        ({"region": "row"}, "The 'region' parameter"),
        ({"region": "block", "scale_range": (-1, 1)}, "scale_range starts at -1; it must not be"),
        ({"strain_range": (0, 0.01)}, "strain_range needs angles but two_theta is None"),
        ({"displacement_range": (0, 1)}, "displacement_range needs angles but two_theta is None"),
        ({"hump_range": (0, 1)}, "hump_range needs angles but two_theta is None"),
        ({"broadening_range": (-1, 1)}, "broadening_range starts at -1; it must not be negative"),
        ({"counts_range": (0, 10)}, "counts_range starts at 0; it must be positive"),
        (
            {"two_theta": TWO_THETA, "n_impurity_lines": 1, "impurity_d_spacings": [6.98]},
            "wavelength is unknown and this step needs it",
        ),
    ],
)
def test_bad_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        PhysicsAugmenter(**parameters).fit_resample(*films())


def test_memory_is_output_and_a_little():
    X, y = films()
    wide = np.repeat(X, 10, axis=1).astype(np.float32)
    PhysicsAugmenter(n_augmented=10).fit_resample(wide, y)  # compile first
    tracemalloc.start()
    X_new, _ = PhysicsAugmenter(n_augmented=8000, random_state=0).fit_resample(wide, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X_new.nbytes + 64 * 2**20


def test_beside_smote_and_class_weights_in_a_grid_search_and_at_predict():
    X, y = films(60)
    model = make_pipeline(
        SMOTE(random_state=0),
        PhysicsAugmenter(TWO_THETA, n_augmented=60, random_state=0),
        LogisticRegression(class_weight="balanced"),
    )
    grid = [
        {"physicsaugmenter__region": REGIONS, "physicsaugmenter__scale_range": [(1, 1), (0.5, 2)]},
        {"physicsaugmenter__n_augmented": [0, 30], "physicsaugmenter__counts_range": [(100, 1000)]},
    ]
    search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.9
    np.testing.assert_array_equal(search.predict_proba(X), search.predict_proba(X))


def test_noise_stays_at_chance_inside_the_pipeline_and_leaks_outside():
    rng = np.random.RandomState(0)
    X, y = np.abs(rng.normal(size=(60, 400))), rng.permutation(60) % 2
    augmenter = PhysicsAugmenter(
        TWO_THETA, n_augmented=600, region="block", block_width=1.0, scale_range=(0.5, 2),
        eliminate_fraction=0.1, shift_range=(-0.2, 0.2), random_state=0,
    )  # fmt: skip
    nearest = KNeighborsClassifier(1, metric="cosine")
    inside = cross_val_score(make_pipeline(augmenter, nearest), X, y, cv=5).mean()
    outside = cross_val_score(nearest, *augmenter.fit_resample(X, y), cv=5).mean()
    assert inside < 0.7
    assert outside > 0.9


@pytest.mark.parametrize(
    ("parameters", "region"),
    [
        ({}, "peak"),
        ({"two_theta": TWO_THETA}, "harmonic"),
        ({"two_theta": TWO_THETA, "region": "block"}, "block"),
    ],
)
def test_regions_are_harmonic_where_there_are_angles(parameters, region):
    augmenter = PhysicsAugmenter(n_augmented=20, random_state=0, **parameters)
    X_new = augmenter.fit_resample(*films())[0]
    assert augmenter.region_ == region
    expected = PhysicsAugmenter(
        n_augmented=20, random_state=0, **{**parameters, "region": region}
    ).fit_resample(*films())[0]
    np.testing.assert_array_equal(X_new, expected)
