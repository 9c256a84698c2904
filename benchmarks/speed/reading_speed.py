"""Reading a folder of 1,000 two-column files of 2,749 points, against numpy.loadtxt in a loop.

Run as ``python -m benchmarks.speed.reading_speed``; writes
``benchmarks/results/speed/reading_speed.json``. One core, files written to a temporary folder, both
in turn, median of three.
"""

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.tools.record import record
from skxrd.io import read_patterns

N_FILES, N_POINTS = 1000, 2749


def main():
    """Measure and write."""
    rng = np.random.default_rng(0)
    angles = 5 + 0.02 * np.arange(N_POINTS)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(N_FILES):
            counts = rng.poisson(500, N_POINTS)
            np.savetxt(
                Path(folder, f"{number}.xy"), np.column_stack([angles, counts]), fmt="%.4f %d"
            )
        paths = sorted(Path(folder).iterdir())
        ours, theirs = [], []
        for _ in range(3):
            start = time.perf_counter()
            patterns = read_patterns(folder)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            arrays = [np.loadtxt(path) for path in paths]
            theirs.append(time.perf_counter() - start)
        assert len(patterns) == len(arrays) == N_FILES
    record(
        "speed/reading_speed",
        "python -m benchmarks.speed.reading_speed",
        ("numpy",),
        seed=0,
        n_files=N_FILES,
        n_points=N_POINTS,
        skxrd_seconds=round(float(np.median(ours)), 3),
        loadtxt_seconds=round(float(np.median(theirs)), 3),
        ratio=round(float(np.median(theirs) / np.median(ours)), 2),
    )


if __name__ == "__main__":
    main()
