"""The network of Park et al. for powder patterns, as a plain function."""

from skxrd.neural._keras_settings import designed_settings
from skxrd.neural._layer_seeds import layer_seeds, seeded_dropout, seeded_weights
from skxrd.neural._shared_parameters import share_neural_docs

# Units of both dense layers for each class, in the three published networks
_UNITS_PER_CLASS = {7: (100, 10), 101: (40, 2), 230: (10, 5)}
# Kernel size and stride of each convolution, and stride of the average over three after it
_CONVOLUTIONS = ((100, 5, 2), (50, 5, 3), (25, 2, 3))


@share_neural_docs
@designed_settings()
def build_powder_conv(
    n_angles,
    n_classes,
    *,
    hidden_units=None,
    filters=80,
    dropout=0.3,
    dense_dropout=0.5,
    seed=None,
):
    """Convolutional network for powder patterns of Park et al. [1]_.

    Parameters
    ----------
    n_angles : int
        Columns of ``X``; the published network had 10,001.
    |n_classes|
    |powder_layers|
    |seed|

    Returns
    -------
    keras.Model
        Uncompiled, from ``(n_patterns, n_angles)`` to ``(n_patterns, n_classes)`` probabilities.

    References
    ----------
    |park|

    Examples
    --------
    >>> from skxrd.neural import build_powder_conv
    >>> build_powder_conv(10_001, 7).output_shape
    (None, 7)
    """
    from keras import Input, Model, layers

    seeds = layer_seeds(seed)
    inputs = Input((n_angles,), name="pattern")
    x = layers.Reshape((n_angles, 1))(inputs)
    for number, (size, stride, pool_stride) in enumerate(_CONVOLUTIONS, start=1):
        x = layers.Conv1D(
            filters,
            size,
            strides=stride,
            padding="same",
            activation="relu",
            kernel_initializer=seeded_weights(seeds),
            name=f"convolution_{number}",
        )(x)
        x = seeded_dropout(dropout, seeds)(x)
        x = layers.AveragePooling1D(3, strides=pool_stride, padding="same")(x)
    x = layers.Flatten()(x)
    for units in hidden_units or _published_units(n_classes):
        start = seeded_weights(seeds)
        x = layers.Dense(units, activation="relu", kernel_initializer=start)(x)
        x = seeded_dropout(dense_dropout, seeds)(x)
    outputs = layers.Dense(
        n_classes,
        activation="softmax",
        kernel_initializer=seeded_weights(seeds),
        name="class_scores",
    )(x)
    return Model(inputs, outputs, name="powder_conv")


def _published_units(n_classes):
    """Units of the two dense layers, with as many a class as in the nearest published network."""
    nearest = min(_UNITS_PER_CLASS, key=lambda known: abs(known - n_classes))
    return tuple(units * n_classes for units in _UNITS_PER_CLASS[nearest])
