import os
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline as make_imblearn_pipeline
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from skxrd.neural import AllConvClassifier, build_all_conv
from skxrd.neural._activation_maps import spreading_matrix
from skxrd.neural._all_conv_network import block_padding

N_ANGLES = 250
CENTRES = {"P-3m1": 40, "Pc": 120, "Pm-3m": 210}


def make_rows(n_rows=60, *, seed=0):
    rng = np.random.default_rng(seed)
    y = np.array(list(CENTRES))[np.arange(n_rows) % 3]
    places = np.array([CENTRES[label] for label in y]) + rng.normal(0, 3, n_rows)
    X = np.exp(-(((np.arange(N_ANGLES) - places[:, np.newaxis]) / 4) ** 2))
    return (X + 0.05 * rng.random(X.shape)).astype(np.float32), y


def make_model(**params):
    params = {"epochs": 15, "batch_size": 8, "learning_rate": 0.01, "random_state": 0} | params
    return AllConvClassifier(**params)


def weights_of(model):
    return model.model_.get_weights()


@pytest.fixture(scope="module")
def rows():
    return make_rows()


@pytest.fixture(scope="module")
def fitted(rows):
    return make_model(two_theta=np.linspace(10, 60, N_ANGLES)).fit(*rows)


def test_learns_string_labels(fitted):
    X, y = make_rows(30, seed=1)
    assert is_classifier(fitted)
    assert fitted.classes_.tolist() == list(CENTRES)
    assert fitted.score(X, y) > 0.9
    assert fitted.predict_proba(X).sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    assert fitted.two_theta_[[0, -1]].tolist() == [10, 60]


def test_map_sums_to_class_score(fitted, rows):
    """Eq. 5, against the network's own softmax layer."""
    X, _ = rows
    bias = weights_of(fitted)[-1]
    scores = np.stack([fitted.cam(X, label).sum(axis=1) for label in fitted.classes_], axis=1)
    shifted = np.exp(scores + bias - (scores + bias).max(axis=1, keepdims=True))
    expected = shifted / shifted.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(fitted.predict_proba(X), expected, atol=2e-6)

    from keras import Model

    network = fitted.model_
    pooled = np.asarray(Model(network.input, network.layers[-2].output)(X))
    np.testing.assert_allclose(scores, pooled @ weights_of(fitted)[-2], rtol=1e-4, atol=1e-5)


def test_maps_of_one_class_each_class_and_the_predicted_class(fitted, rows):
    X, y = rows
    predicted = fitted.predict(X)
    np.testing.assert_allclose(fitted.cam(X), fitted.cam(X, predicted))
    np.testing.assert_allclose(fitted.cam(X[:2], "Pc"), fitted.cam(X[:2], ["Pc", "Pc"]))
    with pytest.raises(ValueError, match="label 'Fm-3m', which was not in training"):
        fitted.cam(X, "Fm-3m")
    with pytest.raises(ValueError, match="class_ has 2 labels but X has 60 rows"):
        fitted.cam(X, ["Pc", "Pc"])


def test_average_map_is_the_mean_of_maps(fitted, rows):
    """Eq. 6."""
    X, y = rows
    expected = [fitted.cam(X[y == label], label).mean(axis=0) for label in fitted.classes_]
    np.testing.assert_allclose(fitted.average_cam(X, y), expected, atol=1e-6)
    np.testing.assert_allclose(fitted.average_cam_, expected, atol=1e-6)
    some = fitted.average_cam(X[y == "Pc"], y[y == "Pc"])
    assert np.isnan(some).all(axis=1).tolist() == [True, False, True]
    with pytest.raises(ValueError, match="y has shape"):
        fitted.average_cam(X, y[:2])


def test_map_points_at_the_peaks(rows):
    """The evidence for the class, above the mean of all classes, is where the peak is."""
    X, y = rows
    model = make_model(kernel_sizes=(5, 2), epochs=20).fit(X, y)
    contrast = model.cam(X, y) - np.mean([model.cam(X, label) for label in CENTRES], axis=0)
    for label, centre in CENTRES.items():
        assert abs(int(contrast[y == label].mean(axis=0).argmax()) - centre) <= 10


