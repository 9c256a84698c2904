"""Rows of float16, which a store holds, and of float32: accepted, with the same draws."""

import numpy as np
import pytest

from skxrd.augmentation import (
    NoiseAugmenter,
    PatternShifter,
    PeakEliminator,
    PeakHeightScaler,
    PhysicsAugmenter,
)
from skxrd.augmentation._transforms import scale_regions, shift_patterns
from skxrd.metrics import dtw_distance, dtw_distances
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.powders import PretrainedSymmetryClassifier
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
    StepCoarsener,
)

GRID = np.linspace(10, 80, 301)
Y = np.tile(["a", "b"], 10)


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(0)
    at = rng.uniform(12, 78, (2, 20, 1))
    return np.exp(-(((GRID - at) / 0.8) ** 2)).sum(axis=0) + 0.02 * rng.random((20, GRID.size))


SAMPLERS = {
    "harmonics": PhysicsAugmenter(GRID),
    "peaks": PhysicsAugmenter(region="peak"),
    "blocks": PhysicsAugmenter(GRID, region="block"),
    "effects": PhysicsAugmenter(
        GRID,
        strain_range=(-0.01, 0.01),
        broadening_range=(0, 0.3),
        n_impurity_lines=2,
        hump_range=(0, 0.2),
        n_spikes=2,
    ),
    "counts": PhysicsAugmenter(GRID, counts_range=(100, 1000), n_spikes=2),
    "Gaussian noise": NoiseAugmenter(),
    "Poisson noise": NoiseAugmenter(noise="poisson"),
}


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_draws_do_not_depend_on_the_precision(X, name, dtype):
    sampler = SAMPLERS[name].set_params(n_augmented=1500, random_state=3)  # several chunks
    X = np.where(np.arange(len(X))[:, None] == 2, np.where(GRID < 20, np.nan, X), X).astype(dtype)
    found, labels = sampler.fit_resample(X, Y)
    expected, same = sampler.fit_resample(X.astype(np.float64), Y)
    assert found.dtype == np.float32 and expected.dtype == np.float64
    np.testing.assert_array_equal(labels, same)
    np.testing.assert_allclose(found, expected, atol=2e-6)


ROWWISE = [
    BackgroundSubtractor(GRID),
    PatternScaler(),
    PatternStacker(GRID, wavelength="CuKa"),
    SavitzkyGolaySmoother(GRID),
    StepCoarsener(GRID, step=1.0),
    PatternShifter(GRID, random_state=0),
    PeakEliminator(GRID, random_state=0),
    PeakHeightScaler(GRID, random_state=0),
]


@pytest.mark.parametrize("step", ROWWISE, ids=lambda step: type(step).__name__)
def test_transformers_take_half_precision(X, step):
    half = X.astype(np.float16)
    for method in (step.fit_transform, step.transform):
        found = method(half)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, method(half.astype(np.float32)))


def test_classifiers_take_half_precision(X):
    half = X.astype(np.float16)
    for model in (
        DTWNeighborsClassifier(GRID),
        PretrainedSymmetryClassifier(GRID, wavelength="CuKa"),
    ):
        y = None if isinstance(model, PretrainedSymmetryClassifier) else Y
        found, expected = (
            model.fit(rows, y).predict_proba(rows) for rows in (half, half.astype(np.float32))
        )
        np.testing.assert_array_equal(found, expected)


def test_functions_take_half_precision(X):
    half, single = X.astype(np.float16), X.astype(np.float16).astype(np.float32)
    regions, factors = np.zeros(X.shape, int), np.full((20, 1), 2.0)
    for function in (
        lambda rows: dtw_distance(rows[0], rows[1]),
        lambda rows: dtw_distances(rows[:3]),
        lambda rows: shift_patterns(rows, 0.1, GRID),
        lambda rows: scale_regions(rows, regions, factors),
    ):
        np.testing.assert_array_equal(function(half), function(single))
