import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from skxrd._grid import d_to_two_theta
from skxrd.augmentation import PhysicsAugmenter
from skxrd.augmentation._film_effects import (
    add_counting_noise,
    add_glass_hump,
    add_impurity_lines,
    add_spikes,
    broaden_patterns,
)

TWO_THETA = 10 + 0.04 * np.arange(1200)
STILL = {"scale_range": (1, 1), "eliminate_fraction": 0, "shift_range": (0, 0)}
EFFECTS = {
    "broadening": {"broadening_range": (0.1, 0.3)},
    "impurity": {"n_impurity_lines": 3},
    "impurity of lead iodide": {
        "n_impurity_lines": 2, "impurity_d_spacings": (6.986, 3.493), "wavelength": "CuKa",
    },
    "hump": {"hump_range": (0.05, 0.2)},
    "counts": {"counts_range": (100, 1000)},
    "spikes": {"n_spikes": 3},
}  # fmt: skip


def rng():
    return np.random.default_rng(0)


def films(n_patterns=4, dtype=np.float64):
    centre = rng().uniform(12, 55, (n_patterns, 6, 1))
    return np.exp(-(((TWO_THETA - centre) / 0.12) ** 2)).sum(axis=1).astype(dtype)


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=list(EFFECTS))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_each_is_off_by_default_and_changes_rows_alone(effect, dtype):
    X, y = films(dtype=dtype), [0, 0, 1, 1]
    X[1, :100] = np.nan
    settings = {"two_theta": TWO_THETA, "n_augmented": 40, "random_state": 0, **STILL}
    still = PhysicsAugmenter(**settings)
    np.testing.assert_array_equal(still.fit_resample(X, y)[0], X[still.sample_indices_])
    augmenter = PhysicsAugmenter(**settings, **effect)
    X_new, _ = augmenter.fit_resample(X, y)
    assert X_new.dtype == dtype
    old = X[augmenter.sample_indices_]
    np.testing.assert_array_equal(np.isnan(X_new), np.isnan(old))
    np.testing.assert_array_equal(X_new[:4], X)
    with np.errstate(invalid="ignore"):
        changed = (np.abs(X_new - old) > 0).any(axis=1)
    assert changed[4:].mean() > 0.5


def test_broadening_is_a_gaussian_filter_that_keeps_the_area():
    X = films()
    out = broaden_patterns(X, np.full(4, 0.3), TWO_THETA)
    sigma = 0.3 / np.sqrt(8 * np.log(2)) / 0.04
    expected = gaussian_filter1d(X, sigma, axis=1, truncate=4.0)
    inner = slice(100, -100)
    np.testing.assert_allclose(out[:, inner], expected[:, inner], atol=1e-3)
    np.testing.assert_allclose(out.sum(axis=1), X.sum(axis=1), rtol=1e-2)
    np.testing.assert_array_equal(broaden_patterns(X, np.zeros(4), TWO_THETA), X)
    ones = np.ones((1, 1200))
    np.testing.assert_allclose(broaden_patterns(ones, [0.5], TWO_THETA), ones)


def test_impurity_lines_lie_where_the_phase_reflects():
    flat = np.zeros((200, 1200))
    flat[:, 600] = 1
    expected = d_to_two_theta(6.986, "CuKa")
    out = add_impurity_lines(
        flat, TWO_THETA, rng(), n_lines=1, height_range=(0.5, 0.5), d_spacings=[6.986],
        wavelength="CuKa",
    )  # fmt: skip
    near = np.abs(TWO_THETA - expected) < 0.02
    has = out[:, near].max(axis=1) > 0.4
    assert 0.35 < has.mean() < 0.65  # none or one
    assert out[has][:, near].max() == pytest.approx(0.5, abs=0.02)
    assert (out[:, 600:] == flat[:, 600:]).all()
    with pytest.raises(ValueError, match="none of 1 spacings reflects between 10 and 57.96"):
        add_impurity_lines(
            flat, TWO_THETA, rng(), n_lines=1, height_range=(0, 1), d_spacings=[30.0],
            wavelength="CuKa",
        )  # fmt: skip


def test_hump_is_broad_and_has_its_top_where_glass_has():
    hump = add_glass_hump(films(), TWO_THETA, rng(), height_range=(0.3, 0.3)) - films()
    top = TWO_THETA[hump.argmax(axis=1)]
    assert ((top > 21.9) & (top < 26.1)).all()
    np.testing.assert_allclose(hump.max(axis=1), 0.3 * films().max(axis=1), rtol=1e-4)


def test_counts_scatter_as_their_square_root_both_ways():
    X = np.tile(np.linspace(0, 5, 100), (2000, 1))
    out = add_counting_noise(X, rng(), counts_range=(900, 900))
    np.testing.assert_allclose(out[:, -1].std(), 5 / 30, rtol=0.1)
    np.testing.assert_allclose(out.mean(axis=0), X[0], atol=0.02)
    below = np.full((1, 3), -1.0)
    np.testing.assert_array_equal(add_counting_noise(below, rng(), counts_range=(9, 9)), below)


def test_spikes_are_single_points():
    X = np.zeros((300, 1200))
    X[:, 0] = 2
    off = add_spikes(X, rng(), n_spikes=2, height_range=(0.5, 0.5)) - X
    n_spikes = (off > 0).sum(axis=1)
    assert set(n_spikes) == {0, 1, 2} and off.max() <= 2
    assert set(np.unique(off[off < 1.5])) == {0.0, 1.0}
