"""What the filters of a convolutional network respond to, projected back to the image."""

from collections import namedtuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import validate_data
from skxrd.inspection._shared_parameters import share_inspection_docs

_ROWS_AT_ONCE = 64  # bounds the memory of a projection

AttentiveResponseMaps = namedtuple("AttentiveResponseMaps", ["maps", "filters", "layer"])
AttentiveResponseMaps.__doc__ = "Maps, the filters they belong to, and the name of their layer."


@share_inspection_docs
def attentive_response_maps(classifier, X, layer=None, *, n_filters=4):
    r"""Project the strongest filters of a convolution back to the image.

    The activation of one filter, all others of the layer set to zero, goes back through the
    network to the image [1]_: through transposed convolutions with the same weights, through
    rectifiers that keep what is positive, and through maxima to the pixels they came from [2]_.
    Bright pixels are those the filter responded to.

    Parameters
    ----------
    |images|
    layer : int or str, default=None
        Number of the convolution from 1 on, negative from the last, or its name. ``None`` is the
        last.
    n_filters : int, default=4
        How many filters of the layer: those with the largest sum of activations in the image. No
        more than the layer has are taken.

    Returns
    -------
    result : AttentiveResponseMaps
        Named tuple of three fields:

        maps : ndarray of shape (n_images, n_filters, n_rows, n_columns)
            One map for each image and each of its strongest filters; of several views the sum.
        filters : ndarray of int, shape (n_images, n_filters)
            Their numbers in the layer, the strongest first.
        layer : str
            Name of the layer.

    Raises
    ------
    TypeError
        If the classifier has no convolutions of images.
    ValueError
        If there is no such layer.

    |references|
    .. [2] M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks",
       ECCV 2014, 818-833, doi:10.1007/978-3-319-10590-1_53.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.inspection import attentive_response_maps
    >>> from skxrd.neural import FingerprintConvClassifier
    >>> X, y = np.eye(16)[[1, 2] * 4], ["left", "right"] * 4
    >>> model = FingerprintConvClassifier(random_state=0).fit(X, y)
    >>> attentive_response_maps(model, X[:2], layer=1).maps.shape
    (2, 4, 4, 4)
    """
    network, X = _checked(classifier, X)
    stack = _stack(network)
    convolutions = [step.name for step in stack if hasattr(step, "kernel")]
    name = _layer_name(layer, convolutions)
    maps, filters = [], []
    for start in range(0, len(X), _ROWS_AT_ONCE):
        block = _project(network, stack, X[start : start + _ROWS_AT_ONCE], name, n_filters)
        maps.append(block[0])
        filters.append(block[1])
    return AttentiveResponseMaps(np.concatenate(maps), np.concatenate(filters), name)


@share_inspection_docs
def class_response_maps(classifier, X, y=None, layer=None, *, n_filters=None):
    """Sum the attentive response maps of a layer over its filters, for each class.

    Those of the last layer are the templates of the classes that the network has learnt.

    Parameters
    ----------
    |images|
    |image_labels|
    layer : int or str, default=None
        As for :func:`attentive_response_maps`.
    n_filters : int, default=None
        How many of the strongest filters; ``None`` sums all.

    Returns
    -------
    ndarray of shape (n_classes, n_rows, n_columns)
        Mean over the images of each class, in the order of ``classes_``; NaN for a class without
        images.
    """
    labels = classifier.predict(X) if y is None else np.asarray(y)
    if len(labels) != len(X):
        raise ValueError(f"y has {len(labels)} labels but X has {len(X)} rows; pass one for each.")
    unknown = set(np.unique(labels).tolist()) - set(classifier.classes_.tolist())
    if unknown:
        raise ValueError(
            f"y has the label {sorted(map(str, unknown))[0]!r}, which was not in training; known "
            f"labels are {', '.join(map(str, classifier.classes_))}."
        )
    n_filters = np.iinfo(np.int32).max if n_filters is None else n_filters
    maps = attentive_response_maps(classifier, X, layer, n_filters=n_filters).maps.sum(axis=1)
    means = np.full((len(classifier.classes_), *maps.shape[1:]), np.nan)
    for row, label in enumerate(classifier.classes_):
        if (labels == label).any():
            means[row] = maps[labels == label].mean(axis=0)
    return means


