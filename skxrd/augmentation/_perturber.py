"""Transformers that perturb in ``fit_transform`` and leave rows alone in ``transform``."""

from abc import ABCMeta, abstractmethod

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, fit_context, validate_data
from skxrd._grid import USUAL_RANGE, check_two_theta
from skxrd.preprocessing._missing_angles import fill_gaps


class RowPerturber(OneToOneFeatureMixin, TransformerMixin, BaseEstimator, metaclass=ABCMeta):
    """One row in, one row out; subclasses say what happens to it in training."""

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check the grid; nothing is learned from the intensities.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
        y : None
            Ignored.

        Returns
        -------
        object
            Itself.
        """
        self._check(X)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None):
        """Check the grid and return perturbed rows, for training.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns; NaN stays NaN.
        y : None
            Ignored.

        Returns
        -------
        ndarray of shape (n_patterns, n_angles)
            Perturbed patterns, of the dtype of ``X``.
        """
        X = self._check(X)
        rng = np.random.default_rng(
            check_random_state(self.random_state).randint(2**31 - 1, size=4)
        )
        out = np.empty_like(X, order="C")
        self._perturb(np.ascontiguousarray(fill_gaps(X)), rng, out)
        out[np.isnan(X)] = np.nan
        return out

    def transform(self, X):
        """Return the rows as they are: what is to be classified is not perturbed.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns, n_angles)
            The patterns.
        """
        check_is_fitted(self)
        return validate_data(
            self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False
        )

    def _check(self, X):
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan")
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        self._check_parameters()
        return X

    def _degrees(self, value, default):
        """Return ``value``, or the default in degrees or in columns."""
        if value is not None:
            return value
        if self.two_theta is not None:
            return default
        return default * self.n_features_in_ / USUAL_RANGE

    def _check_parameters(self):
        """Raise where parameters do not go together."""

    @abstractmethod
    def _perturb(self, X, rng, out):
        """Write perturbed rows of X, which misses nothing, into ``out``."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
