import numpy as np
import pytest

from skxrd.preprocessing import StepCoarsener
from skxrd.preprocessing._coarsener import coarsen_patterns

TWO_THETA = np.arange(10, 60, 0.04)


def test_averages_as_a_loop_does():
    X = np.random.default_rng(0).uniform(size=(3, TWO_THETA.size))
    coarse, angles = coarsen_patterns(X, TWO_THETA, 0.12)
    for place in range(len(angles)):
        columns = slice(3 * place, 3 * place + 3)
        np.testing.assert_allclose(coarse[:, place], X[:, columns].mean(axis=1))
        assert angles[place] == pytest.approx(TWO_THETA[columns].mean())
    assert len(angles) == -(-TWO_THETA.size // 3)  # the last bin is not thrown away


def test_keeps_all_counts_and_halves_their_noise():
    counts = np.random.default_rng(0).poisson(100, (4, 1200)).astype(float)
    coarse, _ = coarsen_patterns(counts, 10 + 0.04 * np.arange(1200), 0.16)
    np.testing.assert_allclose(4 * coarse.sum(axis=1), counts.sum(axis=1))
    assert coarse.std() == pytest.approx(counts.std() / 2, rel=0.1)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_means_are_those_of_measured_angles(dtype):
    X = np.array([[1, 3, np.nan, 7, np.nan, np.nan]], dtype=dtype)
    coarse, angles = coarsen_patterns(X, np.arange(6.0), 2)
    assert coarse.dtype == dtype
    np.testing.assert_array_equal(coarse, [[2, 7, np.nan]])
    np.testing.assert_array_equal(angles, [0.5, 2.5, 4.5])


def test_a_finer_step_changes_nothing():
    X = np.random.default_rng(0).uniform(size=(2, TWO_THETA.size))
    coarse, angles = coarsen_patterns(X, TWO_THETA, 0.03)
    np.testing.assert_array_equal(coarse, X)
    np.testing.assert_array_equal(angles, TWO_THETA)


def test_transformer_publishes_the_grid():
    X = np.random.default_rng(0).uniform(size=(2, TWO_THETA.size))
    coarsener = StepCoarsener(TWO_THETA, step=0.08).fit(X)
    coarse, angles = coarsen_patterns(X, TWO_THETA, 0.08)
    np.testing.assert_array_equal(coarsener.transform(X), coarse)
    np.testing.assert_array_equal(coarsener.coarse_two_theta_, angles)
    assert len(coarsener.get_feature_names_out()) == coarse.shape[1] == 625
    assert StepCoarsener().fit_transform(np.ones((1, 7))).shape == (1, 4)
    with pytest.raises(ValueError, match="two_theta has 1250 angles but X has 4 columns"):
        StepCoarsener(TWO_THETA).fit(np.ones((1, 4)))


def test_maps_are_spread_over_the_angles_of_their_bins():
    coarsener = StepCoarsener(np.array([10, 10.1, 10.2, 10.3, 10.4]), step=0.2)
    coarsener.fit(np.ones((1, 5)))
    spread = coarsener.spread([[2.0, 6.0, 5.0], [0.0, 1.0, 0.0]])
    assert spread.tolist() == [[1, 1, 3, 3, 5], [0, 0, 0.5, 0.5, 0]]
    with pytest.raises(ValueError, match=r"values has the shape \(2,\) but there are 3 coarse"):
        coarsener.spread([1.0, 2.0])
