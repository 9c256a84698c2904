"""The four cubic classes: pristine, 82,485 defective crystals, and the two transitions.

Run as ``python -m benchmarks.studies.fingerprint_accuracy``. Writes
``benchmarks/results/studies/fingerprint_transitions.json`` and ``fingerprint_accuracy.json``.

6,345 crystals of ``make_cubic_crystals`` (seed 0). For each of five seeds the network of Table 1 is
trained on three quarters of the pristine crystals, two epochs, and on nothing else. Defective
crystals are those of the paper: from every pristine one 10 to 50 % vacancies, Gaussian
displacements of 0.05, 0.10 and 0.15 angstrom, 25 and 50 % of one other element, 25, 50 and 75 % of
two other elements, 13 x 6,345 in all; the five networks judge the same ones. Elements that come in
are drawn from all others. Accuracy is also given for the defective crystals whose pristine crystal
was not trained on. Transitions: 100 bcc crystals of seed 1.
"""

import argparse
from pathlib import Path

import joblib
import numpy as np
from sklearn.model_selection import train_test_split

from benchmarks.tools.record import record
from skxrd.crystal import (
    AtomCluster,
    add_thermal_disorder,
    conventional_supercell,
    displace_atoms,
    remove_atoms,
    remove_body_centres,
    substitute_at_random,
)
from skxrd.datasets import make_cubic_crystals
from skxrd.neural import FingerprintConvClassifier
from skxrd.simulation import DiffractionFingerprint

COMMAND = "python -m benchmarks.studies.fingerprint_accuracy"
PACKAGES = ("numpy", "numba", "gemmi", "spglib", "scikit-learn", "keras", "tensorflow")
AT_ONCE = 256
N_BCC = 100


def alloy(block, fraction, n_elements, elements, rng):
    """Substitute by elements drawn from all others."""
    others = [element for element in elements if element != block.elements[0]]
    incoming = rng.choice(others, n_elements, replace=False).tolist()
    return substitute_at_random(block, fraction, incoming, rng)


def defects(elements):
    """Name and function of each kind, in the paper's order."""
    kinds = {}
    for fraction in (0.1, 0.2, 0.3, 0.4, 0.5):
        kinds[f"{fraction:.0%} vacancies"] = lambda b, r, f=fraction: remove_atoms(b, f, r)
    for sigma in (0.05, 0.10, 0.15):
        kinds[f"displaced {sigma:.2f} angstrom"] = lambda b, r, s=sigma: displace_atoms(b, s, r)
    for n_elements, fractions in ((1, (0.25, 0.5)), (2, (0.25, 0.5, 0.75))):
        for fraction in fractions:
            kinds[f"{fraction:.0%} of {n_elements} other elements"] = (
                lambda b, r, f=fraction, n=n_elements: alloy(b, f, n, elements, r)
            )
    return kinds


def images(blocks):
    """Fingerprints of supercells as they are."""
    clusters = [AtomCluster.from_crystal(block) for block in blocks]
    return DiffractionFingerprint().fit_transform(clusters).astype(np.float32)


def transition(models, blocks, change, steps):
    """Mean and standard deviation of the class probabilities over crystals and networks."""
    curve = []
    for number, step in enumerate(steps):
        rng = np.random.RandomState(number)
        X = images([change(block, step, rng) for block in blocks])
        p = np.concatenate([model.predict_proba(X) for model in models]).astype(np.float64)
        curve.append((p.mean(axis=0), p.std(axis=0)))
    mean, deviation = np.array(curve).transpose(1, 2, 0)
    return {
        "steps": [round(float(step), 3) for step in steps],
        "mean": {
            str(label): np.round(row, 4).tolist()
            for label, row in zip(models[0].classes_, mean, strict=True)
        },
        "standard_deviation": {
            str(label): np.round(row, 4).tolist()
            for label, row in zip(models[0].classes_, deviation, strict=True)
        },
    }


