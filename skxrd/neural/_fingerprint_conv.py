"""The classifier of diffraction fingerprints of Ziletti et al. as a scikit-learn estimator."""

from functools import partial
from math import isqrt, prod

from skxrd.neural._base import (
    DROPPED_SHARE,
    POSITIVE_INTEGER,
    BaseNetworkClassifier,
    positive_integers,
)
from skxrd.neural._fingerprint_network import build_fingerprint_conv
from skxrd.neural._shared_parameters import share_neural_docs


@share_neural_docs
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
    |fingerprint_layers|
    |loss|
    |epochs=2|
    |batch_size=32|
    |optimizer|
    |learning_rate|
    |patience=None|
    |training_options|

    Attributes
    ----------
    |fitted_network|
    image_shape_ : tuple of (int, int, int)
        Rows, columns and views of the images.

    See Also
    --------
    skxrd.inspection.attentive_response_maps : The pixels that filters respond to.

    References
    ----------
    |ziletti|

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
        "kernel_size": POSITIVE_INTEGER,
        "hidden_units": POSITIVE_INTEGER,
        "dropout": DROPPED_SHARE,
    }
    _rows_at_once = 128  # 64 x 64 pixels of 32 filters take half a megabyte

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
        optimizer="adam",
        learning_rate=1e-3,
        patience=None,
        min_delta=1e-4,
        class_weight=None,
        validation=None,
        metrics=None,
        callbacks=None,
        warm_start=False,
        random_state=None,
        verbose=0,
        **keras_options,
    ):
        self.image_shape = image_shape
        self.filters = filters
        self.kernel_size = kernel_size
        self.hidden_units = hidden_units
        self.dropout = dropout
        self.loss = loss
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.patience = patience
        self.min_delta = min_delta
        self.class_weight = class_weight
        self.validation = validation
        self.metrics = metrics
        self.callbacks = callbacks
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose
        self._take_options(keras_options)

    def _begin_fit(self, X):
        if not positive_integers(self.filters):
            raise ValueError(
                f"filters is {self.filters!r}; give one positive integer for each convolution, "
                "such as (32, 16, 12, 12, 8, 8)."
            )
        if self.image_shape is None:
            side = isqrt(X.shape[1] - 1) + 1
            self.image_shape_ = (side, side, 1)
            return
        shape = tuple(self.image_shape)
        known = len(shape) in (2, 3) and positive_integers(shape)
        if not known or prod(shape) != X.shape[1]:
            raise ValueError(
                f"image_shape is {self.image_shape!r} but X has {X.shape[1]} columns; pass the "
                "image_shape_ of the DiffractionFingerprint that made them."
            )
        self.image_shape_ = (*map(int, shape), 1)[:3]

    def _builder(self, n_classes):
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

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # the two epochs of the published training are for thousands of images
        tags.classifier_tags.poor_score = True
        return tags
