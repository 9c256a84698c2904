"""Layer that tells measured from missing angles. Imports Keras."""

import keras
from keras import ops


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
