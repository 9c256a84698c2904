import numpy as np
import pytest
from imblearn.pipeline import make_pipeline

from skxrd.augmentation import PhysicsAugmenter
from skxrd.model_selection import fit_with_validation
from skxrd.model_selection._validation import _validation_split
from skxrd.neural import AllConvClassifier
from skxrd.preprocessing import PatternScaler

Y = np.tile(["a", "b"], 30)
GROUPS = np.array(
    ["simulated"] * 20 + ["experimental"] * 20 + ["series 1"] * 10 + ["series 2"] * 10
)


def make_rows():
    rng = np.random.default_rng(0)
    X = rng.random((60, 40))
    X[Y == "a", 10] += 3
    X[Y == "b", 30] += 3
    return X


def test_series_stay_together_and_simulated_rows_train():
    for seed in range(5):
        train, held_out = _validation_split(Y, GROUPS, 0.3, seed)
        assert sorted([*train, *held_out]) == list(range(60))
        assert "simulated" not in GROUPS[held_out]
        for series in ("series 1", "series 2"):
            assert (GROUPS[held_out] == series).sum() in (0, 10)


def test_held_out_rows_meet_transformers_and_no_sampler():
    X = make_rows()
    model = make_pipeline(
        PatternScaler(),
        PhysicsAugmenter(n_augmented=40, random_state=0),
        AllConvClassifier(kernel_sizes=(4, 2), epochs=2, batch_size=8, random_state=0),
    )
    seen = {}
    fit = AllConvClassifier.fit

    class Spy(AllConvClassifier):
        def fit(self, X, y):
            seen.update(rows=len(X), validation=self.validation)
            return fit(self, X, y)

    model.steps[-1] = ("network", Spy(**model[-1].get_params()))
    fitted = fit_with_validation(model, X, Y, validation=0.2, random_state=0)
    assert seen["rows"] == 48 + 40
    X_held_out, y_held_out = seen["validation"]
    scaled = PatternScaler().fit_transform(X)
    rows = [np.flatnonzero((scaled == row).all(axis=1))[0] for row in X_held_out]
    assert (Y[rows] == y_held_out).all() and len(rows) == 12
    assert "val_loss" in fitted[-1].history_
    assert fitted[-1].validation is None and not hasattr(model[-1], "classes_")


def test_what_cannot_be_validation_split():
    with pytest.raises(ValueError, match="groups has no measured rows"):
        _validation_split(Y, np.full(60, "simulated"), 0.2, 0)
    y = np.array(["a"] * 10 + ["b"])
    groups = np.array(["simulated"] * 10 + ["experimental"])
    with pytest.raises(ValueError, match="film|With n_samples|class b"):
        _validation_split(y, groups, 0.5, 0)
