"""The classifiers are scikeras classifiers: its names, its ways of training, one pickle."""

import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest
from scikeras.wrappers import KerasClassifier
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from skxrd.neural import (
    AllConvClassifier,
    FingerprintConvClassifier,
    PowderConvClassifier,
    ResidualConvClassifier,
)

# Keras itself triggers it when it saves weights
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept:DeprecationWarning"
)
SHORT = {"epochs": 3, "batch_size": 8, "random_state": 0, "patience": None}
MODELS = [
    AllConvClassifier(**SHORT),
    PowderConvClassifier(filters=4, hidden_units=(20, 10), **SHORT),
    ResidualConvClassifier(filters=4, **SHORT),
    FingerprintConvClassifier(filters=(4, 4), kernel_size=3, hidden_units=16, **SHORT),
]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)


def make_rows(n_rows=41, n_angles=60):
    codes = np.arange(n_rows) % 2
    X = np.random.default_rng(0).random((n_rows, n_angles), dtype=np.float32)
    X[np.arange(n_rows), 10 + 30 * codes] += 0.5
    return X, np.array(["one", "two"])[codes]


X, Y = make_rows()


def fresh(model, **params):
    return clone(model).set_params(**params)


def probabilities(model):
    return model.predict_proba(X)


@each_model
def test_is_a_scikeras_classifier(model):
    assert isinstance(model, KerasClassifier)
    assert is_classifier(model)
    fitted = fresh(model).fit(X, Y)
    assert isinstance(fitted.model_, keras.Model)
    assert fitted.initialized_ and fitted.current_epoch == 3
    assert type(model).__name__ in fitted._repr_html_()
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(probabilities(copy), probabilities(fitted))


def test_both_names_are_one_parameter():
    model = AllConvClassifier(model__filters=8, optimizer__learning_rate=0.01, fit__epochs=2)
    assert (model.filters, model.learning_rate, model.epochs) == (8, 0.01, 2)
    assert model.get_params()["model__filters"] == 8
    assert "model__filters" not in model.get_params(deep=False)
    model.set_params(model__filters=4).set_params(filters=6)
    assert clone(model).get_params() == model.get_params()
    assert model.get_params()["model__filters"] == 6
    assert repr(model) == "AllConvClassifier(epochs=2, filters=6, learning_rate=0.01)"
    model.set_params(optimizer__beta_1=0.5)
    assert clone(model).get_params(deep=False)["optimizer__beta_1"] == 0.5
    for make in (AllConvClassifier, lambda **params: AllConvClassifier().set_params(**params)):
        with pytest.raises((TypeError, ValueError), match="did you mean 'filters'"):
            make(filter=8)
        with pytest.raises((TypeError, ValueError), match="did you mean 'model__filters'"):
            make(model__filter=8)


def test_a_search_takes_scikeras_names():
    grid = {
        "allconvclassifier__model__filters": [2, 4],
        "allconvclassifier__optimizer": ["sgd", "adam"],
        "allconvclassifier__optimizer__learning_rate": [0.1],
        "allconvclassifier__batch_size": [-1],
    }
    search = GridSearchCV(make_pipeline(MaxAbsScaler(), fresh(MODELS[0])), grid, cv=2).fit(X, Y)
    best = search.best_estimator_[-1]
    assert best.filters == search.best_params_["allconvclassifier__model__filters"]
    assert best.model_.get_layer("activation_map").filters == best.filters
    plain = {name.replace("model__", "").replace("optimizer__", ""): v for name, v in grid.items()}
    same = GridSearchCV(search.estimator, plain, cv=2).fit(X, Y)
    np.testing.assert_array_equal(
        same.cv_results_["mean_test_score"], search.cv_results_["mean_test_score"]
    )


def test_optimizers_losses_and_metrics_are_those_asked_for():
    expected = probabilities(fresh(MODELS[0]).fit(X, Y))
    same = [
        {"optimizer": keras.optimizers.Adam},
        {"optimizer": keras.optimizers.Adam(0.001), "learning_rate": 5.0},
        {"loss": keras.losses.CategoricalCrossentropy},
        {"metrics": ["accuracy", "top_k_categorical_accuracy"]},
        {"compile__run_eagerly": True},
    ]
    for params in same:
        model = fresh(MODELS[0], **params).fit(X, Y)
        np.testing.assert_allclose(probabilities(model), expected, atol=1e-5, err_msg=str(params))
    others = [
        {"optimizer": "sgd"},
        {"optimizer__beta_1": 0.5},
        {"loss": keras.losses.CategoricalCrossentropy, "loss__label_smoothing": 0.5},
        {"shuffle": False},
        {"fit__validation_split": 0.4},
    ]
    for params in others:
        model = fresh(MODELS[0], **params).fit(X, Y)
        assert np.abs(probabilities(model) - expected).max() > 1e-5, params
    assert len(model.history_["val_loss"]) == 3