def _checked(classifier, X):
    """Network and checked rows."""
    check_is_fitted(classifier)
    network = getattr(classifier, "model_", None)
    if network is None or not hasattr(classifier, "image_shape_"):
        raise TypeError(
            f"{type(classifier).__name__} has no convolutions of images; train with "
            "FingerprintConvClassifier."
        )
    return network, validate_data(classifier, X, dtype=np.float32, reset=False)


def _stack(network):
    """Convolutions and maxima from the image on."""
    names = [step.name for step in network.layers]
    image = names.index("image")
    return [
        step
        for step in network.layers[image + 1 :]
        if hasattr(step, "kernel") and step.kernel.ndim == 4 or hasattr(step, "pool_size")
    ]


def _layer_name(layer, names):
    """Name of a convolution that is given by name or number."""
    if layer is None:
        return names[-1]
    if layer in names:
        return layer
    numbers = [*range(1, len(names) + 1), *range(-len(names), 0)]
    if isinstance(layer, str) or layer not in numbers:
        raise ValueError(
            f"layer is {layer!r}; choose from 1 to {len(names)} or {', '.join(names)}."
        )
    return names[layer - 1 if layer > 0 else layer]


def _project(network, stack, X, name, n_filters):
    """Maps (n_images, n_filters, n_rows, n_columns) and filters of one layer."""
    from keras import ops

    x = np.asarray(X)
    for step in network.layers[1 : [s.name for s in network.layers].index("image") + 1]:
        x = step(x)
    n_rows, n_columns = x.shape[1:3]
    passed = []  # layers up to the one asked for, with what went into and came out of them
    for step in stack:
        out = step(x)
        passed.append((step, x, out))
        x = out
        if step.name == name:
            break
    activations = np.asarray(x)
    n_filters = min(n_filters, activations.shape[-1])
    filters = np.argsort(-activations.sum(axis=(1, 2)), axis=1, kind="stable")[:, :n_filters]
    maps = np.empty((len(X), n_filters, n_rows, n_columns))
    for rank in range(n_filters):
        alone = np.zeros_like(activations)
        images = np.arange(len(X))
        alone[images, :, :, filters[:, rank]] = activations[images, :, :, filters[:, rank]]
        signal = ops.convert_to_tensor(alone)
        for step, before, after in reversed(passed):
            if hasattr(step, "kernel"):
                signal = ops.conv_transpose(
                    ops.relu(signal), step.kernel, strides=1, padding="same"
                )
            else:
                signal = _unpool(signal, before, after, step.pool_size)
        maps[:, rank] = np.maximum(np.asarray(signal), 0).sum(axis=-1)
    return maps, filters


def _unpool(signal, before, after, pool_size):
    """Put values where the maxima were; among equals all get a share."""
    from keras import ops

    def spread(values):
        rows, columns = before.shape[1:3]
        wide = ops.repeat(ops.repeat(values, pool_size[0], axis=1), pool_size[1], axis=2)
        return wide[:, :rows, :columns]

    largest = ops.cast(ops.equal(before, spread(after)), "float32")
    n_missing = [-before.shape[axis] % pool_size[axis - 1] for axis in (1, 2)]
    padded = ops.pad(largest, ((0, 0), (0, n_missing[0]), (0, n_missing[1]), (0, 0)))
    # averages times the number of pixels are counts
    count = ops.average_pool(padded, pool_size, strides=pool_size) * float(np.prod(pool_size))
    return spread(signal / ops.maximum(count, 1.0)) * largest