def trained(X, y, seed, folder):
    """Network trained on three quarters of the pristine crystals, and the rows left out."""
    train, test = train_test_split(np.arange(len(y)), test_size=0.25, stratify=y, random_state=seed)
    path = Path(folder) / f"fingerprint_{seed}.joblib" if folder else None
    if path and path.exists():
        return joblib.load(path), test
    model = FingerprintConvClassifier(random_state=seed).fit(X[train], y[train])
    if path:
        joblib.dump(model, path)
    return model, test


def write(right, wrong, kinds, pristine, held_out, n_done):
    """Write down the accuracy over the crystals judged so far."""
    right = right[:, :, :n_done]
    accuracy = right.mean(axis=(1, 2))
    record(
        "studies/fingerprint_accuracy",
        COMMAND,
        PACKAGES,
        seeds=list(range(len(right))),
        n_pristine=len(held_out[0]),
        pristine_test_accuracy_percent=[round(100 * p, 4) for p in pristine],
        n_defective=int(right[0].size),
        defective_accuracy_percent=[round(100 * float(a), 4) for a in accuracy],
        defective_accuracy_percent_mean=round(100 * float(accuracy.mean()), 4),
        defective_accuracy_percent_least=round(100 * float(accuracy.min()), 4),
        of_crystals_not_trained_on_percent=[
            round(100 * float(right[k][:, held_out[k][:n_done]].mean()), 4)
            for k in range(len(right))
        ],
        percent_by_kind={
            name: [round(100 * float(a), 4) for a in right[:, column].mean(axis=1)]
            for column, name in enumerate(kinds)
        },
        n_wrong=len(wrong),
        wrong_by_structure_type={
            kind: sum(crystal.endswith(f" {kind}") for _, crystal, _, _ in wrong)
            for kind in ("fcc", "bcc", "diamond", "sc")
        },
        some_wrong=wrong[:40],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--n-crystals", type=int, default=6345)
    parser.add_argument("--n-seeds", type=int, default=5)
    parser.add_argument("--keep", help="folder for the fitted networks, read if they are there")
    options = parser.parse_args()
    cubic = make_cubic_crystals(options.n_crystals, random_state=0)
    blocks = [conventional_supercell(crystal) for crystal in cubic.crystals]
    X, y = images(blocks), cubic.target
    models, held_out, pristine = [], [], []
    for seed in range(options.n_seeds):
        model, test = trained(X, y, seed, options.keep)
        pristine.append(float((model.predict(X[test]) == y[test]).mean()))
        models.append(model)
        held_out.append(np.isin(np.arange(len(y)), test))
    del X
    fresh = make_cubic_crystals(4 * N_BCC, random_state=1)
    bcc = [
        conventional_supercell(crystal)
        for crystal in fresh.crystals
        if crystal.metadata["structure_type"] == "bcc"
    ]
    record(
        "studies/fingerprint_transitions",
        COMMAND,
        PACKAGES,
        n_crystals=len(bcc),
        seeds=list(range(options.n_seeds)),
        removed_body_centres=transition(
            models, bcc, lambda b, f, r: remove_body_centres(b, f, r), np.linspace(0, 1, 11)
        ),
        lindemann_parameter=transition(
            models, bcc, lambda b, s, r: add_thermal_disorder(b, s, r), np.linspace(0, 0.4, 21)
        ),
    )
    kinds = defects(sorted(set(cubic.groups)))
    right = np.zeros((options.n_seeds, len(kinds), len(y)), dtype=bool)
    wrong = []
    for first in range(0, len(y), AT_ONCE):
        rows = np.arange(first, min(first + AT_ONCE, len(y)))
        for column, (name, change) in enumerate(kinds.items()):
            X = images(
                [change(blocks[i], np.random.RandomState(100_000 * column + i)) for i in rows]
            )
            for number, model in enumerate(models):
                found = model.predict(X)
                right[number, column, rows] = found == y[rows]
                wrong += [
                    (name, cubic.crystals[i].name, str(label), number)
                    for i, label in zip(rows, found, strict=True)
                    if label != y[i]
                ]
        # crystals are in random order, so what is there so far is a sample of all kinds
        write(right, wrong, kinds, pristine, held_out, rows[-1] + 1)
