"""A last layer that compares with the training rows and is solved for, not trained."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar

#: Mean dissimilarity below which the rounding of features would show in the probabilities
_LEAST_DISSIMILARITY = 0.05


def unit_rows(features):
    """Flatten the features of each row and bring them to length one.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_positions, n_filters)
        Last feature maps.

    Returns
    -------
    ndarray of float64, shape (n_rows, n_positions * n_filters)
        Rows without any feature stay zero.
    """
    rows = np.asarray(features, dtype=np.float64).reshape(len(features), -1)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)


def fit_kernel_head(references, codes, n_classes, weights, *, width=2.0, ridge=0.003):
    r"""Class scores from similarities to reference rows, by kernel ridge regression.

    With the cosine :math:`s_i` of a row to reference :math:`i`, and the mean dissimilarity
    :math:`\bar d` of the references (at least 0.05),

    .. math:: S_c = b_c + \sum_i a_{ic} e^{-g (1 - s_i)}, \qquad g = width / \bar d,

    where :math:`b_c` is the share of the class and the :math:`a_{ic}` solve
    :math:`(K + ridge / w) a = Y - b`. Scores become probabilities by a softmax of :math:`S_c / T`;
    :math:`T` gives the scores that each reference gets from the others, which follow from the
    same inverse, the greatest likelihood.

    Parameters
    ----------
    references : ndarray of shape (n_references, n_features)
        Rows of length one.
    codes : ndarray of int, shape (n_references,)
        Their classes.
    n_classes : int
        Number of classes.
    weights : ndarray of shape (n_references,)
        Weights of the references.
    width : float, default=2.0
        How fast similarity falls, in mean dissimilarities.
    ridge : float, default=0.003
        What the scores may miss.

    Returns
    -------
    steepness : float
        :math:`g`.
    coefficients : ndarray of shape (n_references, n_classes)
        :math:`a / T`.
    offset : ndarray of shape (n_classes,)
        :math:`b / T`.
    """
    cosine = references @ references.T
    steepness = width / max(float(np.mean(1 - cosine)), _LEAST_DISSIMILARITY)
    wanted = np.eye(n_classes)[codes]
    offset = wanted.mean(axis=0)
    kernel = np.exp(-steepness * (1 - cosine))
    kernel[np.diag_indices_from(kernel)] += ridge / np.maximum(weights, 1e-6)
    inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(len(kernel)))
    coefficients = inverse @ (wanted - offset)
    without = wanted - coefficients / np.diag(inverse)[:, np.newaxis]
    temperature = _temperature(without, codes, weights)
    return steepness, coefficients / temperature, offset / temperature


def _temperature(scores, codes, weights):
    """Divisor of the scores that makes the softmax of the true classes most likely."""
    rows = np.arange(len(codes))

    def loss(log_temperature):
        divided = scores / np.exp(log_temperature)
        highest = divided.max(axis=1)
        total = highest + np.log(np.exp(divided - highest[:, np.newaxis]).sum(axis=1))
        return float(np.average(total - divided[rows, codes], weights=weights))

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 2), method="bounded").x))


def kernel_head_maps(features, references, steepness, coefficients):
    r"""Parts of the class score that each position contributes.

    The cosine to a reference is a sum over positions, :math:`s_i = \sum_p s_{ip}`. Along the way
    from no similarity to :math:`s_i` each position adds in proportion to its part, so

    .. math:: M_p = \sum_i a_i e^{-g} \frac{e^{g s_i} - 1}{s_i} s_{ip},

    which are the integrated gradients [1]_ in closed form. Their sum is the score less that of a
    row without similarity to any reference.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_positions, n_filters)
        Last feature maps.
    references : ndarray of shape (n_references, n_positions * n_filters)
        Rows of length one.
    steepness : float
        :math:`g`.
    coefficients : ndarray of shape (n_references, n_rows)
        :math:`a` of the class that each row is asked about.

    Returns
    -------
    ndarray of shape (n_rows, n_positions)

    References
    ----------
    .. [1] M. Sundararajan, A. Taly and Q. Yan, "Axiomatic attribution for deep networks",
       ICML (2017), arXiv:1703.01365.
    """
    rows = unit_rows(features)
    cosine = rows @ references.T
    small = np.abs(cosine) < 1e-9
    growth = np.exp(steepness * (cosine - 1)) - np.exp(-steepness)
    growth /= np.where(small, 1, cosine)
    growth[small] = steepness * np.exp(-steepness)
    pull = (coefficients.T * growth) @ references
    return (pull * rows).reshape(features.shape).sum(axis=2)
