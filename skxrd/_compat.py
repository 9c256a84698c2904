"""The only file that touches private names of scikit-learn, imbalanced-learn and TensorFlow."""

import numpy as np
from sklearn.base import _fit_context as fit_context
from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
    validate_params,
)
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import FLOAT_DTYPES
from sklearn.utils.validation import validate_data as _validate_data

__all__ = [
    "FLOAT_DTYPES",
    "HasMethods",
    "Interval",
    "StrOptions",
    "as_pandas",
    "fit_context",
    "gradient_boosting_loss",
    "like_polars",
    "read_op_determinism",
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


def takes_groups(estimator):
    """Whether ``fit`` takes groups, as a search does whose splitter reads the domains."""
    return get_routing_for_object(estimator).consumes("fit", ["groups"])


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
