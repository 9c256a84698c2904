"""Attentive response maps: adjoint operations, and maps that light up where the evidence is."""

import numpy as np
import pytest

from skxrd.inspection import AttentiveResponseDisplay, attentive_response_maps
from skxrd.inspection._response_maps import _unpool, class_response_maps
from skxrd.neural import AllConvClassifier, FingerprintConvClassifier


def make_images(n=24, side=16, seed=0):
    """Spots in the upper left or the lower right corner."""
    rng = np.random.default_rng(seed)
    X = 0.02 * rng.random((n, side, side))
    X[: n // 2, 3:5, 3:5] = X[n // 2 :, -5:-3, -5:-3] = 1.0
    return X.reshape(n, -1), np.repeat(["upper left", "lower right"], n // 2)


@pytest.fixture(scope="module")
def fitted():
    X, y = make_images()
    model = FingerprintConvClassifier(
        kernel_size=3, filters=(6, 6, 4, 4), epochs=30, batch_size=4, random_state=0
    )
    model.fit(X, y)
    assert model.score(X, y) == 1
    return model


def test_a_linear_layer_goes_back_by_its_adjoint(fitted):
    # one convolution: the map of a filter is the transposed convolution of its activation
    X, _ = make_images(4)
    found = attentive_response_maps(fitted, X, 1, n_filters=6)
    layer = fitted.model_.get_layer("convolution_1")
    kernel, bias = (np.asarray(w, dtype=float) for w in layer.get_weights())
    padded = np.pad(X.reshape(4, 16, 16), ((0, 0), (1, 1), (1, 1)))
    for image, rank in [(0, 0), (3, 2)]:
        k = found.filters[image, rank]
        expected = np.zeros((18, 18))
        for i in range(16):
            for j in range(16):
                window = padded[image, i : i + 3, j : j + 3]
                value = max((window * kernel[:, :, 0, k]).sum() + bias[k], 0)
                expected[i : i + 3, j : j + 3] += value * kernel[:, :, 0, k]
        np.testing.assert_allclose(
            found.maps[image, rank], np.maximum(expected[1:-1, 1:-1], 0), atol=1e-5
        )


def test_filters_come_strongest_first(fitted):
    X, _ = make_images(4)
    strong = attentive_response_maps(fitted, X, -1, n_filters=4)
    assert strong.maps.shape == (4, 4, 16, 16) and strong.layer == "convolution_4"
    first = attentive_response_maps(fitted, X, "convolution_4", n_filters=1)
    np.testing.assert_array_equal(first.maps[:, 0], strong.maps[:, 0])
    assert attentive_response_maps(fitted, X, 1, n_filters=99).maps.shape[1] == 6
    assert (np.sort(strong.filters, axis=1) == np.arange(4)).all()


def test_maxima_go_back_to_where_they_were():
    before = np.array([[1, 2, 0], [0, 2, 0], [5, 0, 7]], dtype=np.float32)[None, :, :, None]
    after = np.array([[2, 0], [5, 7]], dtype=np.float32)[None, :, :, None]
    signal = np.array([[4, 8], [1, 3]], dtype=np.float32)[None, :, :, None]
    back = np.asarray(_unpool(signal, before, after, (2, 2)))[0, :, :, 0]
    np.testing.assert_array_equal(back, [[0, 2, 4], [0, 2, 4], [1, 0, 3]])


def test_maps_light_up_where_the_spots_are(fitted):
    X, y = make_images()
    maps = class_response_maps(fitted, X, y)
    for label, own in zip(fitted.classes_, maps, strict=True):
        rows, columns = np.nonzero(own >= np.quantile(own, 0.98))
        upper = (rows < 8) & (columns < 8)
        assert (upper if label == "upper left" else (rows >= 8) & (columns >= 8)).mean() > 0.8


def test_a_class_without_images_has_no_template(fitted):
    X, y = make_images()
    maps = class_response_maps(fitted, X[:3], y[:3])
    assert np.isnan(maps[0]).all() and np.isfinite(maps[1]).all()
    np.testing.assert_array_equal(class_response_maps(fitted, X[:3])[1], maps[1])


def test_several_views_and_padded_images_work_too():
    X, y = make_images(12, side=8)
    three = np.repeat(X[:, :, None], 3, axis=2).reshape(12, -1)
    model = FingerprintConvClassifier(image_shape=(8, 8, 3), filters=(4,), random_state=0)
    assert attentive_response_maps(model.fit(three, y), three).maps.shape == (12, 4, 8, 8)
    model = FingerprintConvClassifier(filters=(4, 4), random_state=0).fit(X[:, :50], y)
    assert attentive_response_maps(model, X[:, :50]).maps.shape == (12, 4, 8, 8)


def test_display_has_a_row_for_each_convolution_and_a_picture_for_each_class(fitted):
    X, y = make_images()
    display = AttentiveResponseDisplay.from_estimator(fitted, X, y, row=-1, n_filters=3, name="a")
    display.figure_.canvas.draw()
    assert display.axes_.shape == (4, 4) and len(display.class_axes_) == 2
    assert display.predicted == "lower right" and display.probability > 0.5
    np.testing.assert_allclose(display.image, X[-1].reshape(16, 16), atol=1e-6)


@pytest.mark.parametrize("layer", [0, 5, -5, "dense"])
def test_unknown_layers_are_named(fitted, layer):
    with pytest.raises(ValueError, match="choose from 1 to 4 or convolution_1"):
        attentive_response_maps(fitted, make_images(4)[0], layer)


def test_other_errors(fitted):
    X, y = make_images(4)
    with pytest.raises(ValueError, match="y has 2 labels but X has 4 rows"):
        class_response_maps(fitted, X, y[:2])
    with pytest.raises(ValueError, match="label 'left', which was not in training"):
        class_response_maps(fitted, X, ["left"] * 4)
    with pytest.raises(ValueError, match="row is 9 but X has 4 rows"):
        AttentiveResponseDisplay.from_estimator(fitted, X, row=9)
    lines = AllConvClassifier(epochs=1, random_state=0).fit(X, y)
    with pytest.raises(TypeError, match="AllConvClassifier has no convolutions of images"):
        attentive_response_maps(lines, X)
