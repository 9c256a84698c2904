"""The classifier recommended for films: a network that compares with its training rows."""

from functools import partial
from numbers import Integral

import numpy as np
from sklearn.model_selection import train_test_split

from skxrd._compat import Interval
from skxrd.neural._activation_maps import BaseMappedClassifier
from skxrd.neural._base import DROPPED_SHARE, NOT_NEGATIVE, POSITIVE
from skxrd.neural._kernel_head import fit_kernel_head, kernel_head_maps, unit_rows
from skxrd.neural._residual_network import (
    STRIDES,
    build_residual_conv,
    scaled_rows,
    with_kernel_head,
)
from skxrd.neural._shared_parameters import share_neural_docs
from skxrd.neural._training import Rows

_ROWS_A_BATCH = 32  # batches are filled up to a multiple of it


@share_neural_docs
class ResidualConvClassifier(BaseMappedClassifier):
    r"""Residual network that compares with its training rows: the one recommended for films.

    Two residual blocks [1]_ keep where the peaks of a pattern are, to about 0.5 degrees on a grid
    of 0.04, which the average of the published a-CNN loses. They are trained with a softmax layer,
    on rows that vary anew in each epoch as samples do: shifted (height of the sample, zero of the
    instrument), strained (composition), with other ratios of peaks (texture), and noisy. No
    augmentation step is needed before it.

    For a few dozen films, comparing with known ones beats generalizing. So the softmax layer is
    then replaced by one that is solved in closed form: kernel ridge regression on the cosine
    between the features of a pattern and those of training rows, with a temperature that
    calibrates the score of each training row from the others. As it consists of dense layers, the
    whole is one Keras network.

    The cosine is a sum over angles, and so is the score of a class before the softmax, up to a
    constant: the class activation map is the contribution of each angle (integrated gradients in
    closed form). It is positive where the pattern resembles training rows of the class.

    Scale has no influence. The defaults were chosen with cube roots of patterns,
    ``PatternScaler(power=1 / 3)``, on virtual (simulated) films.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees; ``None`` is the column index, and rows are not strained.
    filters : int, default=16
        Filters of the first convolutions; the last have twice as many.
    dropout : float, default=0.5
        Share of values that is dropped before the softmax layer.
    shift : float, default=0.08
        Largest shift of a row in training, in degrees, or in columns without angles.
    strain : float, default=0.003
        Largest relative change of the lattice, in training.
    intensity_jitter : float, default=0.15
        Standard deviation, in training, of the logarithm of a factor on the intensities that
        varies smoothly with the angle.
    noise : float, default=0.05
        Standard deviation of noise, in training, in units of the row's root mean square.
    gamma : float, default=2.0
        Decay of the kernel :math:`e^{-\gamma d / \bar d}`, where :math:`d` is one minus the cosine
        of features and :math:`\bar d` its mean over the training rows.
    ridge : float, default=0.003
        Ridge of the regression, relative to a similarity of one.
    n_references : int, default=2000
        Largest number of training rows to compare with; from more, as many are drawn, the same
        share of each class. The regression takes memory with the square of their number.
    |loss|
    epochs : int, default=60
        Passes over the training rows. The step size rises in the first tenth of them and falls to
        a hundredth in the rest, so all of them should be run.
    |batch_size=32|
    |optimizer|
    learning_rate : float, default=0.002
        Largest step size of Adam.
    |patience=None|
    |training_options|

    Attributes
    ----------
    |fitted_network|
    |maps_of_training|

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
        "dropout": DROPPED_SHARE,
        "shift": NOT_NEGATIVE,
        "strain": NOT_NEGATIVE,
        "intensity_jitter": NOT_NEGATIVE,
        "noise": NOT_NEGATIVE,
        "gamma": POSITIVE,
        "ridge": POSITIVE,
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
        intensity_jitter=0.15,
        noise=0.05,
        gamma=2.0,
        ridge=0.003,
        n_references=2000,
        loss="categorical_crossentropy",
        epochs=60,
        batch_size=32,
        optimizer="adam",
        learning_rate=2e-3,
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
        self.two_theta = two_theta
        self.filters = filters
        self.dropout = dropout
        self.shift = shift
        self.strain = strain
        self.intensity_jitter = intensity_jitter
        self.noise = noise
        self.gamma = gamma
        self.ridge = ridge
        self.n_references = n_references
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
        return partial(
            build_residual_conv,
            self.n_features_in_,
            n_classes,
            filters=int(self.filters),
            dropout=float(self.dropout),
            **self._jitter(),
        )

    def _jitter(self):
        """Arguments of the layer that changes rows in training; shifts are in columns."""
        columns, strain_shift = 1.0, None
        if self.two_theta is not None:
            columns = 1 / np.median(np.diff(self.two_theta_))
            largest = 2 * np.degrees(self.strain) * np.tan(np.radians(self.two_theta_ / 2))
            strain_shift = tuple((largest * columns).tolist())
        return {
            "shift": float(self.shift * columns),
            "strain_shift": strain_shift,
            "intensity_jitter": float(self.intensity_jitter),
            "noise": float(self.noise),
        }

    def _scaled(self, X):
        """Rows whose squares neither overflow nor vanish."""
        return scaled_rows(X)

    def _train(self, rows, validation, settings, seed, go_on):
        result = super()._train(rows, validation, settings, seed, go_on)
        n_classes = self.classes_.size
        plain = build_residual_conv(
            self.n_features_in_, n_classes, filters=int(self.filters), seed=seed
        )
        plain.set_weights(self.model_.get_weights())
        if len(rows.X) > self.n_references:
            kept, _ = train_test_split(
                np.arange(len(rows.X)),
                train_size=max(int(self.n_references), n_classes),
                stratify=rows.codes if np.bincount(rows.codes).min() > 1 else None,
                random_state=seed,
            )
            rows = Rows(*(values[kept] for values in rows))
        references = unit_rows(self._features(plain, rows.X))
        head = fit_kernel_head(
            references,
            rows.codes,
            n_classes,
            rows.weights,
            gamma=float(self.gamma),
            ridge=float(self.ridge),
        )
        self.model_ = with_kernel_head(plain, references, *head)
        return result

    def _weights_to_go_on(self, network):
        """Features of the fitted network, and the softmax layer that its head has replaced."""
        return [*self.model_.get_weights()[:-4], *network.get_weights()[-2:]]

    def _callbacks(self, monitor):
        from skxrd.neural._learning_rate import RiseAndFall

        highest = self._rate()
        if highest is None:
            raise ValueError(
                "the optimizer has a schedule of learning rates, but this training has its own; "
                "give the optimizer a number."
            )
        return [RiseAndFall(highest, int(self.epochs)), *super()._callbacks(monitor)]

    def _probabilities(self, X):
        """Probabilities of checked rows, each the same whatever the other rows are.

        Convolutions round the last rows of a batch differently, and comparing with the training
        rows would magnify that. So each batch ends with rows of zeros.
        """
        network = self.model_
        probabilities = []
        for block in self._blocks(X):
            n_zeros = _ROWS_A_BATCH - len(block) % _ROWS_A_BATCH + _ROWS_A_BATCH
            filled = np.concatenate([block, np.zeros((n_zeros, X.shape[1]), block.dtype)])
            probabilities.append(np.asarray(network(filled, training=False))[: len(block)])
        return np.concatenate(probabilities)

    def _features(self, network, X):
        """Last feature maps, shape (n_patterns, n_positions, n_filters)."""
        from keras import Model

        reading = Model(network.input, network.get_layer("activation_map").output)
        return np.concatenate([np.asarray(reading(block)) for block in self._blocks(X)])

    def _position_maps(self, X, codes):
        network = self.model_
        scaled_references, bias = network.get_layer("similarity").get_weights()
        steepness = -float(bias[0])
        coefficients = network.get_layer("class_scores").get_weights()[0]
        return kernel_head_maps(
            self._features(network, X),
            scaled_references.T / steepness,
            steepness,
            coefficients[:, codes],
        )
