"""Patterns that are unlike the training."""

import numpy as np
import pytest

from skxrd.neighbors import PatternNoveltyDetector

GRID = np.arange(10, 50, 0.1)


def scans(n, centres, seed):
    rng = np.random.RandomState(seed)
    heights = rng.uniform(0.3, 1, (n, len(centres), 1))
    shifts = rng.normal(0, 0.05, (n, 1, 1))
    rows = (heights * np.exp(-(((GRID - np.reshape(centres, (-1, 1)) - shifts) / 0.15) ** 2))).sum(
        1
    )
    return rng.poisson(1000 * rows + 5) / 1000


def test_known_peaks_are_known_and_others_are_not():
    known = scans(60, [14, 20, 28, 32, 41], 0)
    detector = PatternNoveltyDetector(GRID).fit(known)
    new, other = scans(100, [14, 20, 28, 32, 41], 1), scans(20, [17, 25, 37], 2)
    assert (detector.predict(new) == -1).mean() < 0.12
    noise = np.random.RandomState(3).poisson(100, (20, GRID.size))
    glass = noise + 300 * np.exp(-(((GRID - 22) / 6) ** 2))
    for strange in (other, noise, glass):
        assert (detector.predict(strange) == -1).all()
        assert (detector.p_values(strange) == 1 / 61).all()


def test_training_rows_are_found_at_any_scale_and_others_are_not():
    known = scans(20, [14, 20, 28], 0)
    detector = PatternNoveltyDetector(GRID).fit(known)
    assert detector.is_training_row(7 * known[:3].astype(np.float32)).all()
    assert not detector.is_training_row(scans(20, [14, 20, 28], 1)).any()


def test_held_out_are_measured_rows_outside_their_series():
    X = np.concatenate([scans(5, [14, 20, 28], 0), scans(4, [14, 20, 28], 1)])
    X[6] = X[5]
    groups = ["simulated"] * 5 + ["experimental"] * 4
    detector = PatternNoveltyDetector(GRID).fit(X, groups=groups)
    assert len(detector.references_) == 9 and detector.held_out_.size == 4
    assert detector.held_out_[0] == pytest.approx(0, abs=1e-6)
    twins = PatternNoveltyDetector(GRID).fit(X, groups=groups[:5] + ["a", "a", "b", "c"])
    assert twins.held_out_[0] > 0.01
    assert PatternNoveltyDetector(GRID).fit(X, groups=["simulated"] * 9).held_out_.size == 9
    with pytest.raises(ValueError, match="groups has one series, 'a'"):
        PatternNoveltyDetector(GRID).fit(X, groups=["a"] * 9)


def test_few_rows_call_what_is_farther_than_all_of_them_novel():
    known = scans(6, [14, 20, 28], 0)
    detector = PatternNoveltyDetector(GRID).fit(known)
    assert detector.offset_ == -detector.held_out_[-1]
    assert detector.predict(scans(3, [17, 25], 1)).tolist() == [-1] * 3


def test_a_row_without_peaks_is_as_far_as_can_be_unlike():
    detector = PatternNoveltyDetector(GRID).fit(scans(6, [14, 20, 28], 0))
    assert detector.score_samples(np.zeros((1, GRID.size))).tolist() == [-1.0]
