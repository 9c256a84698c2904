"""The all-convolutional classifier and its class activation maps."""

from functools import partial

import numpy as np

from skxrd.neural._activation_maps import BaseMappedClassifier
from skxrd.neural._all_conv_network import build_all_conv
from skxrd.neural._all_conv_numpy import all_conv_activations, all_conv_probabilities
from skxrd.neural._base import positive_integers
from skxrd.neural._shared_parameters import share_neural_docs


@share_neural_docs
class AllConvClassifier(BaseMappedClassifier):
    r"""All-convolutional network (a-CNN) with class activation maps.

    The network of Oviedo et al. [1]_: convolutions whose strides equal their kernel sizes, global
    average pooling and one softmax layer (:func:`build_all_conv`), trained with Adam. As there is
    only an average between the last convolution and the class scores, the score of class
    :math:`c` is a sum over angles (Eqs. 4 and 5 of [1]_),

    .. math:: S_c = \sum_x M_c(x), \qquad M_c(x) = \frac{1}{n} \sum_k w_k^c f_k(x),

    with the activation :math:`f_k(x)` of filter :math:`k` at position :math:`x` of :math:`n`, and
    the weight :math:`w_k^c` of the softmax layer. :math:`M_c` is the class activation map:
    positive where a region is evidence for the class, negative where it is evidence against it.
    The mean over the patterns of a class (Eq. 6) is its average map.

    Patterns should be scaled alike, for example to a maximum of one. Each position of the map
    covers ``prod(kernel_sizes)`` columns, 120 by default, and zeros fill the last block: fewer
    columns work, but give a flat map.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees; ``None`` is the column index. The angles belong to the
        maps and have no influence on the network.
    |all_conv_layers|
    |loss|
        The published network was trained with ``"binary_crossentropy"``, averaged over the
        classes.
    |epochs=100|
    |batch_size=128|
    |optimizer|
    |learning_rate|
    |patience=10|
    |training_options|

    Attributes
    ----------
    |fitted_network|
    |maps_of_training|

    References
    ----------
    |oviedo|

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
        self.two_theta = two_theta
        self.filters = filters
        self.kernel_sizes = kernel_sizes
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
        super()._begin_fit(X)
        sizes = self.kernel_sizes
        if not positive_integers(sizes):
            raise ValueError(
                f"kernel_sizes is {sizes!r}; give one positive integer for each convolution, such "
                "as (8, 5, 3)."
            )
        self._strides = tuple(map(int, sizes))

    def _builder(self, n_classes):
        return partial(
            build_all_conv,
            self.n_features_in_,
            n_classes,
            filters=int(self.filters),
            kernel_sizes=self._strides,
        )

    def _probabilities(self, X):
        weights = self.model_.get_weights()
        return np.concatenate(
            [all_conv_probabilities(b, weights, self._strides) for b in self._blocks(X)]
        )

    def _position_maps(self, X, codes):
        weights = self.model_.get_weights()
        maps = []
        for block, some in zip(self._blocks(X), self._blocks(codes), strict=True):
            activations = all_conv_activations(block, weights, self._strides)
            per_class = weights[-2].astype(np.float64) / activations.shape[1]  # the mean's share
            maps.append(np.einsum("ipk,ki->ip", activations, per_class[:, some]))
        return np.concatenate(maps)
