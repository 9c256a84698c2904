"""The residual network with its kernel head in plain NumPy, for prediction without TensorFlow."""

from math import prod

import numpy as np

from skxrd.neural._all_conv_network import block_padding
from skxrd.neural._all_conv_numpy import softmax
from skxrd.neural._residual_network import LEVEL, STRIDES

_LARGEST_FACTOR = 1e12  # by which Keras' UnitNormalization multiplies


def residual_probabilities(X, weights):
    """Class probabilities, shape (n_patterns, n_classes), from Keras' list of weights."""
    *convolutions, references, similarity_bias, coefficients, offset = weights
    features = _unit(residual_features(X, convolutions).reshape(len(X), -1))
    similarity = np.exp(features @ references + similarity_bias)
    return softmax(similarity @ coefficients + offset)


def residual_features(X, weights):
    """Last feature maps, shape (n_patterns, n_positions, n_filters)."""
    first, second, third, fourth = zip(weights[::2], weights[1::2], strict=True)
    n_patterns, n_angles = X.shape
    _, *padding = block_padding(n_angles, prod(STRIDES))
    x = _unit(X) * np.float32(LEVEL * n_angles**0.5)
    x = np.pad(x, ((0, 0), padding))[:, :, np.newaxis]
    x = _pooled(_convolved(x, *first, stride=STRIDES[0]), STRIDES[1])
    x = x + _convolved(x, *second)
    x = _pooled(_convolved(x, *third), STRIDES[2])
    return x + _convolved(x, *fourth)


def _unit(rows):
    """Rows of length one, zeros as they are."""
    squares = np.square(rows).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        return rows * np.minimum(1 / np.sqrt(squares), np.float32(_LARGEST_FACTOR))


def _convolved(x, kernel, bias, stride=1):
    """Rectified convolution whose output has ``1 / stride`` of the positions."""
    size, n_channels, n_filters = kernel.shape
    n_positions = x.shape[1] // stride
    missing = max((n_positions - 1) * stride + size - x.shape[1], 0)
    padded = np.pad(x, ((0, 0), (missing // 2, missing - missing // 2), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::stride]
    flat = windows.transpose(0, 1, 3, 2).reshape(-1, size * n_channels)
    values = flat @ kernel.reshape(-1, n_filters) + bias
    return np.maximum(values, 0).reshape(len(x), n_positions, n_filters)


def _pooled(x, size):
    """Highest of each ``size`` positions."""
    n_patterns, n_positions, n_filters = x.shape
    return x.reshape(n_patterns, n_positions // size, size, n_filters).max(axis=2)
