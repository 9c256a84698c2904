"""Hashes of content: what changes a result changes the hash, and nothing else does."""

import os
import subprocess
import sys

import numpy as np
import pytest
from imblearn.pipeline import make_pipeline
from scipy.stats import loguniform, uniform
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

import skxrd
from skxrd import PowderPattern
from skxrd._hashing import content_hash, engine_versions
from skxrd.augmentation import PhysicsAugmenter
from skxrd.model_selection import TrainingKFold, default_classifiers


def _scaled(factor):
    return lambda X: factor * X


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
]


@pytest.mark.parametrize("pair", DIFFERENT, ids=lambda pair: type(pair[0]).__name__)
def test_different_objects_have_different_hashes(pair):
    one, other = pair
    assert content_hash(one) != content_hash(other)
    assert content_hash(one) == content_hash(one)


def test_random_numbers_that_were_drawn_do_not_change_a_distribution():
    drawn = loguniform(1, 10)
    drawn.rvs(3)
    assert content_hash(drawn) == content_hash(loguniform(1, 10))


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


def test_objects_without_a_hash_are_refused():
    with pytest.raises(TypeError, match="lock has no hash of its content"):
        content_hash(__import__("threading").Lock())


def test_versions_name_this_package_and_the_engines():
    versions = engine_versions()
    assert f"skxrd {skxrd.__version__}" in versions and f"numpy {np.__version__}" in versions
