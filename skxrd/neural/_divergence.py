"""What happens when a training diverges. Imports Keras."""

import keras
import numpy as np

_EXPLODED = 10  # times the loss of equal probabilities


class FiniteWeights(keras.callbacks.Callback):
    """Stops a training whose loss or weights are no longer finite, and restores the last that were.

    ``diverged_epoch`` is the epoch it stopped in, or None. It must be the first of the callbacks.
    """

    diverged_epoch = None

    def on_train_begin(self, logs=None):
        """Keep the initial weights."""
        self._kept = self.model.get_weights()

    def on_epoch_end(self, epoch, logs=None):
        """Keep the weights of the epoch, or restore those of the one before."""
        weights = self.model.get_weights()
        if np.isfinite(list(logs.values())).all() and all(np.isfinite(w).all() for w in weights):
            self._kept = weights
        else:
            self.diverged_epoch = epoch
            self.model.set_weights(self._kept)
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Let the kept weights go."""
        self._kept = None

    def problem(self, loss, guessing):
        """What went wrong, from the loss of the kept weights and that of guessing; None if fine."""
        epoch = self.diverged_epoch
        if epoch is not None:
            kept = f"those of epoch {epoch}" if epoch else "the initial ones"
            return f"The training diverged in epoch {epoch + 1}, and the weights kept are {kept}."
        if loss > _EXPLODED * guessing:
            return (
                f"The training diverged: its loss is {loss:.3g}, that of guessing {guessing:.3g}."
            )
        return None
