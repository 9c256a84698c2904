"""The network of the package as a classifier, and the export of others."""

import pickle
import sys

import joblib
import keras
import numpy as np
import pytest
from keras import Input, Model, layers
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import log_loss, top_k_accuracy_score
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from skxrd import PowderPattern
from skxrd.crystal import SYMMETRY_LEVELS, Crystal, make_prototype, symmetry_classes
from skxrd.metrics import scale_temperature
from skxrd.neural._layers import MeasuredAngles
from skxrd.powders import (
    PretrainedSymmetryClassifier,
    build_symmetry_conv,
    export_symmetry_network,
    load_symmetry_classifier,
)
from skxrd.powders._scan_warnings import count_peaks
from skxrd.preprocessing import PatternStacker
from skxrd.simulation import PowderSimulator

CRYSTALS = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in ("Cl", "Br", "I")]
SCAN = {"fwhm": 0.2, "max_counts": 5000, "polynomial": 0.1, "random_state": 0}


def randomized(network):
    """Weights that let every part of a network matter."""
    rng = np.random.default_rng(0)
    for variable in network.variables:
        values = rng.normal(size=variable.shape) / np.sqrt(max(1, np.prod(variable.shape[:-1])))
        variable.assign(np.abs(values) + 0.5 if "variance" in variable.path else values)
    network.layers[-1].kernel.assign(rng.normal(size=network.layers[-1].kernel.shape))
    return network


