"""The only file that touches private names of scikit-learn, imbalanced-learn and scikeras."""

from sklearn.base import _fit_context as fit_context
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
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
    "get_routing_for_object",
    "validate_data",
    "validate_params",
]
