"""Training on patterns that are rendered meanwhile, with a checkpoint after each epoch."""

import json
import time
import zlib
from pathlib import Path

import numpy as np

from skxrd._files import replaced_file

_CHECKPOINT = "checkpoint.npz"
_WARM = 0.05  # share of the steps in which the step size rises
_LEARNING_RATES = {"adam": 1e-3, "muon": 1e-2}
_LAST = 0.01  # share of the largest step size that remains at the end


def train_on_batches(
    network,
    batches,
    codes,
    *,
    folder,
    epochs,
    optimizer="adam",
    learning_rate=None,
    groupings=(),
    targets=None,
    validation=None,
    n_jobs=2,
    executor=None,
    progress=None,
):
    """Train a network on rendered batches, or go on where that was stopped.

    The loss is the cross-entropy of the classes, and for each grouping that of its groups, whose
    probabilities are sums over their classes. The step size rises in the first twentieth of all
    steps and then falls like a cosine.

    With ``targets`` the network also estimates numbers, such as the longest spacings of the
    lattice, by a linear layer behind the features from which it reads the classes. The layer is
    thrown away at the end; the features have then learned more than the classes ask for.

    Behind each epoch, weights, optimiser and history are written to ``checkpoint.npz`` in the
    folder, whole or not at all. A second call with the same arguments goes on from there and gives
    what one call would have given, as the patterns and dropout of an epoch follow from its number.

    Parameters
    ----------
    network : keras.Model
        From patterns to probabilities; it is changed. It need not be compiled.
    batches : PatternBatches
        Training patterns.
    codes : array-like of int, shape (n_crystals,)
        Class of each crystal of the store of ``batches``.
    folder : path-like
        Where the checkpoint is kept; made if it is not there.
    epochs : int
        Epochs in all, those before a stop included.
    optimizer : {"adam", "muon"}, default="adam"
        ``"adam"``: Adam, gradients clipped to a norm of 1. ``"muon"``: kernels are stepped by
        orthogonalised momentum [1]_, all else by Adam. It needs fewer epochs for deep networks.
    learning_rate : float, default=None
        Largest step size; ``None`` is 0.001 for Adam and 0.01 for Muon.
    groupings : sequence of array-like of int, shape (n_classes,), default=()
        For each coarser level, the group of each class, as
        :func:`skxrd.crystal.symmetry_codes` gives it for the numbers 1 to 230.
    targets : array-like of shape (n_crystals, n_targets), default=None
        Numbers that the network estimates besides. Their Huber loss, the mean over the targets, is
        added to the cross-entropies; it is quadratic up to an error of 1, so divide them by what
        is a large error.
    validation : PatternBatches, default=None
        Patterns of the same store whose loss and accuracy are watched; their first epoch is
        rendered each time.
    n_jobs : int, default=2
        Threads that render, as for :meth:`skxrd.powders.PatternBatches.epoch`.
    executor : concurrent.futures.Executor, default=None
        What renders instead of threads.
    progress : callable, default=None
        Called with the entries of an epoch as a dict once it is written.

    Returns
    -------
    list of dict
        For each epoch ``loss`` and ``accuracy``, ``val_loss`` and ``val_accuracy`` with a
        validation, ``seconds`` of the training, and ``waited``, the seconds of these in which the
        network waited for patterns. Losses contain that of the targets.

    Raises
    ------
    ValueError
        If the folder holds a training with other settings, codes are no columns of the network,
        targets of training rows are no numbers, there is no such optimiser, or the loss is no
        number any more.

    References
    ----------
    .. [1] K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024),
       https://kellerjordan.github.io/posts/muon/.
    """
    codes = _check_codes(network, batches, codes)
    targets = _check_targets(batches, validation, targets)
    network = _with_estimates(network, targets)
    learning_rate, kind, optimizer = _make_optimizer(optimizer, learning_rate)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    optimizer.build(network.trainable_variables)
    settings = {
        "epochs": int(epochs),
        "optimizer": kind,
        "learning_rate": learning_rate,
        "batch_size": batches.batch_size,
        "random_state": batches.random_state,
        "n_rows": batches.n_rows,
        "n_angles": batches.n_angles,
        "targets": zlib.crc32(targets[batches.rows].tobytes()),
        "n_weights": int(network.count_params()),
        "n_groupings": len(groupings),
        "rows_and_codes": zlib.crc32(np.stack([batches.rows, codes[batches.rows]]).tobytes()),
    }
    history = _load(folder / _CHECKPOINT, network, optimizer, settings)
    step, watch = _compiled_steps(network, optimizer, groupings)
    rendering = {"n_jobs": n_jobs, "executor": executor}
    n_steps = epochs * len(batches)
    for epoch in range(len(history), epochs):
        _set_seeds(network, batches.random_state, epoch)
        sums, start, waited = np.zeros(3), time.perf_counter(), 0.0
        rendered = batches.epoch(epoch, **rendering)
        for number in range(len(batches)):
            asked = time.perf_counter()
            X, rows = next(rendered)
            waited += time.perf_counter() - asked
            share = _step_size(epoch * len(batches) + number, n_steps)
            optimizer.learning_rate.assign(learning_rate * share)
            sums += [len(X), *(float(value) for value in step(X, codes[rows], targets[rows]))]
        rendered.close()
        seconds = time.perf_counter() - start
        entry = dict(zip(("loss", "accuracy"), (sums[1:] / sums[0]).tolist(), strict=True))
        if not np.isfinite(entry["loss"]):
            raise ValueError(
                f"the loss of epoch {epoch + 1} is {entry['loss']}; lower learning_rate "
                f"({learning_rate:g}), or fill missing angles if the network takes no NaN."
            )
        if validation is not None:
            sums = np.zeros(3)
            for X, rows in validation.epoch(0, **rendering):
                sums += [len(X), *(float(value) for value in watch(X, codes[rows], targets[rows]))]
            means = (sums[1:] / sums[0]).tolist()
            entry |= dict(zip(("val_loss", "val_accuracy"), means, strict=True))
        history.append(
            {
                **{name: float(value) for name, value in entry.items()},
                "seconds": seconds,
                "waited": waited,
            }
        )
        _save(folder / _CHECKPOINT, network, optimizer, settings, history)
        if progress is not None:
            progress(history[-1])
    return history


