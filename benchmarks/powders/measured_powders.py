"""Symmetry of measured powders, named by the network of the package.

Run as ``python -m benchmarks.powders.measured_powders [--network FILE.onnx] [--name NAME]`` with
``SKXRD_DATA`` set. ``measured_powders.csv`` lists the scans, their space groups and where these are
known from: powders of one phase (lines of others below 15 % of the highest), mixtures, of which any
phase counts as right, and films. No scan was trained on; structures of the same phases may have
been. Writes ``benchmarks/results/powders/measured_powders.json``.
"""

import argparse
import csv
import os
from pathlib import Path

import numpy as np

from benchmarks.tools.record import record
from skxrd.crystal import SYMMETRY_LEVELS, symmetry_classes, symmetry_codes
from skxrd.io import read_pattern
from skxrd.powders import load_symmetry_classifier
from skxrd.preprocessing import PatternStacker

TABLE = Path(__file__).with_suffix(".csv")


def ranks(numbers, levels):
    """Place of the best of the true classes at each level, from 1."""
    found = {}
    for level, probabilities in levels.items():
        codes = symmetry_codes(numbers, level)
        found[level] = int((probabilities > probabilities[codes].max()).sum()) + 1
    return found


def summary(files):
    """Share of scans with a true class first, and among the first five."""
    places = {level: np.array([one["place"][level] for one in files]) for level in SYMMETRY_LEVELS}
    return {"n_scans": len(files)} | {
        level: {
            "accuracy": round(float((at == 1).mean()), 4),
            "top_5": round(float((at <= 5).mean()), 4),
        }
        for level, at in places.items()
    }


def measure(network=None, name="measured_powders"):
    """Name every scan of the table and write the result."""
    data = Path(os.environ["SKXRD_DATA"])
    classifier = load_symmetry_classifier(path=network)
    stacker = PatternStacker(
        classifier.two_theta_, wavelength=classifier.wavelength_, outside="mask"
    )
    groups = {}
    with open(TABLE, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pattern = read_pattern(data / row["path"], wavelength=row["wavelength"] or None)
            X = stacker.fit_transform([pattern])
            levels = {level: p for level, (p,) in classifier.predict_levels(X).items()}
            numbers = [int(number) for number in row["space_groups"].split(";")]
            first = {level: str(symmetry_classes(level)[p.argmax()]) for level, p in levels.items()}
            groups.setdefault(row["group"], []).append(
                {
                    "path": row["path"],
                    "phases": row["phases"],
                    "space_groups": row["space_groups"],
                    "place": ranks(numbers, levels),
                    "named": first,
                    "probability": {k: round(float(p.max()), 3) for k, p in levels.items()},
                    "doubts": classifier.find_warnings(X)[0],
                }
            )
    options = [f"--network {network.name}"] if network else []
    options += [f"--name {name}"] if name != "measured_powders" else []
    record(
        f"powders/{name}",
        " ".join(["SKXRD_DATA=... python -m benchmarks.powders.measured_powders", *options]),
        ["numpy", "onnxruntime"],
        network=classifier.network_.card,
        place="of the best true class among those named, 1 is the first",
        **{group: summary(files) for group, files in groups.items()},
        scans=groups,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", type=Path, default=None)
    parser.add_argument("--name", default="measured_powders")
    args = parser.parse_args()
    measure(args.network, args.name)


if __name__ == "__main__":
    main()
