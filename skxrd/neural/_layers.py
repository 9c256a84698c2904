"""Keras layers of our own, for networks that take patterns. Imports Keras."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops


class PatternJitter(keras.layers.Layer):
    """Shifts, strains, rescales and adds noise to rows in training; otherwise leaves them alone.

    ``shift`` is the largest shift of a row and ``strain_shift``, shape (n_angles,), that of each
    column by a strain common to the row, both in columns; ``intensity_jitter`` is the standard
    deviation of the logarithm of a factor that is drawn at ``n_knots`` angles and interpolated;
    ``noise`` is that of the noise on each value.
    """

    def __init__(self, shift, strain_shift, intensity_jitter, noise, *, n_knots=12, seed=None):
        super().__init__()
        self.shift, self.noise = float(shift), float(noise)
        self.strain_shift = np.asarray(strain_shift, dtype=np.float32)
        self.intensity_jitter = float(intensity_jitter)
        self.n_knots = n_knots
        self.seed = seed
        self.draw = keras.random.SeedGenerator(seed)

    def call(self, rows, training=False):
        """Changed rows in training, of the same shape."""
        if not training:
            return rows
        n_rows, n_angles = ops.shape(rows)[0], rows.shape[1]
        place = ops.arange(n_angles, dtype="float32")
        place = place + self.shift * keras.random.uniform((n_rows, 1), -1, 1, seed=self.draw)
        strain = keras.random.uniform((n_rows, 1), -1, 1, seed=self.draw)
        rows = _interpolated(rows, place + strain * self.strain_shift)
        knots = keras.random.normal((n_rows, self.n_knots), seed=self.draw)
        knots = self.intensity_jitter * knots
        rows = rows * ops.exp(knots @ _interpolation_weights(self.n_knots, n_angles))
        return rows + self.noise * keras.random.normal((n_rows, n_angles), seed=self.draw)

    def get_config(self):
        """Arguments that make the same layer."""
        return {
            "shift": self.shift,
            "strain_shift": self.strain_shift.tolist(),
            "intensity_jitter": self.intensity_jitter,
            "noise": self.noise,
            "n_knots": self.n_knots,
            "seed": self.seed,
        }


@keras.saving.register_keras_serializable(package="skxrd")
class MeasuredAngles(keras.layers.Layer):
    """Square roots of intensities, and which of them were measured, as two channels.

    Missing angles are NaN; their intensity becomes 0.
    """

    def call(self, rows):
        """Two channels, shape (n_patterns, n_angles, 2)."""
        measured = ops.logical_not(ops.isnan(rows))
        positive = ops.where(ops.logical_and(measured, rows > 0), rows, ops.zeros_like(rows))
        return ops.stack([ops.sqrt(positive), ops.cast(measured, rows.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        """Two channels more."""
        return (*input_shape, 2)


def _interpolated(rows, place):
    """Values of the rows at fractional columns; beyond the ends, those of the ends."""
    last = rows.shape[1] - 1
    place = ops.clip(place, 0, last)
    left = ops.cast(place, "int32")
    part = place - ops.cast(left, "float32")
    below = tf.gather(rows, left, batch_dims=1)
    above = tf.gather(rows, ops.minimum(left + 1, last), batch_dims=1)
    return below + part * (above - below)


def _interpolation_weights(n_knots, n_angles):
    """Weights of linear interpolation between evenly spaced knots, shape (n_knots, n_angles)."""
    distance = np.linspace(0, n_knots - 1, n_angles) - np.arange(n_knots)[:, np.newaxis]
    return np.maximum(1 - np.abs(distance), 0).astype(np.float32)
