"""Intensity scale of each pattern."""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, fit_context, validate_data


def scale_patterns(X, *, method="max", power=1.0):
    """Divide every row by its size, then raise it to a power.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Intensities. NaN stays NaN; the size is that of the measured angles.
    method : {"max", "minmax", "area", "l2"}, default="max"
        The size: largest absolute value, range (after the minimum is subtracted), sum of absolute
        values, or Euclidean length.
    power : float, default=1.0
        Exponent; unless it is 1, negative values are set to zero first.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        Scaled intensities; rows of size zero become zeros.

    Examples
    --------
    >>> from skxrd.preprocessing import scale_patterns
    >>> scale_patterns([[0.0, 1.0, 4.0]], power=0.5)
    array([[0. , 0.5, 1. ]])
    """
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


class PatternScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
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
    n_features_in_ : int
        Number of angles.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Column names, if ``fit`` saw any.

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

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check the data; nothing is learned from it.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
        y : None
            Ignored.

        Returns
        -------
        PatternScaler
            Itself.
        """
        validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan")
        return self

    def transform(self, X):
        """Scale the patterns.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns, n_angles)
            Scaled patterns, of the dtype of ``X``.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        return scale_patterns(X, method=self.method, power=self.power)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
