"""Conformal sets and p-values."""

import numpy as np
import pytest

from skxrd.metrics import coarser_sets, conformal_threshold, prediction_sets
from skxrd.metrics._prediction_sets import conformal_p_values


def drawn(n, seed, sharpness=1.0):
    """Labels drawn from probabilities, and these made sharper, as of an overconfident model."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(4, 0.5), size=n)
    y = np.minimum((rng.random((n, 1)) > p.cumsum(axis=1)).sum(axis=1), 3)
    sharp = p**sharpness
    return y, sharp / sharp.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("sharpness", [1.0, 3.0])
@pytest.mark.parametrize("by_class", [False, True])
def test_sets_cover_what_is_asked_for_whatever_the_model(sharpness, by_class):
    covered = []
    for seed in range(60):
        y, p = drawn(60, seed, sharpness)
        threshold = conformal_threshold(y, p, coverage=0.8, by_class=by_class)
        y, p = drawn(300, 1000 + seed, sharpness)
        sets = prediction_sets(p, threshold, allow_empty=True)
        covered.append(sets[np.arange(300), y].mean())
    # 0.8 to 0.8 + 1 / 61, for each class at most 0.8 + 1 / (n + 1) of about 15
    assert 0.78 < np.mean(covered) < (0.88 if by_class else 0.83)


def test_the_rank_is_that_of_finite_samples():
    p = np.linspace(0.05, 0.95, 19)
    rows = np.column_stack([p, 1 - p])
    y = np.zeros(19, int)
    assert conformal_threshold(y, rows, coverage=0.9) == p[1]  # the 18th largest
    assert conformal_threshold(y, rows, coverage=0.95) == p[0]
    assert conformal_threshold(y, rows, coverage=0.96) == 0.0  # 19 rows are too few
    by_class = conformal_threshold(y, rows, coverage=0.9, by_class=True)
    np.testing.assert_array_equal(by_class, [p[1], 0.0])  # none of the second class


def test_ties_are_all_in_the_set():
    p = np.array([[0.4, 0.4, 0.2], [0.6, 0.2, 0.2]])
    assert prediction_sets(p, 0.4).tolist() == [[True, True, False], [True, False, False]]
    assert prediction_sets(p, 0.5).tolist() == [[True, True, False], [True, False, False]]
    assert prediction_sets(p, 0.5, allow_empty=True).sum(axis=1).tolist() == [0, 1]


def test_levels_never_contradict():
    y, p = drawn(200, 0)
    sets = prediction_sets(p, conformal_threshold(y, p))
    systems = np.array(["cubic", "cubic", "tetragonal", "trigonal"])
    coarse, groups = coarser_sets(sets, systems)
    assert groups.tolist() == ["cubic", "tetragonal", "trigonal"]
    for row, inside in zip(sets, coarse, strict=True):
        assert set(groups[inside]) == set(systems[row])


def test_p_values_of_known_patterns_are_uniform_and_ties_count_as_strange():
    rng = np.random.default_rng(0)
    p = np.concatenate([conformal_p_values(rng.random(99), rng.random(100)) for _ in range(50)])
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.015)
    assert conformal_p_values([1.0, 1.0, 2.0], [1.0, 2.5]).tolist() == [1.0, 0.25]


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r"coverage is 1; it must be above 0 and below 1"):
        conformal_threshold([0], [[1.0, 0.0]], coverage=1)
    with pytest.raises(ValueError, match=r"threshold has the shape \(3,\) and probabilities"):
        prediction_sets(np.eye(2), [0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match=r"grouping has the shape \(3,\) and sets \(2, 2\)"):
        coarser_sets(np.eye(2), ["a", "b", "c"])
