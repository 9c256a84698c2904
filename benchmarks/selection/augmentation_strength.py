"""How strong harmonic augmentation should be: an SVM on virtual films.

Run as ``python -m benchmarks.selection.augmentation_strength``; writes
``benchmarks/results/selection/augmentation_strength.json``. Case 3 on three sets of virtual films
(simulated, :func:`skxrd.datasets.make_thin_films`), so that no measured film has a say in the
defaults. Every strength sees the same films, folds and seeds.
"""

import numpy as np
from imblearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer
from sklearn.svm import SVC

from benchmarks.tools.record import record
from skxrd.augmentation import PhysicsAugmenter
from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import Study, make_preparation
from skxrd.preprocessing import PatternScaler

SEEDS, N_REPEATS, N_AUGMENTED = (100, 101, 102), 3, 1000
STRENGTHS = {
    "none": {"n_augmented": 0},
    "shift alone": {"scale_range": (1, 1), "eliminate_fraction": 0},
    "0.7 to 1.4, none removed": {"scale_range": (0.7, 1.4), "eliminate_fraction": 0},
    "0.5 to 2, none removed": {"scale_range": (0.5, 2), "eliminate_fraction": 0},
    "0.5 to 2, 10 % removed": {"scale_range": (0.5, 2), "eliminate_fraction": 0.1},
    "0.5 to 2, 20 % removed": {"scale_range": (0.5, 2), "eliminate_fraction": 0.2},
    "0.2 to 5, none removed": {"scale_range": (0.2, 5), "eliminate_fraction": 0},
    "0.2 to 5, 10 % removed": {"scale_range": (0.2, 5), "eliminate_fraction": 0.1},
    "0.2 to 5, 20 % removed": {"scale_range": (0.2, 5), "eliminate_fraction": 0.2},
}


def accuracies(studies):
    """Accuracy of every repeat on every set of films, by strength."""
    found = {name: [] for name in STRENGTHS}
    for study in studies:
        models = {name: make_model(study.data["two_theta"], STRENGTHS[name]) for name in STRENGTHS}
        predictions = study.cases(models, cases=(3,))
        shares = predictions.groupby(["classifier", "repeat"], sort=False)["correct"].mean()
        for name in STRENGTHS:
            found[name] += shares[name].tolist()
            print(name, found[name], flush=True)
    return {name: np.array(values) for name, values in found.items()}


def make_model(two_theta, settings):
    """Augmentation of one strength, square root and SVM."""
    augmenter = PhysicsAugmenter(
        two_theta,
        **{"n_augmented": N_AUGMENTED, "shift_range": (-0.2, 0.2), **settings},
        region="harmonic",
    )
    return make_pipeline(augmenter, PatternScaler(power=0.5), Normalizer(), SVC(C=10.0))


def main():
    """Measure and write."""
    options = {"preparation": make_preparation, "n_repeats": N_REPEATS}
    sets = [read_films_with_crystals(random_state=seed) for seed in SEEDS]
    found = accuracies([Study(films, **options) for films in sets])
    best = max(found, key=lambda name: found[name].mean())
    results = {}
    for name, values in found.items():
        behind = found[best] - values
        results[name] = {
            "accuracy": round(float(values.mean()), 4),
            "behind_the_best": round(float(behind.mean()), 4),
            "behind_the_best_se": round(float(behind.std(ddof=1) / len(behind) ** 0.5), 4),
        }
    record(
        "selection/augmentation_strength",
        "python -m benchmarks.selection.augmentation_strength",
        ("numpy", "scikit-learn", "imbalanced-learn"),
        seeds=SEEDS,
        data=f"{len(SEEDS)} sets of 84 virtual films (simulated) with 204 simulated powders, "
        f"Case 3, 5-fold, {N_REPEATS} repeats, {N_AUGMENTED} rows added, harmonic, SVM",
        note="Differences come from nine paired values; below two standard errors they say "
        "nothing.",
        best=best,
        results=results,
    )


if __name__ == "__main__":
    main()
