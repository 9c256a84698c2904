"""Calibration error, and coverage and size of 90 % sets, in Cases 2 and 3 with measured films.

Sets are those of ``summarize_sets``: in Case 3 the other folds calibrate each fold, in Case 2 the
simulated powders of Case 1 do. ``temperature`` scales the probabilities of each fold by a
temperature that was fitted on the other folds, if that lowers the calibration error of these.
``nested`` does what ``skxrd train`` and ``skxrd predict`` do: sets and temperature come from films
that were held out inside each training set, so that nothing about a tested film is used. ``films
held out`` calibrates Case 2 with the films of the other folds of a Case 3 split, which do not
train.

Classifiers are those of ``default_classifiers`` without augmented rows, which makes them quick;
``SVM`` is in a ``CalibratedClassifierCV`` whose folds hold out films of the training set alone.

Run as ``python -m benchmarks.studies.prediction_sets [PART ...]`` with ``SKXRD_DATA`` set, where
the parts are quick, nested, twins and network; each is a key of
``benchmarks/results/studies/prediction_sets.json``, with the number of repeats beside every result
(``--classifiers NAME ... --repeats N``).
"""

import argparse
import json

import numpy as np
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.utils import Bunch

from benchmarks.studies.measured_films import SEED, measured_films, study_of
from benchmarks.tools.record import RESULTS, record
from skxrd.metrics import (
    conformal_threshold,
    expected_calibration_error,
    prediction_sets,
    scale_temperature,
)
from skxrd.model_selection import (
    ExperimentalKFold,
    TrainingKFold,
    default_classifiers,
    group_near_twins,
    summarize_sets,
)
from skxrd.model_selection._folds import fit_fold
from skxrd.model_selection._training_record import held_out_predictions, temperature_of

NAME = "studies/prediction_sets"
QUICK = ("k-NN", "naive Bayes", "random forest", "SVM")
COVERAGE = 0.9
REPEATS = {"quick": 20, "nested": 3, "network": 1, "twins": 5}


def classifiers(names, two_theta):
    """Classifiers without augmentation, all with probabilities."""
    known = default_classifiers(two_theta, n_augmented=0, random_state=SEED)
    found = {name: known[name] for name in names}
    if "SVM" in found:
        inner = TrainingKFold(4, n_repeats=1, random_state=SEED)
        found["SVM"] = CalibratedClassifierCV(found["SVM"], cv=inner)
    return found


def probabilities_of(predictions):
    """Probabilities and true columns of a table of predictions."""
    names = [name for name in predictions if name.startswith("probability_")]
    labels = {name.removeprefix("probability_"): code for code, name in enumerate(names)}
    return predictions[names].to_numpy(), predictions["true"].map(labels).to_numpy()


def scaled_error(predictions):
    """Calibration error after a temperature from the other folds of each repeat."""
    scaled, true = [], []
    for _, repeat in predictions.groupby("repeat"):
        p, y = probabilities_of(repeat)
        folds = repeat["fold"].to_numpy()
        for fold in np.unique(folds):
            temperature = temperature_of(y[folds != fold], p[folds != fold])
            scaled.append(scale_temperature(p[folds == fold], temperature))
            true.append(y[folds == fold])
    return expected_calibration_error(np.concatenate(true), np.concatenate(scaled))


def sets_with_films(case_2, split, n_repeats):
    """Coverage and size in Case 2 when films that do not train calibrate."""
    p, y = probabilities_of(case_2[case_2["repeat"] == 0])
    rows = case_2[case_2["repeat"] == 0]["row"].to_numpy()
    covered, sizes = [], []
    for repeat in range(n_repeats):
        for _, test in split(repeat):
            inside = np.isin(rows, test)
            threshold = conformal_threshold(y[~inside], p[~inside], coverage=COVERAGE)
            sets = prediction_sets(p[inside], threshold)
            covered += sets[np.arange(inside.sum()), y[inside]].tolist()
            sizes += sets.sum(axis=1).tolist()
    return {"coverage": np.mean(covered), "set_size": np.mean(sizes)}


