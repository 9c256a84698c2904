"""Layer that changes patterns a little each time it trains. Imports Keras."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops


class PatternJitter(keras.layers.Layer):
    """Shift, stretch and tint rows in training; leave them alone otherwise.

    Parameters
    ----------
    shift : float
        Largest shift of a row, in columns.
    stretch : array-like of shape (n_angles,)
        Largest shift of each column that grows with a strain common to the row, in columns.
    tint : float
        Standard deviation of the logarithm of a smooth factor, drawn at ``n_knots`` angles.
    noise : float
        Standard deviation of the noise on each value.
    n_knots : int, default=12
        Angles between which the factor is interpolated linearly.
    seed : int, default=None
        Seed of the draws.
    """

    def __init__(self, shift, stretch, tint, noise, *, n_knots=12, seed=None):
        super().__init__()
        self.shift, self.tint, self.noise = float(shift), float(tint), float(noise)
        self.stretch = np.asarray(stretch, dtype=np.float32)
        self.n_knots = n_knots
        self.draw = keras.random.SeedGenerator(seed)

    def call(self, rows, training=False):
        """Changed rows in training, of the same shape."""
        if not training:
            return rows
        n_rows, n_angles = ops.shape(rows)[0], rows.shape[1]
        place = ops.arange(n_angles, dtype="float32")
        place = place + self.shift * keras.random.uniform((n_rows, 1), -1, 1, seed=self.draw)
        strain = keras.random.uniform((n_rows, 1), -1, 1, seed=self.draw)
        rows = _interpolated(rows, place + strain * self.stretch)
        knots = self.tint * keras.random.normal((n_rows, self.n_knots), seed=self.draw)
        rows = rows * ops.exp(knots @ _tents(self.n_knots, n_angles))
        return rows + self.noise * keras.random.normal((n_rows, n_angles), seed=self.draw)

    def get_config(self):
        """Arguments that make the same layer."""
        return {
            "shift": self.shift,
            "stretch": self.stretch.tolist(),
            "tint": self.tint,
            "noise": self.noise,
            "n_knots": self.n_knots,
        }


def _interpolated(rows, place):
    """Values of the rows at fractional columns; the ends go on as they are."""
    last = rows.shape[1] - 1
    place = ops.clip(place, 0, last)
    left = ops.cast(place, "int32")
    part = place - ops.cast(left, "float32")
    below = tf.gather(rows, left, batch_dims=1)
    above = tf.gather(rows, ops.minimum(left + 1, last), batch_dims=1)
    return below + part * (above - below)


def _tents(n_knots, n_angles):
    """Weights of linear interpolation between evenly spaced knots, (n_knots, n_angles)."""
    distance = np.linspace(0, n_knots - 1, n_angles) - np.arange(n_knots)[:, np.newaxis]
    return np.maximum(1 - np.abs(distance), 0).astype(np.float32)
