"""Measured minerals that no network trains on, classified by a network alone.

Run as ``python -m benchmarks.powders.network_on_minerals [--network FILE.onnx] [--name NAME]
[--trained-on FILE.csv] [--evidence FOLDER]`` with ``SKXRD_DATA`` set. The scans are those of
``rruff_dev``, angles that were not measured left out; nothing is chosen on them. The collection
does not name the minerals. With ``--evidence``, the folder of ``identifier_evidence.py``, those
scans of which the phase that the library finds has the stated space group are taken for that phase;
``--trained-on``, which ``train_network.py --measured`` wrote, then tells whether a measured or a
computed structure of it was trained on, and both kinds are also scored apart. Writes
``benchmarks/results/powders/network_on_minerals.json``.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.powders.identifier_evidence import minerals
from benchmarks.powders.identifier_votes import read_evidence
from benchmarks.powders.measured_structures import ordered_formula, without_hydrogen
from benchmarks.powders.network_scores import scores
from benchmarks.tools.record import record
from skxrd import PowderPattern
from skxrd.powders import load_symmetry_classifier
from skxrd.preprocessing import PatternStacker
from skxrd.search import load_phase_library


def measured_part(pattern):
    """The pattern without the zeros at its ends, which are angles that were not measured."""
    there = np.flatnonzero(pattern.intensity)
    part = slice(there[0], there[-1] + 1)
    return PowderPattern(
        pattern.two_theta[part], pattern.intensity[part], pattern.wavelength, pattern.name
    )


def phases_of(folder, numbers):
    """Facts of the phase that the library finds for each scan, None where it has another group."""
    library = load_phase_library()
    found = [None] * len(numbers)
    for path in sorted(folder.glob("mineral_*.pickle")):
        place, evidence = int(path.stem.split("_")[1]), read_evidence(path, None)[0]
        if len(evidence.phases) and evidence.groups[0] == numbers[place]:
            found[place] = library[int(evidence.phases[0])]
    return found


def was_trained_on(phases, table):
    """For each scan: a measured structure was trained on, a computed one, none, or unknown."""
    minerals = set(table["mineral"][table["measured"]].dropna().str.lower())
    compounds = {
        measured: set(
            zip(some["formula"].map(without_hydrogen), some["space_group_number"], strict=True)
        )
        for measured, some in table.groupby("measured")
    }
    kinds = []
    for facts in phases:
        if facts is None:
            kinds.append("phase not known")
            continue
        formula = without_hydrogen(ordered_formula(facts["formula"]))
        key = formula, facts["space_group_number"]
        if facts["name"].lower() in minerals or key in compounds.get(True, ()):
            kinds.append("measured structure trained on")
        elif key in compounds.get(False, ()):
            kinds.append("computed structure trained on")
        else:
            kinds.append("no structure trained on")
    return np.array(kinds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", type=Path, default=None)
    parser.add_argument("--name", default="network_on_minerals")
    parser.add_argument("--trained-on", type=Path, default=None)
    parser.add_argument("--evidence", type=Path, default=None)
    parser.add_argument("--computed-only", action="store_true", help="of those trained on")
    args = parser.parse_args()
    patterns, numbers = minerals(Path(os.environ["SKXRD_DATA"]))
    classifier = load_symmetry_classifier(path=args.network)
    stacker = PatternStacker(
        classifier.two_theta_, wavelength=classifier.wavelength_, outside="mask"
    )
    X = stacker.fit_transform([measured_part(pattern) for pattern in patterns])
    p = classifier.predict_proba(X)
    found = {"all": {"n": len(p), **scores(numbers, p, p)}}
    if args.trained_on and args.evidence:
        table = pd.read_csv(args.trained_on)
        if args.computed_only:
            table = table[~table["measured"]]
        kinds = was_trained_on(phases_of(args.evidence, numbers), table)
        for kind in np.unique(kinds):
            some = kinds == kind
            found[str(kind)] = {"n": int(some.sum()), **scores(numbers[some], p[some], p[some])}
    options = [f"--network {args.network.name}"] if args.network else []
    options += [f"--name {args.name}"] if args.name != "network_on_minerals" else []
    options += ["--trained-on FILE.csv --evidence FOLDER"] if args.trained_on else []
    options += ["--computed-only"] if args.computed_only else []
    record(
        f"powders/{args.name}",
        " ".join(["SKXRD_DATA=... python -m benchmarks.powders.network_on_minerals", *options]),
        ["numpy", "onnxruntime"],
        network=classifier.network_.card,
        scans=found,
    )


if __name__ == "__main__":
    main()
