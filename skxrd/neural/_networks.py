"""Keras networks as plain functions: sizes in, uncompiled model out."""

from math import prod

# Dense units for each class in the three published networks
_POWDER_UNITS = {7: (100, 10), 101: (40, 2), 230: (10, 5)}
# Kernel size and stride of each convolution, and stride of the average over three behind it
_POWDER_CONVOLUTIONS = ((100, 5, 2), (50, 5, 3), (25, 2, 3))


def n_positions(n_angles, kernel_sizes=(8, 5, 3)):
    """Return the number of positions and the zeros put before the first angle.

    A network whose strides equal its kernel sizes cuts the pattern into blocks of
    ``prod(kernel_sizes)`` angles. Zeros on both sides fill the last block, so every angle is
    covered exactly once.

    Parameters
    ----------
    n_angles : int
        Columns of ``X``.
    kernel_sizes : sequence of int, default=(8, 5, 3)
        Kernel size, and stride, of each convolution.

    Returns
    -------
    n_positions : int
        Number of blocks.
    n_before : int
        Zeros before the first angle.

    Examples
    --------
    >>> from skxrd.neural._networks import n_positions
    >>> n_positions(1250)
    (11, 35)
    """
    block = prod(kernel_sizes)
    n_missing = -n_angles % block
    return (n_angles + n_missing) // block, n_missing // 2


def build_all_conv(n_angles, n_classes, *, filters=32, kernel_sizes=(8, 5, 3)):
    """All-convolutional network (a-CNN) of Oviedo et al. [1]_.

    One-dimensional convolutions with strides equal to their kernel sizes and ReLU, then global
    average pooling and one softmax layer. No other pooling, no hidden dense layer, so that the
    score of a class is a sum over angles (see :meth:`skxrd.neural.AllConvClassifier.cam`).

    Parameters
    ----------
    n_angles : int
        Columns of ``X``.
    n_classes : int
        Number of classes.
    filters : int, default=32
        Filters of each convolution.
    kernel_sizes : sequence of int, default=(8, 5, 3)
        Kernel size, and stride, of each convolution.

    Returns
    -------
    keras.Model
        Uncompiled, from ``(n_patterns, n_angles)`` to ``(n_patterns, n_classes)``
        probabilities. The layers ``"activation_map"`` and ``"class_scores"`` are the last
        convolution and the softmax layer.

    References
    ----------
    .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
       datasets using data augmentation and deep neural networks", npj Computational Materials
       5, 60 (2019), doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> from skxrd.neural import build_all_conv
    >>> build_all_conv(1250, 7).count_params()
    8775
    """
    from keras import Input, Model, layers

    positions, n_before = n_positions(n_angles, kernel_sizes)
    n_after = positions * prod(kernel_sizes) - n_angles - n_before
    inputs = Input((n_angles,), name="pattern")
    x = layers.Reshape((n_angles, 1))(inputs)
    x = layers.ZeroPadding1D((n_before, n_after))(x)
    for number, size in enumerate(kernel_sizes, start=1):
        name = "activation_map" if number == len(kernel_sizes) else f"convolution_{number}"
        x = layers.Conv1D(filters, size, strides=size, activation="relu", name=name)(x)
    x = layers.GlobalAveragePooling1D()(x)
    outputs = layers.Dense(n_classes, activation="softmax", name="class_scores")(x)
    return Model(inputs, outputs, name="all_conv")


def powder_hidden_units(n_classes):
    """Sizes of the dense layers that Park et al. gave to a number of classes.

    Parameters
    ----------
    n_classes : int
        7, 101 and 230 are published; between them a class gets as many units as in the nearest.

    Returns
    -------
    tuple of (int, int)

    Examples
    --------
    >>> from skxrd.neural._networks import powder_hidden_units
    >>> [powder_hidden_units(n) for n in (7, 101, 230)]
    [(700, 70), (4040, 202), (2300, 1150)]
    """
    nearest = min(_POWDER_UNITS, key=lambda known: abs(known - n_classes))
    first, second = _POWDER_UNITS[nearest]
    return first * n_classes, second * n_classes


def build_powder_conv(
    n_angles, n_classes, *, hidden_units=None, filters=80, dropout=0.3, dense_dropout=0.5
):
    """Convolutional network for powder patterns of Park et al. [1]_.

    Parameters
    ----------
    n_angles : int
        Columns of ``X``; the published network had 10,001.
    n_classes : int
        Number of classes.
    hidden_units : tuple of (int, int), default=None
        Units of the dense layers; ``None`` as for the published network of as many classes.
    filters : int, default=80
        Filters of each convolution; their kernels are 100, 50 and 25 angles long.
    dropout : float, default=0.3
        Share of values that is dropped after each convolution.
    dense_dropout : float, default=0.5
        Share of values that is dropped after each dense layer.

    Returns
    -------
    keras.Model
        Uncompiled, from ``(n_patterns, n_angles)`` to ``(n_patterns, n_classes)`` probabilities.

    References
    ----------
    .. [1] W. B. Park et al., "Classification of crystal structure using a convolutional neural
       network", IUCrJ 4 (2017) 486-494, doi:10.1107/S205225251700714X.

    Examples
    --------
    >>> from skxrd.neural import build_powder_conv
    >>> build_powder_conv(10_001, 7).output_shape
    (None, 7)
    """
    from keras import Input, Model, layers

    inputs = Input((n_angles,), name="pattern")
    x = layers.Reshape((n_angles, 1))(inputs)
    for number, (size, stride, pool_stride) in enumerate(_POWDER_CONVOLUTIONS, start=1):
        x = layers.Conv1D(
            filters,
            size,
            strides=stride,
            padding="same",
            activation="relu",
            name=f"convolution_{number}",
        )(x)
        x = layers.Dropout(dropout)(x)
        x = layers.AveragePooling1D(3, strides=pool_stride, padding="same")(x)
    x = layers.Flatten()(x)
    for units in hidden_units or powder_hidden_units(n_classes):
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(dense_dropout)(x)
    outputs = layers.Dense(n_classes, activation="softmax", name="class_scores")(x)
    return Model(inputs, outputs, name="powder_conv")


def compile_network(build, *, loss, learning_rate):
    """Build a network and compile it for training with Adam.

    Parameters
    ----------
    build : callable
        Takes no argument and returns a keras.Model.
    loss : str
        Keras name of the loss.
    learning_rate : float
        Step size of Adam.

    Returns
    -------
    skxrd.neural._fast_fit.EpochNetwork
        Compiled.
    """
    import keras

    from skxrd.neural._fast_fit import trainable_copy

    network = trainable_copy(build())
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=loss,
        jit_compile=False,  # the compiler costs more than it saves on networks of this size
    )
    return network
