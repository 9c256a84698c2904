"""Classifier that predicts with the weights of a stored network, without TensorFlow."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skxrd._compat import validate_data
from skxrd.neural._all_conv_numpy import all_conv_probabilities
from skxrd.neural._certain_rows import equal_where_unknown
from skxrd.neural._residual_network import scaled_rows
from skxrd.neural._residual_numpy import residual_probabilities

_ROWS_AT_ONCE = 256  # bounds the memory of a prediction


class NumpyClassifier(ClassifierMixin, BaseEstimator):
    """What a fitted network classifier predicts, from its attributes and its weights alone."""

    def __init__(self, kind, attributes, weights):
        self.kind = kind
        self.attributes = attributes
        self.weights = weights
        self.classes_ = attributes["classes_"]
        self.n_features_in_ = attributes["n_features_in_"]
        n_classes, n_angles = len(self.classes_), len(attributes["two_theta_"])
        sizes = [size for array in weights for size in array.shape]
        given = [attributes["filters"], *np.ravel(attributes.get("kernel_sizes", ()))]
        fits = self.n_features_in_ == n_angles and weights[-1].shape == (n_classes,)
        if not fits or max(given) > max(sizes):  # before memory is taken
            raise ValueError("the parameters of the network do not fit its weights")
        self._probabilities(np.zeros((1, n_angles), np.float32))

    def fit(self, X, y):
        """Raise: this one is fitted, and cannot be trained."""
        raise NotImplementedError("this network only predicts; read_model gives one that trains.")

    def predict_proba(self, X):
        """Probability of each class, shape (n_patterns, n_classes), in the order of classes_."""
        X = validate_data(self, X, dtype=np.float32, reset=False)
        if self.kind == "ResidualConvClassifier":
            X = scaled_rows(X)
        blocks = (X[first : first + _ROWS_AT_ONCE] for first in range(0, len(X), _ROWS_AT_ONCE))
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.concatenate([self._probabilities(block) for block in blocks])
        return equal_where_unknown(found)

    def predict(self, X):
        """Most probable class of each pattern."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def _probabilities(self, X):
        if self.kind == "ResidualConvClassifier":
            return residual_probabilities(X, self.weights)
        return all_conv_probabilities(X, self.weights, self.attributes["_strides"])
