"""The residual network for films, and the head that compares with its training rows."""

from math import prod

import numpy as np

from skxrd.neural._all_conv_network import block_padding
from skxrd.neural._keras_settings import designed_settings
from skxrd.neural._layer_seeds import layer_seeds, seeded_dropout, seeded_weights

#: Root mean square of a row inside the network
LEVEL = 0.2
#: Strides of the first convolution and the two poolings
STRIDES = (3, 2, 2)


def scaled_rows(X):
    """Rows whose squares neither overflow nor vanish; the network makes them equally long."""
    highest = np.abs(X).max(axis=1, keepdims=True)
    extreme = (highest > 1e15) | ((highest < 1e-10) & (highest > 0))
    if not extreme.any():
        return X
    return np.ldexp(X, np.where(extreme, -np.frexp(highest)[1], 0))


@designed_settings()
def build_residual_conv(
    n_angles,
    n_classes,
    *,
    filters=16,
    dropout=0.5,
    shift=0.0,
    strain_shift=None,
    intensity_jitter=0.0,
    noise=0.0,
    seed=None,
):
    """Residual network that keeps where a peak is, as an uncompiled keras.Model.

    Rows get the same length first, so that their scale has no influence. Then come a convolution,
    two residual blocks and two maximum poolings, and one softmax layer over all positions and
    filters, without an average over positions. In training rows are changed, see
    :class:`skxrd.neural._layers.PatternJitter`; shifts are in columns, and ``noise`` is in units
    of the root mean square of a row.
    """
    from keras import Input, Model, layers

    seeds = layer_seeds(seed)
    _, n_before, n_after = block_padding(n_angles, prod(STRIDES))
    inputs = Input((n_angles,), name="pattern")
    x = layers.UnitNormalization()(inputs)
    x = layers.Rescaling(LEVEL * n_angles**0.5)(x)
    if shift or strain_shift or intensity_jitter or noise:
        from skxrd.neural._layers import PatternJitter

        strain_shift = strain_shift or [0.0] * n_angles
        x = PatternJitter(shift, strain_shift, intensity_jitter, LEVEL * noise, seed=next(seeds))(x)
    x = layers.Reshape((n_angles, 1))(x)
    x = layers.ZeroPadding1D((n_before, n_after))(x)

    def convolution(n_filters, size, strides=1):
        return layers.Conv1D(
            n_filters,
            size,
            strides=strides,
            padding="same",
            activation="relu",
            kernel_initializer=seeded_weights(seeds),
        )

    x = convolution(filters, 9, strides=STRIDES[0])(x)
    x = layers.MaxPooling1D(STRIDES[1])(x)
    x = layers.Add()([x, convolution(filters, 5)(x)])
    x = convolution(2 * filters, 5)(x)
    x = layers.MaxPooling1D(STRIDES[2])(x)
    x = layers.Add(name="activation_map")([x, convolution(2 * filters, 5)(x)])
    x = layers.Flatten()(x)
    x = seeded_dropout(dropout, seeds)(x)
    outputs = layers.Dense(
        n_classes,
        activation="softmax",
        kernel_initializer=seeded_weights(seeds),
        name="class_scores",
    )(x)
    return Model(inputs, outputs, name="residual_conv")


@designed_settings()
def with_kernel_head(network, references, steepness, coefficients, offset):
    """Keras model with the result of ``fit_kernel_head`` as two dense layers after the features.

    It has no layers for training. ``references`` are unit rows, shape (n_references, n_features).
    """
    from keras import Model, layers

    n_references, n_classes = coefficients.shape
    x = layers.Flatten()(network.get_layer("activation_map").output)
    x = layers.UnitNormalization()(x)
    # exp(steepness * (cosine - 1))
    options = {"kernel_initializer": "zeros"}  # solved, not drawn
    similarity = layers.Dense(n_references, activation="exponential", name="similarity", **options)
    scores = layers.Dense(n_classes, activation="softmax", name="class_scores", **options)
    model = Model(network.input, scores(similarity(x)), name="residual_conv")
    similarity.set_weights([steepness * references.T, np.full(n_references, -steepness)])
    scores.set_weights([coefficients, offset])
    return model
