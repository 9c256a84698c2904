"""Networks in files on the same simulated patterns: those held out from a training, and its tests.

Run as ``python -m benchmarks.powders.compare_networks --keep FOLDER FILE.onnx [FILE.onnx ...]
[--test]`` with ``SKXRD_DATA`` set and the FOLDER of ``train_network.py --measured``. Each network
classifies a part of the held-out computed structures (every third), and all held-out and tested
measured ones, under measured conditions; with ``--test`` also every third computed test structure.
The tested measured ones are classified as processed scans too. Writes
``benchmarks/results/powders/network_minerals_compared.json``, or the name that ``--name`` gives.
"""

import argparse
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from benchmarks.powders.network_scores import scores
from benchmarks.powders.training_parts import batches_of, divide, open_store
from benchmarks.tools.record import record
from skxrd.powders._trained_network import TrainedNetwork

SETTINGS = {
    "subset": "all",
    "split": "formula",
    "network": "ours",
    "conditions": "measured",
    "measured": True,
    "processed": False,
    "computed": False,
    "crystals": None,
    "batch_size": 128,
    "strain": 0.0,
    "seed": 0,
}


def sources(store, parts, settings, with_test):
    """Batches by part; structures of a test are those that ``train_network.py`` tests on."""
    train, minerals = parts["train"], parts["minerals"]
    chosen = {
        "held-out computed structures": (parts["held"][::3], train, 1, "measured"),
        "held-out minerals": (parts["held minerals"], minerals, 1, "measured"),
        "tested minerals": (parts["test minerals"], minerals, 2, "measured"),
        "tested minerals, processed": (parts["test minerals"], minerals, 2, "processed"),
    }
    if with_test:
        chosen["tested computed structures"] = (parts["test"][::3], train, 2, "measured")
    return {
        name: batches_of(store, rows, impurities, settings, seed=seed, shuffle=False, kind=kind)
        for name, (rows, impurities, seed, kind) in chosen.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--name", default="network_minerals_compared")
    args = parser.parse_args()
    settings = SimpleNamespace(**SETTINGS)
    store, labels = open_store(Path(os.environ["SKXRD_DATA"]), args.keep, True)
    numbers = labels["space_group_number"].to_numpy().astype(np.int64)
    networks = {path.name: TrainedNetwork.read(path) for path in args.networks}
    found = {name: {} for name in networks}
    for kind, batches in sources(store, divide(labels, settings), settings, args.test).items():
        p, places = {name: [] for name in networks}, []
        for X, rows in batches.epoch(0, workers=1):
            places.append(rows)
            for name, network in networks.items():
                p[name].append(network.session.run(None, {"patterns": X})[0])
        true = numbers[np.concatenate(places)]
        for name, some in p.items():
            some = np.concatenate(some)
            found[name][kind] = {"n": len(true), **scores(true, some, some)}
            print(name, kind, found[name][kind]["space_group"], flush=True)
    names = " ".join([path.name for path in args.networks] + ["--test"] * args.test)
    record(
        f"powders/{args.name}",
        f"SKXRD_DATA=... python -m benchmarks.powders.compare_networks --keep FOLDER {names}",
        ["numpy", "numba", "onnxruntime"],
        cards={name: network.card for name, network in networks.items()},
        networks=found,
    )


if __name__ == "__main__":
    main()
