"""Fitted pipelines as values that JSON holds, beside arrays: what a model file is made of.

Only the classes listed here are written and made again, and no code comes from a file.
"""

import importlib
from functools import partial

import numpy as np

from skxrd._compat import gradient_boosting_loss, tree_class
from skxrd.model_selection._model_checks import CHECKS, check_tree_nodes

_CLASSES = (
    "imblearn.pipeline.Pipeline",
    "sklearn.pipeline.Pipeline",
    "sklearn.dummy.DummyClassifier",
    "sklearn.ensemble.GradientBoostingClassifier",
    "sklearn.ensemble.RandomForestClassifier",
    "sklearn.linear_model.LogisticRegression",
    "sklearn.naive_bayes.GaussianNB",
    "sklearn.neighbors.KNeighborsClassifier",
    "sklearn.neural_network.MLPClassifier",
    "sklearn.preprocessing.LabelBinarizer",
    "sklearn.preprocessing.Normalizer",
    "sklearn.svm.SVC",
    "sklearn.tree.DecisionTreeClassifier",
    "sklearn.tree.DecisionTreeRegressor",
    "skxrd.augmentation.NoiseAugmenter",
    "skxrd.augmentation.PhysicsAugmenter",
    "skxrd.model_selection._domain_weights.DomainWeightedClassifier",
    "skxrd.model_selection._domain_weights.MajorityClassifier",
    "skxrd.model_selection._sampling_pipeline.SamplingPipeline",
    "skxrd.neighbors.DTWNeighborsClassifier",
    "skxrd.neighbors.PatternNoveltyDetector",
    "skxrd.neural.AllConvClassifier",
    "skxrd.neural.ResidualConvClassifier",
    "skxrd.preprocessing.BackgroundSubtractor",
    "skxrd.preprocessing.PatternScaler",
    "skxrd.preprocessing.PatternStacker",
    "skxrd.preprocessing.SavitzkyGolaySmoother",
    "skxrd.preprocessing.StepCoarsener",
)
# attributes of training that predictions do not use
_DROPPED = {
    "MLPClassifier": ("_optimizer", "_random_state"),
    "GradientBoostingClassifier": ("_loss", "_rng"),
}
RUN_BY_NUMPY = ("AllConvClassifier", "ResidualConvClassifier")
_TRAINING_ONLY = "passthrough"  # in place of a step that only a training runs
_PLAIN = (type(None), bool, int, float, str)
_KINDS = "biufU"  # of arrays: numbers and text


def to_state(value, arrays):
    """What JSON holds for a value; its arrays are appended to the list ``arrays``."""
    if type(value) in _PLAIN:
        return value
    if type(value) is list:
        return [to_state(item, arrays) for item in value]
    if type(value) is tuple:
        return {"tuple": [to_state(item, arrays) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[to_state(k, arrays), to_state(v, arrays)] for k, v in value.items()]}
    if isinstance(value, np.generic | np.ndarray):
        return _array_state(value, arrays)
    if isinstance(value, tree_class()):
        state = value.__getstate__()
        arrays += [np.asarray(value.n_classes), state["nodes"], state["values"]]
        sizes = [value.n_features, value.n_outputs, state["max_depth"]]
        return {"tree": [len(arrays) - 3, *map(int, sizes)]}
    return _estimator_state(value, arrays)


def from_state(state, arrays, *, to_predict=False):
    """The value again; raises whatever parts that do not fit one another raise.

    What is only ``to_predict`` needs no TensorFlow and no imbalanced-learn: pipelines are those of
    scikit-learn, without the steps that only a training runs.
    """
    read = partial(from_state, arrays=arrays, to_predict=to_predict)
    if isinstance(state, list):
        return [read(item) for item in state]
    if not isinstance(state, dict):
        return state
    (kind, content), *more = state.items()
    if kind == "tuple":
        return tuple(read(item) for item in content)
    if kind == "dict":
        return {read(k): read(v) for k, v in content}
    if kind == "array":
        return arrays[content]
    if kind == "scalar":
        return arrays[content][()]
    if kind == "objects":
        items = np.empty(len(content), dtype=object)
        items[:] = [read(item) for item in content]
        return items.reshape(dict(more)["shape"])
    if kind == "tree":
        return _tree(arrays, *content)
    if kind == "class":
        return _estimator(content, dict(more), read, to_predict)
    raise ValueError(f"it has a part of the unknown kind {kind!r}")


