"""Networks trained on model crystals judge computed ones: the cubic elements of the data folder.

Run as ``python -m benchmarks.studies.fingerprint_elements --keep FOLDER`` with ``SKXRD_DATA`` set
and the networks that ``fingerprint_accuracy.py --keep FOLDER`` has left; without ``--keep``,
networks are trained anew, on all pristine models. Writes
``benchmarks/results/studies/fingerprint_elements.json``.

The networks have seen pristine models only. They judge the fcc, bcc, diamond and simple cubic
crystals among 831 computed elements: pristine, with vacancies, and with displaced atoms.
"""

import argparse
from collections import Counter
from pathlib import Path

import joblib
import numpy as np

from benchmarks.studies.fingerprint_types import real_elements
from benchmarks.tools.record import record
from skxrd.crystal import AtomCluster, conventional_supercell, displace_atoms, remove_atoms
from skxrd.datasets import make_cubic_crystals
from skxrd.neural import FingerprintConvClassifier
from skxrd.simulation import DiffractionFingerprint

LABELS = {"fcc": "Fm-3m", "bcc": "Im-3m", "diamond": "Fd-3m", "sc": "Pm-3m"}


def images(blocks):
    clusters = [AtomCluster.from_crystal(block) for block in blocks]
    return DiffractionFingerprint().fit_transform(clusters).astype(np.float32)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--n-seeds", type=int, default=5)
    parser.add_argument("--keep", help="folder with networks of fingerprint_accuracy")
    options = parser.parse_args()
    crystals, types = real_elements()
    cubic = [i for i, kind in enumerate(types) if kind in LABELS]
    y = np.array([LABELS[types[i]] for i in cubic])
    blocks = [conventional_supercell(crystals[i]) for i in cubic]
    tests = {"pristine": images(blocks)}
    for fraction in (0.1, 0.3, 0.5):
        damaged = [remove_atoms(block, fraction, i) for i, block in enumerate(blocks)]
        tests[f"{fraction:.0%} vacancies"] = images(damaged)
    for sigma in (0.05, 0.15):
        damaged = [displace_atoms(block, sigma, i) for i, block in enumerate(blocks)]
        tests[f"displaced {sigma:.2f} angstrom"] = images(damaged)
    percent, wrong = {name: [] for name in tests}, Counter()
    for seed in range(options.n_seeds):
        if options.keep:
            model = joblib.load(Path(options.keep) / f"fingerprint_{seed}.joblib")
        else:
            known = make_cubic_crystals(random_state=seed)
            X = DiffractionFingerprint().fit_transform(known.crystals).astype(np.float32)
            model = FingerprintConvClassifier(random_state=seed).fit(X, known.target)
        for name, X in tests.items():
            found = model.predict(X)
            percent[name].append(round(100 * float((found == y).mean()), 2))
            wrong.update(
                f"{crystals[cubic[i]].name} {y[i]} as {found[i]}, {name}"
                for i in np.flatnonzero(found != y)
            )
    record(
        "studies/fingerprint_elements",
        "python -m benchmarks.studies.fingerprint_elements"
        + (" --keep FOLDER" if options.keep else ""),
        ("numpy", "numba", "gemmi", "spglib", "keras", "tensorflow"),
        seeds=list(range(options.n_seeds)),
        n_crystals=dict(Counter(types[i] for i in cubic)),
        accuracy_percent=percent,
        wrong=dict(wrong.most_common(12)),
    )
