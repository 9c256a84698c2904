"""The block mode is the published algorithm, its slips left out."""

import numpy as np

from skxrd.augmentation import PhysicsAugmenter
from skxrd.augmentation._texture import make_texture, scale_randomly

STEP, N_ANGLES = 0.04, 1350  # the published grid
TWO_THETA = 5 + STEP * np.arange(N_ANGLES)


def factors(n_augmented=400, **settings):
    """What each angle is multiplied by."""
    settings = {"shift_range": (0, 0), **settings}
    augmenter = PhysicsAugmenter(
        TWO_THETA, n_augmented=n_augmented, region="block", keep_original=False,
        random_state=0, **settings,
    )  # fmt: skip
    return augmenter.fit_resample(np.ones((2, N_ANGLES)), [0, 1])[0]


def test_scaling_has_blocks_of_13_angles_and_uniform_factors():
    factor = factors(eliminate_fraction=0)
    cuts = np.flatnonzero((np.diff(factor) != 0).any(axis=0)) + 1
    np.testing.assert_array_equal(cuts, np.arange(13, N_ANGLES, 13))
    assert 0 <= factor.min() < 0.01 and 0.99 < factor.max() < 1
    share, _ = np.histogram(factor[:, ::13], bins=10, range=(0, 1))
    np.testing.assert_allclose(share / share.sum(), 0.1, atol=0.01)


def test_elimination_has_blocks_of_4_angles_a_third_of_them():
    factor = factors(scale_range=(1, 1))
    assert np.isin(factor, [0, 1]).all()
    cuts = np.flatnonzero((np.diff(factor) != 0).any(axis=0)) + 1
    np.testing.assert_array_equal(cuts, np.arange(4, N_ANGLES, 4))
    assert abs(np.mean(factor == 0) - 1 / 3) < 0.005


def test_both_are_drawn_independently():
    factor = factors()
    assert abs(np.mean(factor == 0) - 1 / 3) < 0.005
    assert abs(factor[factor > 0].mean() - 0.5) < 0.01


def test_shift_reaches_20_angles_both_ways():
    X = np.zeros((2, N_ANGLES))
    X[:, 600] = 1
    augmenter = PhysicsAugmenter(
        TWO_THETA, n_augmented=2000, region="block", scale_range=(1, 1), eliminate_fraction=0,
        keep_original=False, random_state=0,
    )  # fmt: skip
    X_new = augmenter.fit_resample(X, [0, 1])[0]
    moved = X_new @ np.arange(N_ANGLES) / X_new.sum(axis=1) - 600
    assert -20 <= moved.min() < -19.9 and 19.9 < moved.max() <= 20
    np.testing.assert_allclose(X_new.sum(axis=1), 1)


def test_kernel_equals_a_plain_loop():
    X = np.random.default_rng(0).uniform(size=(3, 50))
    take = np.array([2, 0, 1, 1, 2])
    scaled, eliminated = np.arange(50) // 7, np.arange(50) // 3
    out = np.empty((5, 50))
    texture = make_texture("block", scale_fraction=0.8, eliminate_fraction=0.3)
    rng = np.random.default_rng(1)
    scale_randomly(X, take, out, rng, texture, None, (scaled, eliminated))
    rng = np.random.default_rng(1)
    factor = rng.random((5, 8), dtype=np.float32)
    factor[rng.random((5, 8), dtype=np.float32) >= 0.8] = 1
    keep = rng.random((5, 17), dtype=np.float32) >= 0.3
    for i in range(5):
        for j in range(50):
            expected = X[take[i], j] * float(factor[i, j // 7]) * keep[i, j // 3]
            np.testing.assert_allclose(out[i, j], expected, rtol=1e-12)
