import numpy as np
import pytest

from skxrd.model_selection import ExperimentalKFold, group_near_twins

A, B, C = np.eye(3)


def test_chains_of_near_twins_are_one_series():
    angle = np.radians(np.arange(5) * 15)  # cosine of neighbours 0.966, of others 0.87 and less
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    assert len(set(group_near_twins(X, ["experimental"] * 5))) == 1
    assert set(group_near_twins(X, ["experimental"] * 5, threshold=0.97)) == {"experimental"}


def test_names_and_twins_join():
    X = [A, B, C, A, A + B, -C]
    groups = ["one", "two", "experimental", "experimental", "two", "experimental"]
    found = group_near_twins(X, groups).tolist()
    assert found == ["one", "two", "experimental", "one", "two", "experimental"]
    joined = group_near_twins([A, A], ["one", "two"]).tolist()
    assert joined == ["one and 1 more"] * 2


def test_simulated_rows_stay_and_join_nothing():
    groups = ["simulated", "experimental", "simulated", "experimental"]
    assert group_near_twins([A, A, B, B], groups).tolist() == groups


def test_a_split_keeps_them_together():
    X = np.repeat(np.eye(10), 3, axis=0)
    y = np.repeat(["a", "b"], 15)
    groups = group_near_twins(X, ["experimental"] * 30)
    assert len(set(groups)) == 10
    for train, test in ExperimentalKFold(5, random_state=0).split(X, y, groups):
        assert not set(groups[train]) & set(groups[test])


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="groups has 1 entries for 2 patterns"):
        group_near_twins([A, B], ["experimental"])
    with pytest.raises(ValueError, match="The 'threshold' parameter"):
        group_near_twins([A, B], ["experimental"] * 2, threshold=2)
