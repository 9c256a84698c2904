"""Settings of the compared classifiers that virtual films ask for. No measured film enters.

Three questions, on the studies of ``virtual_studies.py`` (all simulated; Case 3, five folds):
which step the a-CNN needs and how it is trained, whether a vote of several classifiers is ahead of
the residual network, and how many simulated patterns of a class may train where the library is
large (the metal halides below ``SKXRD_DATA``).

Run as ``python -m benchmarks.selection.film_settings [--studies 7] [--keep FOLDER]``; finished
folds are kept in FOLDER. Writes ``benchmarks/results/selection/film_settings.json``.

The rule, set down before the run: a vote replaces the residual network only if the gain in
accuracy, paired by study, exceeds its standard error over studies.
"""

import argparse
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import softmax
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer
from sklearn.svm import SVC

from benchmarks.selection.virtual_studies import make_study
from benchmarks.tools.record import record
from skxrd.augmentation import PhysicsAugmenter
from skxrd.datasets import read_films_with_crystals
from skxrd.io import read_crystals
from skxrd.model_selection import ExperimentalKFold, Study, make_augmented, make_preparation
from skxrd.model_selection._pipelines import named_classifiers
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.neural import AllConvClassifier
from skxrd.preprocessing import PatternScaler

STEPS = (0.04, 0.08, 0.16, 0.32)
LARGEST = (12, 25, 50, 100, None)
PUBLISHED = {"epochs": 100, "batch_size": 128, "learning_rate": 1e-3}
QUICK = {"epochs": 40, "batch_size": 32, "learning_rate": 2e-3}


class SoftSVC(SVC):
    """Support vectors whose scores vote as probabilities do."""

    def predict_proba(self, X):
        """Scores as shares."""
        return softmax(self.decision_function(X), axis=1)


def members(two_theta):
    """Classifiers by name; all simulated rows train."""
    svm = make_pipeline(Normalizer(), SoftSVC(C=10.0))
    shared = {"max_simulated": None, "random_state": 0}
    found = named_classifiers(["residual network", "1-NN cosine"], two_theta)
    for step in STEPS:
        network = AllConvClassifier(**PUBLISHED, random_state=0)
        found[f"a-CNN published {step}"] = make_augmented(network, two_theta, step=step, **shared)
    for step in STEPS[2:]:
        network = AllConvClassifier(**QUICK, random_state=0)
        found[f"a-CNN quick {step}"] = make_augmented(network, two_theta, step=step, **shared)
    found["SVM"] = make_augmented(svm, two_theta, step=0.16, **shared)
    found["SVM 0.04"] = make_augmented(svm, two_theta, n_augmented=500, **shared)
    nearest = DTWNeighborsClassifier(two_theta, n_neighbors=1)
    found["DTW k-NN"] = make_augmented(nearest, two_theta, n_augmented=0, **shared)
    return found


def votes(predictions):
    """Accuracy of mean probabilities, by study, of the residual network with up to three others."""
    ordered = predictions.sort_values(["study", "row"])
    columns = [name for name in ordered if name.startswith("probability_")]
    labels = np.array([name.removeprefix("probability_") for name in columns])
    parts = {name: part for name, part in ordered.groupby("classifier")}
    true, study = (parts["residual network"][name].to_numpy() for name in ("true", "study"))
    others = [name for name in parts if name != "residual network"]
    found = []
    for number in range(4):
        for names in combinations(others, number):
            chosen = ["residual network", *names]
            total = sum(parts[name][columns].fillna(0).to_numpy() for name in chosen)
            right = pd.Series(labels[total.argmax(axis=1)] == true)
            found.append((" + ".join(chosen), right.groupby(study).mean()))
    alone = found[0][1]
    table = []
    for name, accuracy in found:
        gain = accuracy - alone
        table.append(
            {
                "vote": name,
                "accuracy": round(accuracy.mean(), 4),
                "gain": round(gain.mean(), 4),
                "gain_se": round(gain.std(ddof=1) / np.sqrt(len(gain)), 4),
            }
        )
    return sorted(table, key=lambda row: -row["accuracy"])[:12]