def patterns(n_angles, seed=0):
    """Rows with missing ends, a negative value and noise, whose lowest hundredth is at zero."""
    rng = np.random.default_rng(seed)
    X = rng.random((6, n_angles), dtype=np.float32)
    X[:, ::40] = 0
    X[1, : n_angles // 3] = X[2, n_angles // 2 :] = X[3, 10:20] = np.nan
    X[4, 5] = -0.5
    return X / np.nanmax(X, axis=1, keepdims=True)


def plain_conv(n_angles):
    """The layers that can be exported and that build_symmetry_conv may be without."""
    inputs = Input((n_angles,))
    x = layers.Conv1D(4, 9, strides=3, padding="same")(MeasuredAngles()(inputs))
    y = layers.Conv1D(6, 5, strides=2, padding="same", activation="relu")(x)
    y = layers.Conv1D(6, 4, padding="valid")(y)
    x = layers.AveragePooling1D(2, padding="same")(layers.Activation("relu")(x))
    x = layers.Conv1D(6, 4, padding="valid", use_bias=False)(x)
    x = layers.Dropout(0.5)(layers.Flatten()(layers.ReLU()(layers.Add()([x, y]))))
    x = layers.Dense(16, activation="relu")(x)
    return Model(inputs, layers.Dense(230, activation="softmax")(x))


def small(n_angles):
    return build_symmetry_conv(n_angles, filters=(4, 6, 8), hidden_units=16)


@pytest.mark.parametrize("build", [plain_conv, small])
@pytest.mark.parametrize("n_angles", [500, 501, 1003])
def test_exported_network_agrees_with_keras(build, n_angles, tmp_path):
    network, X = randomized(build(n_angles)), patterns(n_angles)
    expected = scale_temperature(np.asarray(network(X, training=False)), 1.7)
    assert expected.max() > 0.01 and np.ptp(expected, axis=0).max() > 0.001
    for half_precision, tolerance in ((False, 1e-5), (True, 1e-3)):
        path = tmp_path / "network.onnx"
        export_symmetry_network(
            network,
            path,
            np.linspace(5, 95, n_angles),
            temperature=1.7,
            half_precision=half_precision,
        )
        found = load_symmetry_classifier(path=path).network_.run(X)
        np.testing.assert_allclose(found, expected, atol=tolerance)


def test_network_of_mixed_precision_is_exported(tmp_path):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = randomized(small(500))
    finally:
        keras.config.set_dtype_policy(policy)
    path = tmp_path / "network.onnx"
    export_symmetry_network(network, path, np.linspace(5, 95, 500))
    found = load_symmetry_classifier(path=path).network_.run(patterns(500))
    np.testing.assert_allclose(found, network(patterns(500)), atol=0.02)


def _with_layer(*others):
    inputs = Input((50,))
    x = layers.Flatten()(MeasuredAngles()(inputs))
    for layer in others:
        x = layer(x)
    return Model(inputs, layers.Dense(230, activation="softmax")(x))


GRID = np.linspace(10, 90, 50)
WRONG = {
    "a layer": ((_with_layer(layers.LayerNormalization()), "a.onnx", GRID), "LayerNormalization"),
    "an activation": (
        (_with_layer(layers.Dense(4, activation="tanh")), "a.onnx", GRID),
        "has the activation 'tanh'",
    ),
    "a leak": ((_with_layer(layers.ReLU(negative_slope=0.1)), "a.onnx", GRID), "no plain ReLU"),
    "a grid": ((_with_layer(), "a.onnx", GRID[1:]), "two_theta has 49 angles"),
    "steps": ((_with_layer(), "a.onnx", np.geomspace(10, 90, 50)), "equal steps"),
    "a name": ((_with_layer(), "a.keras", GRID), "ends in .onnx"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_exported_is_named(kind, tmp_path):
    (network, name, grid), message = WRONG[kind]
    with pytest.raises(ValueError, match=message):
        export_symmetry_network(network, tmp_path / name, grid)
    assert not list(tmp_path.iterdir())


def test_weights_too_large_for_half_precision_are_an_error(tmp_path):
    network = _with_layer()
    network.layers[-1].bias.assign(np.full(230, 1e5))
    with pytest.raises(ValueError, match="half_precision=False"):
        export_symmetry_network(network, tmp_path / "a.onnx", GRID)


@pytest.mark.parametrize("level", SYMMETRY_LEVELS)
def test_levels_agree(level):
    classifier = load_symmetry_classifier(level)
    X = PowderSimulator(classifier.two_theta_, **SCAN).fit_transform(CRYSTALS)
    levels = classifier.predict_levels(X)
    proba = classifier.predict_proba(X)
    np.testing.assert_array_equal(proba, levels[level])
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(classifier.classes_, symmetry_classes(level))
    np.testing.assert_array_equal(classifier.predict(X), classifier.classes_[proba.argmax(axis=1)])
    for name, p in levels.items():
        assert p.shape == (3, symmetry_classes(name).size)


def test_scale_constant_and_precision_of_rows_do_not_matter():
    classifier = load_symmetry_classifier()
    X = PowderSimulator(classifier.two_theta_, **SCAN).fit_transform(CRYSTALS)
    proba = classifier.predict_proba(X)
    np.testing.assert_allclose(classifier.predict_proba(1e4 * X), proba, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_proba(X + 3), proba, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_proba(X.astype(np.float32)), proba, atol=1e-5)
    np.testing.assert_allclose(
        np.concatenate([classifier.predict_proba(X[i : i + 1]) for i in range(3)]), proba, atol=1e-6
    )


def distance(a, b):
    """Largest total variation between rows of probabilities."""
    return 0.5 * np.abs(a - b).sum(axis=1).max()


def test_probabilities_are_means_over_sizes_of_the_cell():
    network = load_symmetry_classifier().network_
    scans = [
        PowderSimulator(network.two_theta, fwhm=0.3, lattice_strain=strain).fit_transform(CRYSTALS)
        for strain in (0.0, -0.04, -0.02, 0.02, 0.04)
    ]
    alone, mean = network.run(scans[0]), np.mean([network.run(X) for X in scans], axis=0)
    found = network.predict(scans[0])
    assert distance(found, mean) < min(0.1, 0.5 * distance(alone, mean))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("limits", [(10, 10.3), (104, 110)])
def test_a_scan_at_an_end_of_the_grid_has_probabilities(limits):
    network = load_symmetry_classifier().network_
    X = PowderSimulator(network.two_theta, fwhm=0.3, polynomial=0.1).fit_transform(CRYSTALS)
    X[:, (network.two_theta < limits[0]) | (network.two_theta > limits[1])] = np.nan
    np.testing.assert_allclose(network.predict(X).sum(axis=1), 1, atol=1e-5)


def test_nothing_is_made_up_beyond_180_degrees():
    network = pickle.loads(pickle.dumps(load_symmetry_classifier().network_))
    network.two_theta = np.linspace(10, 180, 200)
    row = np.linspace(1, 2, 200)[np.newaxis]
    resized = network._of_cell(row, 1.04)
    reachable = 1.04 * np.sin(np.radians(network.two_theta / 2)) <= 1
    np.testing.assert_array_equal(np.isnan(resized[0]), ~reachable)
    assert (np.diff(resized[0, reachable]) > 0).all()


def test_any_grid_gives_what_the_trained_one_gives():
    trained = load_symmetry_classifier("crystal_system")
    step = np.diff(trained.two_theta_)[0]
    inside = (trained.two_theta_ > 15) & (trained.two_theta_ < 80)
    scan = {"fwhm": 0.3}
    on_grid = PowderSimulator(trained.two_theta_, **scan).fit_transform(CRYSTALS)
    cut = np.where(inside, on_grid, np.nan)
    for grid, limit in (
        (trained.two_theta_[inside], 1e-3),
        (np.arange(15 + step / 2, 80, step / 4), 0.02),  # finer: averaged
        (np.arange(15, 80, 1.7 * step), 0.1),
    ):
        X = PowderSimulator(grid, **scan).fit_transform(CRYSTALS)
        classifier = load_symmetry_classifier("crystal_system", two_theta=grid, wavelength="CuKa")
        assert distance(classifier.predict_proba(X), trained.predict_proba(cut)) < limit


def test_noise_of_a_finer_scan_is_averaged_and_not_picked():
    trained = load_symmetry_classifier()
    step = np.diff(trained.two_theta_)[0]
    fine = np.arange(20, 60, step / 10)
    row = 100 + 10 * np.random.default_rng(0).normal(size=(1, fine.size))
    classifier = load_symmetry_classifier(two_theta=fine, wavelength="CuKa").fit(row)
    assert np.nanstd(classifier._rows(row)) < 10 / np.sqrt(8)


def test_other_wavelengths_go_through_the_spacing():
    grid = np.arange(6, 50, 0.01)
    molybdenum = PowderSimulator(grid, wavelength="MoKa", fwhm=0.05).fit_transform(CRYSTALS)
    classifier = load_symmetry_classifier(two_theta=grid, wavelength="MoKa")
    rows = classifier._rows(molybdenum)
    two_theta = classifier.network_.two_theta
    copper = PowderSimulator(two_theta, wavelength="CuKa", fwhm=0.1).fit_transform(CRYSTALS)
    for row, expected in zip(rows, copper, strict=True):
        lines = two_theta[np.nanargmax(row)], two_theta[expected.argmax()]
        assert abs(lines[0] - lines[1]) < 0.03
    with pytest.raises(ValueError, match="wavelength is unknown"):
        load_symmetry_classifier(two_theta=grid)


def test_pipeline_takes_scans_of_different_ranges_and_is_saved(tmp_path):
    ranges = (np.arange(12, 70, 0.02), np.arange(5, 120, 0.05), np.arange(20, 80, 0.005))
    scans = [
        PowderSimulator(grid, **SCAN).simulate(crystal)
        for grid, crystal in zip(ranges, CRYSTALS, strict=True)
    ]
    grid = np.arange(10, 100, 0.02)
    model = make_pipeline(
        PatternStacker(grid, wavelength="CuKa", outside="mask"),
        PretrainedSymmetryClassifier(grid, level="crystal_system", wavelength="CuKa"),
    ).fit(scans, ["cubic"] * 3)
    proba = model.predict_proba(scans)
    joblib.dump(model, tmp_path / "model.joblib")
    again = joblib.load(tmp_path / "model.joblib")
    np.testing.assert_array_equal(again.predict_proba(scans), proba)
    assert model.score(scans, model.predict(scans)) == 1.0


def test_classifier_behaves_in_scikit_learn():
    classifier = load_symmetry_classifier("crystal_system")
    assert is_classifier(classifier)
    X = PowderSimulator(classifier.two_theta_, **SCAN).fit_transform(CRYSTALS * 2)
    before = X.copy()
    proba = classifier.predict_proba(X)
    np.testing.assert_array_equal(X, before)
    copy = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(copy.predict_proba(X), proba)
    y = ["cubic", "cubic", "tetragonal"] * 2
    scores = cross_val_score(clone(classifier), X, y, cv=2)
    assert scores.shape == (2,)
    search = GridSearchCV(classifier, {"level": ["crystal_system"]}, cv=2).fit(X, y)
    columns = [classifier.classes_.tolist().index(label) for label in ("cubic", "tetragonal")]
    of_labels = proba[:, columns] / proba[:, columns].sum(axis=1, keepdims=True)
    np.testing.assert_array_equal(search.predict_proba(X), of_labels)
    np.testing.assert_array_equal(search.best_estimator_.fit(X).predict_proba(X), proba)
    assert classifier.get_params() == {
        "level": "crystal_system",
        "path": None,
        "two_theta": None,
        "wavelength": None,
    }


# cells of three crystal systems, several of each
FORMS = {
    "cubic": [([a] * 3 + [90] * 3, "Pm-3m") for a in (3.9, 4.3, 5.2, 5.9)],
    "tetragonal": [([a, a, 1.7 * a, 90, 90, 90], "P4/mmm") for a in (3.7, 4.0, 4.4, 5.1)],
    "orthorhombic": [([a, 1.3 * a, 1.9 * a, 90, 90, 90], "Pmmm") for a in (3.6, 4.0, 4.5, 5.0)],
}
GROUPS = {"cubic": 221, "tetragonal": 123, "orthorhombic": 47}


@pytest.fixture(scope="module")
def powders():
    """Rows on the grid of the network, their crystal systems and space groups."""
    crystals = [
        Crystal(cell, [element], [[0, 0, 0]], group)
        for forms in FORMS.values()
        for (cell, group), element in zip(forms, ("Pb", "Cs", "Ag", "W"), strict=True)
    ]
    grid = load_symmetry_classifier().two_theta_
    systems = np.repeat(list(FORMS), 4)
    X = PowderSimulator(grid, fwhm=0.2).fit_transform(crystals)
    return X, systems, np.array([GROUPS[system] for system in systems])


META = {
    "calibration": lambda one: CalibratedClassifierCV(one, cv=2),
    "soft voting": lambda one: VotingClassifier([("a", one), ("b", one)], voting="soft"),
    "hard voting": lambda one: VotingClassifier([("a", one), ("b", one)]),
    "stacking": lambda one: StackingClassifier([("a", one)], cv=2),
    "bagging": lambda one: BaggingClassifier(one, 2, random_state=0),
}


@pytest.mark.parametrize("level", ["crystal_system", "space_group"])
@pytest.mark.parametrize("kind", META)
def test_meta_estimators_take_it(powders, kind, level):
    X, systems, groups = powders
    y = systems if level == "crystal_system" else groups
    alone = PretrainedSymmetryClassifier(level=level).fit(X, y)
    model = META[kind](alone).fit(X, y)
    np.testing.assert_array_equal(model.classes_, np.unique(y))
    if "voting" in kind or kind == "bagging":
        np.testing.assert_array_equal(model.predict(X), alone.predict(X))
    else:
        assert model.score(X, y) >= 0.6
    if kind in ("soft voting", "bagging"):
        np.testing.assert_allclose(model.predict_proba(X), alone.predict_proba(X), atol=1e-6)


def test_labels_that_are_numbered_in_another_way_are_warned_of(powders):
    X, systems, _ = powders
    one = PretrainedSymmetryClassifier(level="crystal_system").fit(X, systems)
    with pytest.warns(UserWarning, match="y has 2 numbers but .* fitted to 3 labels; .*taken as"):
        OneVsRestClassifier(one).fit(X, systems)


@pytest.mark.parametrize("level", ["crystal_system", "space_group"])
def test_all_scores_take_it(powders, level):
    X, systems, groups = powders
    y = systems if level == "crystal_system" else groups
    one, cv = PretrainedSymmetryClassifier(level=level).fit(X, y), StratifiedKFold(2)
    alone = one.predict_proba(X)
    proba = cross_val_predict(one, X, y, cv=cv, method="predict_proba")
    np.testing.assert_allclose(proba, alone, atol=1e-6)
    loss = cross_val_score(one, X, y, cv=cv, scoring="neg_log_loss")
    assert -loss.mean() == pytest.approx(log_loss(y, alone), rel=1e-4)
    top = cross_val_score(one, X, y, cv=cv, scoring="top_k_accuracy")
    assert top.mean() == pytest.approx(top_k_accuracy_score(y, alone, k=2))
    frozen = FrozenEstimator(one)
    assert CalibratedClassifierCV(frozen, cv=2).fit(X, y).predict_proba(X).shape == (12, 3)
    np.testing.assert_array_equal(
        cross_val_predict(frozen, X, y, cv=cv, method="predict_proba"), alone
    )


def test_labels_in_y_are_those_among_which_it_chooses(powders):
    X, systems, _ = powders
    every = load_symmetry_classifier("crystal_system")
    proba = every.predict_proba(X)
    columns = [every.classes_.tolist().index(name) for name in np.unique(systems)]
    one = clone(every).fit(X, systems)
    np.testing.assert_array_equal(one.classes_, ["cubic", "orthorhombic", "tetragonal"])
    np.testing.assert_array_equal(one.network_classes_, one.classes_)
    expected = proba[:, columns] / proba[:, columns].sum(axis=1, keepdims=True)
    np.testing.assert_array_equal(one.predict_proba(X), expected)
    np.testing.assert_array_equal(one.fit(X).predict_proba(X), proba)
    only = clone(every).fit(X[:1], ["cubic"])
    assert only.predict(X).tolist() == ["cubic"] * 12


def test_numbers_stand_for_labels_that_were_fitted_before(powders):
    X, systems, groups = powders
    one = PretrainedSymmetryClassifier(level="crystal_system")
    names, codes = np.unique(systems, return_inverse=True)
    message = "y has the label '0', which is none .* fit the classifier to the labels before it is"
    with pytest.raises(ValueError, match=message):
        one.fit(X, codes)
    one = clone(one.fit(X, systems))
    np.testing.assert_array_equal(one.fit(X, codes).network_classes_, names)
    np.testing.assert_array_equal(one.classes_, [0, 1, 2])
    some = clone(one).fit(X[codes > 0], codes[codes > 0])
    np.testing.assert_array_equal(some.network_classes_, names[1:])
    np.testing.assert_array_equal(one.fit(X[:8], systems[:8]).classes_, ["cubic", "tetragonal"])
    with pytest.raises(NotFittedError):
        clone(one).predict(X)
    one = PretrainedSymmetryClassifier().fit(X, np.where(groups == 47, 1, groups))
    with pytest.raises(ValueError, match="are space groups and may be numbers that scikit-learn"):
        one.fit(X[:2], [1, 1])
    with pytest.raises(ValueError, match="y has the label '-1', which is none of the space_group"):
        one.fit(X, codes - 1)


def test_a_pickle_holds_its_network(tmp_path):
    path = tmp_path / "network.onnx"
    export_symmetry_network(randomized(plain_conv(500)), path, np.linspace(5, 95, 500))
    classifier = load_symmetry_classifier(path=path)
    content = pickle.dumps(classifier)
    path.unlink()
    np.testing.assert_array_equal(
        pickle.loads(content).predict_proba(patterns(500)),
        classifier.predict_proba(patterns(500)),
    )


def test_wrong_input_is_named(tmp_path):
    classifier = load_symmetry_classifier("crystal_system")
    X = np.ones((2, classifier.two_theta_.size))
    with pytest.raises(ValueError, match="none of the crystal_system classes"):
        classifier.fit(X, ["cubic", "Pm-3m"])
    with pytest.raises(ValueError, match="y has the shape"):
        classifier.fit(X, ["cubic"])
    with pytest.raises(ValueError, match="X has 30 columns but the network was trained on"):
        classifier.fit(X[:, :30])
    with pytest.raises(ValueError, match="level"):
        load_symmetry_classifier("lattice")
    X[1] = np.nan
    with pytest.raises(ValueError, match="row 1 of X has no measured angle"):
        load_symmetry_classifier().predict(X)
    with pytest.raises(FileNotFoundError, match="no such network"):
        load_symmetry_classifier(path=tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_bytes(b"10.0 120\n10.1 118\n")
    with pytest.raises(ValueError, match=r"text.onnx: is no network written by export"):
        load_symmetry_classifier(path=tmp_path / "text.onnx")


def test_scans_unlike_those_of_the_training_get_warnings():
    grid = np.arange(5, 100, 0.02)
    classifier = load_symmetry_classifier(two_theta=grid, wavelength="CuKa")
    wide = PowderSimulator(grid, **SCAN).fit_transform(CRYSTALS[:1])
    narrow = np.where((grid > 29.99) & (grid < 40.01), wide, np.nan)
    noise = np.random.default_rng(0).poisson(100, (1, grid.size)).astype(float)
    few = PowderSimulator(grid, fwhm=0.2).fit_transform(CRYSTALS[:1]) * (grid < 33)
    gap = np.where((grid > 50) & (grid < 70), np.nan, wide)
    warnings = classifier.find_warnings(np.concatenate([wide, narrow, noise, few, gap]))
    assert warnings[0] == []
    begins, ends = classifier.network_.max_first_angle, classifier.network_.min_last_angle
    assert f"ends at 40 deg; all scans of the training reached {ends:g}" in warnings[1]
    begun = f"begins at 30 deg; all scans of the training began by {begins:g}"
    assert (begun in warnings[1]) == (begins < 29.5)
    assert warnings[2] == ["no peak stands out of the noise"]
    assert warnings[3] == ["only 3 peaks stand out, which many symmetries have in common"]
    assert warnings[4][0].endswith("angles between first and last were not measured")


@pytest.mark.parametrize("height", [100, 1000, 100_000])
def test_peaks_are_counted_at_any_height(height):
    grid = np.arange(10, 80, 0.02)
    rng = np.random.default_rng(0)
    shape = sum(np.exp(-(((grid - at) / 0.1) ** 2) / 2) for at in (20, 31, 44, 52.5, 60, 71))
    background = 10 + 0.5 * height * np.exp(-(((grid - 25) / 6) ** 2) / 2)  # a hump is no peak
    assert count_peaks(rng.poisson(height * shape + background), 0.02) == 6


def test_unknown_wavelength_stays_an_error():
    classifier = load_symmetry_classifier()
    stacker = PatternStacker(
        classifier.two_theta_, wavelength=classifier.wavelength_, outside="mask"
    )
    with pytest.raises(ValueError, match="its wavelength is unknown"):
        stacker.fit_transform([PowderPattern([20.0, 20.1], [1, 2], name="scan")])


def test_runtime_is_loaded_only_when_used():
    import subprocess

    code = (
        "import sys, skxrd.neural; print({'onnxruntime', 'onnx', 'keras'} & set(sys.modules)); "
        "skxrd.powders.load_symmetry_classifier(); "
        "print({'tensorflow', 'keras', 'onnx', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["set()", "set()"]
