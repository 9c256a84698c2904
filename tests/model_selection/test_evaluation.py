import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skxrd.model_selection import ExperimentalKFold, evaluate_cases, summarize_cases


@pytest.fixture
def films():
    rng = np.random.default_rng(0)
    y = np.tile(["cubic", "hexagonal"], 20)
    X = rng.normal(size=(40, 5)) + 4 * (y == "cubic")[:, None]
    return X, y, np.repeat(["simulated", "experimental"], 20)


def test_one_row_a_fold_in_a_stable_order(films):
    X, y, groups = films
    estimators = {"k-NN": KNeighborsClassifier(), "majority": DummyClassifier()}
    seen = []
    table = evaluate_cases(
        estimators,
        X,
        y,
        groups=groups,
        n_repeats=2,
        target="system",
        progress=lambda done, total, row: seen.append((done, total, row["classifier"])),
    )
    assert len(table) == 2 * 2 * (5 + 1 + 5) == len(seen)
    assert seen[-1][:2] == (44, 44)
    assert table["case"].is_monotonic_increasing
    assert table["classifier"].unique().tolist() == ["k-NN", "majority"]
    assert (table["target"] == "system").all()
    assert table.query("classifier == 'majority'")["accuracy"].mean() == pytest.approx(0.5)
    np.testing.assert_allclose(table["accuracy"], table["f1_micro"])


def test_workers_do_not_change_the_numbers(films):
    X, y, groups = films
    estimators = {"tree": DecisionTreeClassifier()}
    scores = [
        evaluate_cases(estimators, X, y, groups=groups, n_repeats=2, n_jobs=n)["accuracy"]
        for n in (1, 2)
    ]
    np.testing.assert_array_equal(*scores)


def test_a_search_inside_a_fold_gets_the_groups(films):
    X, y, groups = films
    search = GridSearchCV(
        KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=ExperimentalKFold(3, random_state=0)
    )
    table = evaluate_cases({"search": search}, X, y, groups=groups, cases=[3], n_repeats=1)
    assert table["accuracy"].mean() > 0.9


def test_grouped_keeps_series_together(films):
    X, y, groups = films
    X = X.copy()
    X[20:] = np.random.default_rng(1).normal(size=(20, 5))
    X[30:] = X[20:30]  # every film twice, so a shuffled split is a matter of memory
    groups = groups.astype(object)
    groups[20:] = [f"film {row}" for row in range(10)] * 2
    scores = {
        grouped: evaluate_cases(
            {"1-NN": KNeighborsClassifier(1)},
            X,
            y,
            groups=groups,
            cases=[3],
            n_repeats=3,
            grouped=grouped,
        )["accuracy"].mean()
        for grouped in (False, True)
    }
    assert scores[False] > scores[True] + 0.2


def test_summary_has_means_over_folds(films):
    X, y, groups = films
    table = evaluate_cases({"k-NN": KNeighborsClassifier()}, X, y, groups=groups, n_repeats=1)
    summary = summarize_cases(table)
    assert summary["n_folds"].tolist() == [5, 1, 5]
    assert summary["accuracy"][0] == pytest.approx(table[table["case"] == 1]["accuracy"].mean())


def test_unknown_case_is_refused(films):
    X, y, groups = films
    with pytest.raises(ValueError, match="cases holds 4; choose among 1, 2 and 3"):
        evaluate_cases({"k-NN": KNeighborsClassifier()}, X, y, groups=groups, cases=[4])
