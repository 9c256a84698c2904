"""Domains are written, not guessed: near misses and missing entries of groups are errors."""

import numpy as np
import pandas as pd
import pytest

from skxrd._domains import check_groups
from skxrd.inspection import EmbeddingDisplay
from skxrd.model_selection import ExperimentalKFold, Study, group_near_twins

Y = np.tile(["a", "b"], 4)
GOOD = ["simulated"] * 4 + ["experimental"] * 4


@pytest.mark.parametrize("domain", ["simulated", "experimental"])
@pytest.mark.parametrize(
    "change",
    [
        str.title,
        str.upper,
        "{} ".format,
        "\t{}".format,
        lambda word: word[:-1],
        lambda word: word.replace("e", "i", 1),
        lambda word: word.replace("m", "mm"),
    ],
)
def test_other_spellings_of_a_domain_are_errors(domain, change):
    groups = [*GOOD[:-1], change(domain)]
    message = f"at row 7; write {domain!r}, or another name if it is a series"
    with pytest.raises(ValueError, match=message):
        check_groups(groups, 8)
    with pytest.raises(ValueError, match=message):
        check_groups(np.array(groups, dtype=object), 8)


@pytest.mark.parametrize(
    "missing", [None, np.nan, pd.NA, pd.NaT, True, b"simulated", "", " ", "nan", "None"]
)
def test_missing_entries_are_errors(missing):
    message = "at row 7; (pass|write) 'simulated', 'experimental' or the name of a series"
    with pytest.raises(ValueError, match=message):
        check_groups(np.array([*GOOD[:-1], missing], dtype=object), 8)


def test_masks_are_no_groups():
    with pytest.raises(ValueError, match="groups is True at row 0; pass 'simulated', 'experime"):
        check_groups(np.ones(8, bool), 8)
    with pytest.raises(ValueError, match="groups is nan at row 0"):
        check_groups(np.full(8, np.nan), 8)


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, lambda g: np.array(g, dtype=object)])
def test_all_other_names_are_series(kind):
    names = ["experiment", "experimental 2", "simulated_b", "Film A", "3"]
    assert check_groups(kind(["simulated", *names]), 6).tolist() == ["simulated", *names]
    assert check_groups([0, 1], 2).tolist() == ["0", "1"]


@pytest.mark.parametrize(
    "use",
    [
        lambda groups: Study({"data": np.eye(8), "target": Y, "groups": groups}),
        lambda groups: list(ExperimentalKFold(2).split(Y, Y, groups)),
        lambda groups: group_near_twins(np.eye(8), groups),
        lambda groups: EmbeddingDisplay(np.eye(8)[:, :2], Y, groups=groups).plot(),
    ],
)
def test_whoever_reads_groups_refuses_near_misses(use):
    with pytest.raises(ValueError, match="groups is 'Simulated' at row 0; write 'simulated'"):
        use(["Simulated", *GOOD[1:]])
