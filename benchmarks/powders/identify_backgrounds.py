"""What subtracting a constant does to the names that the network of the package gives.

Run as ``python -m benchmarks.powders.identify_backgrounds --keep FOLDER`` with ``SKXRD_DATA`` set
and the folder of ``train_network.py --measured``. Real scans may stand on a constant: fluorescence,
a detector that adds one. Simulated patterns of the known compounds that the training held out for
the temperature, none of them trained on, get a constant of 0 to 3 times their highest point, with
counting noise, and the network names them after the level below which some share of the
intensities lies was subtracted, or nothing was. Writes
``benchmarks/results/powders/identify_backgrounds.json``.
"""

import argparse
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from benchmarks.powders.compare_networks import SETTINGS
from benchmarks.powders.training_parts import batches_of, divide, open_store
from benchmarks.tools.record import record
from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_codes
from skxrd.powders import _trained_network

CONSTANTS = (0.0, 0.3, 1.0, 3.0)  # relative to the highest point
SHARES = (0.01, 0.05, 0.1)
COUNTS = 20_000  # at the highest point


def held_out_patterns(folder):
    """Simulated patterns and their space-group numbers."""
    store, labels = open_store(Path(os.environ["SKXRD_DATA"]), folder, True)
    settings = SimpleNamespace(**SETTINGS)
    parts = divide(labels, settings)
    held = parts["held"][labels["known"].to_numpy(bool)[parts["held"]]]
    batches = batches_of(store, held, parts["train"], settings, seed=5, shuffle=False)
    X = np.concatenate([X for X, _ in batches.epoch(0)])
    return X, labels["space_group_number"].to_numpy()[held]


def accuracies(network, X, numbers):
    p = network.predict(X)
    return {
        level: round(
            float((sum_symmetry(p, level).argmax(1) == symmetry_codes(numbers, level)).mean()), 4
        )
        for level in SYMMETRY_LEVELS
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, required=True)
    X, numbers = held_out_patterns(parser.parse_args().keep)
    network = _trained_network.TrainedNetwork.read()
    rng, found = np.random.default_rng(0), {}
    for constant in CONSTANTS:
        raised = X
        if constant:
            counts = rng.poisson(np.nan_to_num(X + constant) * COUNTS) / COUNTS
            raised = np.where(np.isnan(X), np.nan, counts)
        results = {}
        for share in SHARES:
            _trained_network._FLOOR = share
            results[f"level of {share:.0%} subtracted"] = accuracies(network, raised, numbers)
        results["nothing subtracted"] = accuracies(_Bare(network), raised, numbers)
        found[f"constant of {constant:g}"] = results
    record(
        "powders/identify_backgrounds",
        "SKXRD_DATA=... python -m benchmarks.powders.identify_backgrounds --keep FOLDER",
        ["numpy", "onnxruntime"],
        seed=0,
        n_patterns=len(X),
        counts_at_the_highest_point=COUNTS,
        accuracy=found,
    )


class _Bare(_trained_network.TrainedNetwork):
    """The network on rows as they are."""

    def __init__(self, network):
        super().__init__(network.content, network.name)

    def _of_any_size(self, rows):
        sizes = _trained_network._SIZES
        return np.mean([self.run(self._of_cell(rows, size)) for size in sizes], axis=0)


if __name__ == "__main__":
    main()
