"""What texture does to films is learned from powders by harmonic augmentation, and by it best."""

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.neighbors import KNeighborsClassifier

from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter
from skxrd.datasets import load_halides
from skxrd.preprocessing import PatternScaler
from skxrd.simulation import PowderSimulator

TWO_THETA = 10 + 0.04 * np.arange(1250)
N_CRYSTALS, N_FILMS = 40, 5


def simulated(seed):
    """Powder patterns of some crystals, two of each, and textured films of the same crystals."""
    crystals = load_halides().data
    chosen = np.random.RandomState(seed).permutation(len(crystals))[:N_CRYSTALS]
    crystals = [crystals[place] for place in chosen]
    optics = {"wavelength": "CuKa", "fwhm": 0.15}
    powder = PowderSimulator(TWO_THETA, **optics).fit_transform(crystals)
    textured = PowderSimulator(
        TWO_THETA, preferred_orientation="random", march_r=loguniform(0.1, 0.5),
        random_state=seed, **optics,
    )  # fmt: skip
    films = textured.fit_transform(crystals * N_FILMS)
    crystal = np.arange(N_CRYSTALS)
    return np.tile(powder, (2, 1)), np.tile(crystal, 2), films, np.tile(crystal, N_FILMS)


def found(X, y, films, crystal):
    """Share of films whose nearest neighbour is a pattern of their crystal."""
    scaler = PatternScaler()
    nearest = KNeighborsClassifier(1).fit(scaler.fit_transform(X), y)
    return nearest.score(scaler.transform(films), crystal)


def mean_shares():
    """Share of films that are found, by augmentation, mean of three draws."""
    table = []
    for seed in range(3):
        X, y, films, crystal = simulated(seed)
        augmenters = {
            "noise": NoiseAugmenter(n_augmented=2000, random_state=seed),
            **{
                region: PhysicsAugmenter(
                    TWO_THETA, n_augmented=2000, region=region, shift_range=(0, 0),
                    random_state=seed,
                )
                for region in ("block", "peak", "harmonic")
            },
        }  # fmt: skip
        row = {"none": found(X, y, films, crystal)}
        for name, augmenter in augmenters.items():
            row[name] = found(*augmenter.fit_resample(X, y), films, crystal)
        table.append(row)
    return {name: np.mean([row[name] for row in table]) for name in table[0]}


@pytest.fixture(scope="module")
def shares():
    return mean_shares()


def test_harmonic_augmentation_finds_at_least_ten_points_more_films(shares):
    assert shares["harmonic"] > shares["none"] + 0.10


def test_harmonics_beat_noise_peaks_and_blocks(shares):
    for other in ("noise", "block", "peak"):
        assert shares["harmonic"] > shares[other] + 0.04
