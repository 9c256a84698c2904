"""Over which sizes of the cell the probabilities of the bundled network are averaged.

Run as ``python -m benchmarks.powders.cell_sizes --keep FOLDER`` with ``SKXRD_DATA`` set and the
folder of ``train_network.py --measured``. Held-out minerals (four patterns each) and every third
held-out computed structure, none of them trained on, under measured conditions and as processed
scans: accuracy and log loss of the means over some sets of sizes, and milliseconds of a core for
one pattern. The level that a prediction subtracts first is not subtracted here. Writes
``benchmarks/results/powders/cell_sizes.json``.
"""

import argparse
import os
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from benchmarks.powders.compare_networks import SETTINGS
from benchmarks.powders.training_parts import batches_of, divide, open_store
from benchmarks.tools.record import record
from skxrd.crystal import sum_symmetry, symmetry_codes
from skxrd.powders._trained_network import _SIZES, TrainedNetwork

SETS = {
    "the pattern alone": (1.0,),
    "1 %, three": (0.99, 1.0, 1.01),
    "2 %, five": (0.98, 0.99, 1.0, 1.01, 1.02),
    "4 %, five": (0.96, 0.98, 1.0, 1.02, 1.04),
    "3 %, seven": (0.97, 0.98, 0.99, 1.0, 1.01, 1.02, 1.03),
}
ROWS = 64


def held_out(folder):
    """Patterns and space groups by kind."""
    store, labels = open_store(Path(os.environ["SKXRD_DATA"]), folder, True)
    numbers = labels["space_group_number"].to_numpy().astype(int)
    settings = SimpleNamespace(**SETTINGS)
    parts = divide(labels, settings)
    chosen = {
        "minerals": (np.repeat(parts["held minerals"], 4), parts["minerals"]),
        "computed structures": (parts["held"][::3], parts["train"]),
    }
    for name, (rows, impurities) in chosen.items():
        for kind in ("measured", "processed"):
            batches = batches_of(
                store, rows, impurities, settings, seed=7, shuffle=False, kind=kind
            )
            X = np.concatenate([X for X, _ in batches.epoch(0, workers=1)])
            yield f"{name}, {kind} conditions", X, numbers[rows]


def scores(p, numbers):
    """Accuracy and log loss of space groups and crystal systems."""
    found = {}
    for level in ("crystal_system", "space_group"):
        codes, q = symmetry_codes(numbers, level), sum_symmetry(p, level)
        true = q[np.arange(len(q)), codes]
        found[level] = {
            "accuracy": round(float((q.argmax(axis=1) == codes).mean()), 4),
            "log_loss": round(float(-np.log(np.maximum(true, 1e-12)).mean()), 4),
        }
    return found


def milliseconds(network, X, n=30):
    """Median time of one pattern."""
    times = []
    for row in X[:n]:
        start = time.perf_counter()
        network.predict(row[np.newaxis])
        times.append(time.perf_counter() - start)
    return round(1000 * float(np.median(times)), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, required=True)
    network, found, one = TrainedNetwork.read(), {}, None
    for name, X, numbers in held_out(parser.parse_args().keep):
        one = milliseconds(network, X) if one is None else one
        p = {
            size: np.concatenate(
                [
                    network.run(network._of_cell(X[i : i + ROWS], size))
                    for i in range(0, len(X), ROWS)
                ]
            )
            for size in sorted({size for sizes in SETS.values() for size in sizes})
        }
        found[name] = {"n": len(X)} | {
            what: scores(np.mean([p[size] for size in sizes], axis=0), numbers)
            for what, sizes in SETS.items()
        }
    record(
        "powders/cell_sizes",
        "SKXRD_DATA=... python -m benchmarks.powders.cell_sizes --keep FOLDER",
        ["numpy", "onnxruntime"],
        seed=7,
        sizes_of_the_package=list(_SIZES),
        milliseconds_for_one_pattern=one,
        held_out=found,
    )


if __name__ == "__main__":
    main()
