"""Parts of a training: optimiser, extra outputs, compiled steps and seeds."""

import numpy as np

_LEARNING_RATES = {"adam": 1e-3, "muon": 1e-2}


def make_optimizer(kind, learning_rate):
    """Largest learning rate and optimiser, by name."""
    import keras

    from skxrd.powders._muon import Muon

    if kind not in _LEARNING_RATES:
        raise ValueError(f"optimizer is {kind!r}; use 'adam' or 'muon'.")
    rate = float(_LEARNING_RATES[kind] if learning_rate is None else learning_rate)
    if kind == "muon":
        return rate, Muon(rate)
    return rate, keras.optimizers.Adam(rate, global_clipnorm=1.0)


def with_estimates(network, targets):
    """The network with estimates of the targets as a second output."""
    import keras

    if not targets.shape[1]:
        return network
    layer = keras.layers.Dense(
        targets.shape[1], kernel_initializer="zeros", dtype="float32", name="estimates"
    )
    estimates = layer(network.layers[-1].input)
    return keras.Model(network.input, [network.output, estimates])


def compile_steps(network, optimizer, groupings):
    """Functions of patterns, codes and targets that train or evaluate: sums of losses and hits."""
    import keras
    import tensorflow as tf

    groups = [np.asarray(grouping) for grouping in groupings]
    sums = [tf.constant(np.eye(group.max() + 1, dtype=np.float32)[group]) for group in groups]
    groups = [tf.constant(group) for group in groups]
    signature = [
        tf.TensorSpec((None, network.input_shape[1]), tf.float32),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((None, None), tf.float32),
    ]

    def loss_and_hits(X, y, targets, training):
        predicted, *estimates = tf.nest.flatten(network(X, training=training))
        predicted = tf.cast(predicted, tf.float32)
        losses = keras.losses.sparse_categorical_crossentropy(y, predicted)
        for members, group in zip(sums, groups, strict=True):
            coarse = keras.losses.sparse_categorical_crossentropy(
                tf.gather(group, y), predicted @ members
            )
            losses += coarse
        for estimated in estimates:
            losses += keras.losses.huber(targets, estimated)
        hits = tf.cast(tf.argmax(predicted, axis=1) == y, tf.float32)
        return tf.reduce_sum(losses), tf.reduce_sum(hits)

    @tf.function(input_signature=signature)
    def step(X, y, targets):
        with tf.GradientTape() as tape:
            loss, hits = loss_and_hits(X, y, targets, True)
            mean = loss / tf.cast(tf.shape(X)[0], loss.dtype)
        gradients = tape.gradient(mean, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss, hits

    @tf.function(input_signature=signature)
    def evaluate(X, y, targets):
        return loss_and_hits(X, y, targets, False)

    return step, evaluate


def set_seeds(network, seed, epoch):
    """Let what dropout draws in an epoch follow from the seed and the epoch alone."""
    states = [v for v in network.variables if v.path.endswith("seed_generator_state")]
    drawn = np.random.default_rng([seed, epoch]).integers(2**31, size=(len(states), 2))
    for state, values in zip(states, drawn, strict=True):
        state.assign(values.astype(np.uint32))
