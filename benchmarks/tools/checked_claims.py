"""Numbers that pages quote and tests only bound: collections read, labels that agree, lines found.

Run as ``SKXRD_DATA=... python -m benchmarks.tools.checked_claims``, in some minutes. Blocks of the
American Mineralogist database that are read and why others are not; dimensionality of computed
halides beside the labels of their collection; pairs of lines that harmonic families join; textured
films that are recognised after training on powders; formulas on both sides of a split of powders;
sizes of networks. Writes
``benchmarks/results/tools/checked_claims.json``.
"""

import os
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.tools.record import record
from skxrd.crystal import dimensionality
from skxrd.io import SkippedFileWarning, read_crystals
from skxrd.powders import read_powder_labels, select_powders, split_powders

ROOT = Path(__file__).parents[2]
#: words of an error of the reader, and what is wrong
KINDS = {
    "own image": "site close to its own image",
    "overlap": "sites at one place",
    "occupancy": "occupancy above one",
    "_cell_length": "no cell",
    "belong to no": "operations that form no group",
    "operations are those of": "operations of another group",
    "space group": "cell that the space group cannot have",
}


def minerals(folder):
    """Blocks of the American Mineralogist database, and the kinds of error of those not read."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SkippedFileWarning)
        crystals = read_crystals(folder / "amcsd/amcsd.cif.gz", on_error="skip")
    skipped = [error for warning in caught for error in getattr(warning.message, "skipped", ())]
    kinds = Counter()
    for error in skipped:
        kinds[next((kind for sign, kind in KINDS.items() if sign in str(error)), "other")] += 1
    n_read = len({crystal.metadata.get("block", i) for i, crystal in enumerate(crystals)})
    return {"blocks": n_read + len(skipped), "read": n_read, "not_read": dict(kinds)}


def halides(folder):
    """Agreement of the dimensionality of computed halides with the labels of their collection."""
    index = pd.read_csv(folder / "halides/index.csv").set_index("material_id")
    crystals = read_crystals(folder / "halides/halides.parquet")
    found = pd.Series({c.metadata["material_id"]: dimensionality(c) for c in crystals})
    elpasolite = index["type"] == "A2BB'X6"
    labels = index.loc[~elpasolite, "dim_BX_without_A"].dropna()
    agrees = found[labels.index] == labels.map("{:.0f}D".format)
    of_elpasolites = found[elpasolite[elpasolite].index] == "3D"
    return {
        "crystals": len(found),
        "not_elpasolites": len(labels),
        "agree": round(float(agrees.mean()), 4),
        "elpasolites": len(of_elpasolites),
        "elpasolites_3D": round(float(of_elpasolites.mean()), 4),
    }


def powder_splits(folder):
    """Share of the test crystals of a split whose formula trains, for both sets of structures."""
    labels = read_powder_labels(folder / "crystals")
    formulas, found = labels["reduced_formula"], {}
    for split in ("random", "formula"):
        for kind in ("known", "all"):
            train, test = split_powders(labels, select_powders(labels, kind), split)
            found[f"{split}, {kind}"] = float(formulas.iloc[test].isin(formulas.iloc[train]).mean())
    return {name: round(share, 4) for name, share in found.items()}


def networks():
    """Weights, and multiplications for a pattern, of the networks of powder symmetry."""
    from skxrd.neural import build_powder_conv
    from skxrd.powders import build_symmetry_conv

    found = {}
    for network in (build_powder_conv(10_001, 230), build_symmetry_conv(5001)):
        products = 0
        for layer in network.layers:
            if hasattr(layer, "kernel"):
                places = layer.output.shape[1] if len(layer.output.shape) == 3 else 1
                products += places * int(np.prod(layer.kernel.shape))
        found[network.name] = {"weights": network.count_params(), "multiplications": products}
    return found


def main():
    """Measure, and write the result."""
    sys.path.insert(0, str(ROOT / "tests/augmentation"))
    from test_families import pairs_of_lines
    from test_harmonics_find_textured_films import mean_shares

    folder = Path(os.environ["SKXRD_DATA"])
    _, orders, joined = pairs_of_lines().T.astype(bool)
    record(
        "tools/checked_claims",
        "SKXRD_DATA=... python -m benchmarks.tools.checked_claims",
        ("numpy", "gemmi", "scikit-learn"),
        minerals=minerals(folder),
        halides=halides(folder),
        powder_splits=powder_splits(folder),
        networks=networks(),
        pairs_of_lines={
            "joined_that_are_orders": round(float(np.mean(orders[joined])), 4),
            "orders_that_are_joined": round(float(np.mean(joined[orders])), 4),
        },
        textured_films_recognised={k: round(float(v), 4) for k, v in mean_shares().items()},
    )


if __name__ == "__main__":
    main()
