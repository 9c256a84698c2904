"""Reflection lists of all structures of ``crystals``: time, memory, size, and a kill on the way.

Run as ``python -m benchmarks.speed.reflection_lists FOLDER`` with ``SKXRD_DATA`` set; FOLDER, which
must not exist, takes the store. Writes ``benchmarks/results/speed/reflection_lists.json``. A first
process is killed with all its workers after a third of the structures; the second goes on. The time
is that of both.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from benchmarks.tools.record import record

D_MIN, BATCH, N_JOBS = 0.9, 1000, 2


def write(folder):
    """Write the store, saying after each batch how many structures are done."""
    from skxrd.io import iter_crystals
    from skxrd.powders import write_reflection_store

    source = Path(os.environ["SKXRD_DATA"]) / "crystals"
    write_reflection_store(
        iter_crystals(source, batch_size=BATCH),
        folder,
        d_min=D_MIN,
        n_jobs=N_JOBS,
        progress=lambda done: print(done, flush=True),
    )


def run(folder, stop_at=None):
    """Run this file as a process; seconds, largest memory of it and its workers, last count."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, folder, "write"], stdout=subprocess.PIPE, text=True
    )
    peak, ended = [0], threading.Event()

    def watch():
        root = psutil.Process(process.pid)
        while not ended.wait(0.1):
            total = 0
            for one in [root, *root.children(recursive=True)]:
                try:
                    total += one.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue  # a worker that just ended has no memory
            peak[0] = max(peak[0], total)

    watcher = threading.Thread(target=watch)
    watcher.start()
    done = 0
    for line in process.stdout:
        done = int(line)
        if stop_at is not None and done >= stop_at:
            for one in [*psutil.Process(process.pid).children(recursive=True), process]:
                os.kill(one.pid, signal.SIGKILL)
            break
    ended.set()
    watcher.join()
    process.wait()
    return time.perf_counter() - start, peak[0], done


def main(folder):
    first, first_peak, stopped_at = run(folder, stop_at=50_000)
    second, second_peak, done = run(folder)
    from skxrd.powders import ReflectionStore
    from skxrd.simulation import PowderSimulator

    store = ReflectionStore(folder)
    source = Path(os.environ["SKXRD_DATA"]) / "crystals"
    ids = np.concatenate(
        [
            pd.read_parquet(file, columns=["material_id"])["material_id"]
            for file in sorted(source.glob("mp_*.parquet"))
        ]
    )
    rows = np.random.default_rng(0).choice(len(store), 2000, replace=False)
    simulator = PowderSimulator(np.linspace(10, 110, 10_001), random_state=0)
    simulator.fit_transform(store[:5])
    start = time.perf_counter()
    for few in np.split(rows, 20):
        simulator.transform(store[few])
    rendering = time.perf_counter() - start
    record(
        "speed/reflection_lists",
        "python -m benchmarks.speed.reflection_lists FOLDER",
        ("numpy", "numba", "joblib"),
        n_structures=len(store),
        d_min=D_MIN,
        n_jobs=N_JOBS,
        seconds_until_killed=round(first, 1),
        structures_when_killed=stopped_at,
        seconds_after=round(second, 1),
        seconds_together=round(first + second, 1),
        peak_memory_of_all_processes_mb=round(max(first_peak, second_peak) / 1e6),
        mb_of_arrays=round(store.nbytes / 1e6, 1),
        bytes_a_structure=round(store.nbytes / len(store)),
        reflections_a_structure=round(float(store._ends["n_reflections"][-1]) / len(store), 1),
        nothing_lost_or_doubled=bool((store.labels["material_id"].to_numpy() == ids).all())
        and done == len(ids),
        patterns_a_second_in_random_order_one_core=round(len(rows) / rendering),
    )


if __name__ == "__main__":
    if sys.argv[2:] == ["write"]:
        write(sys.argv[1])
    else:
        main(sys.argv[1])