def predict_on_batches(network, batches, *, epoch=0, n_jobs=2, executor=None):
    """Probabilities of the patterns of one epoch.

    Parameters
    ----------
    network : keras.Model
        From patterns to probabilities.
    batches : PatternBatches
        Patterns; with ``shuffle=False`` they are in the order of its rows.
    epoch : int, default=0
        Number of the epoch.
    n_jobs : int, default=2
        Threads that render.
    executor : concurrent.futures.Executor, default=None
        What renders instead of threads.

    Returns
    -------
    probabilities : ndarray of float32, shape (n_patterns, n_classes)
    rows : ndarray of int, shape (n_patterns,)
        Rows of the store to which they belong.
    """
    probabilities, rows = [], []
    for X, some in batches.epoch(epoch, n_jobs=n_jobs, executor=executor):
        probabilities.append(network.predict_on_batch(X))
        rows.append(some)
    return np.concatenate(probabilities), np.concatenate(rows)


def _make_optimizer(kind, learning_rate):
    import keras

    from skxrd.powders._muon import Muon

    if kind not in _LEARNING_RATES:
        raise ValueError(f"optimizer is {kind!r}; use 'adam' or 'muon'.")
    rate = float(_LEARNING_RATES[kind] if learning_rate is None else learning_rate)
    if kind == "muon":
        return rate, kind, Muon(rate)
    return rate, kind, keras.optimizers.Adam(rate, global_clipnorm=1.0)