def crowded(studies):
    """Accuracy beside a large library, by the most simulated rows of a class that train."""
    crystals = Path(os.environ["SKXRD_DATA"], "halides/halides.parquet")
    found = []
    for number, study in studies.items():
        film = study.groups != "simulated"
        films = {"target": study.y[film], "groups": np.full(film.sum(), "experimental")}
        large = library(crystals, study, films)
        for name, (rows, labels) in {"halides": large, "bundled": small(study)}.items():
            X = np.concatenate([rows, study.X[film]])
            y = np.concatenate([labels, films["target"]])
            groups = np.concatenate([np.full(len(rows), "simulated"), films["groups"]])
            for train, test in ExperimentalKFold(5, random_state=number).split(X, y, groups):
                for most in LARGEST:
                    sampler = PhysicsAugmenter(
                        study.two_theta, n_augmented=0, max_simulated=most, random_state=0
                    )
                    kept = sampler.fit_resample(X[train], y[train], groups=groups[train])
                    for classifier, last in nearest_and_svm().items():
                        model = make_pipeline(PatternScaler(power=0.5), last).fit(*kept)
                        score = model.score(X[test], y[test])
                        found.append((name, classifier, str(most), score))
    table = pd.DataFrame(found, columns=["library", "classifier", "max_simulated", "accuracy"])
    means = table.groupby(["library", "classifier", "max_simulated"], sort=False).mean()
    return means.round(4).reset_index().to_dict("records")


def nearest_and_svm():
    """Two quick classifiers."""
    return {
        "1-NN cosine": KNeighborsClassifier(1, metric="cosine"),
        "SVM": make_pipeline(Normalizer(), SVC(C=10.0)),
    }


def small(study):
    """Rows and classes of the crystals that the virtual films have beside them."""
    simulated = study.groups == "simulated"
    return study.X[simulated], study.y[simulated]


def library(path, study, films, cache={}):  # noqa: B006
    """Prepared rows and classes of a file of crystals, simulated once."""
    if not cache:
        crystals = read_crystals(path, on_error="skip")
        data = read_films_with_crystals(crystals=crystals, random_state=7)
        simulated = data.groups == "simulated"
        patterns = [p for p, one in zip(data.data, simulated, strict=True) if one]
        prepare = make_preparation(study.two_theta, wavelength=data.wavelength)
        cache["rows"] = prepare.fit_transform(patterns), data.target[simulated]
    return cache["rows"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=7)
    parser.add_argument("--keep", help="folder of finished folds")
    options = parser.parse_args()
    studies = {number: make_study(number) for number in range(options.studies)}
    tables = []
    for number, study in studies.items():
        data = {"data": study.X, "target": study.y, "groups": study.groups}
        of_films = Study(data, n_repeats=1, random_state=number, n_jobs=2, folder=options.keep)
        tables.append(of_films.cases(members(study.two_theta), cases=[3]).assign(study=number))
        print(tables[-1].groupby("classifier")["correct"].mean().round(3).to_dict(), flush=True)
    predictions = pd.concat(tables)
    by_study = predictions.groupby(["classifier", "study"])["correct"].mean().unstack()
    record(
        "selection/film_settings",
        f"python -m benchmarks.selection.film_settings --studies {options.studies}",
        ("scikit-learn", "tensorflow", "keras", "numpy"),
        case="3, shuffled five-fold; virtual (simulated) films only",
        studies={number: study.summary for number, study in studies.items()},
        accuracy={
            name: {"mean": round(row.mean(), 4), "studies": row.round(4).tolist()}
            for name, row in by_study.iterrows()
        },
        votes=votes(predictions),
        crowded=crowded(studies),
    )


if __name__ == "__main__":
    main()
