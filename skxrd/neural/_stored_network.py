"""Fitted network classifiers as parameters and weights, without the Keras objects around them."""

import numpy as np

from skxrd.neural._residual_conv import ResidualConvClassifier
from skxrd.neural._residual_network import build_residual_conv, with_kernel_head


def network_weights(classifier):
    """Weights of the fitted network, in the order of Keras."""
    return classifier.model_.get_weights()


def restore_network(classifier, weights):
    """Give a classifier, whose other attributes are there, the network that has these weights.

    The network is built from the parameters of the classifier, which must fit the weights before
    memory is taken for it.
    """
    n_classes, n_angles = len(classifier.classes_), classifier.n_features_in_
    sizes = [size for array in weights for size in array.shape]
    given = [classifier.filters, *np.ravel(getattr(classifier, "kernel_sizes", ()))]
    fits = n_angles == len(classifier.two_theta_) and weights[-1].shape == (n_classes,)
    if not fits or max(given) > max(sizes):
        raise ValueError("the parameters of the network do not fit its weights")
    if isinstance(classifier, ResidualConvClassifier):
        plain = build_residual_conv(n_angles, n_classes, filters=int(classifier.filters))
        if np.prod(plain.get_layer("activation_map").output.shape[1:]) != len(weights[-4]):
            raise ValueError("the training rows of the network do not fit its features")
        references = np.zeros_like(weights[-4].T)
        coefficients, offset = np.zeros_like(weights[-2]), np.zeros_like(weights[-1])
        network = with_kernel_head(plain, references, 1.0, coefficients, offset)
    else:
        network = classifier._builder(n_classes)()
    network.set_weights(weights)
    classifier.model_ = network
