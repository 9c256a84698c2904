"""Prediction with a fitted network."""

from pathlib import Path

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import validate_data
from skxrd._files import replaced_file
from skxrd.neural._certain_rows import equal_where_unknown
from skxrd.neural._scikeras import NamedTwiceClassifier
from skxrd.neural._shared_parameters import share_neural_docs


@share_neural_docs
class NetworkPredictor(NamedTwiceClassifier):
    """Classifier that predicts with the Keras network in ``model_``."""

    _rows_at_once = 1024  # bounds the memory of a prediction

    def _checked(self, X):
        """Rows as float32, once the classifier is fitted and they are known to suit it."""
        check_is_fitted(self)
        return self._scaled(validate_data(self, X, dtype=np.float32, reset=False))

    def _scaled(self, X):
        """Rows as the network is given them."""
        return X

    def _probabilities(self, X):
        """Probabilities of checked rows.

        Calling the network is many times faster than keras' ``predict`` for few rows and leaves
        no compiled function behind.
        """
        return np.concatenate(
            [np.asarray(self.model_(block, training=False)) for block in self._blocks(X)]
        )

    def _blocks(self, rows):
        """Rows in blocks small enough for the memory."""
        size = self._rows_at_once
        return (rows[start : start + size] for start in range(0, len(rows), size))

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
            float32, columns in the order of ``classes_``. Rows for which the network overflows
            have the same probability for each class, with a warning.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            probabilities = self._probabilities(self._checked(X))
        return equal_where_unknown(probabilities)

    def predict(self, X):
        """Most probable class of each pattern.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns,)
            Labels, as in ``classes_``.
        """
        codes = self.predict_proba(X).argmax(axis=1)
        return self.classes_[codes]

    def save_network(self, path):
        """Write the fitted network, without the estimator around it, for other Keras programs.

        ``keras.saving.load_model(path)`` gives it back: a network from patterns, scaled as those
        of ``fit``, to probabilities in the order of ``classes_``. To keep the estimator, use
        ``joblib.dump``.

        Parameters
        ----------
        path : path-like
            File to write, ending in ``.keras``.
        """
        check_is_fitted(self)
        if Path(path).suffix != ".keras":
            raise ValueError(f"path is {str(path)!r}; Keras writes files that end in .keras.")
        with replaced_file(path) as temporary:
            self.model_.save(temporary)
