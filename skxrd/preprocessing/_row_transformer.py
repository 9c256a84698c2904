"""What the transformers of rows share: checks of the grid, angles that were not measured."""

from abc import ABCMeta, abstractmethod

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, fit_context, validate_data
from skxrd._grid import check_two_theta
from skxrd._shared_docs import share_docs
from skxrd.preprocessing._shared_parameters import SHARED


@share_docs(SHARED)
class RowTransformer(TransformerMixin, BaseEstimator, metaclass=ABCMeta):
    """Transformer of each row by itself; NaN marks angles that were not measured."""

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check the parameters and the grid; nothing is learned from the intensities.

        Parameters
        ----------
        |X|
        y : None
            Ignored.

        Returns
        -------
        object
            Itself.
        """
        self._check_training(X)
        return self

    def transform(self, X):
        """Transform each pattern by itself.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns, n_new_angles)
            New patterns, of the dtype of ``X``, NaN where nothing was measured.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        return self._transform(X)

    def _check_training(self, X):
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan")
        if hasattr(self, "two_theta"):
            self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        self._prepare(X)
        return X

    def _prepare(self, X):
        """Check what depends on the grid, and compute it; nothing to do unless overridden."""

    @abstractmethod
    def _transform(self, X):
        """New rows of an array of floats."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
