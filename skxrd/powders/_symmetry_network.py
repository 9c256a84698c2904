"""Network that predicts the space group of a powder, as a plain function."""

_STEM_POSITIONS = 625  # about as many remain after the first convolution
_MOMENTUM = 0.95  # of the moving averages of batch normalisation


def build_symmetry_conv(
    n_angles,
    n_classes=230,
    *,
    filters=(32, 64, 96, 96, 128, 128, 160, 160),
    hidden_units=512,
    dropout=0.1,
):
    """Residual convolutional network for the symmetry of powders of any measured range.

    A pattern may have NaN where nothing was measured; the network takes the square roots of the
    intensities and the mask of measured angles. A first convolution leaves about 625 positions,
    each residual block that has more filters than the one before halves them, and a dense layer
    takes the features at all positions, as symmetry is a matter of distances between peaks.

    Only the sums at the ends of the blocks are normalised, as batch normalisation takes about as
    much time on CPUs as a convolution. The network follows Keras' dtype policy: with
    ``"mixed_bfloat16"`` it trains faster where the hardware multiplies bfloat16; input and
    probabilities are float32 in any case.

    Parameters
    ----------
    n_angles : int
        Columns of ``X``.
    n_classes : int, default=230
        Number of classes; the 230 space groups, from whose probabilities those of extinction groups
        and crystal systems follow with :func:`skxrd.crystal.sum_symmetry`.
    filters : sequence of int, default=(32, 64, 96, 96, 128, 128, 160, 160)
        Filters of each residual block.
    hidden_units : int, default=512
        Units of the dense layer.
    dropout : float, default=0.1
        Share of values that is dropped before and after the dense layer.

    Returns
    -------
    keras.Model
        Uncompiled, from ``(n_patterns, n_angles)`` to ``(n_patterns, n_classes)`` probabilities.

    Examples
    --------
    >>> from skxrd.powders import build_symmetry_conv
    >>> build_symmetry_conv(5001).output_shape
    (None, 230)
    """
    from keras import Input, Model, layers

    from skxrd.neural._layers import MeasuredAngles

    stride = max(1, round(n_angles / _STEM_POSITIONS))
    inputs = Input((n_angles,), name="pattern")
    x = MeasuredAngles(dtype="float32")(inputs)
    x = layers.Conv1D(filters[0], 4 * stride + 1, strides=stride, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=_MOMENTUM)(x))
    for before, width in zip((filters[0], *filters), filters, strict=False):
        x = _residual_block(x, width, stride=2 if width > before else 1)
    x = layers.Conv1D(max(1, filters[-1] // 2), 1, activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(dropout)(x)
    x = layers.Dense(hidden_units, activation="relu")(x)
    x = layers.Dropout(dropout)(x)
    outputs = layers.Dense(n_classes, activation="softmax", dtype="float32", name="class_scores")(x)
    return Model(inputs, outputs, name="symmetry_conv")


def _residual_block(x, width, *, stride):
    """Two convolutions and a shortcut, normalised after their sum."""
    from keras import layers

    y = layers.Conv1D(width, 5, strides=stride, padding="same", activation="relu")(x)
    y = layers.Conv1D(width, 5, padding="same", use_bias=False, kernel_initializer="zeros")(y)
    if stride > 1:
        x = layers.AveragePooling1D(stride, padding="same")(x)
    if x.shape[-1] != width:
        x = layers.Conv1D(width, 1, use_bias=False)(x)
    x = layers.BatchNormalization(momentum=_MOMENTUM)(layers.Add()([x, y]))
    return layers.ReLU()(x)
