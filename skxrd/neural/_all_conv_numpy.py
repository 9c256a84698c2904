"""The all-convolutional network in plain NumPy, for prediction without TensorFlow's overhead."""

from math import prod

import numpy as np

from skxrd.neural._all_conv_network import block_padding


def all_conv_activations(X, weights, kernel_sizes):
    """Last feature maps, shape (n_patterns, n_positions, n_filters), from Keras' list of weights.

    Strides equal kernel sizes, so each convolution is a matrix product over blocks of its input.
    """
    n_patterns, n_angles = X.shape
    _, *padding = block_padding(n_angles, prod(kernel_sizes))
    out = np.pad(X, ((0, 0), padding))[:, :, None]
    for layer, size in enumerate(kernel_sizes):
        kernel, bias = weights[2 * layer], weights[2 * layer + 1]
        blocks = out.reshape(-1, size * kernel.shape[1])
        out = np.maximum(blocks @ kernel.reshape(-1, kernel.shape[2]) + bias, 0)
        out = out.reshape(n_patterns, -1, kernel.shape[2])
    return out


def all_conv_probabilities(X, weights, kernel_sizes):
    """Class probabilities, shape (n_patterns, n_classes), from Keras' list of weights."""
    kernel, bias = weights[-2:]
    return softmax(all_conv_activations(X, weights, kernel_sizes).mean(axis=1) @ kernel + bias)


def softmax(scores):
    """Probabilities in proportion to the exponential of scores."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
