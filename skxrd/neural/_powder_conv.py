"""The convolutional classifier for powders of Park et al. as a scikit-learn estimator."""

from functools import partial

from skxrd.neural._base import (
    DROPPED_SHARE,
    POSITIVE_INTEGER,
    BaseNetworkClassifier,
    positive_integers,
)
from skxrd.neural._powder_network import build_powder_conv
from skxrd.neural._shared_parameters import share_neural_docs


@share_neural_docs
class PowderConvClassifier(BaseNetworkClassifier):
    """Classify powder patterns with the convolutional network of Park et al. [1]_.

    Three convolutions of 80 filters with average pooling and dropout, then two dense layers, made
    for 10,001 angles from 10 to 110 degrees and crystal systems, extinction groups or space groups
    as classes. Shorter patterns are padded at both ends wherever a kernel would not fit.

    Parameters
    ----------
    |powder_layers|
    |loss|
    |epochs=50|
    |batch_size=128|
    |optimizer|
    |learning_rate|
    |patience=10|
    |training_options|

    Attributes
    ----------
    |fitted_network|

    References
    ----------
    |park|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.neural import PowderConvClassifier
    >>> angles = np.linspace(10, 110, 500)
    >>> X = np.exp(-((angles - [[30], [70]]) ** 2)).repeat(20, axis=0)
    >>> y = np.repeat(["cubic", "hexagonal"], 20)
    >>> model = PowderConvClassifier(filters=8, epochs=15, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]]).tolist()
    ['cubic', 'hexagonal']
    """

    _parameter_constraints: dict = {
        **BaseNetworkClassifier._parameter_constraints,
        "hidden_units": ["array-like", None],
        "filters": POSITIVE_INTEGER,
        "dropout": DROPPED_SHARE,
        "dense_dropout": DROPPED_SHARE,
    }

    def __init__(
        self,
        *,
        hidden_units=None,
        filters=80,
        dropout=0.3,
        dense_dropout=0.5,
        loss="categorical_crossentropy",
        epochs=50,
        batch_size=128,
        optimizer="adam",
        learning_rate=1e-3,
        patience=10,
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
        self.hidden_units = hidden_units
        self.filters = filters
        self.dropout = dropout
        self.dense_dropout = dense_dropout
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

    def _builder(self, n_classes):
        units = self.hidden_units
        if units is not None:
            if len(units) != 2 or not positive_integers(units):
                raise ValueError(
                    f"hidden_units is {units!r}; give the sizes of two dense layers, such as "
                    "(700, 70)."
                )
            units = tuple(map(int, units))
        return partial(
            build_powder_conv,
            self.n_features_in_,
            n_classes,
            hidden_units=units,
            filters=int(self.filters),
            dropout=float(self.dropout),
            dense_dropout=float(self.dense_dropout),
        )
