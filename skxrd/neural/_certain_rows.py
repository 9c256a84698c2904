"""What is predicted for rows of which a network knows nothing."""

import warnings

import numpy as np


def equal_where_unknown(probabilities):
    """The probabilities, where some are not finite as high for each class, with a warning."""
    unknown = ~np.isfinite(probabilities).all(axis=1)
    if unknown.any():
        warnings.warn(
            f"The network gives no finite number for {unknown.sum()} of {unknown.size} "
            f"patterns, the first in row {unknown.argmax()}: their classes are taken as "
            "equally probable. Scale the patterns as those of the training.",
            stacklevel=3,
        )
        probabilities[unknown] = 1 / probabilities.shape[1]
    return probabilities
