"""Training on patterns that are rendered meanwhile, with a checkpoint after each epoch."""

import json
import time

import numpy as np

import skxrd
from skxrd._files import replaced_file
from skxrd._hashing import short_hash
from skxrd._resumable import ResumableFolder, damage_named
from skxrd.powders._training_steps import (
    compile_steps,
    make_optimizer,
    set_seeds,
    with_estimates,
)

_CHECKPOINT = "checkpoint.npz"
_RISING = 0.05  # share of the steps in which the learning rate rises


class BatchTrainer:
    """Train a network on rendered batches, or go on where that was stopped.

    The loss is the cross-entropy of the classes, and for each grouping that of its groups, whose
    probabilities are sums over their classes. The learning rate rises in the first twentieth of all
    steps and then falls like a cosine.

    Parameters
    ----------
    network : keras.Model
        From patterns to probabilities; ``fit`` changes it. It need not be compiled.
    optimizer : {"adam", "muon"}, default="adam"
        ``"adam"``: Adam, gradients clipped to a norm of 1. ``"muon"``: kernels are stepped by
        orthogonalised momentum [1]_, all else by Adam. It needs fewer epochs for deep networks.
    learning_rate : float, default=None
        Largest learning rate; ``None`` is 0.001 for Adam and 0.01 for Muon.
    groupings : sequence of array-like of int, shape (n_classes,), default=()
        For each coarser level, the group of each class, as
        :func:`skxrd.crystal.symmetry_codes` gives it for the numbers 1 to 230.
    workers : int or concurrent.futures.Executor, default=2
        Number of threads that render, or what renders instead, such as a ``ProcessPoolExecutor``
        where there are many cores.

    References
    ----------
    .. [1] K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024),
       https://kellerjordan.github.io/posts/muon/.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import BatchTrainer, PatternBatches, build_symmetry_conv
    >>> from skxrd.simulation import PowderSimulator
    >>> crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in ("Cl", "Br")]
    >>> batches = PatternBatches(crystals, PowderSimulator(np.linspace(10, 110, 2001)))
    >>> trainer = BatchTrainer(build_symmetry_conv(2001), optimizer="muon")
    >>> history = trainer.fit(batches, [220, 220], folder="run/", epochs=9)  # doctest: +SKIP
    """

    def __init__(self, network, *, optimizer="adam", learning_rate=None, groupings=(), workers=2):
        self.network = network
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.groupings = groupings
        self.workers = workers

    def fit(self, batches, codes, *, folder, epochs, targets=None, validation=None, progress=None):
        """Train the network.

        After each epoch, weights, optimiser and history are written to ``checkpoint.npz`` in the
        folder, whole or not at all. A second call with the same arguments goes on from there and
        gives what one call would have given, as the patterns and dropout of an epoch follow from
        its number.

        With ``targets`` the network also estimates numbers, such as the longest spacings of the
        lattice, by a linear layer after the features from which it reads the classes. The layer is
        thrown away at the end; the features have then learned more than the classes ask for.

        Parameters
        ----------
        batches : PatternBatches or PatternStore
            Training patterns.
        codes : array-like of int, shape (n_crystals,)
            Class of each crystal of the store of ``batches``.
        folder : path-like
            Where the checkpoint is kept; it is made if its parent is there.
        epochs : int
            Epochs in all, those before a stop included.
        targets : array-like of shape (n_crystals, n_targets), default=None
            Additional numbers that the network estimates. Their Huber loss, the mean over the
            targets, is added to the cross-entropies; it is quadratic up to an error of 1, so divide
            them by what is a large error.
        validation : PatternBatches or PatternStore, default=None
            Held-out patterns of the same crystals, whose loss and accuracy after each epoch are
            kept in the history; their first epoch is rendered each time.
        progress : callable, default=None
            Called with the entries of an epoch as a dict once it is written.

        Returns
        -------
        list of dict
            For each epoch ``loss`` and ``accuracy``, ``val_loss`` and ``val_accuracy`` with a
            validation, ``seconds`` of the training, and ``waited``, the seconds of these in which
            the network waited for patterns. Losses contain that of the targets.

        Raises
        ------
        ValueError
            If the folder holds a training with other settings or something else, codes are no
            class indices of the network, targets of training rows are not finite, there is no
            such optimiser, or the loss is no longer finite.
        """
        from skxrd.neural._learning_rate import rise_and_fall

        if self.network.input_shape[1:] != (batches.n_angles,):
            raise ValueError(
                f"the network takes rows of shape {self.network.input_shape[1:]} but the batches "
                f"have {batches.n_angles} angles; build it for these."
            )
        codes = _check_codes(self.network, batches, codes)
        targets = _check_targets(batches, validation, targets)
        network = with_estimates(self.network, targets)
        highest, optimizer = make_optimizer(self.optimizer, self.learning_rate)
        made_of = {
            "skxrd": skxrd.__version__,
            "epochs": int(epochs),
            "optimizer": self.optimizer,
            "learning_rate": highest,
            "network": _layers_hash(self.network),
            "codes": short_hash(codes[batches.rows].tolist()),
            "targets": short_hash(targets[batches.rows]) if targets.size else None,
            "groupings": short_hash([np.asarray(group).tolist() for group in self.groupings]),
            "validation": None if validation is None else short_hash(validation.made_of),
            **batches.made_of,
        }
        path = ResumableFolder(folder, "a training", made_of).path / _CHECKPOINT
        optimizer.build(network.trainable_variables)
        history = _load(path, network, optimizer)
        step, evaluate = compile_steps(network, optimizer, self.groupings)
        for epoch in range(len(history), epochs):
            set_seeds(network, batches.random_state, epoch)
            sums, start, waited = np.zeros(3), time.perf_counter(), 0.0
            rendered = batches.epoch(epoch, workers=self.workers)
            for number in range(len(batches)):
                asked = time.perf_counter()
                X, rows = next(rendered)
                waited += time.perf_counter() - asked
                place = epoch * len(batches) + number
                share = rise_and_fall(place, epochs * len(batches), rising=_RISING)
                optimizer.learning_rate.assign(highest * share)
                sums += [len(X), *map(float, step(X, codes[rows], targets[rows]))]
            rendered.close()
            times = {"seconds": time.perf_counter() - start, "waited": waited}
            loss, accuracy = (sums[1:] / sums[0]).tolist()
            if not np.isfinite(loss):
                raise ValueError(
                    f"the loss of epoch {epoch + 1} is {loss}; lower learning_rate "
                    f"({highest:g}), or fill missing angles if the network takes no NaN."
                )
            entry = {"loss": loss, "accuracy": accuracy}
            if validation is not None:
                sums = np.zeros(3)
                for X, rows in validation.epoch(0, workers=self.workers):
                    sums += [len(X), *map(float, evaluate(X, codes[rows], targets[rows]))]
                entry["val_loss"], entry["val_accuracy"] = (sums[1:] / sums[0]).tolist()
            history.append(entry | times)
            _save(path, network, optimizer, history)
            if progress is not None:
                progress(history[-1])
        return history

    def predict_proba(self, batches, *, epoch=0):
        """Probabilities of the patterns of one epoch.

        Parameters
        ----------
        batches : PatternBatches or PatternStore
            Patterns; with ``shuffle=False`` they are in the order of its rows.
        epoch : int, default=0
            Number of the epoch.

        Returns
        -------
        probabilities : ndarray of float32, shape (n_patterns, n_classes)
        rows : ndarray of int, shape (n_patterns,)
            Rows of the store of crystals to which they belong.
        """
        probabilities, rows = [], []
        for X, some in batches.epoch(epoch, workers=self.workers):
            probabilities.append(self.network.predict_on_batch(X))
            rows.append(some)
        return np.concatenate(probabilities), np.concatenate(rows)