@pytest.mark.parametrize("n_angles", [1, 2, 119, 120, 121, 1250, 1319])
def test_spreading_covers_every_angle_and_keeps_sums(n_angles):
    matrix = spreading_matrix(n_angles, 120)
    n_positions, n_before, n_after = block_padding(n_angles, 120)
    assert n_before + n_angles + n_after == 120 * n_positions
    assert 0 <= n_after - n_before <= 1
    assert matrix.shape == (n_positions, n_angles)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    assert (matrix >= 0).all() and (matrix.sum(axis=0) > 0).all()


def test_every_angle_reaches_the_network():
    network = build_all_conv(125, 2, filters=8)
    weights = [np.abs(w) for w in network.get_weights()]
    network.set_weights(weights)  # positive throughout: any input raises the pooled activations
    from keras import Model

    pooled = Model(network.input, network.layers[-2].output)
    impulse = np.asarray(pooled(np.eye(125, dtype=np.float32))).sum(axis=1)
    empty = np.asarray(pooled(np.zeros((1, 125), dtype=np.float32))).sum(axis=1)
    assert (impulse > empty).all()


def test_same_seed_gives_same_weights_whatever_ran_between(rows):
    X, y = rows
    numpy_state, python_state = np.random.get_state()[1].copy(), random.getstate()
    first = make_model(epochs=3, validation=0.2).fit(X, y)
    assert (np.random.get_state()[1] == numpy_state).all()
    assert random.getstate() == python_state

    import keras

    unseeded = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
    )
    unseeded.compile("adam", "mse")
    unseeded.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)
    other = make_model(epochs=3, validation=0.2, random_state=None).fit(X, y)
    second = make_model(epochs=3, validation=0.2).fit(X, y)
    assert all((a == b).all() for a, b in zip(weights_of(first), weights_of(second), strict=True))
    assert first.history_ == second.history_
    assert any((a != b).any() for a, b in zip(weights_of(first), weights_of(other), strict=True))


# keras asks TensorFlow's variables for a copy in a way numpy 2 deprecates; not ours to change
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_pickle_in_a_new_process_gives_identical_probabilities(fitted, rows, tmp_path):
    X, _ = rows
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(fitted))
    np.save(tmp_path / "X.npy", X)
    code = (
        "import joblib, numpy as np\n"
        "model = joblib.load('model.pickle'); X = np.load('X.npy')\n"
        "np.save('proba.npy', model.predict_proba(X)); np.save('cam.npy', model.cam(X))\n"
        "joblib.dump(model, 'again.joblib')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, env=dict(os.environ))
    np.testing.assert_array_equal(np.load(tmp_path / "proba.npy"), fitted.predict_proba(X))
    np.testing.assert_array_equal(np.load(tmp_path / "cam.npy"), fitted.cam(X))


def test_class_weight_moves_predictions(rows):
    X, y = rows
    noise = np.random.default_rng(0).random(X.shape)
    heavy = make_model(class_weight={"P-3m1": 1, "Pc": 1e3, "Pm-3m": 1e-3}).fit(noise, y)
    assert (heavy.predict(noise) == "Pc").mean() > 0.9
    few = np.r_[np.flatnonzero(y == "Pc"), np.flatnonzero(y == "Pm-3m")[:3]]
    plain = make_model(epochs=2).fit(X[few], y[few])
    balanced = make_model(epochs=2, class_weight="balanced").fit(X[few], y[few])
    column = list(plain.classes_).index("Pm-3m")
    rare = slice(20, None)
    assert (
        balanced.predict_proba(X[few])[rare, column].mean()
        > plain.predict_proba(X[few])[rare, column].mean()
    )


def test_validation_variants(rows):
    X, y = rows
    for validation in (0.2, make_rows(12, seed=2)):
        model = make_model(validation=validation, epochs=4).fit(X, y)
        assert len(model.history_["val_loss"]) == len(model.history_["loss"]) == 4
    assert set(make_model(epochs=1).fit(X, y).history_) == {"loss", "accuracy"}


def test_early_stopping_keeps_the_best_weights(rows):
    X, y = rows
    wrong = np.roll(make_rows(12, seed=2)[1], 1)  # learning can only raise this loss
    validation = (make_rows(12, seed=2)[0], wrong)
    model = make_model(validation=validation, epochs=60, patience=3).fit(X, y)
    losses = model.history_["val_loss"]
    assert len(losses) < 60
    proba = model.predict_proba(validation[0])
    codes = np.searchsorted(model.classes_, wrong)
    assert -np.log(proba[np.arange(12), codes]).mean() == pytest.approx(min(losses), rel=1e-3)
    assert len(make_model(epochs=30, patience=None).fit(X, y).history_["loss"]) == 30
    assert len(make_model(epochs=30, patience=2, min_delta=9).fit(X, y).history_["loss"]) < 9


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"validation": 0.01}, "cannot take rows of all 3 classes from 60 rows"),
        ({"validation": (np.ones((2, 3)), ["Pc", "Pc"])}, "X has 3 features"),
        ({"validation": (np.ones((1, N_ANGLES)), ["x"])}, "validation has the label"),
        ({"validation": (1,)}, "validation is a tuple of 1"),
        ({"kernel_sizes": (8, 0)}, "kernel_sizes is"),
        ({"two_theta": [1.0, 2.0]}, "two_theta has 2 angles but X has 250 columns"),
        ({"loss": "mse"}, "'loss' parameter"),
        ({"epochs": 0}, "'epochs' parameter"),
    ],
)
def test_bad_parameters(rows, params, message):
    with pytest.raises(ValueError, match=message):
        make_model(**params).fit(*rows)


