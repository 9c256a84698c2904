"""Intensity scale of each pattern."""

from numbers import Real

import numpy as np
from sklearn.base import OneToOneFeatureMixin

from skxrd._compat import Interval, StrOptions
from skxrd._shared_docs import share_docs
from skxrd.preprocessing._row_transformer import RowTransformer
from skxrd.preprocessing._shared_parameters import SHARED


def scale_patterns(X, *, method="max", power=1.0):
    """Divide every row by its size, then raise it to a power, as :class:`PatternScaler` does."""
    X = np.asarray(X)
    result = X.copy() if X.dtype == np.float32 else X.astype(np.float64)
    if power != 1:
        np.maximum(result, 0, out=result)
    measured = ~np.isnan(result)
    if method == "minmax":
        least = result.min(axis=1, keepdims=True, where=measured, initial=np.inf)
        result -= np.where(np.isfinite(least), least, 0)
    largest = np.abs(result).max(axis=1, keepdims=True, where=measured, initial=0)
    # First by the largest value: sums and squares of what remains can neither over- nor underflow.
    result /= np.where(largest > 0, largest, 1)
    if method == "area":
        size = np.abs(result).sum(axis=1, keepdims=True, where=measured)
        result /= np.where(size > 0, size, 1)
    elif method == "l2":
        size = np.sqrt(np.square(result).sum(axis=1, keepdims=True, where=measured))
        result /= np.where(size > 0, size, 1)
    if power != 1:
        np.power(result, power, out=result)
    return result


@share_docs(SHARED)
class PatternScaler(OneToOneFeatureMixin, RowTransformer):
    """Scale every pattern by its own size, and optionally compress its range.

    Absolute intensities depend on film thickness and counting time; classifiers compare shapes.
    A power of 0.5, the square root, lets weak peaks count beside strong ones and makes counting
    noise equally large everywhere.

    An angle that is NaN, not measured, stays NaN; the size of a pattern is that of its measured
    angles.

    Parameters
    ----------
    method : {"max", "minmax", "area", "l2"}, default="max"
        What each pattern is divided by: its largest absolute value; its range, after its
        minimum is subtracted; the sum of its absolute values; or its Euclidean length. Patterns of
        zeros (of a constant, with ``"minmax"``) become zeros.
    power : float, default=1.0
        Exponent, applied after the division. Unless it is 1, negative intensities are set to zero
        first.

    Attributes
    ----------
    |features_in|

    Examples
    --------
    >>> from skxrd.preprocessing import PatternScaler
    >>> PatternScaler(power=0.5).fit_transform([[0.0, 1.0, 4.0], [0.0, 0.0, 0.0]])
    array([[0. , 0.5, 1. ],
           [0. , 0. , 0. ]])
    """

    _parameter_constraints: dict = {
        "method": [StrOptions({"max", "minmax", "area", "l2"})],
        "power": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, *, method="max", power=1.0):
        self.method = method
        self.power = power

    def _transform(self, X):
        return scale_patterns(X, method=self.method, power=self.power)
