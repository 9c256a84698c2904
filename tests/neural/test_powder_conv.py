import joblib
import numpy as np
import pytest

from skxrd.neural import PowderConvClassifier, build_powder_conv

ANGLES = np.linspace(10, 110, 400)
X = np.exp(-(((ANGLES - np.array([[30], [55], [80]])) / 2) ** 2)).repeat(12, axis=0)
Y = np.repeat(["cubic", "hexagonal", "triclinic"], 12)


def make_model(**changes):
    return PowderConvClassifier(**{"filters": 6, "epochs": 25, "random_state": 0, **changes})


@pytest.mark.parametrize(("n_classes", "units"), [(7, [700, 70]), (230, [2300, 1150])])
def test_units_are_the_published_ones_for_the_number_of_classes(n_classes, units):
    network = build_powder_conv(100, n_classes, filters=1)
    dense = [layer.units for layer in network.layers if hasattr(layer, "units")]
    assert dense == [*units, n_classes]


def test_the_published_network_has_the_published_layers():
    network = build_powder_conv(10_001, 101)
    convolutions = [layer for layer in network.layers if layer.name.startswith("convolution")]
    assert [layer.kernel_size[0] for layer in convolutions] == [100, 50, 25]
    assert [layer.strides[0] for layer in convolutions] == [5, 5, 2]
    assert [layer.filters for layer in convolutions] == [80] * 3
    dense = [layer.units for layer in network.layers if hasattr(layer, "units")]
    assert dense == [4040, 202, 101]
    rates = [layer.rate for layer in network.layers if hasattr(layer, "rate")]
    assert rates == [0.3] * 3 + [0.5] * 2


def test_learns_and_repeats_itself_with_a_seed():
    first = make_model().fit(X, Y)
    assert first.score(X, Y) == 1
    second = make_model().fit(X, Y)
    np.testing.assert_array_equal(first.predict_proba(X), second.predict_proba(X))


@pytest.mark.parametrize("n_angles", [5, 130, 1001])
def test_any_number_of_angles_is_taken(n_angles):
    model = make_model(epochs=1).fit(np.random.default_rng(0).random((36, n_angles)), Y)
    assert model.predict_proba(np.zeros((2, n_angles))).shape == (2, 3)


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_a_dumped_classifier_predicts_the_same(tmp_path):
    model = make_model(epochs=2).fit(X, Y)
    joblib.dump(model, tmp_path / "model.joblib")
    again = joblib.load(tmp_path / "model.joblib")
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_impossible_sizes_are_refused():
    with pytest.raises(ValueError, match=r"hidden_units is \(10,\); give the sizes of two dense"):
        make_model(hidden_units=(10,)).fit(X, Y)
