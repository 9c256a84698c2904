import warnings

import numpy as np
import pytest
from sklearn import config_context
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.neighbors import KNeighborsClassifier

from skxrd.model_selection import (
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
    TrainingKFold,
)

SPLITTERS = [
    SimulatedKFold(3, random_state=0),
    SimulatedToExperimental(),
    ExperimentalKFold(3, random_state=0),
]


@pytest.fixture
def films():
    """24 simulated and 24 measured rows; the measured stand in eight series of three."""
    rng = np.random.default_rng(0)
    y = np.tile(["cubic", "hexagonal"], 24)
    X = rng.normal(size=(48, 5)) + 3 * (y == "cubic")[:, None]
    series = [f"series {row // 3}" for row in range(24)]
    return X, y, np.array(["simulated"] * 24 + series)


def test_case_1_never_sees_measured_rows(films):
    X, y, groups = films
    for train, test in SimulatedKFold(3).split(X, y, groups):
        assert (groups[np.concatenate([train, test])] == "simulated").all()


def test_case_2_is_one_split_between_the_domains(films):
    X, y, groups = films
    ((train, test),) = SimulatedToExperimental().split(X, y, groups)
    np.testing.assert_array_equal(train, np.arange(24))
    np.testing.assert_array_equal(test, np.arange(24, 48))


@pytest.mark.parametrize("named", [False, True])
def test_case_3_partitions_measured_rows_and_trains_on_all_simulated(films, named):
    X, y, groups = films
    if not named:
        groups = np.where(groups == "simulated", groups, "experimental")
    tested = []
    for train, test in ExperimentalKFold(4, random_state=1).split(X, y, groups):
        assert set(range(24)) <= set(train)
        assert not set(train) & set(test)
        assert len(train) + len(test) == 48
        tested += list(test)
        if named:
            assert not set(groups[train]) & set(groups[test])
    assert sorted(tested) == list(range(24, 48))


def test_folds_are_stratified(films):
    X, y, groups = films
    groups = np.where(groups == "simulated", groups, "experimental")
    for _, test in ExperimentalKFold(4, random_state=0).split(X, y, groups):
        assert np.unique(y[test], return_counts=True)[1].tolist() == [3, 3]


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("cv", SPLITTERS)
def test_model_selection_takes_every_splitter(films, cv, routing):
    X, y, groups = films
    with config_context(enable_metadata_routing=routing):
        keyword = {"params": {"groups": groups}} if routing else {"groups": groups}
        scores = cross_val_score(KNeighborsClassifier(), X, y, cv=cv, **keyword)
        assert len(scores) == cv.get_n_splits()
        assert scores.min() > 0.8
        search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=cv)
        assert search.fit(X, y, groups=groups).best_score_ > 0.8


@pytest.mark.parametrize("cv", SPLITTERS[::2])
def test_nested_search_routes_groups_to_both_levels(films, cv):
    X, y, groups = films
    search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=cv)
    with config_context(enable_metadata_routing=True):
        result = cross_validate(search, X, y, cv=cv, params={"groups": groups})
    assert len(result["test_score"]) == 3


def test_searches_judge_on_measured_rows_where_there_are_some(films):
    X, y, groups = films
    cv = TrainingKFold(3, n_repeats=2)
    for rows, domain in ((slice(None), "series"), (slice(0, 24), "simulated")):
        folds = list(cv.split(X[rows], y[rows], groups[rows]))
        assert len(folds) == cv.get_n_splits() == 6
        for _, test in folds:
            assert all(group.startswith(domain) for group in groups[rows][test])
        assert any(set(a[1]) != set(b[1]) for a, b in zip(folds[:3], folds[3:], strict=True))


def test_lists_of_objects_split_like_arrays(films):
    X, y, groups = films
    cv = ExperimentalKFold(3, random_state=0)
    for (a, b), (c, d) in zip(
        cv.split(X, y, groups), cv.split(list(X), list(y), list(groups)), strict=True
    ):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, d)


def test_a_class_of_one_film_is_fine_where_simulation_trains_it(films):
    X, y, groups = films
    y = y.copy()
    y[[0, -1]] = "rare"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(ExperimentalKFold(5, random_state=0).split(X, y, groups))) == 5


def test_a_class_of_one_pattern_that_nothing_trains_is_refused(films):
    X, y, groups = films
    y = y.copy()
    y[-1] = "rare"
    with pytest.raises(ValueError, match="class rare has 1 pattern, all in one test set"):
        list(ExperimentalKFold(3).split(X, y, groups))
    with pytest.raises(ValueError, match="class rare has 1 pattern, all in one test set"):
        list(SimulatedToExperimental().split(X, y, groups))


@pytest.mark.parametrize(
    ("cv", "groups", "message"),
    [
        (SimulatedKFold(3), None, "groups is None; pass one string a pattern"),
        (SimulatedKFold(3), ["simulated"] * 5, "groups has 5 entries for 48 patterns"),
        (SimulatedKFold(30), ["simulated"] * 48, "n_splits is 30 but the largest class has 24"),
        (SimulatedToExperimental(), ["simulated"] * 48, "groups names no measured pattern"),
        (SimulatedToExperimental(), ["experimental"] * 48, "groups names no simulated pattern"),
        (ExperimentalKFold(3), ["simulated"] * 48, "groups names no measured pattern"),
    ],
)
def test_unusable_groups_name_the_remedy(films, cv, groups, message):
    X, y, _ = films
    with pytest.raises(ValueError, match=message):
        list(cv.split(X, y, groups))


@pytest.mark.parametrize("kind", [SimulatedKFold, ExperimentalKFold])
def test_folds_are_shuffled_only_if_asked(kind):
    y, groups = np.tile(["a", "b"], 60), np.repeat(["simulated", "experimental"], 60)

    def folds(**options):
        return [test.tolist() for _, test in kind(4, **options).split(y, y, groups)]

    assert folds() == folds() == folds(shuffle=False) == folds(shuffle=False, random_state=0)
    assert folds(random_state=0) == folds(shuffle=True, random_state=0) != folds()
    assert folds(shuffle=True) != folds(shuffle=True)
