import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from skxrd.model_selection import (
    Study,
    confusion_of,
    score_classes,
    score_folds,
    summarize,
    summarize_films,
)

KEYS = {"case": 3, "grouped": False, "target": "t", "classifier": "SVM", "fold": 0}
SECONDS = {"fit_seconds": 1.0, "predict_seconds": 0.5}


def make_predictions(true, *repeats, **columns):
    """Predictions of rows 0, 1, ... in one or several repeats."""
    parts = [
        pd.DataFrame(
            {
                "repeat": number,
                "row": range(len(true)),
                "true": list(true),
                "predicted": list(predicted),
                **columns,
            }
        )
        for number, predicted in enumerate(repeats)
    ]
    return pd.concat(parts, ignore_index=True).assign(**KEYS, **SECONDS)


@pytest.fixture(scope="module")
def evaluated():
    rng = np.random.default_rng(0)
    y = np.tile(["cubic", "hexagonal", "cubic"], 20)
    X = rng.normal(size=(60, 5)) + 1.2 * (y == "cubic")[:, None]
    groups = np.repeat(["simulated", "experimental"], 30)
    estimators = {"k-NN": KNeighborsClassifier(), "SVM": SVC()}
    return Study({"data": X, "target": y, "groups": groups}, n_repeats=3).cases(estimators)


def test_predictions_are_those_that_were_scored(evaluated):
    table, predictions = score_folds(evaluated), evaluated
    right = predictions["true"] == predictions["predicted"]
    keys = ["case", "classifier", "repeat", "fold"]
    by_fold = right.groupby([predictions[key] for key in keys], sort=False).mean()
    np.testing.assert_allclose(by_fold.to_numpy(), table["accuracy"])
    assert (predictions.groupby(["case", "classifier", "repeat"])["row"].nunique() == 30).all()
    probabilities = predictions.filter(like="probability_")
    assert list(probabilities) == ["probability_cubic", "probability_hexagonal"]
    known = predictions["classifier"] == "k-NN"
    np.testing.assert_allclose(probabilities[known].sum(axis=1), 1)
    assert probabilities[~known].isna().all(axis=None)


def test_precision_and_recall_are_macro(evaluated):
    table, predictions = score_folds(evaluated), evaluated
    first = predictions.query("case == 3 and classifier == 'SVM' and repeat == 0 and fold == 0")
    row = table.query("case == 3 and classifier == 'SVM' and repeat == 0 and fold == 0").iloc[0]
    recalls = [(part["true"] == part["predicted"]).mean() for _, part in first.groupby("true")]
    precisions = [
        (part["true"] == part["predicted"]).mean() for _, part in first.groupby("predicted")
    ]
    assert row["recall"] == pytest.approx(np.mean(recalls))
    assert row["precision"] == pytest.approx(np.mean(precisions))


def test_intervals_hold_the_value_and_are_seeded(evaluated):
    summary = summarize(evaluated)
    assert (summary["accuracy_low"] <= summary["accuracy"]).all()
    assert (summary["accuracy"] <= summary["accuracy_high"]).all()
    assert (summary["accuracy_high"] > summary["accuracy_low"]).all()
    pd.testing.assert_frame_equal(summary, summarize(evaluated))
    other = summarize(evaluated, random_state=1)
    assert not np.allclose(summary["accuracy_low"], other["accuracy_low"])
    wide = summarize(evaluated, confidence=0.99)
    assert (wide["accuracy_low"] <= summary["accuracy_low"]).all()


def test_pooled_f1_is_that_of_scikit_learn(evaluated):
    summary = summarize(evaluated).set_index(["case", "classifier"])
    part = evaluated.query("case == 3 and classifier == 'SVM'")
    expected = np.mean(
        [
            f1_score(one["true"], one["predicted"], average="macro")
            for _, one in part.groupby("repeat")
        ]
    )
    assert summary.loc[(3, "SVM"), "f1_macro"] == pytest.approx(expected)


def test_the_interval_is_that_of_films_not_of_repeats():
    # the same 40 films right or wrong in every repeat: repeats add nothing
    one = make_predictions("a" * 40, "a" * 30 + "b" * 10)
    ten = make_predictions("a" * 40, *["a" * 30 + "b" * 10] * 10)
    first, second = (summarize(p, n_bootstrap=4000).iloc[0] for p in (one, ten))
    assert first["accuracy_low"] == second["accuracy_low"]
    width = second["accuracy_high"] - second["accuracy_low"]
    assert width == pytest.approx(2 * 1.96 * np.sqrt(0.75 * 0.25 / 40), rel=0.1)


def test_series_make_the_interval_wider():
    predictions = make_predictions("a" * 40, "a" * 30 + "b" * 10)
    groups = np.repeat([f"series {n}" for n in range(8)], 5)
    films, series, alone = (
        summarize(predictions, groups=given).iloc[0]
        for given in (None, groups, ["experimental"] * 40)
    )
    assert series["accuracy"] == films["accuracy"] == 0.75
    assert series["accuracy_high"] - series["accuracy_low"] > 1.5 * (
        films["accuracy_high"] - films["accuracy_low"]
    )
    assert alone["accuracy_low"] == films["accuracy_low"]


def test_confusion_counts_films(evaluated):
    predictions = evaluated
    matrix = confusion_of(predictions, "SVM", case=3)
    assert matrix.index.tolist() == matrix.columns.tolist() == ["cubic", "hexagonal"]
    assert matrix.sum(axis=1).tolist() == [20, 10]
    part = predictions.query("case == 3 and classifier == 'SVM'")
    assert np.trace(matrix) == pytest.approx(30 * (part["true"] == part["predicted"]).mean())


def test_confusion_of_what_is_not_there(evaluated):
    predictions = evaluated
    with pytest.raises(ValueError, match="no classifier 'tree'; choose among k-NN, SVM"):
        confusion_of(predictions, "tree", case=3)
    both = pd.concat([predictions, predictions.assign(grouped=True)])
    with pytest.raises(ValueError, match=r"several of grouped \(False, True\); pass grouped"):
        confusion_of(both, "SVM", case=3)
    assert confusion_of(both, "SVM", case=3, grouped=True).to_numpy().sum() == pytest.approx(30)


def test_scores_of_classes():
    predictions = make_predictions("aaab", "aabb", "aaaa")
    scored = score_classes(predictions).set_index("class")
    assert scored["recall"].to_dict() == pytest.approx({"a": (2 / 3 + 1) / 2, "b": 0.5})
    assert scored["precision"].to_dict() == pytest.approx({"a": (1 + 3 / 4) / 2, "b": 0.25})
    assert scored["n_films"].to_dict() == {"a": 3, "b": 1}


def test_films_that_are_always_wrong():
    predictions = make_predictions(
        "aab", "aba", "abc", "aaa", probability_a=0.5, probability_b=0.3, probability_c=0.2
    )
    films = summarize_films(predictions).set_index("row")
    assert films["always_wrong"].tolist() == [False, False, True]
    assert films["share_correct"].tolist() == pytest.approx([1, 1 / 3, 0])
    assert films.loc[2, "wrong"] == "a"
    assert films.loc[2, "probability_wrong"] == pytest.approx(0.5)
    assert films.loc[2, "probability_true"] == pytest.approx(0.3)
    assert pd.isna(films.loc[0, "wrong"])
    assert films.loc[1, "predicted"] == "b"