def summary(study, predictions):
    """Rows of the table, by classifier and case."""
    found = {}
    for row in summarize_sets(predictions, COVERAGE).to_dict("records"):
        if row["case"] == 1:
            continue
        part = predictions[
            (predictions["classifier"] == row["classifier"]) & (predictions["case"] == row["case"])
        ]
        values = {key: row[key] for key in row if key not in ("classifier", "case", "target")}
        if row["case"] == 3:
            values["calibration_error_temperature"] = scaled_error(part)
        else:
            X, y, groups = study.X, study.y, study.groups

            def split(repeat, X=X, y=y, groups=groups):
                return ExperimentalKFold(5, random_state=SEED + repeat).split(X, y, groups)

            values["films held out"] = sets_with_films(part, split, 20)
        found.setdefault(row["classifier"], {})[f"case {row['case']}"] = values
    return found


def compare(data, names, n_repeats, cases=((3, None), (1, 2), (2, 2)), **options):
    """Predictions of Case 3 with all repeats and of Cases 1 and 2 with few."""
    tables = []
    for case, few in cases:
        study = study_of(data, n_repeats=min(n_repeats, few or n_repeats), **options)
        tables.append(study.cases(classifiers(names, data.two_theta), cases=[case]))
    return summary(study, pd.concat(tables, ignore_index=True))


def nested(data, names, n_repeats):
    """Sets and temperature from films held out inside each training set."""
    study = study_of(data)
    X, y, groups = study.X, np.asarray(study.y), study.groups
    labels, columns = np.unique(y, return_inverse=True)
    found = {}
    for name, model in classifiers(names, data.two_theta).items():
        covered, sizes, true, plain, scaled = [], [], [], [], []
        for repeat in range(n_repeats):
            seed = SEED + repeat
            for train, test in ExperimentalKFold(5, random_state=seed).split(X, y, groups):
                held_out = held_out_predictions(model, X[train], y[train], groups[train], seed=seed)
                fitted, _ = fit_fold(model, X, y, groups, train, seed)
                p = np.zeros((test.size, labels.size))
                p[:, np.searchsorted(labels, fitted.classes_)] = fitted.predict_proba(X[test])
                sets = prediction_sets(p, conformal_threshold(*held_out, coverage=COVERAGE))
                covered += sets[np.arange(test.size), columns[test]].tolist()
                sizes += sets.sum(axis=1).tolist()
                true.append(columns[test])
                plain.append(p)
                scaled.append(scale_temperature(p, temperature_of(*held_out)))
        true = np.concatenate(true)
        found[name] = {
            "accuracy": float((np.concatenate(plain).argmax(axis=1) == true).mean()),
            "calibration_error": expected_calibration_error(true, np.concatenate(plain)),
            "calibration_error_temperature": expected_calibration_error(
                true, np.concatenate(scaled)
            ),
            "coverage": float(np.mean(covered)),
            "set_size": float(np.mean(sizes)),
            "n_repeats": n_repeats,
        }
    return found


def rounded(value):
    """Numbers with four digits, also inside dicts."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, float | np.floating):
        return round(float(value), 4)
    return int(value) if isinstance(value, np.integer) else value


def measure(data, part, name, n_repeats):
    """Results of a classifier in a part."""
    if part == "quick":
        return compare(data, [name], n_repeats)[name]
    if part == "twins":
        groups = group_near_twins(study_of(data).X, data.groups)
        data = Bunch(**{**data, "groups": groups})
        return compare(data, [name], n_repeats, cases=((3, None),), grouped=True)[name]
    if part == "nested":
        return nested(data, [name], n_repeats)[name]
    return compare(data, [name], n_repeats, cases=((3, None), (1, 1), (2, 1)))[name]


def main(data, part, names=None, n_repeats=None):
    """Measure the classifiers of a part, and put each into the result at once."""
    n_repeats = n_repeats or REPEATS[part]
    path = RESULTS / f"{NAME}.json"
    for name in names or (("residual network",) if part == "network" else QUICK):
        found = rounded(measure(data, part, name, n_repeats))
        parts = json.loads(path.read_text())["parts"] if path.exists() else {}
        parts.setdefault(part, {})[name] = found
        record(
            NAME,
            "python -m benchmarks.studies.prediction_sets",
            ("numpy", "scikit-learn", "tensorflow"),
            seed=SEED,
            nominal=COVERAGE,
            parts=parts,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", default=list(REPEATS))
    parser.add_argument("--classifiers", nargs="*")
    parser.add_argument("--repeats", type=int)
    given = parser.parse_args()
    films = measured_films()
    for part in given.parts:
        main(films, part, given.classifiers, given.repeats)
