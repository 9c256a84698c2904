"""Folds on disk: a study that was killed goes on, and nothing stale is taken for finished."""

import os
import signal
import subprocess
import sys
import time

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skxrd.model_selection import Study


class Counting(ClassifierMixin, BaseEstimator):
    """Says one class, and writes down each fit."""

    def __init__(self, log=None, says="a"):
        self.log = log
        self.says = says

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        with open(self.log, "a", encoding="utf-8") as file:
            file.write("fit\n")
        return self

    def predict(self, X):
        return np.full(len(X), self.says)


@pytest.fixture
def films():
    y = np.tile(["a", "b"], 10)
    X = np.random.default_rng(0).normal(size=(20, 6)) + 3 * (y == "a")[:, None]
    return X, y, np.repeat(["simulated", "experimental"], 10)


@pytest.fixture
def study(films, tmp_path):
    """A study of 3 folds; gives the table and the number of fits."""
    X, y, groups = films
    log = tmp_path / "log"

    def run(says="a", X=X, y=y, groups=groups, **options):
        log.write_text("")
        of_cases = {"cases": options.pop("cases", [3]), "progress": options.pop("progress", None)}
        data = {"data": X, "target": y, "groups": groups, "target_name": options.pop("name", "")}
        options = {"n_splits": 3, "n_repeats": 1, "folder": tmp_path / "f", **options}
        predictions = Study(data, **options).cases({"it": Counting(str(log), says)}, **of_cases)
        return predictions, len(log.read_text().splitlines())

    return run


def test_finished_folds_are_not_run_again(study):
    first, n_first = study()
    seen = []
    second, n_second = study(progress=lambda done, total, row: seen.append((done, total)))
    assert (n_first, n_second) == (3, 0)
    pd.testing.assert_frame_equal(first, second)  # the seconds of the first run included
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert study(n_repeats=2)[1] == 3


def test_what_changed_is_run_again(study, films):
    X, y, groups = films
    study()
    assert study(says="b")[1] == 3
    assert study(X=X + 1e-9)[1] == 3
    assert study(y=y[::-1])[1] == 3
    assert study(random_state=1)[1] == 3
    assert study(n_splits=4)[1] == 4
    assert study(cases=[2])[1] == 1
    assert study()[1] == 0


def test_a_name_is_no_change(study):
    study(name="system")
    table, n_fits = study(name="class")
    assert n_fits == 0
    assert set(table["target"]) == {"class"}


@pytest.mark.parametrize("damage", ["cut", "foreign", "empty", "one digit"])
def test_a_file_that_is_not_whole_is_run_again(study, tmp_path, damage):
    table, _ = study()
    path = sorted((tmp_path / "f").glob("*.piece"))[0]
    content = path.read_bytes()
    path.write_bytes(
        {
            "cut": content[:-5],
            "foreign": b"something else\n{}",
            "empty": b"",
            "one digit": content[:-3] + bytes([content[-3] ^ 1]) + content[-2:],
        }[damage]
    )
    again, n_fits = study()
    assert n_fits == 1
    pd.testing.assert_series_equal(again["predicted"], table["predicted"])
    assert path.read_bytes().splitlines()[0].startswith(b"skxrd piece 1 ")


def test_bad_folders_are_refused_before_the_work(films, tmp_path):
    X, y, groups = films
    (tmp_path / "file").write_text("")
    data, classifiers = {"data": X, "target": y, "groups": groups}, {"majority": DummyClassifier()}
    with pytest.raises(NotADirectoryError, match="is a file; name a folder for finished folds"):
        Study(data, folder=tmp_path / "file").cases(classifiers)
    with pytest.raises(FileNotFoundError, match="its folder does not exist; make it first"):
        Study(data, folder=tmp_path / "no" / "folder").cases(classifiers)


STUDY = """
import sys, time
import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from skxrd.model_selection import Study

def study(folder, seconds=0.0):
    y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    data = {"data": np.random.default_rng(0).normal(size=(20, 6)), "target": y, "groups": groups}
    return Study(data, n_repeats=4, folder=folder).cases(
        {"k-NN": KNeighborsClassifier(1)}, cases=[3],
        progress=lambda done, total, row: time.sleep(seconds),
    )["predicted"]

if __name__ == "__main__":
    study(sys.argv[1], 0.1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_study_goes_on(tmp_path):
    folder = tmp_path / "folds"
    process = subprocess.Popen([sys.executable, "-c", STUDY, str(folder)])
    end = time.monotonic() + 60
    while len(list(folder.glob("*.piece"))) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.piece")}
    assert 3 <= len(before) < 20
    names = {"__name__": "study"}
    exec(STUDY, names)
    resumed, fresh = names["study"](folder), names["study"](tmp_path / "fresh")
    pd.testing.assert_series_equal(resumed, fresh)
    assert len(list(folder.glob("*.piece"))) == 20
    assert {name: (folder / name).stat().st_mtime_ns for name in before} == before


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_backends_give_the_same_numbers(films, tmp_path, backend):
    X, y, groups = films
    data = {"data": X, "target": y, "groups": groups}
    classifiers = {"tree": DecisionTreeClassifier(), "k-NN": KNeighborsClassifier()}
    alone = Study(data, n_repeats=1).cases(classifiers)
    kept = Study(data, n_repeats=1, folder=tmp_path / "f")
    with joblib.parallel_config(backend, n_jobs=2):
        shared = kept.cases(classifiers)
    seconds = ["fit_seconds", "predict_seconds"]
    pd.testing.assert_frame_equal(alone.drop(columns=seconds), shared.drop(columns=seconds))
    pd.testing.assert_frame_equal(kept.cases(classifiers), shared)


def test_dask_runs_the_folds(films, tmp_path):
    distributed = pytest.importorskip("distributed")
    X, y, groups = films
    data, classifiers = {"data": X, "target": y, "groups": groups}, {"k-NN": KNeighborsClassifier()}
    alone = Study(data, n_repeats=1).cases(classifiers)
    with (
        distributed.Client(processes=False, n_workers=1, dashboard_address=None),
        joblib.parallel_config("dask"),
    ):
        shared = Study(data, n_repeats=1, folder=tmp_path / "f").cases(classifiers)
    pd.testing.assert_series_equal(alone["predicted"], shared["predicted"])
