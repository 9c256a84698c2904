"""Causes of misclassification of the measured AUTO-XRD films, with a control.

Run as ``python -m benchmarks.studies.misclassification_causes [CLASSIFIER] [N_REPEATS]`` with
``SKXRD_DATA`` set. Films that the classifier gets wrong in at least half of the repeats of Case 3
are asked for causes. As a control the same is asked of all other films, as if they had been called
the class that is their commonest wrong prediction, or the commonest class: a property that these
have as often explains nothing. The same is done for simulated films and mixtures, where the truth
is known. Writes ``benchmarks/results/studies/misclassification_causes.json``.
"""

import sys

import numpy as np

from benchmarks.studies.measured_films import (
    SEED,
    classifiers_by_name,
    measured_films,
    study_of,
)
from benchmarks.tools.record import record
from skxrd.datasets import load_halides, make_thin_films
from skxrd.inspection import MisclassificationCauses
from skxrd.model_selection import make_preparation

FLAGS = ["mixed_phases", "other_phase", "thin_class", "missing_peaks"]


def shares(table):
    """Share of the films with each flag."""
    return {"n_films": len(table), **{flag: round(float(table[flag].mean()), 3) for flag in FLAGS}}


def measured(classifier, n_repeats):
    """Shares of wrong and right films, and what is said of the wrong ones."""
    data = measured_films()
    study = study_of(data, n_repeats=n_repeats)
    films = np.flatnonzero(data.groups != "simulated")
    table = study.films(classifiers_by_name([classifier], data.two_theta), n_measured=[65])
    by_film = table.groupby("row")
    wrong_share = 1 - by_film["correct"].mean().reindex(films).to_numpy()
    commonest = table["true"].mode()[0]
    called = []
    for row in films:
        mistakes = table[(table["row"] == row) & ~table["correct"]]["predicted"]
        others = table[table["true"] != data.target[row]]["true"].mode()[0]
        other = commonest if commonest != data.target[row] else others
        called.append(mistakes.mode()[0] if len(mistakes) else other)
    causes = MisclassificationCauses(data.two_theta, load_halides().data, data.wavelength).find(
        study.X[films],
        data.target[films],
        np.array(called),
        names=[data.data[row].name for row in films],
    )
    wrong = wrong_share[causes["row"]] >= 0.5
    columns = ["name", "true", "predicted", "causes", "true_share", "foreign_share", "n_missing"]
    return {
        "data": data.summary,
        "wrong": shares(causes[wrong]),
        "right": shares(causes[~wrong]),
        "films": causes.loc[wrong, columns].round(2).to_dict("records"),
    }


def simulated():
    """Pure films, and mixtures of two, of which the truth is known."""
    films = make_thin_films(140, random_state=SEED)
    X = np.stack([film.intensity / film.intensity.max() for film in films.data])
    prepare = make_preparation(films.two_theta)[1:]
    causes = MisclassificationCauses(films.two_theta, load_halides().data, "CuKa")
    rng = np.random.default_rng(SEED)
    partner = rng.permutation(len(X))
    apart = films.target[partner] != films.target
    found = {}
    for name, share in (("pure", 0.0), ("30 % of another", 0.3), ("half of another", 0.5)):
        rows = prepare.fit_transform((1 - share) * X + share * X[partner])[apart]
        table = causes.find(rows, films.target[apart], films.target[partner][apart])
        named = table["foreign_class"] == table["predicted"]
        flagged = table["mixed_phases"] | table["other_phase"]
        found[name] = shares(table)
        if share:
            found[name]["right_class_named"] = round(float(named[flagged].mean()), 3)
    return found


def main(classifier="SVM", n_repeats=3):
    """Count and write."""
    record(
        "studies/misclassification_causes",
        f"python -m benchmarks.studies.misclassification_causes {classifier} {n_repeats}",
        ("numpy", "scikit-learn"),
        seed=SEED,
        classifier=classifier,
        n_repeats=int(n_repeats),
        measured=measured(classifier, int(n_repeats)),
        simulated=simulated(),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
