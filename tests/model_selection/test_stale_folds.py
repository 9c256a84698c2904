"""What a folder of folds must not miss: every change that changes a prediction is run again."""

import sys
import types

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVC

from skxrd.model_selection import Study

Y = np.tile(["a", "b"], 10)
X = np.random.default_rng(0).normal(size=(20, 6)) + 3 * (Y == "a")[:, None]
GROUPS = np.repeat(["simulated", "experimental"], 10)

USER = """
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
import helpers
from helpers import threshold

LIMIT = 1.0

def limit():
    return LIMIT

class Mean(ClassifierMixin, BaseEstimator):
    shift = 0.0

    @property
    def highest(self):
        return 1e9

    def fit(self, X, y):
        from deeper import inner

        self.classes_ = np.unique(y)
        self.below_ = inner.factor * (limit() + self.shift + helpers.extra() + threshold(0.0))
        return self

    def predict(self, X):
        mean = X.mean(axis=1)
        return np.where((mean > self.below_) & (mean < self.highest), "a", "b")
"""
HELPERS = """
SHIFT = 0.0

def extra():
    return SHIFT

def threshold(value):
    return within(value)

def within(value):
    return value + 0.0
"""
INNER = "factor = 1.0\n"
CHANGES = {
    "a global constant": ("user", "LIMIT = 1.0", "LIMIT = 90.0"),
    "a function that is called": ("user", "return LIMIT", "return 90 * LIMIT"),
    "a class attribute": ("user", "shift = 0.0", "shift = 90.0"),
    "a property": ("user", "return 1e9", "return -1e9"),
    "a constant of another module": ("helpers", "SHIFT = 0.0", "SHIFT = 90.0"),
    "a function that a function calls": ("helpers", "value + 0.0", "value + 90.0"),
    "a module that is imported in a method": ("inner", "1.0", "90.0"),
}


def load(monkeypatch, **changes):
    """Classifier of a program of modules, some of them changed."""
    texts = {"user": USER, "helpers": HELPERS, "inner": INNER} | changes
    for place in ("deeper", "deeper.inner"):
        monkeypatch.setitem(sys.modules, place, types.ModuleType(place))
    sys.modules["deeper"].inner = sys.modules["deeper.inner"]
    exec(texts["inner"], vars(sys.modules["deeper.inner"]))
    for name in ("helpers", "user"):
        module = types.ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(texts[name], vars(module))
    return sys.modules["user"].Mean()


@pytest.fixture
def predictions(tmp_path):
    """Predictions of a study in one folder, and the number of folds that were run for them."""

    def run(classifier, X=X, folder=tmp_path / "folds"):
        before = set(folder.glob("*.piece")) if folder is not None else set()
        data = {"data": X, "target": Y, "groups": GROUPS}
        study = Study(data, n_splits=2, n_repeats=1, folder=folder)
        table = study.cases({"it": classifier}, cases=[3])
        n_new = len(set(folder.glob("*.piece")) - before) if folder is not None else None
        return table["predicted"].tolist(), n_new

    return run


def assert_run_again(predictions, before, after, **options):
    """Both are kept, the second is not taken for the first, and is what a fresh run gives."""
    first, _ = predictions(before)
    assert predictions(before) == (first, 0)
    second, n_new = predictions(after, **options)
    assert n_new == 2
    assert second == predictions(after, **options, folder=None)[0]
    return first, second


@pytest.mark.parametrize("change", CHANGES)
def test_code_of_the_user_is_followed(predictions, monkeypatch, change):
    module, old, new = CHANGES[change]
    text = {"user": USER, "helpers": HELPERS, "inner": INNER}[module]
    before = load(monkeypatch)
    first, _ = predictions(before)
    after = load(monkeypatch, **{module: text.replace(old, new)})
    second, n_new = predictions(after)
    assert n_new == 2 and first != second
    assert set(second) == {"b"}
    assert predictions(load(monkeypatch)) == (first, 0)  # and what is as it was is not run again


def test_what_a_frozen_estimator_has_learned_counts(predictions):
    train = (X[:10], Y[:10]), (X[:10], np.where(Y[:10] == "a", "b", "a"))
    before, after = (FrozenEstimator(SVC().fit(*one)) for one in train)
    first, second = assert_run_again(predictions, before, after)
    assert all(one != other for one, other in zip(first, second, strict=True))
    steps = [make_pipeline(FunctionTransformer(), one) for one in (before, after)]
    assert_run_again(predictions, *steps)


def test_what_a_clone_forgets_does_not_count(predictions):
    predictions(SVC())
    assert predictions(SVC().fit(X, Y))[1] == 0


class FromFile(ClassifierMixin, BaseEstimator):
    """Says what a file says."""

    def __init__(self, path=""):
        self.path = path

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        with open(self.path, encoding="utf-8") as file:
            return np.full(len(X), file.read())


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_the_content_of_a_file_counts(predictions, tmp_path, kind):
    path = tmp_path / "network"
    path.write_text("a")
    assert set(predictions(FromFile(kind(path)))[0]) == {"a"}
    path.write_text("b")
    found, n_new = predictions(FromFile(kind(path)))
    assert set(found) == {"b"} and n_new == 2


def test_masks_count(predictions):
    masked = np.ma.masked_array(X, X > 100)
    predictions(SVC(), X=masked)
    assert predictions(SVC(), X=masked.copy())[1] == 0
    assert predictions(SVC(), X=np.ma.masked_array(X, X > 0))[1] == 2


def test_a_randomized_search_goes_on(predictions):
    def search(highest):
        return RandomizedSearchCV(SVC(), {"C": loguniform(0.1, highest)}, n_iter=2, cv=2)

    first, _ = predictions(search(10))
    loguniform(0.1, 10).rvs(3)
    assert predictions(search(10)) == (first, 0)
    assert predictions(search(20))[1] == 2


def reads_the_environment(X):
    import os

    return X * float(os.environ.get("SOME_FACTOR", "1"))


def evaluates(X):
    return X * eval("1 + 1")


@pytest.mark.parametrize("unknown", [reads_the_environment, evaluates])
def test_what_cannot_be_known_is_run_again(predictions, unknown):
    model = make_pipeline(FunctionTransformer(unknown), DummyClassifier())
    for _ in range(2):
        with pytest.warns(UserWarning, match=f"folds of 'it' are run again .*: {unknown.__name__}"):
            assert predictions(model)[1] == 0
