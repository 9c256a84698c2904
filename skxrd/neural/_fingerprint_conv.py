"""The classifier of diffraction fingerprints of Ziletti et al. as a scikit-learn estimator."""

from functools import partial
from math import isqrt, prod
from numbers import Integral, Real

from skxrd._compat import Interval
from skxrd.neural._base import BaseNetworkClassifier
from skxrd.neural._fingerprint_networks import build_fingerprint_conv

_IMAGES_AT_ONCE = 128  # 64 x 64 pixels of 32 filters take half a megabyte


class FingerprintConvClassifier(BaseNetworkClassifier):
    """Classify diffraction fingerprints with the network of Ziletti et al. (Table 1 of [1]_).

    Six convolutions of 7 x 7 pixels, maxima over 2 x 2 pixels after the second and the fourth, a
    dense layer with dropout, softmax. Its rows are flattened images, as
    :class:`skxrd.simulation.DiffractionFingerprint` gives them.

    Parameters
    ----------
    image_shape : tuple of int, default=None
        ``(n_rows, n_columns)``, or ``(n_rows, n_columns, n_views)`` for images of several views,
        whose product is the number of columns of ``X``. ``None`` takes them for one square image,
        filled up with zeros at its end where the square is larger.
    filters : tuple of int, default=(32, 16, 12, 12, 8, 8)
        Filters of each convolution.
    kernel_size : int, default=7
        Pixels along each side of a filter.
    hidden_units : int, default=128
        Units of the dense layer.
    dropout : float, default=0.25
        Share of its values that is dropped in training.
    loss : {"categorical_crossentropy", "binary_crossentropy"}, default="categorical_crossentropy"
        Loss on the softmax probabilities.
    epochs : int, default=2
        Largest number of passes over the training rows.
    batch_size : int, default=32
        Rows in each step.
    learning_rate : float, default=0.001
        Step size of Adam.
    patience : int, default=None
        Epochs without a lower loss after which training stops, as for
        :class:`AllConvClassifier`. ``None`` trains all epochs and keeps the last weights.
    min_delta : float, default=0.0001
        Smallest change of the loss that counts as lower.
    callbacks : list of keras.callbacks.Callback, default=None
        Further callbacks of the training.
    class_weight : dict or "balanced", default=None
        Weight of each class in the loss, ``{label: weight}``; ``"balanced"`` weights each class
        by the inverse of its frequency.
    validation : float or (X, y), default=None
        What early stopping watches, as for :class:`AllConvClassifier`.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial weights, dropout, the order of rows and the validation rows.
    verbose : int, default=0
        0 is silent, 1 shows progress, 2 prints a line for each epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    image_shape_ : tuple of (int, int, int)
        Rows, columns and views of the images.
    n_features_in_ : int
        Number of columns.
    history_ : dict of str to list of float
        ``loss`` and ``accuracy`` of each epoch, and ``val_loss`` and ``val_accuracy`` with
        validation rows.
    model_ : scikeras.wrappers.KerasClassifier
        The fitted network; the Keras model is ``model_.model_``.

    See Also
    --------
    skxrd.inspection.attentive_response_maps : What the filters respond to.

    References
    ----------
    .. [1] A. Ziletti, D. Kumar, M. Scheffler and L. M. Ghiringhelli, "Insightful classification
       of crystal structures using deep learning", Nature Communications 9 (2018) 2775,
       doi:10.1038/s41467-018-05169-6.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.neural import FingerprintConvClassifier
    >>> X = np.zeros((40, 16, 16))
    >>> X[:20, 4, ::4] = X[20:, ::4, 4] = 1.0
    >>> y = np.repeat(["rows", "columns"], 20)
    >>> model = FingerprintConvClassifier(batch_size=4, epochs=3, random_state=0)
    >>> model.fit(X.reshape(40, -1), y).predict(X.reshape(40, -1)[[0, -1]]).tolist()
    ['rows', 'columns']
    """

    _parameter_constraints: dict = {
        **BaseNetworkClassifier._parameter_constraints,
        "image_shape": ["array-like", None],
        "filters": ["array-like"],
        "kernel_size": [Interval(Integral, 1, None, closed="left")],
        "hidden_units": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        *,
        image_shape=None,
        filters=(32, 16, 12, 12, 8, 8),
        kernel_size=7,
        hidden_units=128,
        dropout=0.25,
        loss="categorical_crossentropy",
        epochs=2,
        batch_size=32,
        learning_rate=1e-3,
        patience=None,
        min_delta=1e-4,
        callbacks=None,
        class_weight=None,
        validation=None,
        random_state=None,
        verbose=0,
    ):
        self.image_shape = image_shape
        self.filters = filters
        self.kernel_size = kernel_size
        self.hidden_units = hidden_units
        self.dropout = dropout
        self.loss = loss
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.min_delta = min_delta
        self.callbacks = callbacks
        self.class_weight = class_weight
        self.validation = validation
        self.random_state = random_state
        self.verbose = verbose

    def _begin_fit(self, X):
        if not len(self.filters) or not all(
            isinstance(f, Integral) and f >= 1 for f in self.filters
        ):
            raise ValueError(
                f"filters is {self.filters!r}; give one positive integer for each convolution, "
                "such as (32, 16, 12, 12, 8, 8)."
            )
        if self.image_shape is None:
            side = isqrt(X.shape[1] - 1) + 1
            self.image_shape_ = (side, side, 1)
            return
        shape = tuple(self.image_shape)
        whole = all(isinstance(n, Integral) and n >= 1 for n in shape)
        if len(shape) not in (2, 3) or not whole or prod(shape) != X.shape[1]:
            raise ValueError(
                f"image_shape is {self.image_shape!r} but X has {X.shape[1]} columns; pass the "
                "image_shape_ of the DiffractionFingerprint that made them."
            )
        self.image_shape_ = (*map(int, shape), 1)[:3]

    def _network(self, n_classes):
        return partial(
            build_fingerprint_conv,
            self.image_shape_,
            n_classes,
            n_columns=self.n_features_in_,
            filters=tuple(map(int, self.filters)),
            kernel_size=int(self.kernel_size),
            hidden_units=int(self.hidden_units),
            dropout=float(self.dropout),
        )

    def _blocks(self, X):
        return (X[first : first + _IMAGES_AT_ONCE] for first in range(0, len(X), _IMAGES_AT_ONCE))
