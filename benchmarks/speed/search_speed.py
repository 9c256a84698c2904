"""Seconds and memory of the look-up, and of writing a library.

Run as ``python -m benchmarks.speed.search_speed`` with ``SKXRD_DATA`` set; it writes
``benchmarks/results/speed/search_speed.json``.

* The screen of the bundled library, and the floor of it: the bytes of the profile that it reads, at
  the speed at which NumPy scales arrays of that size; searches of one mineral and of a mixture of
  three phases; one core, medians.
* Memory above the imports after these searches.
* A library of the first 20,000 structures of ``crystals`` on two processes, and of 10,000, whose
  ratio shows how the time grows; the time of 154,925 and of 500,000 that follows.
"""

import itertools
import os
import resource
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

from benchmarks.tools.record import record
from skxrd import PowderPattern
from skxrd.io import iter_crystals, read_pattern
from skxrd.search import PhaseLibrary, PhaseSearch, load_phase_library, write_phase_library
from skxrd.search._phase_fit import screen_library
from skxrd.search._prepared_scan import prepare_scan


def searches(data):
    """Median seconds of the screen, of searches of a powder and of a mixture; the floor."""
    library = load_phase_library()
    start = time.perf_counter()
    for number in range(2):
        library.screened(number)
    first = time.perf_counter() - start
    folder = data / "dara_xrdml/dataset/precursor_mixture"
    three = read_pattern(folder / "NiO_0p2030-Li2CO3_0p2999-TiO2_0p5025--8min.xrdml")
    scan = prepare_scan(three)
    stored = np.load(data / "rruff_dev" / "rruff_dev.npz")
    one = PowderPattern(stored["two_theta"], stored["intensity"][100].astype(float), "CuKa")
    search = PhaseSearch(library)
    search.match([one])

    def median(function, n):
        seconds = []
        for _ in range(n):
            start = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - start)
        return float(np.median(seconds))

    screened = median(lambda: screen_library(library, scan, scan.measured, None, 400), 21)
    rows = np.zeros((20_000, 61), np.float32)
    total, factor = np.zeros(61, np.float32), np.float32(2)
    added = median(lambda: np.add(rows, factor * total, out=rows), 21) / len(rows)
    floor = added * 32 * len(library)
    return {
        "phases": len(library),
        "first_search_of_a_process_more": round(first, 2),
        "screen": round(screened, 4),
        "floor_of_the_screen": round(floor, 4),
        "ratio_to_the_floor": round(screened / floor, 2),
        "one_mineral": round(median(lambda: search.match([one]), 5), 2),
        "three_phases": round(median(lambda: search.match([three]), 5), 2),
    }


def memory():
    """Largest memory of this process so far in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def writing(data, n_crystals):
    """Seconds of writing a library of so many structures on two processes."""
    batches = iter_crystals(data / "crystals", batch_size=500)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "some.phases")
        start = time.perf_counter()
        write_phase_library(itertools.islice(batches, n_crystals // 500), path, n_jobs=2)
        seconds = time.perf_counter() - start
        start = time.perf_counter()
        PhaseLibrary(path)
        return seconds, time.perf_counter() - start


def main():
    """Measure, and write the result."""
    warnings.simplefilter("ignore")
    data = Path(os.environ["SKXRD_DATA"])
    before = memory()
    results = searches(data)
    results["memory_mb_above_the_imports"] = round(memory() - before)
    writing(data, 500)  # starts the processes
    half, _ = writing(data, 10_000)
    whole, opened = writing(data, 20_000)
    results |= {
        "write_10000": round(half, 1),
        "write_20000": round(whole, 1),
        "write_154925_from_that": round(whole * 154_925 / 20_000),
        "write_500000_from_that": round(whole * 25),
        "open_20000": round(opened, 4),
    }
    print(results)
    command = "python -m benchmarks.speed.search_speed"
    record("speed/search_speed", command, ("numba", "numpy", "scipy", "spglib"), **results)


if __name__ == "__main__":
    main()
