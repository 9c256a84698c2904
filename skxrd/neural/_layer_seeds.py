"""Seeds of layers that belong to one network, so that others in the process have no influence."""

from itertools import repeat
from random import Random


def layer_seeds(seed):
    """Seeds that Keras would draw for its layers after ``random.seed(seed)``; None without one."""
    if seed is None:
        return repeat(None)
    generator = Random(seed)
    return (generator.randint(1, 10**9) for _ in repeat(None))


def seeded_weights(seeds):
    """Keras' usual initial weights, with the next of the seeds."""
    from keras.initializers import GlorotUniform

    return GlorotUniform(seed=next(seeds))


def seeded_dropout(share, seeds):
    """Layer that drops a share of values, with the next of the seeds if it is not zero."""
    from keras.layers import Dropout

    return Dropout(share, seed=next(seeds) if share > 0 else None)
