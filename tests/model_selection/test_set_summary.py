"""Sets of a study, and what a trained model keeps of films that were held out."""

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from skxrd.model_selection import Study, summarize_sets
from skxrd.model_selection._training_record import held_out_predictions, temperature_of


def predictions_of(n, case=3, seed=0, classifier="a", n_folds=5):
    """Table of predictions whose labels are drawn from their probabilities."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet([1, 1, 1], n)
    true = np.array(["x", "y", "z"])[(rng.random((n, 1)) > p.cumsum(axis=1)[:, :2]).sum(axis=1)]
    table = {"case": case, "classifier": classifier, "repeat": 0, "fold": np.arange(n) % n_folds}
    table |= {
        "row": np.arange(n),
        "true": true,
        "predicted": np.array(["x", "y", "z"])[p.argmax(1)],
    }
    return pd.DataFrame(table | {f"probability_{k}": p[:, i] for i, k in enumerate("xyz")})


def test_other_folds_calibrate_and_no_film_itself():
    table = predictions_of(500)
    (row,) = summarize_sets(table, 0.8).to_dict("records")
    assert row["calibrated_on"] == "other folds"
    assert row["coverage"] == pytest.approx(0.8, abs=0.04)
    assert row["coverage_low"] < row["coverage"] < row["coverage_high"]
    assert 1 < row["set_size"] < 3 and row["n_films"] == 500
    assert row["calibration_error"] < 0.08


def test_case_2_is_calibrated_on_the_powders_of_case_1():
    table = pd.concat(
        [
            predictions_of(400, case=1, seed=1),
            predictions_of(100, case=2, seed=2, n_folds=1),
            predictions_of(100, case=2, seed=2, n_folds=1, classifier="b"),
        ]
    )
    rows = summarize_sets(table, 0.8).set_index(["case", "classifier"])
    assert rows["calibrated_on"].tolist() == ["other folds"] + ["simulated powders"] * 2
    assert rows.loc[(2, "a"), "coverage"] == pytest.approx(0.8, abs=0.1)
    assert np.isnan(rows.loc[(2, "b"), ["coverage", "set_size", "single"]].astype(float)).all()


def test_targets_with_classes_of_their_own_share_a_table():
    other = predictions_of(60).rename(
        columns={f"probability_{k}": f"probability_{k}2" for k in "xyz"}
    )
    other[["true", "predicted"]] += "2"
    one = predictions_of(60)
    both = pd.concat([one.assign(target="a"), other.assign(target="b")])
    rows = summarize_sets(both, 0.8)
    assert rows["target"].tolist() == ["a", "b"]
    assert rows["coverage"].nunique() == 1
    assert rows["set_size"].tolist() == summarize_sets(one, 0.8)["set_size"].tolist() * 2


def test_classifiers_without_probabilities_are_left_out_or_refused():
    y, groups = np.tile(["a", "b"], 15), ["simulated"] * 10 + ["experimental"] * 20
    data = {"data": np.tile(np.eye(2), (15, 3)), "target": y, "groups": groups}
    study = Study(data, n_repeats=1)
    table = study.cases({"NB": GaussianNB(), "SVM": SVC()}, cases=[3])
    assert summarize_sets(table)["classifier"].tolist() == ["NB"]
    with pytest.raises(ValueError, match="predictions have no probabilities"):
        summarize_sets(table[table["classifier"] == "SVM"])


def test_films_are_held_out_once_and_series_as_a_whole():
    rng = np.random.RandomState(0)
    X, y = rng.rand(30, 3), np.array(["a", "b"] * 14 + ["a", "rare"])
    groups = np.array(["simulated"] * 8 + ["experimental"] * 22)
    seen = []

    class Recorder(GaussianNB):
        def fit(self, X, y, groups=None):
            seen.append(X)
            return super().fit(X, y)

    columns, p = held_out_predictions(Recorder(), X, y, groups, n_splits=4)
    assert len(columns) == 21 and p.shape == (21, 3)  # the only film of its class always trains
    assert all((rows == X[-1]).all(axis=1).any() for rows in seen)
    assert all((rows == X[0]).all(axis=1).any() for rows in seen)
    groups[8:20] = "one"
    columns, p = held_out_predictions(Recorder(), X, y, groups, n_splits=4)
    inside = [int((rows[:, None] == X[8:20]).all(axis=2).any(axis=1).sum()) for rows in seen[-4:]]
    assert set(inside) <= {0, 12}


def test_a_temperature_needs_enough_films_and_has_to_help():
    rng = np.random.default_rng(0)
    p = rng.dirichlet([0.3, 0.3], 200)
    y = (rng.random(200) > 0.5).astype(int)  # p says nothing
    assert temperature_of(y[:29], p[:29]) == 1
    assert temperature_of(y, p) > 2
    assert temperature_of(p.argmax(axis=1), np.round(p)) == 1
