"""Hashes of content: what changes a result changes the hash, and nothing else does."""

import os
import subprocess
import sys
from collections import OrderedDict
from functools import partial

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import make_pipeline
from scipy import sparse
from scipy.stats import loguniform, rv_histogram, uniform
from sklearn import config_context
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import Bunch

import skxrd
from skxrd import PowderPattern
from skxrd._hashing import content_hash, engine_versions
from skxrd.augmentation import PhysicsAugmenter
from skxrd.model_selection import TrainingKFold, default_classifiers


def _scaled(factor):
    return lambda X: factor * X


FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
TWO_THETA = np.arange(10, 20, 0.5)
DIFFERENT = [
    (SVC(C=1.0), SVC(C=2.0)),
    (SVC(C=1), SVC(C=True)),
    (SVC(), KNeighborsClassifier()),
    (make_pipeline(PhysicsAugmenter(), SVC()), make_pipeline(PhysicsAugmenter(), SVC(C=2.0))),
    (PhysicsAugmenter(TWO_THETA), PhysicsAugmenter(TWO_THETA + 1e-12)),
    (GridSearchCV(SVC(), {"C": [1, 2]}), GridSearchCV(SVC(), {"C": [1, 3]})),
    (
        GridSearchCV(SVC(), {"C": [1]}, cv=TrainingKFold(3)),
        GridSearchCV(SVC(), {"C": [1]}, cv=TrainingKFold(4)),
    ),
    (_scaled(1), _scaled(2)),
    (lambda X: X + 1, lambda X: X + 2),
    (np.zeros(2), np.zeros((1, 2))),
    (np.zeros(2), np.zeros(2, dtype=np.float32)),
    (["ab", "c"], ["a", "bc"]),
    (
        PowderPattern([1.0, 2.0], [3.0, 4.0]),
        PowderPattern([1.0, 2.0], [3.0, 4.0], wavelength="CuKa"),
    ),
    (np.random.RandomState(0), np.random.RandomState(1)),
    (loguniform(1, 10), loguniform(1, 11)),
    (loguniform(1, 10), uniform(1, 10)),
    (np.ma.masked_array([1.0, 2.0], [0, 1]), np.ma.masked_array([1.0, 2.0], [0, 0])),
    (np.ma.masked_array([1.0, 2.0], [0, 0]), np.array([1.0, 2.0])),
    (np.zeros(2, [("a", "f4"), ("b", "i4")]), np.zeros(2, [("a", "f4"), ("c", "i4")])),
    (np.array(["ab", "c"], np.dtypes.StringDType()), np.array(["a", "c"], np.dtypes.StringDType())),
    (sparse.csr_array(np.eye(2)), sparse.csr_array(np.eye(2)[::-1])),
    (sparse.csr_array(np.eye(2)), sparse.csc_array(np.eye(2))),
    (sparse.csr_array((2, 2)), sparse.csr_array((2, 3))),
    (FRAME, FRAME.set_axis([1, 0])),
    (FRAME, FRAME.set_axis(["a", "c"], axis=1)),
    (FRAME, FRAME.astype({"a": "int32"})),
    (FRAME, FRAME.astype({"b": "category"})),
    (FRAME["b"].astype("category"), FRAME["b"].astype(pd.CategoricalDtype(["y", "x"]))),
    (FRAME["a"], FRAME["a"].astype("Int64")),
    (FRAME["a"], FRAME["a"].rename_axis("row")),
    (FRAME.set_index(["a", "b"]), FRAME.set_index(["b", "a"])),
    (FrozenEstimator(SVC().fit(np.eye(2), [0, 1])), FrozenEstimator(SVC().fit(np.eye(2), [1, 0]))),
    (partial(np.add, 1), partial(np.add, 2)),
    (np.sin, np.cos),
    (len, sum),
    (_scaled(np.eye(2)), _scaled(np.ones((2, 2)))),
    (lambda: np.sin, lambda: np.cos),
    (lambda: skxrd._files, lambda: skxrd._grid),
    (StandardScaler().set_output(transform="pandas"), StandardScaler()),
    (OrderedDict(a=1), {"a": 1}),
    (Bunch(a=1), Bunch(a=2)),
]


@pytest.mark.parametrize("pair", DIFFERENT, ids=lambda pair: type(pair[0]).__name__)
def test_different_objects_have_different_hashes(pair):
    one, other = pair
    assert content_hash(one) != content_hash(other)
    assert content_hash(one) == content_hash(one)


def test_random_numbers_that_were_drawn_do_not_change_a_distribution():
    def search():
        histogram = np.histogram([1.0, 2.0, 2.5])
        drawn_from = {"C": loguniform(1, 10), "gamma": rv_histogram(histogram, density=True)}
        return RandomizedSearchCV(SVC(), drawn_from)

    drawn = search()
    drawn.param_distributions["C"].rvs(3)
    drawn.param_distributions["C"].random_state = 3
    drawn.param_distributions["gamma"].rvs(3)
    np.random.uniform()
    assert content_hash(drawn) == content_hash(search())