def _check_codes(network, batches, codes):
    codes = np.asarray(codes)
    n_classes = network.output_shape[-1]
    if codes.shape != (batches.n_crystals,):
        raise ValueError(
            f"codes has the shape {codes.shape}, but the store has {batches.n_crystals} crystals; "
            "give one code for each of them."
        )
    used = codes[batches.rows]
    if not np.issubdtype(codes.dtype, np.integer) or used.min() < 0 or used.max() >= n_classes:
        raise ValueError(
            f"codes of the training rows run from {used.min()} to {used.max()}, but the network "
            f"has {n_classes} classes; give integers from 0 to {n_classes - 1}."
        )
    return codes


def _check_targets(batches, validation, targets):
    """Targets less their means, as float32; without columns if there are none."""
    if targets is None:
        return np.zeros((batches.n_crystals, 0), np.float32)
    targets = np.asarray(targets, dtype=np.float64)
    if targets.ndim != 2 or len(targets) != batches.n_crystals:
        raise ValueError(
            f"targets has the shape {targets.shape}, but the store has {batches.n_crystals} "
            "crystals; give a row of numbers for each of them."
        )
    rows = batches.rows if validation is None else np.append(batches.rows, validation.rows)
    bad = rows[~np.isfinite(targets[rows]).all(axis=1)]
    if bad.size:
        raise ValueError(f"targets of row {bad[0]} are no numbers; leave the row out of batches.")
    return (targets - targets[batches.rows].mean(axis=0)).astype(np.float32)


def _with_estimates(network, targets):
    """The network with estimates of the targets as a second output."""
    import keras

    if not targets.shape[1]:
        return network
    layer = keras.layers.Dense(
        targets.shape[1], kernel_initializer="zeros", dtype="float32", name="estimates"
    )
    estimates = layer(network.layers[-1].input)
    return keras.Model(network.input, [network.output, estimates])


def _compiled_steps(network, optimizer, groupings):
    """Functions of patterns, codes and targets that train, or look; sums of losses and hits."""
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
    def watch(X, y, targets):
        return loss_and_hits(X, y, targets, False)

    return step, watch


def _step_size(step, n_steps):
    """Share of the largest step size."""
    rising = max(1, round(_WARM * n_steps))
    if step < rising:
        return (step + 1) / rising
    fallen = (step - rising) / max(1, n_steps - rising)
    return _LAST + (1 - _LAST) * (1 + np.cos(np.pi * fallen)) / 2


def _set_seeds(network, seed, epoch):
    """What dropout draws in an epoch follows from seed and epoch."""
    states = [v for v in network.variables if v.path.endswith("seed_generator_state")]
    drawn = np.random.default_rng([seed, epoch]).integers(2**31, size=(len(states), 2))
    for state, values in zip(states, drawn, strict=True):
        state.assign(values.astype(np.uint32))


def _save(path, network, optimizer, settings, history):
    values = {f"weight_{i}": value for i, value in enumerate(network.get_weights())}
    for i, variable in enumerate(optimizer.variables):
        values[f"optimizer_{i}"] = np.asarray(variable)
    with replaced_file(path) as temporary:
        np.savez(temporary, record=json.dumps([settings, history]), **values)


def _load(path, network, optimizer, settings):
    """Set network and optimiser as they were, and return the history; empty if nothing is there."""
    if not path.exists():
        return []
    with np.load(path) as saved:
        there, history = json.loads(str(saved["record"]))
        for name, value in settings.items():
            if there.get(name, 0) != value:  # 0: a checkpoint that states no targets
                raise ValueError(
                    f"{path}: holds a training with {name} = {there.get(name)}, not {value}; use "
                    "the same settings or another folder."
                )
        network.set_weights([saved[f"weight_{i}"] for i in range(len(network.get_weights()))])
        for i, variable in enumerate(optimizer.variables):
            variable.assign(saved[f"optimizer_{i}"])
    return history