def _array_state(value, arrays):
    array = np.asarray(value)
    if array.dtype.kind == "O":
        items = [to_state(item, arrays) for item in array.ravel()]
        return {"objects": items, "shape": list(array.shape)}
    if array.dtype.kind not in _KINDS:
        raise TypeError(f"an array of {array.dtype} cannot be written")
    arrays.append(array)
    return {"scalar" if isinstance(value, np.generic) else "array": len(arrays) - 1}


def _estimator_state(value, arrays):
    kind = type(value).__name__
    path = next((path for path in _CLASSES if path.endswith(f".{kind}") and _is(value, path)), None)
    if path is None:
        raise TypeError(f"{kind} is none of the classes that a model file holds")
    if kind.endswith("Augmenter"):  # predictions do not use it
        return {"class": path, "parameters": to_state(value.get_params(deep=False), arrays)}
    left_out = _DROPPED.get(kind, ())
    state = {
        key: None if isinstance(item, np.random.RandomState) else item  # for training only
        for key, item in vars(value).items()
        if key not in left_out
    }
    if "skxrd.neural" not in path:
        return {"class": path, "state": to_state(state, arrays)}
    from skxrd.neural._stored_network import network_weights

    del state["model_"]
    state |= {"callbacks": None, "_memory": None}  # for training only
    weights = to_state(network_weights(value), arrays)
    return {"class": path, "state": to_state(state, arrays), "weights": weights}


def _estimator(path, content, read, to_predict):
    """Estimator of one of the classes, with the attributes that it had."""
    if path not in _CLASSES:
        raise ValueError(f"{path} is none of the classes that a model file holds")
    name = path.rpartition(".")[2]
    if to_predict:
        if "parameters" in content:
            return _TRAINING_ONLY
        if name in RUN_BY_NUMPY:
            return _numpy_classifier(name, content, read)
        if name.endswith("Pipeline"):
            path = "sklearn.pipeline.Pipeline"
    kind = _find(path)
    if "parameters" in content:
        return kind(**read(content["parameters"]))
    # a network of an older file gets defaults of the parameters that came later
    estimator = kind() if "weights" in content else kind.__new__(kind)
    state = read(content["state"])
    own = {name for name in dir(kind) if callable(getattr(kind, name, None))}
    if any(name.startswith("__") or name in own for name in state):
        raise ValueError(f"a {kind.__name__} has attributes that are none of its own")
    if to_predict and "steps" in state:
        state["steps"] = [step for step in state["steps"] if step[1] is not _TRAINING_ONLY]
    vars(estimator).update(state)
    if "weights" in content:
        from skxrd.neural._stored_network import restore_network

        restore_network(estimator, read(content["weights"]))
    elif kind.__name__ == "GradientBoostingClassifier":
        estimator._loss = gradient_boosting_loss(estimator)
    if kind.__name__ in CHECKS and "n_features_in_" in state:  # fitted
        CHECKS[kind.__name__](estimator)
    return estimator


def _numpy_classifier(name, content, read):
    from skxrd.neural._numpy_classifier import NumpyClassifier

    return NumpyClassifier(name, read(content["state"]), read(content["weights"]))


def _is(value, path):
    return type(value) is _find(path)


def _find(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _tree(arrays, first, n_features, n_outputs, max_depth):
    """Compiled tree within a decision tree."""
    n_classes, nodes, values = arrays[first : first + 3]
    check_tree_nodes(nodes, n_features)
    tree = tree_class()(n_features, n_classes.astype(np.intp), n_outputs)
    parts = {"max_depth": max_depth, "node_count": len(nodes), "nodes": nodes, "values": values}
    tree.__setstate__(parts)
    return tree