def test_hashes_do_not_depend_on_where_objects_are():
    shared = TWO_THETA.copy()
    one = make_pipeline(PhysicsAugmenter(shared), KNeighborsClassifier())
    other = make_pipeline(PhysicsAugmenter(shared), KNeighborsClassifier())
    other.steps[0][1].two_theta = shared.copy()
    assert content_hash(one) == content_hash(other)
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})


def test_hashes_last_from_run_to_run():
    code = (
        "from skxrd.model_selection import default_classifiers\n"
        "from skxrd._hashing import content_hash, engine_versions\n"
        "print(content_hash(default_classifiers(), engine_versions()))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    ).stdout.strip()
    assert elsewhere == content_hash(default_classifiers(), engine_versions())
    assert len({content_hash(one) for one in default_classifiers().values()}) == len(
        default_classifiers()
    )


def test_the_code_of_the_user_counts():
    first, second = {}, {}
    text = (
        "from sklearn.svm import SVC\n"
        "class Own(SVC):\n    def fit(self, X, y):\n        return super().fit({}X, y)"
    )
    exec(text.format(""), {"__name__": "own"}, first)
    exec(text.format("2 * "), {"__name__": "own"}, second)
    assert content_hash(first["Own"]()) != content_hash(second["Own"]())


def run_module(text):
    names = {"__name__": "own"}
    exec(text, names)
    return names


SAME_OTHERWISE = """
import enum, functools, numba, numpy as np
from dataclasses import dataclass

class Kind(enum.Enum):
    ONE = {value}

@dataclass
class Settings:
    value: int = {value}

class Slots:
    __slots__ = ("held",)

    def __init__(self):
        self.held = {value}

class Static:
    call = staticmethod(lambda: {value})
    __call__ = functools.partial(max, {value})

class Cached:
    @functools.cached_property
    def it(self):
        return {value}

@functools.lru_cache
def cached():
    return {value}

@numba.njit
def compiled():
    return {value}

def nested():
    return [row for row in range(3) if row == FIXED]

FIXED = {value}

def default(value={value}):
    return value

def even(n):
    return n == {value} or odd(n - 1)

def odd(n):
    return even(n - 1)

@functools.wraps(np.linspace)
def wrapped(*args):
    return np.linspace(*args) * {value}

def seen_later():
    return Later.value

class Later:
    value = {value}

settings, slots, cycle = Settings(), Slots(), []
cycle.append((cycle, {value}))
"""
NAMES = (
    "Kind Settings slots settings Static Cached cached compiled nested default even odd wrapped "
    "seen_later cycle"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_all_that_code_is_made_of_counts(name):
    one, other, same = (run_module(SAME_OTHERWISE.format(value=value))[name] for value in (1, 2, 1))
    assert content_hash(one) != content_hash(other)
    assert content_hash(one) == content_hash(same)


def test_what_a_fit_is_asked_to_take_counts():
    with config_context(enable_metadata_routing=True):
        one, other = (SVC().set_fit_request(sample_weight=asked) for asked in (True, False))
    assert content_hash(one) != content_hash(other)


def test_comments_and_places_do_not_count():
    text = "def f(x):\n    return x + 1"
    again = "# more\n\ndef f(x):\n    # what it does\n    return x + 1"
    assert content_hash(run_module(text)["f"]) == content_hash(run_module(again)["f"])


def test_files_and_folders_named_by_parameters_count(tmp_path):
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file", tmp_path / "folder" / "file"):
        path.write_text("1")
    for given in (tmp_path / "file", str(tmp_path / "file"), tmp_path / "folder"):
        estimator = PhysicsAugmenter(given)
        before = content_hash(estimator)
        assert content_hash(PhysicsAugmenter(given)) == before
        for path in (tmp_path / "file", tmp_path / "folder" / "file"):
            path.write_text(path.read_text() + "1")
        assert content_hash(estimator) != before
    assert content_hash([str(tmp_path)]) == content_hash([str(tmp_path)])
    pipeline = make_pipeline(SVC(), memory=str(tmp_path / "folder"))
    before = content_hash(pipeline)
    (tmp_path / "folder" / "new").write_text("")
    assert content_hash(pipeline) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(): return eval('1')", "f has no hash of its content .it uses eval"),
        ("import os\ndef f(): return os.environ['A']", "it uses environ"),
        ("f = (i for i in range(3))", "generator has no hash"),
    ],
)
def test_what_cannot_be_known_is_refused(text, message):
    with pytest.raises(TypeError, match=message):
        content_hash(run_module(text)["f"])


def test_objects_without_a_hash_are_refused():
    with pytest.raises(TypeError, match="lock has no hash of its content"):
        content_hash(__import__("threading").Lock())


def test_versions_name_this_package_and_the_engines():
    versions = engine_versions()
    assert f"skxrd {skxrd.__version__}" in versions and f"numpy {np.__version__}" in versions