def test_metrics_are_those_of_the_epoch():
    metrics = [keras.metrics.CategoricalAccuracy(name="own"), "mean_squared_error"]
    model = fresh(MODELS[0], metrics=metrics, validation=(X, Y)).fit(X, Y)
    error = ((probabilities(model) - (model.classes_ == Y[:, np.newaxis])) ** 2).mean()
    assert model.history_["val_mean_squared_error"][-1] == pytest.approx(error, rel=1e-5)
    assert model.history_["val_own"] == pytest.approx(model.history_["val_accuracy"])
    assert model.history_["own"] == pytest.approx(model.history_["accuracy"])


def test_callbacks_in_the_ways_of_scikeras():
    stopping = keras.callbacks.EarlyStopping
    for params in (
        {"callbacks": stopping, "callbacks__monitor": "loss", "callbacks__min_delta": 99},
        {"callbacks": {"a": [stopping("loss", 99)]}},
        {"callbacks": (stopping("loss", 99),)},
        {
            "fit__callbacks": [stopping],
            "fit__callbacks__0__monitor": "loss",
            "fit__callbacks__0__min_delta": 99,
        },
    ):
        assert len(fresh(MODELS[0], **params).fit(X, Y).history_["loss"]) == 2, params
    model = fresh(MODELS[0])
    model.fit(X, Y, callbacks=[stopping("loss", 99)], epochs=9, validation_data=(X, Y))
    assert len(model.history_["val_loss"]) == 2
    with pytest.raises(TypeError, match="callbacks has 'early'"):
        fresh(MODELS[0], callbacks=["early"]).fit(X, Y)
    with pytest.raises(TypeError, match="fit takes no 'steps_per_epoch'"):
        fresh(MODELS[0], fit__steps_per_epoch=3).fit(X, Y)


@each_model
def test_sample_weight(model):
    noise = np.random.default_rng(1).random(X.shape)
    weight = np.where(Y == "two", 1.0, 1e-3)
    heavy = fresh(model, epochs=20, learning_rate=0.01).fit(noise, Y, sample_weight=weight)
    assert (heavy.predict(noise) == "two").mean() > 0.9
    some = weight == 1
    some[:7] = True
    without = fresh(model).fit(X, Y, sample_weight=some.astype(int))
    alone = fresh(model).fit(X[some], Y[some])
    np.testing.assert_array_equal(probabilities(without), probabilities(alone))
    with pytest.raises(ValueError, match="zero"):
        fresh(model).fit(X, Y, sample_weight=np.zeros(len(Y)))


@each_model
def test_epoch_by_epoch_equals_fit(model):
    expected = fresh(model).fit(X, Y)
    by_epoch = fresh(model)
    for _ in range(3):  # the state of the optimiser and of dropout in the pickle too
        by_epoch = pickle.loads(pickle.dumps(by_epoch.partial_fit(X, Y)))
    np.testing.assert_array_equal(probabilities(by_epoch), probabilities(expected))
    assert by_epoch.history_ == expected.history_
    assert by_epoch.current_epoch == 3


def test_partial_fit_of_parts():
    model = fresh(MODELS[0], learning_rate=0.01)
    for _ in range(20):
        for label in ("one", "two"):
            model.partial_fit(X[Y == label], Y[Y == label], classes=["one", "two"])
    assert model.classes_.tolist() == ["one", "two"]
    assert model.score(X, Y) > 0.8
    with pytest.raises(ValueError, match="label 'three', which was not in training"):
        model.partial_fit(X, np.full(len(X), "three"))


@each_model
def test_warm_start_goes_on(model):
    warm = fresh(model, warm_start=True, epochs=2).fit(X, Y)
    first = warm.history_["loss"]
    warm.fit(X, Y)
    assert warm.current_epoch == 2
    cold = fresh(model, epochs=2).fit(X, Y)
    assert cold.history_["loss"] == first != warm.history_["loss"]
    if isinstance(model, AllConvClassifier):
        assert warm.history_["loss"][0] < first[0]
        with pytest.raises(ValueError, match="network has changed since the last fit"):
            warm.set_params(filters=5).fit(X, Y)


@each_model
def test_initialize_builds_and_takes_weights_from_elsewhere(model):
    fitted = fresh(model).fit(X, Y)
    other = fresh(model, random_state=7).initialize(X, Y)
    assert other.initialized_ and other.current_epoch == 0
    assert np.abs(probabilities(other) - probabilities(fitted)).max() > 1e-4
    other.model_.set_weights(fitted.model_.get_weights())
    np.testing.assert_array_equal(probabilities(other), probabilities(fitted))
    other.partial_fit(X, Y)
    assert other.current_epoch == 1


@pytest.mark.parametrize(
    "code",
    [
        "import skxrd.neural; dir(skxrd.neural)",
        "from skxrd.neural import build_all_conv",
        "import skxrd.model_selection, skxrd.inspection, skxrd.report",
        "from skxrd._cli._data import choose_classifiers as c; c('SVM', None, 9, 0)",
    ],
)
def test_tensorflow_is_loaded_for_a_network_only(code):
    code += "\nimport sys; print({'tensorflow', 'keras', 'scikeras'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
