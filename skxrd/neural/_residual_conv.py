"""The classifier recommended for films: a residual network that knows angles, several times."""

from functools import partial
from numbers import Integral, Real

import numpy as np

from skxrd._compat import Interval
from skxrd._grid import check_two_theta
from skxrd.neural._maps import BaseMappedClassifier
from skxrd.neural._residual_network import STRIDES, build_residual_conv


class ResidualConvClassifier(BaseMappedClassifier):
    r"""Residual network that knows angles, a few of them averaged: the one recommended for films.

    The published a-CNN averages over all positions before it decides, so it may know that peaks
    of some shape occur, but only faintly where. Here two residual blocks [1]_ read the pattern, and
    one softmax layer sees every position (:func:`build_residual_conv`): a class learns at which
    angles its peaks are, to about 0.5 degrees on a grid of 0.04. Rows are changed anew each time
    they train, as samples differ: shifted (height of the sample, zero of the instrument), strained
    (composition), with other ratios of peaks (texture), and noisy. The scores of ``n_members``
    networks that start from different weights are averaged.

    The score of class :math:`c` is still a sum over positions, so there is a class activation map
    as in the a-CNN [2]_, with weights that belong to a position:

    .. math:: S_c = \sum_x M_c(x), \qquad M_c(x) = \sum_k w_{xk}^c f_k(x).

    Since a constant at one angle may be moved between the weights and the bias, what tells two
    classes apart is the difference of their maps (:func:`skxrd.inspection.contrast_map`).

    Rows are brought to the same length inside, so their scale has no influence. Square roots of
    patterns are what :func:`skxrd.model_selection.make_augmented` passes on and what the defaults
    are made for; those were chosen on virtual (simulated) films.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees; ``None`` stands for the column index, and then nothing
        is strained.
    n_members : int, default=3
        Networks that are averaged.
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
    loss : {"categorical_crossentropy", "binary_crossentropy"}, default="categorical_crossentropy"
        Loss on the softmax probabilities.
    epochs : int, default=30
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
        Further callbacks of the training of each member.
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
        ``loss`` and ``accuracy`` of each epoch of the first member, and ``val_loss`` and
        ``val_accuracy`` with validation rows.
    model_ : scikeras.wrappers.KerasClassifier
        The fitted networks; the Keras model of their mean is ``model_.model_``.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition",
       CVPR (2016) 770-778, doi:10.1109/CVPR.2016.90.
    .. [2] F. Oviedo et al., npj Computational Materials 5, 60 (2019),
       doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.neural import ResidualConvClassifier
    >>> two_theta = np.linspace(10, 50, 240)
    >>> X = np.exp(-((two_theta - [[15], [40]]) ** 2)).repeat(20, axis=0)
    >>> y = np.repeat(["P-3m1", "Pm-3m"], 20)
    >>> model = ResidualConvClassifier(two_theta, n_members=1, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]]).tolist()
    ['P-3m1', 'Pm-3m']
    >>> model.cam(X).shape
    (40, 240)
    """

    _parameter_constraints: dict = {
        **BaseMappedClassifier._parameter_constraints,
        "two_theta": ["array-like", None],
        "n_members": [Interval(Integral, 1, None, closed="left")],
        "filters": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "shift": [Interval(Real, 0, None, closed="left")],
        "strain": [Interval(Real, 0, None, closed="left")],
        "tint": [Interval(Real, 0, None, closed="left")],
        "noise": [Interval(Real, 0, None, closed="left")],
    }

    _strides = STRIDES

    def __init__(
        self,
        two_theta=None,
        *,
        n_members=3,
        filters=16,
        dropout=0.5,
        shift=0.08,
        strain=0.003,
        tint=0.15,
        noise=0.05,
        loss="categorical_crossentropy",
        epochs=30,
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
        self.n_members = n_members
        self.filters = filters
        self.dropout = dropout
        self.shift = shift
        self.strain = strain
        self.tint = tint
        self.noise = noise
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
        members = [
            super(ResidualConvClassifier, self)._train(X, codes, validation, weights, seed + number)
            for number in range(self.n_members)
        ]
        model = members[0]
        model.model_ = _averaged(
            [member.model_ for member in members],
            partial(
                build_residual_conv,
                self.n_features_in_,
                self.classes_.size,
                filters=int(self.filters),
            ),
        )
        return model

    def _callbacks(self, watched):
        from skxrd.neural._epochs import RiseAndFall

        rate = RiseAndFall(float(self.learning_rate), int(self.epochs))
        return [rate, *super()._callbacks(watched)]

    def _members(self):
        return [layer for layer in self.model_.model_.layers if hasattr(layer, "layers")]

    def _position_maps(self, X, codes):
        from keras import Model

        maps = 0
        for member in self._members():
            seen = Model(member.input, member.get_layer("activation_map").output)
            kernel = member.get_layer("class_scores").get_weights()[0]
            blocks = []
            for start, block in self._numbered_blocks(X):
                features = np.asarray(seen(block))
                per_class = kernel.reshape(*features.shape[1:], -1)
                at = codes[start : start + len(block)]
                blocks.append(np.einsum("ipk,pki->ip", features, per_class[:, :, at]))
            maps = maps + np.concatenate(blocks)
        return maps / self.n_members

    def _numbered_blocks(self, X):
        start = 0
        for block in self._blocks(X):
            yield start, block
            start += len(block)


def _averaged(networks, build):
    """One network without training layers whose scores are the means of those of many."""
    from keras import Input, Model, layers

    inputs = Input(networks[0].input_shape[1:], name="pattern")
    scores = []
    for number, network in enumerate(networks):
        plain = build()
        plain.set_weights(network.get_weights())
        member = Model(plain.input, plain.get_layer("class_scores").output, name=f"member_{number}")
        scores.append(member(inputs))
    mean = scores[0] if len(scores) == 1 else layers.Average()(scores)
    return Model(inputs, layers.Softmax()(mean), name="residual_conv_ensemble")
