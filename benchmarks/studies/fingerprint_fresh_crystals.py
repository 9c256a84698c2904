"""The cubic classes once more, on crystals that no choice was made on.

Run as ``python -m benchmarks.studies.fingerprint_fresh_crystals --keep FOLDER`` with the networks
that ``fingerprint_accuracy.py --keep FOLDER`` has left. Writes
``benchmarks/results/studies/fingerprint_fresh_crystals.json``.

The median bond length became the default after the mean had failed for one of the five networks on
defective crystals of ``fingerprint_accuracy.py``. Here the same networks judge the same 13 kinds of
defects in 1,000 crystals of another seed.
"""

import argparse
from pathlib import Path

import joblib
import numpy as np

from benchmarks.studies.fingerprint_accuracy import defects, images
from benchmarks.tools.record import record
from skxrd.crystal import conventional_supercell
from skxrd.datasets import make_cubic_crystals

N_CRYSTALS, SEED = 1000, 2

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", required=True, help="folder with networks")
    folder = Path(parser.parse_args().keep)
    models = [joblib.load(path) for path in sorted(folder.glob("fingerprint_*.joblib"))]
    cubic = make_cubic_crystals(N_CRYSTALS, random_state=SEED)
    blocks = [conventional_supercell(crystal) for crystal in cubic.crystals]
    percent = {}
    for column, (name, change) in enumerate(defects(sorted(set(cubic.groups))).items()):
        X = images(
            [
                change(block, np.random.RandomState(100_000 * column + number))
                for number, block in enumerate(blocks)
            ]
        )
        percent[name] = [
            round(100 * float((model.predict(X) == cubic.target).mean()), 4) for model in models
        ]
        print(name, percent[name], flush=True)
    by_network = np.mean(list(percent.values()), axis=0)
    record(
        "studies/fingerprint_fresh_crystals",
        "python -m benchmarks.studies.fingerprint_fresh_crystals --keep FOLDER",
        ("numpy", "numba", "gemmi", "spglib", "keras", "tensorflow"),
        seed=SEED,
        n_defective=N_CRYSTALS * len(percent),
        accuracy_percent=np.round(by_network, 4).tolist(),
        accuracy_percent_mean=round(float(by_network.mean()), 4),
        percent_by_kind=percent,
    )
