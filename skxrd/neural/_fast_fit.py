"""Training in which many steps are one call of a compiled function.

Keras hands TensorFlow one batch at a time and makes a new iterator for each epoch. For networks
whose step takes a millisecond that costs more than the step. This module imports TensorFlow: it
is imported when a network is trained.
"""

import keras
import numpy as np
import tensorflow as tf
from sklearn.utils import check_random_state

_STEPS_AT_ONCE = 256  # between two calls progress is shown and training can be interrupted


class BlockConv1D(keras.layers.Conv1D):
    """Convolution whose stride is its kernel size, as the matrix product that it is."""

    def call(self, inputs):
        """Cut the angles into blocks and multiply each by the kernel."""
        size, channels = self.kernel_size[0], inputs.shape[2]
        blocks = keras.ops.reshape(inputs, (-1, size * channels))
        kernel = keras.ops.reshape(self.kernel, (size * channels, self.filters))
        values = self.activation(blocks @ kernel + self.bias)
        return keras.ops.reshape(values, (-1, inputs.shape[1] // size, self.filters))


class EpochNetwork(keras.Model):
    """Functional network whose ``fit`` takes arrays in memory and wastes no time between steps."""

    compiled_as = None  # its configuration when it was compiled, unless changed since

    def fit(
        self,
        x,
        y,
        *,
        batch_size,
        epochs,
        sample_weight=None,
        validation_data=None,
        callbacks=(),
        verbose=0,
        seed=None,
        shuffle=True,
        initial_epoch=0,
    ):
        """Train as ``keras.Model.fit`` does on arrays, with what it takes, and return the history.

        ``seed`` is that of the order of rows; None takes NumPy's global generator. The order of an
        epoch is the same whether the training starts with it or before it.
        """
        rows = _tensors(x, y, sample_weight)
        generator = check_random_state(seed)
        validation = None if validation_data is None else _tensors(*validation_data)
        if not hasattr(self, "_train_some"):
            self.optimizer.build(self.trainable_variables)
            self._compile_steps()
        if self._has_metrics():  # they make their variables when they are first computed
            few = [values[:1] for values in rows]
            self.compute_metrics(few[0], few[1], self(few[0]), few[2])
        at_once = batch_size * _STEPS_AT_ONCE
        starts = range(0, len(x), at_once)
        callbacks = keras.callbacks.CallbackList(
            list(callbacks),
            add_history=True,
            add_progbar=verbose != 0,
            verbose=verbose,
            epochs=epochs,
            steps=len(starts),
            model=self,
        )
        self.stop_training = False
        callbacks.on_train_begin()
        logs = {}
        for _ in range(initial_epoch):
            generator.permutation(len(x))
        for epoch in range(initial_epoch, epochs):
            callbacks.on_epoch_begin(epoch)
            order = generator.permutation(len(x)) if shuffle else np.arange(len(x))
            order = tf.constant(order)
            sums = np.zeros(2)
            self._start_metrics()
            for step, start in enumerate(starts):
                callbacks.on_train_batch_begin(step)
                if epoch == initial_epoch and step == 0:
                    self._trace_what_callbacks_changed()
                part = order[start : start + at_once]
                sums += [float(s) for s in self._train_some(*rows, part, tf.constant(batch_size))]
                logs = _means(sums, min(start + at_once, len(x))) | self._metrics_so_far()
                callbacks.on_train_batch_end(step, logs)
            if validation is not None:
                sums = np.zeros(2)
                self._start_metrics()
                for start in range(0, len(validation[0]), at_once):
                    some = [values[start : start + at_once] for values in validation]
                    sums += [float(s) for s in self._validate_some(*some)]
                means = _means(sums, len(validation[0])) | self._metrics_so_far()
                logs |= {f"val_{name}": value for name, value in means.items()}
            callbacks.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        callbacks.on_train_end(logs)
        return self.history

    def configuration(self):
        """All that is compiled into the steps of a training."""
        optimizer = self.optimizer.get_config()
        del optimizer["learning_rate"]
        return id(self.optimizer), optimizer, [layer.get_config() for layer in self.layers]

    def is_as_compiled(self):
        """Whether nothing that is compiled has changed."""
        return self.configuration() == self.compiled_as

    def _trace_what_callbacks_changed(self):
        """Compile anew if a callback changed layers or the optimiser before the first step."""
        if not self.is_as_compiled():
            self.compiled_as = None
            self._compile_steps()

    def _compile_steps(self):
        self._train_some, self._validate_some = self._train_steps, self._loss_and_hits
        if not self.run_eagerly:
            self._train_some = tf.function(self._train_some, reduce_retracing=True)
            self._validate_some = tf.function(self._validate_some, reduce_retracing=True)

    def _has_metrics(self):
        """Whether it was compiled with metrics, besides the loss that Keras computes."""
        return len(self.metrics) > 1

    def _start_metrics(self):
        if self._has_metrics():
            self.reset_metrics()

    def _metrics_so_far(self):
        if not self._has_metrics():
            return {}
        results = self.get_metrics_result()
        return {name: float(value) for name, value in results.items() if name != "loss"}

    def _train_steps(self, x, y, weight, order, batch_size):
        loss_sum, hits = 0.0, 0.0
        for start in tf.range(0, tf.shape(order)[0], batch_size):
            rows = order[start : start + batch_size]
            some = [tf.gather(values, rows) for values in (x, y, weight)]
            with tf.GradientTape() as tape:
                loss, right = self._loss_and_hits(*some, training=True)
                mean = loss / tf.cast(tf.shape(rows)[0], loss.dtype)
            gradients = tape.gradient(mean, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            loss_sum += loss
            hits += right
        return loss_sum, hits

    def _loss_and_hits(self, x, y, weight, training=False):
        """Weighted sum of the losses, penalties of the weights included, and correct rows."""
        predicted = self(x, training=training)
        if self._has_metrics():
            self.compute_metrics(x, y, predicted, sample_weight=weight)
        mean = self.compute_loss(x, y, predicted, sample_weight=weight, training=training)
        right = tf.argmax(predicted, axis=1) == tf.argmax(y, axis=1)
        right = tf.reduce_sum(tf.cast(right, tf.float32))
        return mean * tf.cast(tf.shape(x)[0], mean.dtype), right


def trainable_copy(network):
    """Uncompiled copy of a functional network that trains faster; same order of variables."""
    copy = keras.models.clone_model(network, clone_function=_faster_layer)
    return EpochNetwork(copy.inputs, copy.outputs, name=network.name)


def _faster_layer(layer):
    kind = type(layer)
    if (
        kind is keras.layers.Conv1D
        and layer.strides == layer.kernel_size
        and layer.padding == "valid"
        and layer.input.shape[1] % layer.kernel_size[0] == 0
    ):
        kind = BlockConv1D
    return kind.from_config(layer.get_config())


def _tensors(x, y, weight=None):
    weight = np.ones(len(x), np.float32) if weight is None else weight
    return [tf.constant(values) for values in (x, y, weight)]


def _means(sums, n_rows):
    return {"loss": float(sums[0]) / n_rows, "accuracy": float(sums[1]) / n_rows}
