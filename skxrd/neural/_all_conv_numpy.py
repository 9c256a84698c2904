"""The all-convolutional network in plain NumPy, for prediction without TensorFlow's overhead."""

import numpy as np

from skxrd.neural._networks import n_positions


def all_conv_activations(X, weights, kernel_sizes):
    """Last feature maps of the all-convolutional network.

    Strides equal kernel sizes, so each convolution is a matrix product over blocks of its input.

    Parameters
    ----------
    X : ndarray of float32, shape (n_patterns, n_angles)
        Patterns.
    weights : list of ndarray
        Kernels and biases as ``network.get_weights()`` lists them.
    kernel_sizes : tuple of int
        Kernel size, and stride, of each convolution.

    Returns
    -------
    ndarray of float32, shape (n_patterns, n_positions, n_filters)
    """
    n_patterns, n_angles = X.shape
    positions, before = n_positions(n_angles, kernel_sizes)
    after = positions * int(np.prod(kernel_sizes)) - n_angles - before
    out = np.pad(X, ((0, 0), (before, after)))[:, :, None]
    for layer, size in enumerate(kernel_sizes):
        kernel, bias = weights[2 * layer], weights[2 * layer + 1]
        blocks = out.reshape(-1, size * kernel.shape[1])
        out = np.maximum(blocks @ kernel.reshape(-1, kernel.shape[2]) + bias, 0)
        out = out.reshape(n_patterns, -1, kernel.shape[2])
    return out


def all_conv_probabilities(X, weights, kernel_sizes):
    """Class probabilities of the all-convolutional network.

    Parameters
    ----------
    X, weights, kernel_sizes
        As for :func:`all_conv_activations`.

    Returns
    -------
    ndarray of float32, shape (n_patterns, n_classes)
    """
    kernel, bias = weights[-2:]
    scores = all_conv_activations(X, weights, kernel_sizes).mean(axis=1) @ kernel + bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
