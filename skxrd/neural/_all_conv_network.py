"""The network of Oviedo et al. for films, as a plain function."""

from math import prod

from skxrd.neural._keras_settings import designed_settings
from skxrd.neural._layer_seeds import layer_seeds, seeded_weights
from skxrd.neural._shared_parameters import share_neural_docs


def block_padding(n_angles, block):
    """Number of blocks of ``block`` angles in a pattern, and the zeros before and after it.

    The zeros fill the first and the last block, so that every angle is in exactly one.
    """
    n_missing = -n_angles % block
    n_before = n_missing // 2
    return (n_angles + n_missing) // block, n_before, n_missing - n_before


@share_neural_docs
@designed_settings()
def build_all_conv(n_angles, n_classes, *, filters=32, kernel_sizes=(8, 5, 3), seed=None):
    """All-convolutional network (a-CNN) of Oviedo et al. [1]_.

    One-dimensional convolutions with strides equal to their kernel sizes and ReLU, then global
    average pooling and one softmax layer. No other pooling, no hidden dense layer, so that the
    score of a class is a sum over angles (see :meth:`skxrd.neural.AllConvClassifier.cam`).

    Parameters
    ----------
    |n_angles|
    |n_classes|
    |all_conv_layers|
    |seed|

    Returns
    -------
    keras.Model
        Uncompiled, from ``(n_patterns, n_angles)`` to ``(n_patterns, n_classes)``
        probabilities. The layers ``"activation_map"`` and ``"class_scores"`` are the last
        convolution and the softmax layer.

    References
    ----------
    |oviedo|

    Examples
    --------
    >>> from skxrd.neural import build_all_conv
    >>> build_all_conv(1250, 7).count_params()
    8775
    """
    from keras import Input, Model, layers

    seeds = layer_seeds(seed)
    _, n_before, n_after = block_padding(n_angles, prod(kernel_sizes))
    inputs = Input((n_angles,), name="pattern")
    x = layers.Reshape((n_angles, 1))(inputs)
    x = layers.ZeroPadding1D((n_before, n_after))(x)
    for number, size in enumerate(kernel_sizes, start=1):
        name = "activation_map" if number == len(kernel_sizes) else f"convolution_{number}"
        x = layers.Conv1D(
            filters,
            size,
            strides=size,
            activation="relu",
            kernel_initializer=seeded_weights(seeds),
            name=name,
        )(x)
    x = layers.GlobalAveragePooling1D()(x)
    outputs = layers.Dense(
        n_classes,
        activation="softmax",
        kernel_initializer=seeded_weights(seeds),
        name="class_scores",
    )(x)
    return Model(inputs, outputs, name="all_conv")
