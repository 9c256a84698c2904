"""The all-convolutional classifier and its class activation maps."""

from functools import partial
from numbers import Integral

import numpy as np

from skxrd._compat import Interval
from skxrd._grid import check_two_theta
from skxrd.neural._all_conv_numpy import all_conv_activations, all_conv_probabilities
from skxrd.neural._base import ROWS_AT_ONCE
from skxrd.neural._maps import BaseMappedClassifier
from skxrd.neural._networks import build_all_conv, n_positions


class AllConvClassifier(BaseMappedClassifier):
    r"""All-convolutional network (a-CNN) with class activation maps.

    The network of Oviedo et al. [1]_: convolutions whose strides equal their kernel sizes, global
    average pooling and one softmax layer (:func:`build_all_conv`), trained with Adam. Since only
    an average stands between the last convolution and the class scores, the score of class
    :math:`c` is a sum over angles (Eqs. 4 and 5 of [1]_),

    .. math:: S_c = \sum_x M_c(x), \qquad M_c(x) = \frac{1}{n} \sum_k w_k^c f_k(x),

    with the activation :math:`f_k(x)` of filter :math:`k` at position :math:`x` of :math:`n`, and
    the weight :math:`w_k^c` of the softmax layer. :math:`M_c` is the class activation map:
    positive where a region speaks for the class, negative where it speaks against it. The mean
    over the patterns of a class (Eq. 6) is its average map.

    Patterns should be scaled alike, for example to a maximum of one. The network sees
    ``prod(kernel_sizes)`` columns at each position, 120 by default, and zeros fill the last
    block: fewer columns work, but give a flat map.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees; ``None`` stands for the column index. It names the
        angles of the maps and has no influence on the network.
    filters : int, default=32
        Filters of each convolution.
    kernel_sizes : tuple of int, default=(8, 5, 3)
        Kernel size, and stride, of each convolution.
    loss : {"categorical_crossentropy", "binary_crossentropy"}, default="categorical_crossentropy"
        Loss on the softmax probabilities. The published network was trained with
        ``"binary_crossentropy"``, averaged over the classes.
    epochs : int, default=100
        Largest number of passes over the training rows.
    batch_size : int, default=128
        Rows in each step.
    learning_rate : float, default=0.001
        Step size of Adam.
    patience : int, default=10
        Epochs without a lower loss after which training stops. The loss is that of the validation
        rows if there are any, otherwise that of the training rows. The weights of the best epoch
        are kept. ``None`` trains all epochs and keeps the last weights.
    min_delta : float, default=0.0001
        Smallest change of the loss that counts as lower.
    class_weight : dict or "balanced", default=None
        Weight of each class in the loss, ``{label: weight}``; ``"balanced"`` weights each class
        by the inverse of its frequency. ``None`` gives every row the same weight.
    validation : float or (X, y), default=None
        What early stopping watches. A fraction takes that part of the rows given to ``fit``, the
        same part of each class. Behind an augmentation step these rows are altered copies of
        training rows and their loss is too low: pass ``(X, y)`` then, preprocessed like the rows
        the classifier sees, or leave ``None``.
    callbacks : list of keras.callbacks.Callback, default=None
        Further callbacks of the training.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial weights, the order of rows and the validation rows. The same integer
        gives identical weights on the same machine.
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
        Average map of the training rows of each class, so that a stored classifier explains
        without its training data.
    history_ : dict of str to list of float
        ``loss`` and ``accuracy`` of each epoch, and ``val_loss`` and ``val_accuracy`` with
        validation rows.
    model_ : scikeras.wrappers.KerasClassifier
        The fitted network; the Keras model is ``model_.model_``.

    References
    ----------
    .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
       datasets using data augmentation and deep neural networks", npj Computational Materials
       5, 60 (2019), doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.neural import AllConvClassifier
    >>> two_theta = np.linspace(10, 50, 240)
    >>> X = np.exp(-((two_theta - [[15], [40]]) ** 2)).repeat(20, axis=0)
    >>> y = np.repeat(["P-3m1", "Pm-3m"], 20)
    >>> model = AllConvClassifier(two_theta, learning_rate=0.01, random_state=0).fit(X, y)
    >>> model.predict(X[[0, -1]]).tolist()
    ['P-3m1', 'Pm-3m']
    >>> model.cam(X).shape
    (40, 240)
    """

    _parameter_constraints: dict = {
        **BaseMappedClassifier._parameter_constraints,
        "two_theta": ["array-like", None],
        "filters": [Interval(Integral, 1, None, closed="left")],
        "kernel_sizes": ["array-like"],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        filters=32,
        kernel_sizes=(8, 5, 3),
        loss="categorical_crossentropy",
        epochs=100,
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
        self.two_theta = two_theta
        self.filters = filters
        self.kernel_sizes = kernel_sizes
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
        sizes = self.kernel_sizes
        if not len(sizes) or not all(isinstance(k, Integral) and k >= 1 for k in sizes):
            raise ValueError(
                f"kernel_sizes is {sizes!r}; give one positive integer for each convolution, such "
                "as (8, 5, 3)."
            )
        self._strides = tuple(map(int, sizes))

    def _network(self, n_classes):
        return partial(
            build_all_conv,
            self.n_features_in_,
            n_classes,
            filters=int(self.filters),
            kernel_sizes=self._strides,
        )

    def _run(self, X):
        weights = self.model_.model_.get_weights()
        return np.concatenate(
            [all_conv_probabilities(b, weights, self._strides) for b in self._blocks(X)]
        )

    def _position_maps(self, X, codes):
        network = self.model_.model_
        weights = network.get_weights()
        positions, _ = n_positions(self.n_features_in_, self._strides)
        per_class = weights[-2].astype(np.float64) / positions  # the mean's share
        maps = [
            np.einsum(
                "ipk,ki->ip",
                all_conv_activations(X[start : start + ROWS_AT_ONCE], weights, self._strides),
                per_class[:, codes[start : start + ROWS_AT_ONCE]],
            )
            for start in range(0, len(X), ROWS_AT_ONCE)
        ]
        return np.concatenate(maps)
