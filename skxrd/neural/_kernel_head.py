"""A last layer that compares with the training rows: solved in closed form, not trained."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar

#: With a smaller mean dissimilarity, the rounding of features would show in the probabilities
_LEAST_DISSIMILARITY = 0.05


def unit_rows(features):
    """Features of each row, flattened, as float64 of length one; all zero where that fails."""
    rows = np.asarray(features, dtype=np.float64).reshape(len(features), -1)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    possible = np.isfinite(length) & (length > 0)
    return np.where(possible, rows, 0) / np.where(possible, length, 1)


def fit_kernel_head(references, codes, n_classes, weights, *, gamma=2.0, ridge=0.003):
    r"""Class scores from similarities to reference rows, by kernel ridge regression.

    With the cosine :math:`s_i` of a row to reference :math:`i`, and the mean dissimilarity
    :math:`\bar d` of the references (at least 0.05),

    .. math:: S_c = b_c + \sum_i a_{ic} e^{-g (1 - s_i)}, \qquad g = \gamma / \bar d,

    where :math:`b_c` is the share of the class and the :math:`a_{ic}` solve
    :math:`(K + ridge / w) a = Y - b` with the weights :math:`w` of the references. Scores become
    probabilities by a softmax of :math:`S_c / T`; :math:`T` maximises the likelihood of the
    leave-one-out scores of the references, which follow from the same inverse.

    ``references`` are unit rows, shape (n_references, n_features). Returned are the steepness
    :math:`g`, the coefficients :math:`a / T`, shape (n_references, n_classes), and the offset
    :math:`b / T`, shape (n_classes,).
    """
    cosine = references @ references.T
    steepness = gamma / max(float(np.mean(1 - cosine)), _LEAST_DISSIMILARITY)
    targets = np.eye(n_classes)[codes]
    offset = targets.mean(axis=0)
    kernel = np.exp(-steepness * (1 - cosine))
    kernel[np.diag_indices_from(kernel)] += ridge / np.maximum(weights, 1e-6)
    inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(len(kernel)))
    coefficients = inverse @ (targets - offset)
    left_out = targets - coefficients / np.diag(inverse)[:, np.newaxis]
    temperature = _temperature(left_out, codes, weights)
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
    r"""Contribution of each position to a class score, shape (n_rows, n_positions).

    The cosine to a reference is a sum over positions, :math:`s_i = \sum_p s_{ip}`. On the way
    from no similarity to :math:`s_i` each position adds in proportion to its part, so

    .. math:: M_p = \sum_i a_i e^{-g} \frac{e^{g s_i} - 1}{s_i} s_{ip},

    which are integrated gradients (M. Sundararajan, A. Taly and Q. Yan, ICML 2017,
    arXiv:1703.01365) in closed form. Their sum is the score less that of a row without similarity
    to any reference. ``features`` has the shape (n_rows, n_positions, n_filters), and
    ``coefficients``, shape (n_references, n_rows), are those of the class asked for in each row.
    """
    rows = unit_rows(features)
    cosine = rows @ references.T
    small = np.abs(cosine) < 1e-9
    growth = np.exp(steepness * (cosine - 1)) - np.exp(-steepness)
    growth /= np.where(small, 1, cosine)
    growth[small] = steepness * np.exp(-steepness)
    pull = (coefficients.T * growth) @ references
    return (pull * rows).reshape(features.shape).sum(axis=2)
