"""The only file that touches private names of scikit-learn, imbalanced-learn and scikeras."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.base import _fit_context as fit_context
from sklearn.utils import ClassifierTags
from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    Options,
    StrOptions,
    validate_parameter_constraints,
    validate_params,
)
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import FLOAT_DTYPES
from sklearn.utils.validation import _check_sample_weight as check_sample_weight
from sklearn.utils.validation import validate_data as _validate_data

__all__ = [
    "FLOAT_DTYPES",
    "HasMethods",
    "Interval",
    "Options",
    "StrOptions",
    "as_pandas",
    "check_sample_weight",
    "classifier_tags",
    "fit_context",
    "gradient_boosting_loss",
    "keras_callbacks",
    "like_polars",
    "read_op_determinism",
    "routed_params",
    "safe_indexing",
    "takes_groups",
    "tree_class",
    "validate_data",
    "validate_parameter_constraints",
    "validate_params",
]


def validate_data(estimator, X, y="no_validation", **options):
    """scikit-learn's function of this name; rows of float16, which no kernel takes, as float32.

    Frames of polars whose columns are all float32 stay float32, as those of pandas do.
    """
    kinds = getattr(X, "dtypes", None)
    if isinstance(kinds, list) and {str(kind) for kind in kinds} == {"Float32"}:
        options["dtype"] = np.float32
    checked = _validate_data(estimator, X, y, **options)
    X, *rest = checked if isinstance(checked, tuple) else (checked,)
    if getattr(X, "dtype", None) == np.float16:
        X = X.astype(np.float32)
    return (X, *rest) if rest else X


def as_pandas(data):
    """Frame or series of polars as one of pandas, which imbalanced-learn takes; others as is."""
    is_polars = type(data).__module__.partition(".")[0] == "polars"
    return data.to_pandas() if is_polars else data


def like_polars(resampled, data):
    """Resampled rows or labels as the polars frame or series from which they were drawn."""
    if hasattr(data, "schema"):
        return type(data)(resampled.to_numpy(), schema=data.schema)
    return type(data)(data.name, resampled.to_numpy())


def takes_groups(estimator, method="fit"):
    """Whether a method takes groups, as the ``fit`` of a search does that splits by domains."""
    return bool(get_routing_for_object(estimator).consumes(method, ["groups"]))


def classifier_tags(estimator):
    """Tags of a classifier that derives from scikeras'.

    Its class names scikit-learn's mixin for classifiers last, so the tags of the mixin are lost.
    """
    tags = BaseEstimator.__sklearn_tags__(estimator)
    tags.estimator_type = "classifier"
    tags.classifier_tags = ClassifierTags()
    tags.target_tags.required = True
    return tags


def routed_params(params, destination):
    """Parameters that scikeras' names, such as ``fit__epochs``, send to one destination."""
    from scikeras._utils import route_params

    return route_params(params, destination=destination, pass_filter=set())


def keras_callbacks(params, name):
    """List of the callbacks that a parameter gives in one of scikeras' ways.

    These are instances, and classes that are given their arguments by routed names; one or a list,
    also nested, or a dictionary.
    """
    from scikeras._utils import unflatten_params

    given = params.get(name)
    if given is None:
        return []
    return _flat(unflatten_params(given, routed_params(params, name)))


def _flat(given):
    if isinstance(given, dict):
        given = list(given.values())
    if not isinstance(given, list | tuple):
        return [given]
    return [callback for part in given for callback in _flat(part)]


def read_op_determinism():
    """Return whether TensorFlow runs deterministic kernels, which also fixes the answer.

    TensorFlow reads ``TF_DETERMINISTIC_OPS`` once, on the first question. scikeras sets that
    variable before it asks, so it takes the mode for one it found and never switches it off.
    """
    from tensorflow.python.framework import config

    return config.is_op_determinism_enabled()


def tree_class():
    """Class of the compiled tree within a fitted decision tree."""
    from sklearn.tree._tree import Tree

    return Tree


def gradient_boosting_loss(classifier):
    """Loss of a fitted gradient boosting classifier, which turns its scores into probabilities."""
    return classifier._get_loss(sample_weight=None)
