"""Weights between those of a network before and after a training."""

import numpy as np

from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_codes

SHARES = (1.0, 0.75, 0.5)  # of the trained weights


def average_with_start(trainer, start, batches, numbers, X):
    """Set the network to the best of some averages; returns what each reaches on the batches.

    ``start`` are the weights before the training, ``batches`` held-out patterns, ``numbers`` the
    space groups of the rows of the store, ``X`` training patterns, from which the means and
    variances of normalisations are found anew. The best average has the least sum of the
    cross-entropies of all levels.
    """
    network = trainer.network
    trained, found, kept = network.get_weights(), [], {}
    for share in SHARES:
        if share < 1:
            network.set_weights(
                [share * new + (1 - share) * old for new, old in zip(trained, start, strict=True)]
            )
            set_statistics(network, X)
        p, rows = trainer.predict_proba(batches)
        truth = numbers[rows]
        places, loss = np.arange(len(p)), 0.0
        for level in SYMMETRY_LEVELS:
            q = sum_symmetry(p, level)[places, symmetry_codes(truth, level)]
            loss -= float(np.log(np.maximum(q, 1e-12)).mean())
        accuracy = float((p.argmax(axis=1) + 1 == truth).mean())
        found.append({"share": share, "loss": round(loss, 4), "accuracy": round(accuracy, 4)})
        kept[share] = network.get_weights()
    best = min(found, key=lambda one: one["loss"])["share"]
    network.set_weights(kept[best])
    return {"share_of_the_trained_weights": best, "averages_on_held_out_patterns": found}


def set_statistics(network, X):
    """Set means and variances of each normalisation to those of what it is given for ``X``."""
    import keras

    for layer in network.layers:
        if type(layer).__name__ == "BatchNormalization":
            given = keras.Model(network.input, layer.input).predict(X, verbose=0)
            given = given.astype(np.float64)
            scale, shift = layer.get_weights()[:2]
            layer.set_weights([scale, shift, given.mean(axis=(0, 1)), given.var(axis=(0, 1))])
