"""Seconds of ``skxrd identify`` from a cold start.

Run as ``python -m benchmarks.speed.identify_speed``: each run is a process of its own that starts
Python, loads the network and names one scan of 4,501 angles. Writes
``benchmarks/results/speed/identify_speed.json``.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.tools.record import record
from skxrd.crystal import make_prototype
from skxrd.io import write_pattern
from skxrd.simulation import PowderSimulator

N_RUNS = 11
COMMAND = [sys.executable, "-c", "from skxrd._cli import main; main()"]


def seconds_of(arguments, **environment):
    """Wall-clock and processor seconds of a fresh process."""
    start, used = time.perf_counter(), processor_seconds()
    subprocess.run(
        [*COMMAND, *arguments], check=True, capture_output=True, env=os.environ | environment
    )
    return time.perf_counter() - start, processor_seconds() - used


def processor_seconds():
    """Of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main():
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder, "scan.xy")
        crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
        simulator = PowderSimulator(np.linspace(10, 100, 4501), max_counts=5000, random_state=0)
        write_pattern(simulator.simulate(crystal), scan)
        cache = {"NUMBA_CACHE_DIR": str(Path(folder, "cache"))}
        empty = seconds_of(["identify", str(scan)], **cache)
        compiled = sorted(
            {path.name.split("-")[0] for path in Path(folder).rglob("cache/**/*.nbi")}
        )
        identify = np.array([seconds_of(["identify", str(scan)]) for _ in range(N_RUNS)])
        bare = np.array([seconds_of(["--version"]) for _ in range(N_RUNS)])
    record(
        "speed/identify_speed",
        "python -m benchmarks.speed.identify_speed",
        ["numpy", "onnxruntime", "scikit-learn"],
        bar_seconds=3.0,
        n_runs=N_RUNS,
        seconds_median=round(float(np.median(identify[:, 0])), 2),
        seconds_least=round(float(identify[:, 0].min()), 2),
        seconds_most=round(float(identify[:, 0].max()), 2),
        processor_seconds_median=round(float(np.median(identify[:, 1])), 2),
        seconds_of_version_alone=round(float(np.median(bare[:, 0])), 2),
        seconds_with_empty_cache_of_kernels=round(empty[0], 2),
        processor_seconds_with_empty_cache_of_kernels=round(empty[1], 2),
        kernels_compiled_with_empty_cache=compiled,
    )


if __name__ == "__main__":
    main()
