"""Class activation maps, for every network whose class scores are sums over positions."""

from abc import abstractmethod
from math import prod

import numpy as np

from skxrd._grid import check_two_theta
from skxrd.neural._all_conv_network import block_padding
from skxrd.neural._base import POSITIVE_INTEGER, BaseNetworkClassifier
from skxrd.neural._shared_parameters import share_neural_docs


def spreading_matrix(n_angles, block):
    """Weights that spread positions of ``block`` angles over angles, (n_positions, n_angles).

    Each row belongs to one position: a raised cosine that falls to zero at the centres of the
    neighbouring positions, constant outside the outermost centres. Rows sum to one, so a map of
    positions times this matrix keeps its sum.
    """
    n_positions, n_before, _ = block_padding(n_angles, block)
    place = (np.arange(n_angles) + n_before - (block - 1) / 2) / block  # in units of positions
    place = np.clip(place, 0, n_positions - 1)
    distance = np.minimum(np.abs(place - np.arange(n_positions)[:, np.newaxis]), 1)
    weights = (1 + np.cos(np.pi * distance)) / 2
    return weights / weights.sum(axis=1, keepdims=True)


@share_neural_docs
class BaseMappedClassifier(BaseNetworkClassifier):
    """Network classifier that shows the evidence for a class at each angle.

    A subclass gives in ``_strides`` by how much each layer shortens the pattern.
    """

    _parameter_constraints: dict = {
        **BaseNetworkClassifier._parameter_constraints,
        "two_theta": ["array-like", None],
        "filters": POSITIVE_INTEGER,
    }

    @abstractmethod
    def _position_maps(self, X, codes):
        """Contributions of positions to the class of a row, shape (n_patterns, n_positions)."""

    def _begin_fit(self, X):
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])

    def _end_fit(self, X, codes):
        self.average_cam_ = self._average_maps(X, codes)

    def cam(self, X, class_=None):
        """Class activation map of each pattern, on the angles of ``X``.

        The maps of the last layer are spread smoothly over the angles of each position, so that
        the sum of a row is the score of the class before bias and softmax (Eq. 5).

        Parameters
        ----------
        |X|
        class_ : label or array-like of shape (n_patterns,), default=None
            Class whose map is asked for, one for all rows or one for each; ``None`` takes the
            predicted class of each row.

        Returns
        -------
        ndarray of shape (n_patterns, n_angles)

        Raises
        ------
        ValueError
            If a label is unknown, or their number is neither one nor that of the rows of ``X``.
        """
        X = self._checked(X)
        if class_ is None:
            codes = self._probabilities(X).argmax(axis=1)
        else:
            codes = self._encode(np.ravel(class_), name="class_")
            if codes.size not in (1, len(X)):
                raise ValueError(
                    f"class_ has {codes.size} labels but X has {len(X)} rows; pass one label or "
                    "one for each row."
                )
            codes = np.broadcast_to(codes, len(X))
        return self._position_maps(X, codes) @ self._spreading()

    def average_cam(self, X, y):
        """Mean over the patterns of each class of the map for that class (Eq. 6).

        Parameters
        ----------
        |X|
        y : array-like of shape (n_patterns,)
            Their labels.

        Returns
        -------
        ndarray of shape (n_classes, n_angles)
            Rows in the order of ``classes_``; NaN for a class without patterns.
        """
        X = self._checked(X)
        codes = self._encode(y)
        if codes.shape != (len(X),):
            raise ValueError(
                f"y has shape {codes.shape} but X has {len(X)} rows; pass one label for each."
            )
        return self._average_maps(X, codes)

    def _average_maps(self, X, codes):
        maps = self._position_maps(X, codes)
        means = np.full((self.classes_.size, maps.shape[1]), np.nan)
        for code in np.unique(codes):
            means[code] = maps[codes == code].mean(axis=0)
        return means @ self._spreading()

    def _spreading(self):
        return spreading_matrix(self.n_features_in_, prod(self._strides))
