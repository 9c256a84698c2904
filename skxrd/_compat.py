"""The only file that touches private names of scikit-learn, imbalanced-learn and TensorFlow."""

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
from sklearn.utils.validation import FLOAT_DTYPES, validate_data

__all__ = [
    "FLOAT_DTYPES",
    "HasMethods",
    "Interval",
    "StrOptions",
    "fit_context",
    "gradient_boosting_loss",
    "read_op_determinism",
    "safe_indexing",
    "takes_groups",
    "tree_class",
    "validate_data",
    "validate_parameter_constraints",
    "validate_params",
]


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
