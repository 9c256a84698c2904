"""The convolutional classifier for powders of Park et al. as a scikit-learn estimator."""

from functools import partial
from numbers import Integral, Real

from skxrd._compat import Interval
from skxrd.neural._base import BaseNetworkClassifier
from skxrd.neural._networks import build_powder_conv, powder_hidden_units


class PowderConvClassifier(BaseNetworkClassifier):
    """Classify powder patterns with the convolutional network of Park et al. [1]_.

    Three convolutions of 80 filters with average pooling and dropout, then two dense layers, made
    for 10,001 angles from 10 to 110 degrees and crystal systems, extinction groups or space groups
    as classes. Shorter patterns are padded at both ends wherever a kernel would not fit.

    Parameters
    ----------
    hidden_units : tuple of int, default=None
        Units of the two dense layers. ``None`` takes the published ones for the number of classes:
        (700, 70) for 7, (4040, 202) for 101, (2300, 1150) for 230, and for other numbers as many
        for each class as the nearest of these has.
    filters : int, default=80
        Filters of each convolution.
    dropout : float, default=0.3
        Share of values that is dropped after each convolution.
    dense_dropout : float, default=0.5
        Share of values that is dropped after each dense layer.
    loss : {"categorical_crossentropy", "binary_crossentropy"}, default="categorical_crossentropy"
        Loss on the softmax probabilities.
    epochs : int, default=50
        Largest number of passes over the training rows.
    batch_size : int, default=128
        Rows in each step.
    learning_rate : float, default=0.001
        Step size of Adam.
    patience : int, default=10
        Epochs without a lower loss after which training stops, as for
        :class:`AllConvClassifier`. ``None`` trains all epochs and keeps the last weights.
    min_delta : float, default=0.0001
        Smallest change of the loss that counts as lower.
    class_weight : dict or "balanced", default=None
        Weight of each class in the loss, ``{label: weight}``; ``"balanced"`` weights each class
        by the inverse of its frequency.
    validation : float or (X, y), default=None
        What early stopping watches, as for :class:`AllConvClassifier`.
    callbacks : list of keras.callbacks.Callback, default=None
        Further callbacks of the training.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial weights, dropout, the order of rows and the validation rows.
    verbose : int, default=0
        0 is silent, 1 shows progress, 2 prints a line for each epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    n_features_in_ : int
        Number of columns.
    history_ : dict of str to list of float
        ``loss`` and ``accuracy`` of each epoch, and ``val_loss`` and ``val_accuracy`` with
        validation rows.
    model_ : scikeras.wrappers.KerasClassifier
        The fitted network; the Keras model is ``model_.model_``.

    References
    ----------
    .. [1] W. B. Park et al., "Classification of crystal structure using a convolutional neural
       network", IUCrJ 4 (2017) 486-494, doi:10.1107/S205225251700714X.

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
        "filters": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "dense_dropout": [Interval(Real, 0, 1, closed="left")],
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
        learning_rate=1e-3,
        patience=10,
        min_delta=1e-4,
        class_weight=None,
        validation=None,
        callbacks=None,
        random_state=None,
        verbose=0,
    ):
        self.hidden_units = hidden_units
        self.filters = filters
        self.dropout = dropout
        self.dense_dropout = dense_dropout
        self.loss = loss
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.min_delta = min_delta
        self.class_weight = class_weight
        self.validation = validation
        self.callbacks = callbacks
        self.random_state = random_state
        self.verbose = verbose

    def _network(self, n_classes):
        units = self.hidden_units
        if units is None:
            units = powder_hidden_units(n_classes)
        elif len(units) != 2 or not all(isinstance(u, Integral) and u >= 1 for u in units):
            raise ValueError(
                f"hidden_units is {units!r}; give the sizes of two dense layers, such as (700, 70)."
            )
        return partial(
            build_powder_conv,
            self.n_features_in_,
            n_classes,
            hidden_units=tuple(map(int, units)),
            filters=int(self.filters),
            dropout=float(self.dropout),
            dense_dropout=float(self.dense_dropout),
        )
