"""Augmentation belongs inside the pipeline: outside, pure noise scores like a signal.

The demonstration itself is docs/pitfalls.md, which test_docs.py runs.
"""

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
NEAREST = KNeighborsClassifier(1)


@pytest.mark.parametrize(
    ("augmenter", "outside"),
    [
        (PhysicsAugmenter(n_augmented=400, random_state=0, **MILD), 0.85),
        (NoiseAugmenter(n_augmented=400, random_state=0), 0.95),
    ],
    ids=["physics", "noise"],
)
def test_noise_is_learnable_outside_the_pipeline_and_not_inside(augmenter, outside, noise):
    assert cross_val_score(NEAREST, *augmenter.fit_resample(*noise()), cv=CV).mean() > outside
    model = make_pipeline(augmenter, NEAREST)
    inside = [cross_val_score(model, *noise(seed), cv=CV).mean() for seed in range(5)]
    assert 0.35 < np.mean(inside) < 0.65


def test_predicting_twice_gives_the_same(noise):
    X, y = noise()
    model = make_pipeline(PhysicsAugmenter(n_augmented=100), NEAREST).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))


def test_smote_works_beside_it_in_a_grid_search():
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


def test_transformers_perturb_training_rows_only(noise):
    X, y = noise()
    model = Pipeline([("scale", PeakHeightScaler(random_state=0)), ("nearest", NEAREST)])
    model.fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(model[:-1].transform(X), X)
