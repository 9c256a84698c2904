"""Reading a folder of 1,000 two-column files of 2,749 points, against numpy.loadtxt in a loop.

Run as ``python -m benchmarks.speed.reading_speed``; writes
``benchmarks/results/speed/reading_speed.json``. One process, files written to a temporary folder;
processor time of blocks of 50 files, both in turn: the sums, and the median ratio of the blocks.
"""

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.tools.record import record
from skxrd.io import read_patterns

N_FILES, N_POINTS, BLOCK = 1000, 2749, 50


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
        read_patterns(paths[:BLOCK])  # compiles what is compiled
        for first in range(0, N_FILES, BLOCK):
            block = paths[first : first + BLOCK]
            start = time.process_time()
            patterns = read_patterns(block)
            ours.append(time.process_time() - start)
            start = time.process_time()
            arrays = [np.loadtxt(path) for path in block]
            theirs.append(time.process_time() - start)
            assert len(patterns) == len(arrays) == BLOCK
    record(
        "speed/reading_speed",
        "python -m benchmarks.speed.reading_speed",
        ("numpy",),
        seed=0,
        n_files=N_FILES,
        n_points=N_POINTS,
        skxrd_seconds=round(sum(ours), 3),
        loadtxt_seconds=round(sum(theirs), 3),
        ratio=round(float(np.median(np.divide(theirs, ours))), 2),
    )


if __name__ == "__main__":
    main()
