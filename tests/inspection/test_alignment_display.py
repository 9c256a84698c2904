import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from skxrd.inspection import AlignmentDisplay
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.preprocessing import PatternScaler

GRID = np.arange(10, 40, 0.1)


def pattern(*angles):
    return sum(np.exp(-(((GRID - angle) / 0.3) ** 2)) for angle in angles)


def test_peaks_are_joined_to_their_shifted_partners():
    display = AlignmentDisplay.from_patterns(
        pattern(15, 22, 31),
        pattern(15.4, 22.6, 30.5),
        two_theta=GRID,
        window=1.0,
        labels=("a", "b"),
    )
    np.testing.assert_allclose(
        GRID[display.joined_], [[15, 15.4], [22, 22.6], [31, 30.5]], atol=0.11
    )
    assert display.distance < 0.1
    assert display.ax_.get_xlabel() == "2θ (degrees)"


def test_a_pattern_is_aligned_with_its_nearest_training_row():
    X = np.array([pattern(15, 25), pattern(18, 33)])
    model = make_pipeline(PatternScaler(), DTWNeighborsClassifier(GRID, n_neighbors=1, window=1.0))
    model.fit(X, ["cubic", "hexagonal"])
    display = AlignmentDisplay.from_estimator(model, pattern(18.3, 33.4))
    assert display.labels[1] == "nearest: row 1,\nhexagonal"
    np.testing.assert_allclose(GRID[display.joined_[:, 1]], [18, 33], atol=0.11)


def test_what_cannot_be_aligned_is_refused():
    with pytest.raises(ValueError, match=r"upper has shape \(300,\) and lower \(5,\)"):
        AlignmentDisplay.from_patterns(pattern(15), np.zeros(5))
    other = KNeighborsClassifier(1).fit([[0.0] * 5, [1.0] * 5], [0, 1])
    with pytest.raises(TypeError, match="KNeighborsClassifier does not align patterns"):
        AlignmentDisplay.from_estimator(other, np.zeros(5))
