"""DTW search: time against the number of references, memory, and the first call of a process.

Run as ``python -m benchmarks.speed.dtw_growth``; writes
``benchmarks/results/speed/dtw_growth.json``. Simulated films as in ``dtw_search.py``, float32,
1,200 angles, band 5 %, 1 nearest neighbour, 40 queries on one thread, median of three. The exponent
is the slope of log time over log references.
"""

import pickle
import subprocess
import sys
import time

import numpy as np

from benchmarks.tools.record import record
from skxrd.datasets import load_halides
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.simulation import PowderSimulator

N_ANGLES, BAND, N_QUERIES = 1200, 60, 40
SIZES = [500, 1000, 2000, 5000, 10_000, 20_000, 50_000]
FIRST_CALL = """
import time
import numpy as np
from skxrd.neighbors import DTWNeighborsClassifier
X = np.random.default_rng(0).random((50, 1200), dtype=np.float32)
model = DTWNeighborsClassifier(n_neighbors=1, window=60).fit(X, np.arange(50) % 2)
start = time.perf_counter()
model.kneighbors(X[:1])
print(time.perf_counter() - start)
"""


def films(n_patterns):
    """Simulated films, the square root taken, in random order."""
    crystals = load_halides().data
    simulator = PowderSimulator(
        np.linspace(10, 58, N_ANGLES),
        doublet=True,
        fwhm=(0.08, 0.2),
        preferred_orientation="random",
        march_r=(0.25, 1.0),
        random_fraction=(0.0, 0.5),
        lattice_strain=(-0.005, 0.005),
        hump=(0.0, 0.2),
        max_counts=(300, 10_000),
        n_variants=-(-n_patterns // len(crystals)),
        random_state=0,
    )
    X = np.sqrt(simulator.fit_transform(crystals)).astype(np.float32)
    return X[np.random.default_rng(0).permutation(len(X))[:n_patterns]]


def main():
    """Measure and write."""
    X = films(SIZES[-1] + N_QUERIES)
    queries, X = X[:N_QUERIES], X[N_QUERIES:]
    seconds, memory, stored = [], [], []
    for size in SIZES:
        model = DTWNeighborsClassifier(n_neighbors=1, window=BAND)
        model.fit(X[:size], np.arange(size) % 2)
        model.kneighbors(queries[:1])
        times = []
        for _ in range(3):
            start = time.perf_counter()
            model.kneighbors(queries)
            times.append(time.perf_counter() - start)
        seconds.append(float(np.median(times)))
        arrays = [value for value in vars(model).values() if isinstance(value, np.ndarray)]
        memory.append(sum(array.nbytes for array in arrays) / X[:size].nbytes)
        if size == SIZES[0]:
            stored = len(pickle.dumps(model)) / X[:size].nbytes
    calls = [
        float(subprocess.run([sys.executable, "-c", FIRST_CALL], capture_output=True).stdout)
        for _ in range(3)
    ]
    record(
        "speed/dtw_growth",
        "python -m benchmarks.speed.dtw_growth",
        ("numba", "numpy", "scikit-learn"),
        seed=0,
        n_references=SIZES,
        ms_a_query=[round(s / N_QUERIES * 1e3, 3) for s in seconds],
        exponent=round(float(np.polyfit(np.log(SIZES), np.log(seconds), 1)[0]), 3),
        exponent_from_2000=round(
            float(np.polyfit(np.log(SIZES[2:]), np.log(seconds[2:]), 1)[0]), 3
        ),
        memory_of_the_model_over_references=round(max(memory), 3),
        pickle_over_references=round(stored, 3),
        first_call_seconds_in_later_processes=[round(call, 3) for call in calls],
    )


if __name__ == "__main__":
    main()
