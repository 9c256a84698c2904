"""Build the two libraries of phases that come with the package.

Run as ``python -m benchmarks.powders.build_phase_library [FOLDER]`` with ``SKXRD_DATA`` set; it
writes ``minerals.phases`` and ``compounds.phases`` to the folder (``skxrd/search/data`` without
one) and ``benchmarks/results/powders/build_phase_library.json``.

Minerals are the structures of the American Mineralogist Crystal Structure Database that are read;
compounds those structures of the Materials Project whose formula and space group (at 0.1 angstrom)
occur in lists of known compounds. What is a gas at room temperature is left out. Lines are computed
from cells and coordinates; no entry is copied.
"""

import itertools
import os
import sys
import time
import warnings
import zipfile
from pathlib import Path

import pandas as pd

from benchmarks.tools.record import record
from skxrd.io import iter_crystals
from skxrd.search import PhaseLibrary, write_phase_library

MINERALS = {
    "title": "Minerals",
    "cells": "measured",
    "source": "R. T. Downs and M. Hall-Wallace, American Mineralogist 88 (2003) 247-250",
    "licence": "Free to use with attribution to the article of each structure, which is with it",
}
COMPOUNDS = {
    "title": "Known inorganic compounds",
    "cells": "computed",
    "source": "A. Jain et al., APL Materials 1 (2013) 011002, version 2025.02.12.post",
    "licence": "CC-BY 4.0",
}
GASES = {"H", "He", "N", "O", "F", "Ne", "Cl", "Ar", "Kr", "Xe"}


def minerals(data):
    """Batches of minerals, without what is solid only in the cold."""
    for batch in iter_crystals(data / "amcsd", on_error="skip"):
        yield [crystal for crystal in batch if not is_gas(crystal)]


def compounds(data):
    """Batches of compounds that lists of known ones hold."""
    labels = pd.read_csv(data / "crystals" / "labels.csv")
    known = set(labels["material_id"][labels["in_icsd_list"] | labels["in_cod_list"] > 0])
    for batch in iter_crystals(data / "crystals"):
        kept = [crystal for crystal in batch if crystal.metadata["material_id"] in known]
        yield [crystal for crystal in kept if not is_gas(crystal)]


def is_gas(crystal):
    """Whether a crystal is made of at most two elements that are gases."""
    elements = set(crystal.elements)
    return len(elements) <= 2 and elements <= GASES


def zipped_size(paths):
    """Megabytes of files in a wheel."""
    trial = Path(paths[0]).with_suffix(".zip")
    with zipfile.ZipFile(trial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in paths:
            archive.write(path)
    size = trial.stat().st_size / 1e6
    trial.unlink()
    return round(size, 2)


def main(folder):
    """Write both libraries and the result."""
    data, folder = Path(os.environ["SKXRD_DATA"]), Path(folder)
    folder.mkdir(exist_ok=True)
    results, paths = {}, []
    warnings.simplefilter("ignore")
    for name, source, card, max_lines in (
        ("minerals", minerals, MINERALS, 100),
        ("compounds", compounds, COMPOUNDS, 86),
    ):
        paths.append(folder / f"{name}.phases")
        start = time.perf_counter()
        skipped = write_phase_library(
            source(data), paths[-1], card=card, max_lines=max_lines, compact=True, n_jobs=2
        )
        library = PhaseLibrary(paths[-1])
        results[name] = {
            **library.cards[0],
            "seconds": round(time.perf_counter() - start, 1),
            "left_out": [" ".join(one) for one in itertools.islice(skipped, 20)],
            "megabytes": round(paths[-1].stat().st_size / 1e6, 2),
        }
        print(name, results[name])
    results["megabytes_in_wheel"] = zipped_size(paths)
    command = "python -m benchmarks.powders.build_phase_library"
    record("powders/build_phase_library", command, ("gemmi", "numpy", "spglib"), **results)


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "skxrd" / "search" / "data"
    main(*(sys.argv[1:] or [default]))
