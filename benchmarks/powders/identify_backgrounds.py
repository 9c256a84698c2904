"""What subtracting a constant does to the names that the network of the package gives.

Run as ``python -m benchmarks.powders.identify_backgrounds --keep FOLDER`` with ``SKXRD_DATA`` set
and the folder of ``train_network.py``. Real scans may stand on a constant: fluorescence, a detector
that adds one. Simulated patterns of the known compounds that ``train_network.py --set all --split
formula`` held out for the temperature, none of them trained on, get a constant of 0 to 3 times
their highest point, with counting noise, and the network names them after the level below which
some share of the intensities lies was subtracted, or nothing was. Writes
``benchmarks/results/powders/identify_backgrounds.json``.
"""

import argparse
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from benchmarks.powders.training_parts import VALIDATION, batches_of
from benchmarks.tools.record import record
from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_codes
from skxrd.powders import (
    ReflectionStore,
    _trained_network,
    read_powder_labels,
    select_powders,
    split_powders,
)

CONSTANTS = (0.0, 0.3, 1.0, 3.0)  # relative to the highest point
SHARES = (0.01, 0.05, 0.1)
COUNTS = 20_000  # at the highest point


def held_out_patterns(folder):
    """Simulated patterns and their space-group numbers."""
    source = Path(os.environ["SKXRD_DATA"]) / "crystals"
    store = ReflectionStore(folder / "reflections")
    labels = read_powder_labels(source, store)
    rows = select_powders(labels, "all")
    train, _ = split_powders(labels, rows, "formula", random_state=0)
    train, held = split_powders(labels, train, "formula", test_size=VALIDATION, random_state=0)
    held = held[labels["known"].to_numpy()[held]]
    settings = SimpleNamespace(network="ours", conditions="measured", batch_size=128)
    batches = batches_of(store, held, train, settings, seed=5, shuffle=False)
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


class _Bare:
    """The network as it was trained, on rows divided by their highest point."""

    def __init__(self, network):
        self.session = network.session

    def predict(self, rows):
        rows = (rows / np.nanmax(rows, axis=1, keepdims=True)).astype(np.float32)
        blocks = (rows[i : i + 64] for i in range(0, len(rows), 64))
        return np.concatenate([self.session.run(None, {"patterns": block})[0] for block in blocks])


if __name__ == "__main__":
    main()
