import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skxrd.model_selection import ExperimentalKFold, Study, score_folds, summarize


@pytest.fixture
def films():
    rng = np.random.default_rng(0)
    y = np.tile(["cubic", "hexagonal"], 20)
    X = rng.normal(size=(40, 5)) + 4 * (y == "cubic")[:, None]
    groups = np.repeat(["simulated", "experimental"], 20)
    return {"data": X, "target": y, "groups": groups, "target_name": "system"}


def test_one_row_a_fold_in_a_stable_order(films):
    estimators = {"k-NN": KNeighborsClassifier(), "majority": DummyClassifier()}
    calls = []
    predictions = Study(films, n_repeats=2).cases(
        estimators, progress=lambda done, total, row: calls.append((done, total, row["classifier"]))
    )
    table = score_folds(predictions)
    assert len(table) == 2 * 2 * (5 + 1 + 5) == len(calls)
    assert calls[-1][:2] == (44, 44)
    assert table["case"].is_monotonic_increasing
    assert table["classifier"].unique().tolist() == ["k-NN", "majority"]
    assert (table["target"] == "system").all()
    assert table.query("classifier == 'majority'")["accuracy"].mean() == pytest.approx(0.5)
    np.testing.assert_allclose(table["accuracy"], table["f1_micro"])


def test_workers_do_not_change_the_numbers(films):
    estimators = {"tree": DecisionTreeClassifier()}
    predictions = [Study(films, n_repeats=2, n_jobs=n).cases(estimators) for n in (1, 2)]
    np.testing.assert_array_equal(*(table["predicted"] for table in predictions))


def test_a_search_inside_a_fold_gets_the_groups(films):
    search = GridSearchCV(
        KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=ExperimentalKFold(3, random_state=0)
    )
    predictions = Study(films, n_repeats=1).cases({"search": search}, cases=[3])
    assert predictions["correct"].mean() > 0.9


def test_grouped_keeps_series_together(films):
    X, groups = films["data"].copy(), films["groups"].astype(object)
    X[20:] = np.random.default_rng(1).normal(size=(20, 5))
    X[30:] = X[20:30]  # every film twice, so a shuffled split is a matter of memory
    groups[20:] = [f"film {row}" for row in range(10)] * 2
    twins = {**films, "data": X, "groups": groups}
    scores = {
        grouped: Study(twins, n_repeats=3, grouped=grouped)
        .cases({"1-NN": KNeighborsClassifier(1)}, cases=[3])["correct"]
        .mean()
        for grouped in (False, True)
    }
    assert scores[False] > scores[True] + 0.2


def test_a_fold_is_a_row_of_the_summary_by_fold(films):
    predictions = Study(films, n_repeats=2).cases({"k-NN": KNeighborsClassifier()})
    assert summarize(predictions)["n_folds"].tolist() == [10, 2, 10]
    by_fold = summarize(predictions, ["case", "repeat", "fold"], n_bootstrap=1)
    folds = score_folds(predictions)
    for name in ("accuracy", "f1_macro", "precision", "recall"):
        np.testing.assert_allclose(by_fold[name], folds[name])


def test_unknown_case_is_refused(films):
    with pytest.raises(ValueError, match="cases holds 4; choose among 1, 2 and 3"):
        Study(films).cases({"k-NN": KNeighborsClassifier()}, cases=[4])
