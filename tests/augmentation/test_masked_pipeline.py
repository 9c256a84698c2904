"""NaN from the stack to the step before the classifier."""

import numpy as np
import pytest
from imblearn.pipeline import make_pipeline
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsClassifier

from skxrd import PowderPattern
from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
    StepCoarsener,
)

TWO_THETA = np.arange(10, 50, 0.05)


def scans():
    """Two kinds of scan, each film measured over another range."""
    rng = np.random.default_rng(0)
    patterns, y = [], []
    for film in range(24):
        lines = [(14.0, 20.0, 28.2, 31.7), (13.0, 18.4, 26.2, 33.5)][film % 2]
        angles = np.arange(rng.uniform(8, 13), rng.uniform(36, 52), 0.04)
        height = rng.uniform(0.3, 1, (4, 1))
        peaks = height * np.exp(-(((angles - np.array(lines)[:, None]) / 0.15) ** 2))
        counts = rng.poisson(1000 * peaks.sum(axis=0) + 50 + 100 * np.exp(-angles / 20))
        patterns.append(PowderPattern(angles, counts.astype(float), wavelength=1.5406))
        y.append("ab"[film % 2])
    return patterns, np.array(y)


@pytest.mark.parametrize(
    "augmenter",
    [
        PhysicsAugmenter(TWO_THETA, n_augmented=60, region="harmonic", random_state=0),
        PhysicsAugmenter(TWO_THETA, n_augmented=60, region="block", random_state=0),
        NoiseAugmenter(n_augmented=60, random_state=0),
    ],
    ids=["harmonic", "block", "noise"],
)
def test_a_pipeline_over_masked_scans(augmenter):
    patterns, y = scans()
    steps = [
        PatternStacker(TWO_THETA, outside="mask"),
        BackgroundSubtractor(TWO_THETA),
        SavitzkyGolaySmoother(TWO_THETA),
        PatternScaler(power=0.5),
        augmenter,
        StepCoarsener(TWO_THETA, step=0.1),
    ]
    stacked = make_pipeline(*steps[:-2]).fit_transform(patterns)
    assert 0.05 < np.isnan(stacked).mean() < 0.5
    remedy = SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True)
    model = make_pipeline(*steps, remedy, KNeighborsClassifier(1)).fit(patterns[:16], y[:16])
    assert model.score(patterns[16:], y[16:]) == 1.0
    without = make_pipeline(*steps, KNeighborsClassifier(1))
    with pytest.raises(ValueError, match="contains NaN"):
        without.fit(patterns[:16], y[:16])
