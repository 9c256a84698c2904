"""Weights of an exported symmetry network, put back into a network that can be trained."""

import numpy as np
import onnx
from onnx.numpy_helper import to_array

from skxrd.powders import build_symmetry_conv


def restored_network(path, X):
    """Keras network of a file of ``export_symmetry_network``, for :func:`build_symmetry_conv`.

    The file has scale and shift of each normalisation, but neither mean nor variance of what it
    normalises, which training needs: these are taken from the patterns ``X``, a few hundred of the
    training, and scale and shift are changed so that the probabilities stay as they are. The
    temperature of the file is not part of the network.
    """
    import keras

    arrays = stored_weights(path)
    network = build_symmetry_conv(int(X.shape[1]))
    for layer in network.layers:
        kind = type(layer).__name__
        if kind == "Conv1D":
            kernel = next(arrays).transpose(2, 1, 0)
            layer.set_weights([kernel, *([next(arrays)] if layer.use_bias else [])])
        elif kind == "Dense":
            layer.set_weights([next(arrays), next(arrays)])
        elif kind == "BatchNormalization":
            scale, shift = next(arrays).ravel(), next(arrays).ravel()
            layer.set_weights([scale, shift, 0 * scale, 0 * scale + 1 - layer.epsilon])
    if next(arrays, None) is not None:
        raise ValueError(
            f"{path}: has more weights than build_symmetry_conv; it is of other layers."
        )
    normalised = [n for n in network.layers if type(n).__name__ == "BatchNormalization"]
    inner = keras.Model(network.input, [layer.input for layer in normalised])
    for layer, values in zip(normalised, inner.predict(X, verbose=0), strict=True):
        values = values.astype(np.float64)
        mean, variance = values.mean(axis=(0, 1)), values.var(axis=(0, 1))
        scale, shift = layer.get_weights()[:2]
        layer.set_weights(
            [scale * np.sqrt(variance + layer.epsilon), shift + scale * mean, mean, variance]
        )
    return network


def stored_weights(path):
    """Weights of an ONNX file in the order of its nodes, as float32."""
    for name in _order(graph := onnx.load(path).graph):
        found = next(t for t in graph.initializer if t.name == name)
        yield to_array(found).astype(np.float32)


def _order(graph):
    """Names of the weights: those that are cast, or are stored in single precision."""
    stored = {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in stored:
            yield node.input[0]
        elif node.op_type in ("Conv", "Gemm", "Mul", "Add"):
            yield from (name for name in node.input[1:] if name in stored)
