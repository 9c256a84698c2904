"""Scans that are unlike the training: measured films against glass, noise and other powders.

Case 3 with the measured films: in each fold the detector of ``skxrd train``
(``PatternNoveltyDetector`` with its defaults, which were chosen on virtual films alone) gets the
simulated powders and the films of the training folds; the films of the test fold are the known
ones. Unknown are simulated noise and glass, measured powders of minerals, measured powders of
oxides and their precursors, and simulated powders of nineteen structure types. Films of caesium,
formamidinium and methylammonium lead iodides from another laboratory are neither: relatives.

Run as ``python -m benchmarks.studies.unknown_scans [--repeats 20] [--virtual]`` with ``SKXRD_DATA``
set; ``--virtual`` takes virtual films in place of measured ones, as for the choice of the defaults,
and the simulated unknown alone. Writes ``benchmarks/results/studies/unknown_scans.json`` or
``unknown_scans_virtual.json``.
"""

import argparse
import os
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.studies.measured_films import SEED, measured_films
from benchmarks.tools.record import record
from skxrd import PowderPattern
from skxrd.datasets import make_structure_types, read_films_with_crystals
from skxrd.datasets._thin_films import SCAN
from skxrd.io import read_patterns
from skxrd.model_selection import ExperimentalKFold, group_near_twins, make_preparation
from skxrd.neighbors import PatternNoveltyDetector
from skxrd.simulation import PowderSimulator

N_SIMULATED = 100
LARGEST = 59.0  # degrees; the relatives end there


def simulated_unknown(grid):
    """Noise, glass and powders of structure types, as rows on a grid."""
    rng = np.random.RandomState(SEED)
    level = np.exp(rng.uniform(np.log(5), np.log(3000), (N_SIMULATED, 1)))
    noise = rng.poisson(np.broadcast_to(level, (N_SIMULATED, grid.size)))
    centre, width = rng.uniform(15, 35, (N_SIMULATED, 1)), rng.uniform(4, 12, (N_SIMULATED, 1))
    counts = np.exp(rng.uniform(np.log(100), np.log(10000), (N_SIMULATED, 1)))
    hump = np.exp(-(((grid - centre) / width) ** 2) / 2) + 0.1 * np.exp(-(grid - 10) / 10) + 0.05
    powders = []
    for number, crystal in enumerate(make_structure_types(random_state=SEED).data):
        simulator = PowderSimulator(
            grid, wavelength="CuKa", doublet=True, random_state=number, **SCAN
        )
        try:
            powders.append(simulator.fit_transform([crystal])[0])
        except ValueError:  # no reflection below the largest angle
            continue
        if len(powders) == N_SIMULATED:
            break
    return {
        "noise": noise.astype(float),
        "glass": rng.poisson(counts * hump).astype(float),
        "simulated powders of structure types": np.array(powders),
    }


def measured_unknown():
    """Minerals, oxides and relatives, as lists of patterns."""
    data = Path(os.environ["SKXRD_DATA"])
    minerals = np.load(data / "rruff_dev/rruff_dev.npz")
    iodides = data / "csmafa_films/Data/XRD/xrd_data_scaled.csv"
    angles, *rows = np.genfromtxt(iodides, delimiter=",")[:, 1:]
    return {
        "measured minerals": [
            PowderPattern(minerals["two_theta"], row, "CuKa", f"mineral {number}")
            for number, row in enumerate(minerals["intensity"])
        ],
        "measured oxides and precursors": read_patterns(
            data / "dara_xrdml/dataset", on_error="skip"
        ),
        "relatives": [
            PowderPattern(angles, row, "CuKa", f"iodide {number}")
            for number, row in enumerate(rows)
        ],
    }


def usable(prepare, patterns):
    """Prepared rows of the patterns that cover the grid."""
    rows = []
    for pattern in patterns:
        try:
            rows.append(prepare.transform([pattern])[0])
        except ValueError:
            continue
    return np.array(rows)


def measure(X, y, groups, unknown, grid, n_repeats):
    """AUROC of each kind, and how often known and unknown are called novel."""
    found = {kind: [] for kind in unknown}
    false, pooled = [], []
    for repeat in range(n_repeats):
        known, strange = [], {kind: [] for kind in unknown}
        for train, test in ExperimentalKFold(5, random_state=SEED + repeat).split(X, y, groups):
            detector = PatternNoveltyDetector(grid).fit(X[train], groups=groups[train])
            known.append(-detector.score_samples(X[test]))
            false.append(detector.predict(X[test]) == -1)
            for kind, rows in unknown.items():
                strange[kind].append(-detector.score_samples(rows))
                found[kind].append((detector.predict(rows) == -1).mean())
        known = np.concatenate(known)
        pooled.append(
            {kind: _auroc(known, np.concatenate(score)) for kind, score in strange.items()}
        )
    return {
        "known called novel": round(float(np.concatenate(false).mean()), 4),
        "kinds": {
            kind: {
                "n_scans": len(unknown[kind]),
                "auroc": round(float(np.mean([one[kind] for one in pooled])), 4),
                "called novel": round(float(np.mean(found[kind])), 4),
            }
            for kind in unknown
        },
    }


def _auroc(known, strange):
    labels = np.repeat([0, 1], [known.size, strange.size])
    return roc_auc_score(labels, np.concatenate([known, strange]))


def main(n_repeats, virtual):
    """Measure and write the result."""
    films = read_films_with_crystals(None, random_state=SEED) if virtual else measured_films()
    grid = films.two_theta[films.two_theta <= LARGEST]
    prepare = make_preparation(grid, wavelength="CuKa")
    X = prepare.fit_transform(films.data)
    unknown = {kind: prepare.transform(rows) for kind, rows in simulated_unknown(grid).items()}
    if not virtual:
        kinds = measured_unknown()
        unknown |= {kind: usable(prepare, patterns) for kind, patterns in kinds.items()}
    groups = np.asarray(films.groups)
    y = np.asarray(films.target)
    if virtual:  # each film is one of its own
        groups = np.where(groups == "simulated", "simulated", "experimental")
    results = {"shuffled": measure(X, y, groups, unknown, grid, n_repeats)}
    if not virtual:
        twins = group_near_twins(X, groups)
        results["twins apart"] = measure(X, y, twins, unknown, grid, n_repeats)
    record(
        "studies/unknown_scans" + ("_virtual" if virtual else ""),
        f"python -m benchmarks.studies.unknown_scans --repeats {n_repeats}"
        + (" --virtual" if virtual else ""),
        ("numpy", "scikit-learn"),
        seed=SEED,
        films=films.summary,
        results=results,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--virtual", action="store_true")
    given = parser.parse_args()
    main(given.repeats, given.virtual)
