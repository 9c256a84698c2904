"""The classifier recommended for films: a network that compares with its training rows."""

from functools import partial
from numbers import Integral, Real

import numpy as np
from sklearn.model_selection import train_test_split

from skxrd._compat import Interval
from skxrd._grid import check_two_theta
from skxrd.neural._kernel_head import fit_kernel_head, kernel_head_maps, unit_rows
from skxrd.neural._maps import BaseMappedClassifier
from skxrd.neural._residual_network import STRIDES, build_residual_conv, with_kernel_head

_ROWS_TOGETHER = 32  # batches are filled up to a multiple of it


class ResidualConvClassifier(BaseMappedClassifier):
    r"""Residual network that compares with its training rows: the one recommended for films.

    Two residual blocks [1]_ read the pattern and keep where its peaks are, to about 0.5 degrees on
    a grid of 0.04 (:func:`build_residual_conv`); the published a-CNN averages that away. They
    are trained with a softmax layer, on rows that are changed anew each time, as samples differ:
    shifted (height of the sample, zero of the instrument), strained (composition), with other
    ratios of peaks (texture), and noisy. Augmentation in front is not needed.

    With a few dozen films, comparing beats generalizing. So the softmax layer is then replaced
    by one that is solved for: kernel ridge regression on the cosine between the features of a
    pattern and those of training rows, with a temperature that fits the scores each training row
    gets from the others. It is made of dense layers, so all of it is one Keras network.

    The cosine is a sum over angles, and so is the score of a class before the softmax, up to a
    constant: the class activation map is what each angle adds to it (integrated gradients in
    closed form). An angle speaks for a class where the pattern resembles its training rows.

    Scale has no influence. Cube roots of patterns, ``PatternScaler(power=1 / 3)``, are what the
    defaults were chosen with, on virtual (simulated) films.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees; ``None`` stands for the column index, and then nothing
        is strained.
    filters : int, default=16
        Filters of the first convolutions; the last have twice as many.
    dropout : float, default=0.5
        Share of values that is dropped before the softmax layer.
    shift : float, default=0.08
        Largest shift of a row in training, in degrees, or in columns without angles.
    strain : float, default=0.003
        Largest relative change of the lattice, in training.
    tint : float, default=0.15
        Standard deviation, in training, of the logarithm of a smooth factor over the angles.
    noise : float, default=0.05
        Standard deviation of noise, in training, in units of the row's root mean square.
    width : float, default=2.0
        How fast similarity falls with the dissimilarity of features, in units of their mean.
    ridge : float, default=0.003
        Ridge of the regression, relative to a similarity of one.
    n_references : int, default=2000
        Most training rows to compare with; of more, as many are drawn, the same share of each
        class. The regression takes memory with the square of their number.
    loss : {"categorical_crossentropy", "binary_crossentropy"}, default="categorical_crossentropy"
        Loss on the softmax probabilities.
    epochs : int, default=60
        Passes over the training rows. The step size rises in the first tenth of them and falls to
        a hundredth in the rest, so all of them should be run.
    batch_size : int, default=32
        Rows in each step.
    learning_rate : float, default=0.002
        Largest step size of Adam.
    patience : int, default=None
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
        Seed of weights, changes, dropout, the order of rows and the validation rows.
    verbose : int, default=0
        0 is silent, 1 shows progress, 2 prints a line for each epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    n_features_in_ : int
        Number of columns.
    two_theta_ : ndarray of shape (n_angles,)
        Angles of the columns, or their index.
    average_cam_ : ndarray of shape (n_classes, n_angles)
        Average map of the training rows of each class.
    history_ : dict of str to list of float
        ``loss`` and ``accuracy`` of each epoch, and ``val_loss`` and
        ``val_accuracy`` with validation rows.
    model_ : scikeras.wrappers.KerasClassifier
        The fitted network; the Keras model, with the head, is ``model_.model_``.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition",
       CVPR (2016) 770-778, doi:10.1109/CVPR.2016.90.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.neural import ResidualConvClassifier
    >>> two_theta = np.linspace(10, 50, 240)
    >>> X = np.exp(-((two_theta - [[15], [40]]) ** 2)).repeat(20, axis=0)
    >>> y = np.repeat(["P-3m1", "Pm-3m"], 20)
    >>> model = ResidualConvClassifier(two_theta, epochs=10, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]]).tolist()
    ['P-3m1', 'Pm-3m']
    >>> model.cam(X).shape
    (40, 240)
    """

    _parameter_constraints: dict = {
        **BaseMappedClassifier._parameter_constraints,
        "two_theta": ["array-like", None],
        "filters": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "shift": [Interval(Real, 0, None, closed="left")],
        "strain": [Interval(Real, 0, None, closed="left")],
        "tint": [Interval(Real, 0, None, closed="left")],
        "noise": [Interval(Real, 0, None, closed="left")],
        "width": [Interval(Real, 0, None, closed="neither")],
        "ridge": [Interval(Real, 0, None, closed="neither")],
        "n_references": [Interval(Integral, 2, None, closed="left")],
    }

    _strides = STRIDES

    def __init__(
        self,
        two_theta=None,
        *,
        filters=16,
        dropout=0.5,
        shift=0.08,
        strain=0.003,
        tint=0.15,
        noise=0.05,
        width=2.0,
        ridge=0.003,
        n_references=2000,
        loss="categorical_crossentropy",
        epochs=60,
        batch_size=32,
        learning_rate=2e-3,
        patience=None,
        min_delta=1e-4,
        class_weight=None,
        validation=None,
        callbacks=None,
        random_state=None,
        verbose=0,
    ):
        self.two_theta = two_theta
        self.filters = filters
        self.dropout = dropout
        self.shift = shift
        self.strain = strain
        self.tint = tint
        self.noise = noise
        self.width = width
        self.ridge = ridge
        self.n_references = n_references
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

    def _begin_fit(self, X):
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])

    def _network(self, n_classes):
        return partial(
            build_residual_conv,
            self.n_features_in_,
            n_classes,
            filters=int(self.filters),
            dropout=float(self.dropout),
            **self._changes(),
        )

    def _changes(self):
        """Arguments of the layer that changes rows in training, in columns."""
        if self.two_theta is None:
            columns, stretch = 1.0, None
        else:
            columns = 1 / np.median(np.diff(self.two_theta_))
            strained = 2 * np.degrees(self.strain) * np.tan(np.radians(self.two_theta_ / 2))
            stretch = tuple((strained * columns).tolist())
        return {
            "shift": float(self.shift * columns),
            "stretch": stretch,
            "tint": float(self.tint),
            "noise": float(self.noise),
        }

    def _train(self, X, codes, validation, weights, seed):
        model = super()._train(X, codes, validation, weights, seed)
        n_classes = self.classes_.size
        plain = build_residual_conv(self.n_features_in_, n_classes, filters=int(self.filters))
        plain.set_weights(model.model_.get_weights())
        if len(X) > self.n_references:
            kept, _ = train_test_split(
                np.arange(len(X)),
                train_size=max(int(self.n_references), n_classes),
                stratify=codes if np.bincount(codes).min() > 1 else None,
                random_state=seed,
            )
            X, codes = X[kept], codes[kept]
        references = unit_rows(self._features(plain, X))
        head = fit_kernel_head(
            references,
            codes,
            n_classes,
            weights[codes],
            width=float(self.width),
            ridge=float(self.ridge),
        )
        model.model_ = with_kernel_head(plain, references, *head)
        return model

    def _callbacks(self, watched):
        from skxrd.neural._fast_fit import RiseAndFall

        rate = RiseAndFall(float(self.learning_rate), int(self.epochs))
        return [rate, *super()._callbacks(watched)]

    def _run(self, X):
        """Probabilities of checked rows, each the same whatever rows stand beside it.

        Convolutions round the last rows of a batch differently, and comparing with the training
        rows would magnify that. So zeros stand at the end of each batch.
        """
        network = self.model_.model_
        probabilities = []
        for block in self._blocks(X):
            n_zeros = _ROWS_TOGETHER - len(block) % _ROWS_TOGETHER + _ROWS_TOGETHER
            filled = np.concatenate([block, np.zeros((n_zeros, X.shape[1]), block.dtype)])
            probabilities.append(np.asarray(network(filled, training=False))[: len(block)])
        return np.concatenate(probabilities)

    def _features(self, network, X):
        """Last feature maps, shape (n_patterns, n_positions, n_filters)."""
        from keras import Model

        seen = Model(network.input, network.get_layer("activation_map").output)
        return np.concatenate([np.asarray(seen(block)) for block in self._blocks(X)])

    def _position_maps(self, X, codes):
        network = self.model_.model_
        compared, minus_steepness = network.get_layer("similarity").get_weights()
        steepness = -float(minus_steepness[0])
        coefficients = network.get_layer("class_scores").get_weights()[0]
        return kernel_head_maps(
            self._features(network, X),
            compared.T / steepness,
            steepness,
            coefficients[:, codes],
        )
