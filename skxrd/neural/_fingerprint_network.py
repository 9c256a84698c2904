"""The network of Ziletti et al. for diffraction images, as a plain function."""

from skxrd.neural._keras_settings import designed_settings
from skxrd.neural._layer_seeds import layer_seeds, seeded_dropout, seeded_weights
from skxrd.neural._shared_parameters import share_neural_docs

_POOLED = (2, 4)  # convolutions with a pooling layer after them


@share_neural_docs
@designed_settings()
def build_fingerprint_conv(
    image_shape,
    n_classes,
    *,
    n_columns=None,
    filters=(32, 16, 12, 12, 8, 8),
    kernel_size=7,
    hidden_units=128,
    dropout=0.25,
    seed=None,
):
    """Convolutional network for diffraction fingerprints of Ziletti et al. (Table 1 of [1]_).

    Convolutions of 7 x 7 pixels with ReLU and zeros around the image, maxima of 2 x 2 pixels after
    the second and the fourth, one dense layer with dropout, softmax.

    Parameters
    ----------
    image_shape : tuple of int
        ``(n_rows, n_columns, n_channels)``.
    |n_classes|
    n_columns : int, default=None
        Columns of ``X``; if they are fewer than the pixels, zeros are appended. ``None`` means
        all pixels.
    |fingerprint_layers|
    |seed|

    Returns
    -------
    keras.Model
        Uncompiled, from ``(n_images, n_columns)`` to ``(n_images, n_classes)`` probabilities.
        The convolutions are called ``"convolution_1"`` and so on.

    References
    ----------
    |ziletti|

    Examples
    --------
    >>> from skxrd.neural import build_fingerprint_conv
    >>> build_fingerprint_conv((64, 64, 1), 4).count_params()
    313836
    """
    from keras import Input, Model, layers

    seeds = layer_seeds(seed)
    n_rows, n_across, n_channels = image_shape
    n_pixels = n_rows * n_across * n_channels
    n_columns = n_pixels if n_columns is None else n_columns
    inputs = Input((n_columns,), name="pattern")
    x = inputs
    if n_columns < n_pixels:
        x = layers.Reshape((n_columns, 1))(x)
        x = layers.ZeroPadding1D((0, n_pixels - n_columns))(x)
    x = layers.Reshape(tuple(image_shape), name="image")(x)
    for number, size in enumerate(filters, start=1):
        x = layers.Conv2D(
            size,
            kernel_size,
            padding="same",
            activation="relu",
            kernel_initializer=seeded_weights(seeds),
            name=f"convolution_{number}",
        )(x)
        if number in _POOLED:
            x = layers.MaxPooling2D(2, padding="same", name=f"maximum_{number}")(x)
    x = layers.Flatten()(x)
    start = seeded_weights(seeds)
    x = layers.Dense(hidden_units, activation="relu", kernel_initializer=start)(x)
    x = seeded_dropout(dropout, seeds)(x)
    outputs = layers.Dense(
        n_classes,
        activation="softmax",
        kernel_initializer=seeded_weights(seeds),
        name="class_scores",
    )(x)
    return Model(inputs, outputs, name="fingerprint_conv")
