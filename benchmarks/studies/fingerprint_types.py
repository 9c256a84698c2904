"""Nineteen structure types from three views: pristine, with vacancies, and real elements.

Run as ``python -m benchmarks.studies.fingerprint_types``; with ``SKXRD_DATA`` set, the elements of
its folder ``elements`` are judged too. Writes
``benchmarks/results/studies/fingerprint_types.json``.

Training: 3,800 crystals of ``make_structure_types`` (seed 0), pristine only. Test: 1,900 of seed
1000, pristine and with 30 and 50 % vacancies, which nothing was chosen on. Amplitudes (gamma 1) are
cut at a threshold that was chosen, with the number of atoms, on crystals of seeds 1 and 2. The
network has kernels of 5 x 5 pixels and 16, 16, 12, 12, 8, 8 filters, five epochs.

Contrast: compounds whose neighbours' atomic numbers differ by 0.2 to 0.6 of their sum, as in
training; the accuracy of others (0.05 to 0.2 and 0.6 to 0.85) is given beside.

Real elements: computed structures with the space group, the atoms in the conventional cell
and, where it is free, the axial ratio of a type; those of the training ranges only.
"""

import argparse
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.tools.record import record
from skxrd.crystal import (
    AtomCluster,
    Crystal,
    conventional_supercell,
    remove_atoms,
)
from skxrd.crystal._clusters import conventional_cell
from skxrd.datasets import make_structure_types
from skxrd.neural import FingerprintConvClassifier
from skxrd.simulation import DiffractionFingerprint

VIEWS = [(0, 0, 0), (45, 0, 0), (90, 0, 0)]
ELEMENTAL = {  # space group, atoms in the conventional cell, range of c / a
    "fcc": (225, 4, None),
    "bcc": (229, 2, None),
    "sc": (221, 1, None),
    "diamond": (227, 8, None),
    "hcp": (194, 2, (1.55, 1.67)),
    "dhcp": (194, 4, (3.15, 3.30)),
    "beta-Sn": (141, 4, (0.52, 0.57)),
    "alpha-As": (166, 6, (2.5, 2.9)),
    "bct": (139, 2, (1.48, 1.58)),
    "omega": (191, 3, (0.58, 0.65)),
    "gamma-Se": (152, 3, (1.1, 1.36)),
    "A15": (223, 8, None),
}


def blocks(crystals, n_atoms):
    return [conventional_supercell(crystal, n_atoms, shape="cube") for crystal in crystals]


def images(fingerprint, supercells, vacancies=0.0):
    """Fingerprints of blocks with a share of their atoms removed."""
    clusters = [
        AtomCluster.from_crystal(remove_atoms(block, vacancies, random_state=seed))
        for seed, block in enumerate(supercells)
    ]
    return fingerprint.fit_transform(clusters).astype(np.float32)


def real_elements():
    """Crystals of the data folder that belong to one of the elemental types, and their types."""
    folder = os.environ.get("SKXRD_DATA")
    if not folder:
        return [], []
    table = pd.read_parquet(Path(folder) / "elements" / "elemental.parquet")
    crystals, labels = [], []
    for row in table.to_dict("records"):
        group = row["sg_symprec0.1"]
        if group not in {known for known, _, _ in ELEMENTAL.values()}:
            continue
        coords = np.asarray(row["frac_coords"], dtype=float).reshape(-1, 3)
        cell = [row[axis] for axis in ("a", "b", "c", "alpha", "beta", "gamma")]
        listed = Crystal(cell, list(row["species"]), coords, name=row["reduced_formula"])
        crystal = conventional_cell(listed, symprec=0.1)
        n_atoms, ratio = len(crystal.expand().elements), crystal.cell[2] / crystal.cell[0]
        for label, (known, number, limits) in ELEMENTAL.items():
            fits = limits is None or limits[0] <= ratio <= limits[1]
            if (group, n_atoms) == (known, number) and fits:
                crystals.append(crystal)
                labels.append(label)
    return crystals, labels


def percent(values):
    return [round(100 * float(value), 2) for value in values]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--n-seeds", type=int, default=5)
    parser.add_argument("--n-atoms", type=int, default=250)
    parser.add_argument("--threshold", type=float, default=0.08)
    options = parser.parse_args()
    fingerprint = DiffractionFingerprint(rotations=VIEWS, gamma=1.0, threshold=options.threshold)
    known = make_structure_types(3800, random_state=0)
    X = images(fingerprint, blocks(known.crystals, options.n_atoms))
    fresh = make_structure_types(1900, random_state=1000)
    fresh_blocks = blocks(fresh.crystals, options.n_atoms)
    tests = {
        "pristine": (images(fingerprint, fresh_blocks), fresh.target),
        "30 % vacancies": (images(fingerprint, fresh_blocks, 0.3), fresh.target),
        "50 % vacancies": (images(fingerprint, fresh_blocks, 0.5), fresh.target),
    }
    compounds = ["CsCl", "rocksalt", "zincblende", "wurtzite", "fluorite", "NiAs"]
    for low, high in ((0.05, 0.2), (0.6, 0.85)):
        other = make_structure_types(300, types=compounds, contrast=(low, high), random_state=1001)
        X_other = images(fingerprint, blocks(other.crystals, options.n_atoms))
        tests[f"pristine compounds of contrast {low} to {high}"] = (X_other, other.target)
    real, labels = real_elements()
    if real:
        supercells = blocks(real, options.n_atoms)
        tests["real elements"] = (images(fingerprint, supercells), np.array(labels))
        tests["real elements, 30 % vacancies"] = (
            images(fingerprint, supercells, 0.3),
            np.array(labels),
        )
    print("images are there", flush=True)
    right = {name: [] for name in tests}
    confused = {name: Counter() for name in tests}
    for seed in range(options.n_seeds):
        model = FingerprintConvClassifier(
            image_shape=fingerprint.image_shape_,
            filters=(16, 16, 12, 12, 8, 8),
            kernel_size=5,
            epochs=5,
            random_state=seed,
        ).fit(X, known.target)
        for name, (rows, y) in tests.items():
            found = model.predict(rows)
            right[name].append(found == y)
            confused[name].update(
                f"{true} as {seen}" for true, seen in zip(y, found, strict=True) if true != seen
            )
            print(seed, name, (found == y).mean(), flush=True)
    record(
        "studies/fingerprint_types",
        "python -m benchmarks.studies.fingerprint_types",
        ("numpy", "numba", "gemmi", "spglib", "keras", "tensorflow"),
        seeds=list(range(options.n_seeds)),
        n_atoms=options.n_atoms,
        threshold=options.threshold,
        types=known.target_names,
        n_training=len(X),
        n_test={name: len(y) for name, (_, y) in tests.items()},
        n_real_by_type=dict(Counter(labels)),
        accuracy_percent={name: percent(np.mean(r, axis=1)) for name, r in right.items()},
        mean_percent={name: percent([np.mean(r)])[0] for name, r in right.items()},
        least_type_percent_30_vacancies=min(
            percent(
                [
                    np.mean(np.array(right["30 % vacancies"])[:, fresh.target == label])
                    for label in known.target_names
                ]
            )
        ),
        most_confused={name: dict(c.most_common(6)) for name, c in confused.items()},
    )