def test_bad_rows(fitted, rows):
    X, y = rows
    missing = X.copy()
    missing[3, 7] = np.nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        make_model().fit(missing, y)
    with pytest.raises(ValueError, match="Input X contains NaN"):
        fitted.predict(missing)
    with pytest.raises(ValueError, match="y has one class"):
        make_model().fit(X, np.full(len(y), "Pc"))
    with pytest.raises(ValueError, match="X has 249 features"):
        fitted.cam(X[:, 1:])
    lonely = np.where(np.arange(60) == 0, "Pm-3m", "Pc")
    with pytest.raises(ValueError, match="class 'Pm-3m' has 1"):
        make_model(validation=0.2).fit(X, lonely)


def test_published_loss_and_integer_labels(rows):
    X, y = rows
    codes = np.searchsorted(list(CENTRES), y) + 5
    model = make_model(loss="binary_crossentropy", epochs=30).fit(X, codes)
    assert model.classes_.tolist() == [5, 6, 7]
    assert model.score(X, codes) > 0.9
    two = make_model().fit(X[y != "Pc"], y[y != "Pc"])
    assert two.predict_proba(X).shape == (60, 2)


@pytest.mark.slow
def test_inside_scikit_learn(rows):
    X, y = rows
    model = make_model(epochs=8)
    search = GridSearchCV(
        make_pipeline(MaxAbsScaler(), model), {"allconvclassifier__filters": [4, 16]}, cv=2
    )
    search.set_params(n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.5
    calibrated = CalibratedClassifierCV(model, cv=2).fit(X, y)
    assert calibrated.predict_proba(X).shape == (60, 3)
    voting = VotingClassifier([("a", model), ("b", clone(model))], voting="soft").fit(X, y)
    assert voting.score(X, y) > 0.5
    sampled = make_imblearn_pipeline(RandomOverSampler(random_state=0), model).fit(X, y)
    assert sampled.predict(X[:1]).shape == (1,)


def test_few_columns_work():
    X = np.r_[np.zeros((10, 1)), np.ones((10, 1))]
    model = make_model(epochs=20).fit(X, np.repeat([0, 1], 10))
    assert model.cam(X).shape == (20, 1)


def test_the_forward_pass_in_numpy_equals_keras(rows):
    X, y = rows
    model = make_model(epochs=2).fit(X, y)
    expected = model.model_.predict(X, verbose=0)
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=1e-6)


def test_later_fits_reuse_a_network_and_earlier_models_keep_their_weights(rows):
    from skxrd.neural import _compiled_cache

    X, y = rows
    first = make_model(epochs=2).fit(X, y)
    kept = first.predict_proba(X)
    compiled = list(_compiled_cache._kept.values())
    second = make_model(epochs=2, random_state=5).fit(X, y)
    assert compiled and compiled[-1] is list(_compiled_cache._kept.values())[-1]
    np.testing.assert_array_equal(first.predict_proba(X), kept)
    assert np.abs(second.predict_proba(X) - kept).max() > 1e-6
    again = make_model(epochs=2).fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), kept)
