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
from skxrd.model_selection import ExperimentalKFold, make_preparation
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


def prepared():
    """Rows, labels, domains and angles of the sets of films, prepared once."""
    for seed in SEEDS:
        films = read_films_with_crystals(random_state=seed)
        preparation = make_preparation(films.two_theta, wavelength=films.wavelength)
        yield preparation.fit_transform(films.data), films.target, films.groups, films.two_theta


def accuracies(sets, settings):
    """Accuracy of every repeat on every set of films."""
    values = []
    for X, y, groups, two_theta in sets:
        groups = np.where(groups == "simulated", "simulated", "experimental")
        for repeat in range(N_REPEATS):
            augmenter = PhysicsAugmenter(
                two_theta,
                **{"n_augmented": N_AUGMENTED, "shift_range": (-0.2, 0.2), **settings},
                region="harmonic",
                random_state=repeat,
            )
            model = make_pipeline(augmenter, PatternScaler(power=0.5), Normalizer(), SVC(C=10.0))
            n_right = n_test = 0
            for train, test in ExperimentalKFold(5, random_state=repeat).split(X, y, groups):
                predicted = model.fit(X[train], y[train]).predict(X[test])
                n_right, n_test = n_right + np.sum(predicted == y[test]), n_test + len(test)
            values.append(n_right / n_test)
    return np.array(values)


def main():
    """Measure and write."""
    sets = list(prepared())
    found = {}
    for name, settings in STRENGTHS.items():
        found[name] = accuracies(sets, settings)
        print(name, found[name].mean().round(4), flush=True)
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
