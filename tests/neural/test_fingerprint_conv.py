"""The network of Table 1, and what its classifier makes of the columns."""

import joblib
import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from skxrd.crystal import Crystal
from skxrd.neural import FingerprintConvClassifier, build_fingerprint_conv
from skxrd.simulation import DiffractionFingerprint


def stripes(n=40, side=12, seed=0):
    rng = np.random.default_rng(seed)
    X = 0.05 * rng.random((n, side, side))
    X[: n // 2, 4] = X[n // 2 :, :, 4] = 1.0
    return X.reshape(n, -1).astype(np.float32), np.repeat(["row", "column"], n // 2)


def test_the_network_is_that_of_table_1():
    network = build_fingerprint_conv((64, 64, 1), 4)
    layers = [
        (type(layer).__name__, tuple(layer.output.shape[1:]))
        for layer in network.layers
        if type(layer).__name__ not in ("InputLayer", "Reshape")
    ]
    assert layers == [
        ("Conv2D", (64, 64, 32)),
        ("Conv2D", (64, 64, 16)),
        ("MaxPooling2D", (32, 32, 16)),
        ("Conv2D", (32, 32, 12)),
        ("Conv2D", (32, 32, 12)),
        ("MaxPooling2D", (16, 16, 12)),
        ("Conv2D", (16, 16, 8)),
        ("Conv2D", (16, 16, 8)),
        ("Flatten", (2048,)),
        ("Dense", (128,)),
        ("Dropout", (128,)),
        ("Dense", (4,)),
    ]
    assert {layer.kernel_size for layer in network.layers if "conv" in layer.name} == {(7, 7)}


def test_defaults_are_the_published_training():
    model = FingerprintConvClassifier()
    assert (model.epochs, model.batch_size, model.learning_rate) == (2, 32, 1e-3)
    assert model.dropout == 0.25 and model.loss == "categorical_crossentropy"


# Keras itself triggers it when it saves weights
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_it_learns_and_a_seed_fixes_it(tmp_path):
    X, y = stripes()
    settings = {"epochs": 4, "batch_size": 4, "random_state": 0, "filters": (4, 4)}
    a, b = (FingerprintConvClassifier(**settings).fit(X, y) for _ in range(2))
    assert a.score(X, y) == 1
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    joblib.dump(a, tmp_path / "model")
    np.testing.assert_array_equal(
        joblib.load(tmp_path / "model").predict_proba(X), a.predict_proba(X)
    )


@pytest.mark.parametrize(
    ("image_shape", "expected"),
    [(None, (12, 12, 1)), ((12, 12), (12, 12, 1)), ((8, 9, 2), (8, 9, 2))],
)
def test_image_shape(image_shape, expected):
    X, y = stripes(8)
    model = FingerprintConvClassifier(
        image_shape=image_shape, filters=(2,), epochs=1, random_state=0
    ).fit(X, y)
    assert model.image_shape_ == expected


def test_columns_that_fill_no_square_are_padded_at_the_end():
    X, y = stripes(8)
    model = FingerprintConvClassifier(filters=(2,), epochs=1, random_state=0).fit(X[:, :130], y)
    assert model.image_shape_ == (12, 12, 1)
    image = model.model_.get_layer("image").output
    assert tuple(image.shape[1:]) == (12, 12, 1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"image_shape": (64, 64)}, r"image_shape is \(64, 64\) but X has 144 columns"),
        ({"image_shape": (144,)}, r"image_shape is \(144,\) but"),
        ({"filters": ()}, r"filters is \(\); give one positive integer"),
        ({"filters": (0, 2)}, r"filters is \(0, 2\)"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_errors_name_value_and_remedy(settings, message):
    X, y = stripes(8)
    with pytest.raises(ValueError, match=message):
        FingerprintConvClassifier(**settings).fit(X, y)


def test_a_pipeline_goes_from_crystals_to_classes():
    elements = ["Cu", "Fe", "Al", "Ag", "W", "Pt"]
    crystals = [
        Crystal([4.0, 4.0, 4.0, 90, 90, 90], [element], [[0, 0, 0]], group)
        for group in ("Fm-3m", "Im-3m")
        for element in elements
    ]
    y = np.repeat(["fcc", "bcc"], len(elements))
    model = make_pipeline(
        DiffractionFingerprint(n_pixels=32, pixel_size=8e-4, n_atoms=50),
        FingerprintConvClassifier(
            filters=(4, 4), epochs=10, batch_size=4, learning_rate=0.01, random_state=0
        ),
    )
    scores = cross_val_score(model, crystals, y, cv=StratifiedKFold(2))
    assert scores.tolist() == [1.0, 1.0]
