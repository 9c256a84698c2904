"""Time and memory of ``skxrd compare`` without options, with an empty and with a filled cache.

Run as ``python -m benchmarks.speed.compare_speed``; writes
``benchmarks/results/speed/compare_speed.json``. Processor seconds say what quiet cores would take.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time

import joblib

from benchmarks.tools.record import record

COMMAND = "from skxrd._cli import main; main()"


def run(cache):
    """Seconds, processor seconds and peak memory of the largest process of one call."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "compare"],
        env={**os.environ, "NUMBA_CACHE_DIR": cache},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{seconds:.0f} s, {used:.0f} s of processors", flush=True)
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "peak_mb_of_a_process": round(after.ru_maxrss / 1024),
        "last_line": done.stdout.strip().splitlines()[-1],
    }


def main():
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = run(cache), run(cache)
    record(
        "speed/compare_speed",
        "python -m benchmarks.speed.compare_speed",
        ("scikit-learn", "tensorflow", "keras", "numba"),
        cores=joblib.cpu_count(),
        load_before=round(os.getloadavg()[0], 1),
        cold=cold,
        warm=warm,
    )


if __name__ == "__main__":
    main()
