"""Learning rate that rises linearly, then falls like a cosine. Imports Keras."""

import keras
import numpy as np

_LAST = 0.01  # share of the largest learning rate that remains at the end


def rise_and_fall(step, n_steps, *, rising):
    """Share of the largest learning rate at a step; ``rising`` is the share of steps it rises in.

    The first step already has more than zero.
    """
    n_rising = max(1, round(rising * n_steps))
    if step < n_rising:
        return (step + 1) / n_rising
    fallen = min(1, (step - n_rising) / max(1, n_steps - n_rising))
    return _LAST + (1 - _LAST) * (1 + np.cos(np.pi * fallen)) / 2


class RiseAndFall(keras.callbacks.Callback):
    """Sets the learning rate of each epoch, which rises in the first tenth of them."""

    def __init__(self, highest, epochs):
        super().__init__()
        self.highest, self.epochs = highest, epochs

    def on_epoch_begin(self, epoch, logs=None):
        """Set the learning rate of the epoch."""
        share = rise_and_fall(epoch, self.epochs, rising=0.1)
        self.model.optimizer.learning_rate = self.highest * share
