import numpy as np
import pytest

from skxrd.augmentation import NoiseAugmenter


def rows(dtype=np.float64):
    X = np.tile(np.linspace(0, 4, 500), (6, 1)) * np.arange(1, 7)[:, None]
    return X.astype(dtype), np.array(list("aaaabb"))


@pytest.mark.parametrize("noise", ["gaussian", "poisson"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_contract(noise, dtype):
    X, y = rows(dtype)
    before = X.copy()
    augmenter = NoiseAugmenter(n_augmented=30, noise=noise, random_state=0)
    X_new, y_new = augmenter.fit_resample(X, y)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(X_new[:6], X)
    np.testing.assert_array_equal(X_new, augmenter.fit_resample(X, y)[0])
    np.testing.assert_array_equal(y_new, y[augmenter.sample_indices_])
    assert X_new.dtype == dtype and np.unique(y_new[6:], return_counts=True)[1].tolist() == [15] * 2
    assert len(augmenter.set_params(per_class=True).fit_resample(X, y)[1]) == 66
    assert len(augmenter.set_params(keep_original=False).fit_resample(X, y)[1]) == 60


@pytest.mark.parametrize("noise", ["gaussian", "poisson"])
def test_noise_goes_up_and_down_and_keeps_the_mean(noise):
    X, y = rows()
    augmenter = NoiseAugmenter(n_augmented=300, noise=noise, keep_original=False, random_state=0)
    off = augmenter.fit_resample(X, y)[0] - X[augmenter.sample_indices_]
    assert np.mean(off > 0) == pytest.approx(0.5, abs=0.05)
    assert np.abs(off.mean()) < 0.01


def test_levels():
    X, y = rows()
    augmenter = NoiseAugmenter(
        n_augmented=300, level_range=(0.05, 0.05), keep_original=False, random_state=0
    )
    off = augmenter.fit_resample(X, y)[0] - X[augmenter.sample_indices_]
    level = off.std(axis=1) / X.max(axis=1)[augmenter.sample_indices_]
    np.testing.assert_allclose(level, 0.05, rtol=0.15)
    augmenter.set_params(noise="poisson", counts_range=(400, 400))
    X_new = augmenter.fit_resample(X, y)[0]
    counts = 400 * X_new / X.max(axis=1)[augmenter.sample_indices_, None]
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
    assert np.std(counts[:, -1]) == pytest.approx(20, rel=0.1)
    assert (X_new[:, 0] == 0).all()


def test_zero_strength_is_the_exact_identity():
    X, y = rows()
    augmenter = NoiseAugmenter(n_augmented=30, level_range=(0, 0), random_state=0)
    np.testing.assert_array_equal(augmenter.fit_resample(X, y)[0], X[augmenter.sample_indices_])


@pytest.mark.parametrize("noise", ["gaussian", "poisson"])
def test_missing_angles_stay_missing(noise):
    X, y = rows()
    X[1, :50] = X[2] = np.nan
    augmenter = NoiseAugmenter(n_augmented=30, noise=noise, random_state=0)
    X_new = augmenter.fit_resample(X, y)[0]
    np.testing.assert_array_equal(np.isnan(X_new), np.isnan(X[augmenter.sample_indices_]))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"level_range": (-0.1, 0)}, "level_range starts at -0.1; it must not be negative"),
        ({"counts_range": (0, 10)}, "counts_range starts at 0; it must be positive"),
        ({"noise": "pink"}, "The 'noise' parameter"),
    ],
)
def test_bad_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        NoiseAugmenter(**parameters).fit_resample(*rows())
