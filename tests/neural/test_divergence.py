"""A training that diverges says so, and has no influence on later ones."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from skxrd.neural import (
    AllConvClassifier,
    FingerprintConvClassifier,
    PowderConvClassifier,
    ResidualConvClassifier,
)

SHORT = {"epochs": 4, "batch_size": 8, "learning_rate": 0.01, "random_state": 0}
MODELS = [
    AllConvClassifier(**SHORT),
    PowderConvClassifier(filters=4, hidden_units=(20, 10), **SHORT),
    ResidualConvClassifier(filters=4, **SHORT),
    FingerprintConvClassifier(filters=(4, 4), kernel_size=3, hidden_units=16, **SHORT),
]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)


def make_rows(n_rows=24, n_angles=60):
    codes = np.arange(n_rows) % 2
    X = np.random.default_rng(0).random((n_rows, n_angles), dtype=np.float32)
    X[np.arange(n_rows), 10 + 30 * codes] += 3
    return X, codes


def weights_of(model):
    return model.model_.get_weights()


@each_model
def test_a_diverged_fit_leaves_later_ones_alone(model):
    X, y = make_rows()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        first = model.fit(X, y).predict_proba(X)
    weights = weights_of(model)
    with pytest.warns(
        ConvergenceWarning, match=r"diverged in epoch 1, and .* initial ones"
    ) as seen:
        model.set_params(learning_rate=1e12).fit(X, y)
    assert seen[0].filename == __file__
    assert "Lower learning_rate=1e+12, or scale" in str(seen[0].message)
    assert all(np.isfinite(w).all() for w in weights_of(model))
    probabilities = model.predict_proba(X)
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    model.set_params(learning_rate=0.01).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), first)
    assert all((a == b).all() for a, b in zip(weights_of(model), weights, strict=True))


@each_model
def test_patterns_of_any_scale_have_probabilities(model):
    X, y = make_rows()
    expected = model.fit(X, y).predict_proba(X)
    huge = X * np.float32(5e37)
    if isinstance(model, ResidualConvClassifier):  # its network makes all rows equally long
        np.testing.assert_allclose(model.predict_proba(huge), expected, atol=1e-5)
        np.testing.assert_allclose(model.predict_proba(X * np.float32(1e-30)), expected, atol=1e-5)
        np.testing.assert_allclose(model.fit(huge, y).predict_proba(huge), expected, atol=0.01)
        return
    with pytest.warns(UserWarning, match="for 1 of 2 patterns, the first in row 1"):
        probabilities = model.predict_proba([X[0], np.full(60, 3e38)])
    np.testing.assert_allclose(probabilities[0], expected[0], atol=1e-6)
    assert probabilities[1].tolist() == [0.5, 0.5]
    with pytest.warns(ConvergenceWarning, match="largest value is 1.9"):
        model.fit(huge, y)
    assert np.isfinite(model.predict_proba(X)).all()


def test_a_search_is_not_poisoned_by_its_first_candidate():
    X, y = make_rows()
    rates = [1e12, 1e-3, 1e-2]
    with pytest.warns(ConvergenceWarning):
        with_bad, without = (
            GridSearchCV(MODELS[0], {"learning_rate": some}, cv=2).fit(X, y).cv_results_
            for some in (rates, rates[1:])
        )
    np.testing.assert_array_equal(
        with_bad["mean_test_score"][1:], without["mean_test_score"], strict=True
    )
    assert with_bad["mean_test_score"].max() == 1


def test_weights_of_the_last_finite_epoch_are_kept():
    import keras

    class Jump(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 3:
                self.model.optimizer.learning_rate = 1e12

    X, y = make_rows()
    settings = {**SHORT, "epochs": 6, "patience": None}
    with pytest.warns(ConvergenceWarning, match="diverged in epoch 4, .* those of epoch 3"):
        model = AllConvClassifier(callbacks=[Jump()], **settings).fit(X, y)
    assert len(model.history_["loss"]) == 4
    shorter = AllConvClassifier(**{**settings, "epochs": 3}).fit(X, y)
    assert all((a == b).all() for a, b in zip(weights_of(model), weights_of(shorter), strict=True))


def test_a_loss_far_above_that_of_guessing_is_reported():
    X, y = make_rows()
    with pytest.warns(ConvergenceWarning, match=r"its loss is .*, that of guessing 0.693"):
        AllConvClassifier(**{**SHORT, "learning_rate": 300.0}).fit(X, y)


def test_what_a_callback_changes_counts_for_its_fit_alone():
    import keras

    class Change(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.model.optimizer.beta_1 = 0.0

        def on_train_end(self, logs=None):
            self.model.optimizer.beta_1 = 0.9

    X, y = make_rows()
    expected = MODELS[0].fit(X, y).predict_proba(X)
    changed = AllConvClassifier(callbacks=[Change()], **SHORT).fit(X, y).predict_proba(X)
    assert np.abs(changed - expected).max() > 1e-6
    np.testing.assert_array_equal(MODELS[0].fit(X, y).predict_proba(X), expected)
    again = AllConvClassifier(callbacks=[Change()], **SHORT).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(again, changed)