def _check_codes(network, batches, codes):
    """Codes as an array, one for each crystal and each a column of the network."""
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
        raise ValueError(f"targets of row {bad[0]} are not finite; leave the row out of batches.")
    return (targets - targets[batches.rows].mean(axis=0)).astype(np.float32)


def _layers_hash(network):
    """Hash of the layers with their settings, without their names and weights."""
    described = [
        [type(layer).__name__, {k: v for k, v in layer.get_config().items() if k != "name"}]
        for layer in network.layers
    ]
    return short_hash(described, int(network.count_params()))


def _save(path, network, optimizer, history):
    """Write the checkpoint, whole or not at all."""
    values = {f"weight_{i}": value for i, value in enumerate(network.get_weights())}
    for i, variable in enumerate(optimizer.variables):
        values[f"optimizer_{i}"] = np.asarray(variable)
    with replaced_file(path) as temporary:
        np.savez(temporary, history=json.dumps(history), **values)


def _load(path, network, optimizer):
    """Set network and optimiser as they were, and return the history; empty if nothing is there."""
    if not path.exists():
        return []
    with damage_named(path, "delete it to train from the start"):
        with np.load(path) as saved:
            history = json.loads(str(saved["history"]))
            weights = [saved[f"weight_{i}"] for i in range(len(network.get_weights()))]
            states = [saved[f"optimizer_{i}"] for i in range(len(optimizer.variables))]
        network.set_weights(weights)
        for variable, state in zip(optimizer.variables, states, strict=True):
            variable.assign(state)
    return history
