"""Augmentation belongs inside the pipeline: outside, pure noise scores like a signal."""

from pathlib import Path

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from skxrd.augmentation import NoiseAugmenter, PeakHeightScaler, PhysicsAugmenter

# mild, so that a copy still resembles its source
MILD = {"scale_range": (0.7, 1.4), "eliminate_fraction": 0.02, "shift_range": (0, 0)}
CV = StratifiedKFold(5, shuffle=True, random_state=0)


def _noise(seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(size=(60, 300)), rng.permutation(np.repeat(["a", "b"], 30))


def test_inside_the_pipeline_noise_stays_at_chance():
    scores = []
    for seed in range(5):
        X, y = _noise(seed)
        model = make_pipeline(
            PhysicsAugmenter(n_augmented=200, random_state=0, **MILD), KNeighborsClassifier(1)
        )
        scores.append(cross_val_score(model, X, y, cv=CV).mean())
    assert 0.35 < np.mean(scores) < 0.65


def test_outside_the_pipeline_noise_looks_learnable():
    X, y = PhysicsAugmenter(n_augmented=400, random_state=0, **MILD).fit_resample(*_noise())
    assert cross_val_score(KNeighborsClassifier(1), X, y, cv=CV).mean() > 0.85


def test_predicting_twice_gives_the_same():
    X, y = _noise()
    model = make_pipeline(PhysicsAugmenter(n_augmented=100), KNeighborsClassifier(1)).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))


def test_smote_stands_beside_it_in_a_grid_search():
    rng = np.random.default_rng(0)
    y = np.repeat(["common", "rare"], [40, 12])
    X = np.abs(rng.normal(size=(52, 100)))
    X[y == "rare", 50:55] += 5
    model = make_pipeline(
        SMOTE(k_neighbors=3, random_state=0),
        PhysicsAugmenter(n_augmented=60, random_state=0),
        KNeighborsClassifier(3),
    )
    search = GridSearchCV(model, {"physicsaugmenter__n_augmented": [0, 60]}, cv=CV)
    assert search.fit(X, y).best_score_ > 0.9


def test_the_example_of_the_docs_says_what_they_say():
    page = Path(__file__).parents[1] / "docs" / "augmentation.md"
    if not page.exists():
        pytest.skip("the documentation is not beside the tests")
    (example,) = [
        block.removeprefix("python\n")
        for block in page.read_text().split("```")
        if "wrong = " in block
    ]
    names = {}
    exec(example, names)
    assert names["wrong"] > 0.95
    assert 0.3 < names["right"] < 0.7


def test_noise_augmenter_leaks_outside_the_pipeline_and_not_inside():
    X, y = _noise()
    augmenter = NoiseAugmenter(n_augmented=400, random_state=0)
    nearest = KNeighborsClassifier(1)
    assert cross_val_score(nearest, *augmenter.fit_resample(X, y), cv=CV).mean() > 0.95
    assert cross_val_score(make_pipeline(augmenter, nearest), X, y, cv=CV).mean() < 0.7


def test_transformers_perturb_training_rows_only():
    X, y = _noise()
    model = Pipeline(
        [("scale", PeakHeightScaler(random_state=0)), ("nearest", KNeighborsClassifier(1))]
    )
    model.fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(model[:-1].transform(X), X)
