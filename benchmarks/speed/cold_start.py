"""Seconds, memory and lines on stderr of each verb of the command, from cold and warm starts.

Run as ``python -m benchmarks.speed.cold_start [VERB ...]``, on a quiet machine. Each run is a
process of its own on one core. Warm: files are in memory and compiled functions on disk, the
median and the least of ``N_RUNS``. Cold: no compiled function is on disk, one run. Seconds on the
clock grow with what else runs on the core, processor seconds little. Writes
``benchmarks/results/speed/cold_start.json``.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.tools.record import record
from skxrd import PowderPattern
from skxrd.crystal import make_prototype
from skxrd.datasets import make_thin_films
from skxrd.io import write_crystals, write_pattern
from skxrd.simulation import PowderSimulator

N_RUNS = 5
# the last line on stderr is the peak of the memory in kB
CODE = """
import atexit, re, sys
status = lambda: open("/proc/self/status").read()
atexit.register(lambda: sys.stderr.write(re.search("VmHWM:[^0-9]*([0-9]+)", status())[1]))
from skxrd._cli import main
main()
"""
COMMAND = [sys.executable, "-c", CODE]
# bars of the project, in seconds on a quiet core
BARS = {
    "--help": 0.15, "peaks": 1.2, "plot": 1.2, "predict (SVM)": 1.2, "predict (a-CNN)": 1.5,
    "predict (residual network)": 1.5, "identify": 1.5, "search": 1.5, "train": 15.0,
}  # fmt: skip


def prepare():
    """Write a powder, films and models into the working folder."""
    crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    grid = np.linspace(10, 100, 4501)
    simulator = PowderSimulator(grid, wavelength="CuKa", max_counts=5000, random_state=0)
    write_pattern(simulator.simulate(crystal), "scan.xy")
    write_crystals([crystal], "crystal.cif")
    films = make_thin_films(35, two_theta=np.arange(10, 60, 0.04), random_state=0)
    for number, (film, label) in enumerate(zip(films.data, films.target, strict=True)):
        Path("films", label).mkdir(parents=True, exist_ok=True)
        plain = PowderPattern(film.two_theta, film.intensity)
        write_pattern(plain, Path("films", label, f"{number}.xy"))
    plain = PowderPattern(film.two_theta, film.intensity)
    write_pattern(plain, "film.xy")
    for name in ("SVM", "a-CNN", "residual network"):
        run_once(train(name, f"{name}.skxrd"))


def train(name, path):
    """Arguments that train a classifier."""
    options = ["--wavelength", "CuKa", "--classifier", name]
    return ["train", "films", "-o", path, *options]


def verbs():
    """Arguments of each verb, by what the table calls it."""
    light = ["--wavelength", "CuKa"]
    predicts = {
        f"predict ({name})": ["predict", f"{name}.skxrd", "film.xy"]
        for name in ("SVM", "a-CNN", "residual network")
    }
    return {
        "--help": ["--help"],
        "peaks": ["peaks", "scan.xy", *light],
        "plot": ["plot", "scan.xy", *light, "-o", "scan.png"],
        "identify": ["identify", "scan.xy", *light],
        "search": ["search", "scan.xy", *light],
        **predicts,
        "simulate": ["simulate", "crystal.cif", *light, "-o", "out.xy"],
        "convert": ["convert", "scan.xy", "as_text", "--to", "csv", *light],
        "train": train("residual network", "new.skxrd"),
    }


def run_once(arguments, **environment):
    """Seconds, processor seconds, megabytes and lines on stderr of a fresh process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed, modules are not compiled anew
    start = time.perf_counter()
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    ) as process:
        lines = process.stderr.read().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{arguments}: {lines}")
    used = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, used, int(lines.pop()) / 1024, len(lines)


def main():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    place, folder = os.getcwd(), tempfile.mkdtemp()
    os.environ["PYTHONPATH"] = os.pathsep.join([place, os.environ.get("PYTHONPATH", "")])
    os.chdir(folder)
    prepare()
    table = {}
    for name, arguments in verbs().items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as cache:
            cold = run_once(arguments, NUMBA_CACHE_DIR=cache)
        run_once(arguments)
        runs = np.array([run_once(arguments) for _ in range(N_RUNS)])
        table[name] = {
            "seconds": round(float(np.median(runs[:, 0])), 2),
            "seconds_least": round(float(runs[:, 0].min()), 2),
            "processor_seconds": round(float(np.median(runs[:, 1])), 2),
            "processor_seconds_least": round(float(runs[:, 1].min()), 2),
            "seconds_cold": round(cold[0], 2),
            "processor_seconds_cold": round(cold[1], 2),
            "megabytes": round(float(runs[:, 2].max())),
            "lines_on_stderr": int(runs[:, 3].max()),
            "bar_seconds": BARS.get(name),
        }
        print(name, table[name], flush=True)
    os.chdir(place)
    record(
        "speed/cold_start",
        "python -m benchmarks.speed.cold_start",
        ["numpy", "scipy", "scikit-learn", "numba", "onnxruntime", "tensorflow", "matplotlib"],
        n_runs=N_RUNS,
        niceness=os.nice(0),  # below 0 other programs hardly slow a run
        load_of_the_machine_at_the_end=[round(one, 1) for one in os.getloadavg()],
        verbs=table,
    )


if __name__ == "__main__":
    main()
