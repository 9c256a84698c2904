"""Transformers that perturb in ``fit_transform`` and leave rows alone in ``transform``."""

from abc import abstractmethod
from numbers import Real

import numpy as np
from sklearn.base import OneToOneFeatureMixin

from skxrd._compat import Interval, StrOptions, fit_context
from skxrd._grid import degrees_or_columns
from skxrd.augmentation._regions import block_regions
from skxrd.augmentation._sampling import new_generator
from skxrd.augmentation._texture import TEXTURE_DEFAULTS, scale_randomly
from skxrd.preprocessing._missing_angles import fill_gaps
from skxrd.preprocessing._row_transformer import RowTransformer


class RowPerturber(OneToOneFeatureMixin, RowTransformer):
    """One row in, one row out; subclasses say what happens to it in training."""

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "random_state": ["random_state"],
    }

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
        X = self._check_training(X)
        out = np.empty_like(X, order="C")
        rng = new_generator(self.random_state)
        self._perturb(np.ascontiguousarray(fill_gaps(X)), rng, out)
        out[np.isnan(X)] = np.nan
        return out

    def _transform(self, X):
        return X  # what is to be classified is not perturbed

    @abstractmethod
    def _perturb(self, X, rng, out):
        """Write perturbed rows of X, which misses nothing, into ``out``."""


class RegionPerturber(RowPerturber):
    """Perturber that multiplies random regions of each row by factors."""

    _parameter_constraints: dict = {
        **RowPerturber._parameter_constraints,
        "region": [StrOptions(set(TEXTURE_DEFAULTS))],
        "block_width": [Interval(Real, 0, None, closed="neither"), None],
    }
    _default_block_width: float  # degrees

    @abstractmethod
    def _texture(self):
        """Settings of Eqs. 1 and 2."""

    def _prepare(self, X):
        self._texture().check(self.two_theta)

    def _perturb(self, X, rng, out):
        width = degrees_or_columns(
            self.block_width, self.two_theta, X.shape[1], default=self._default_block_width
        )
        blocks = [block_regions(self.two_theta_, width)] * 2
        every = np.arange(len(X))
        scale_randomly(X, every, out, rng, self._texture(), self.two_theta_, blocks)
