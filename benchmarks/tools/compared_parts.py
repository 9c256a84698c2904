"""Run one part of ``compare_versions.py``: ``python compared_parts.py CHECKOUT PART FILE.npz``."""

import sys
import warnings
from pathlib import Path

import compared_networks
import compared_physics
import compared_studies
import numpy as np

#: Name of a part and function that returns its arrays, and tables, by name.
PARTS = {
    "crystals": compared_physics.crystals,
    "simulation": compared_physics.simulation,
    "fingerprints": compared_physics.fingerprints,
    "augmentation": compared_physics.augmentation,
    "preprocessing": compared_physics.preprocessing,
    "reading": compared_physics.reading,
    "dtw": compared_studies.dtw,
    "table1": compared_studies.table1,
    "curves": compared_studies.curves,
    "maps": compared_networks.maps,
    "training": compared_networks.training,
    "identify": compared_networks.identify,
}


def as_arrays(found):
    """Arrays by name; a table becomes one array a column."""
    arrays = {}
    for name, value in found.items():
        if hasattr(value, "columns"):
            columns = {f"{name}: {column}": value[column].to_numpy() for column in value}
        else:
            columns = {name: np.asarray(value)}
        for key, array in columns.items():
            arrays[key] = array.astype(str) if array.dtype.kind == "O" else array
    return arrays


def main():
    checkout, part, path = sys.argv[1:]
    import skxrd

    if not Path(skxrd.__file__).is_relative_to(Path(checkout).resolve()):
        raise SystemExit(f"the package is imported from {skxrd.__file__}, not from {checkout}")
    warnings.simplefilter("ignore")
    np.savez(path, **as_arrays(PARTS[part]()))


if __name__ == "__main__":
    main()
