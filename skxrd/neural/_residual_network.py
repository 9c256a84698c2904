"""The residual network whose head knows angles, as a plain function."""

import numpy as np

from skxrd.neural._networks import n_positions

_LEVEL = 0.2  # root mean square of a row inside the network
#: Angles that fall together in the first convolution and the two poolings
STRIDES = (3, 2, 2)


def build_residual_conv(
    n_angles, n_classes, *, filters=16, dropout=0.5, shift=0.0, stretch=None, tint=0.0, noise=0.0
):
    """Residual convolutional network that tells where in the pattern a peak stands.

    Rows get the same length first, so that their scale has no influence. Then convolutions, two
    residual blocks and two maximum poolings, then one softmax layer over all positions and
    filters, without averaging over positions: a class learns at which angles its peaks are. In
    training, rows are changed anew each time they are seen.

    Parameters
    ----------
    n_angles : int
        Columns of ``X``.
    n_classes : int
        Number of classes.
    filters : int, default=16
        Filters of the first convolutions; behind the second pooling there are twice as many.
    dropout : float, default=0.5
        Share of values that is dropped before the softmax layer.
    shift : float, default=0.0
        Largest shift of a row in training, in columns.
    stretch : sequence of float, default=None
        Largest shift of each column by a strain, in columns; ``None`` means none.
    tint : float, default=0.0
        Standard deviation of the logarithm of a smooth factor over the angles.
    noise : float, default=0.0
        Standard deviation of the noise on each value, in units of the row's root mean square.

    Returns
    -------
    keras.Model
        Uncompiled, from ``(n_patterns, n_angles)`` to ``(n_patterns, n_classes)``
        probabilities. The layers ``"activation_map"`` and ``"class_scores"`` are the last
        feature maps and the softmax layer.

    Examples
    --------
    >>> from skxrd.neural import build_residual_conv
    >>> build_residual_conv(1250, 7).output_shape
    (None, 7)
    """
    from keras import Input, Model, layers

    positions, n_before = n_positions(n_angles, STRIDES)
    block = STRIDES[0] * STRIDES[1] * STRIDES[2]
    inputs = Input((n_angles,), name="pattern")
    x = layers.UnitNormalization()(inputs)
    x = layers.Rescaling(_LEVEL * n_angles**0.5)(x)
    if shift or stretch or tint or noise:
        from skxrd.neural._jitter import PatternJitter

        x = PatternJitter(shift, stretch or [0.0] * n_angles, tint, _LEVEL * noise)(x)
    x = layers.Reshape((n_angles, 1))(x)
    x = layers.ZeroPadding1D((n_before, positions * block - n_angles - n_before))(x)
    options = {"padding": "same", "activation": "relu"}
    x = layers.Conv1D(filters, 9, strides=STRIDES[0], **options)(x)
    x = layers.MaxPooling1D(STRIDES[1])(x)
    x = layers.Add()([x, layers.Conv1D(filters, 5, **options)(x)])
    x = layers.Conv1D(2 * filters, 5, **options)(x)
    x = layers.MaxPooling1D(STRIDES[2])(x)
    x = layers.Add(name="activation_map")([x, layers.Conv1D(2 * filters, 5, **options)(x)])
    x = layers.Flatten()(x)
    x = layers.Dropout(dropout)(x)
    outputs = layers.Dense(n_classes, activation="softmax", name="class_scores")(x)
    return Model(inputs, outputs, name="residual_conv")


def with_kernel_head(network, references, steepness, coefficients, offset):
    """Put a kernel head behind the last feature maps of a network, as two dense layers.

    Parameters
    ----------
    network : keras.Model
        Of :func:`build_residual_conv`.
    references : ndarray of shape (n_references, n_features)
        Features of the rows that are compared with, of length one.
    steepness, coefficients, offset
        As :func:`skxrd.neural._kernel_head.fit_kernel_head` returns them.

    Returns
    -------
    keras.Model
        From patterns to probabilities; without layers for training.
    """
    from keras import Model, layers

    n_references, n_classes = coefficients.shape
    x = layers.Flatten()(network.get_layer("activation_map").output)
    x = layers.UnitNormalization()(x)
    # exp(steepness * (cosine - 1))
    similarity = layers.Dense(n_references, activation="exponential", name="similarity")
    scores = layers.Dense(n_classes, activation="softmax", name="class_scores")
    model = Model(network.input, scores(similarity(x)), name="residual_conv")
    similarity.set_weights([steepness * references.T, np.full(n_references, -steepness)])
    scores.set_weights([coefficients, offset])
    return model
