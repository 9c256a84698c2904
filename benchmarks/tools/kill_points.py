"""Kill every job that can be resumed at many points, and compare what resuming it gives.

Run as ``python -m benchmarks.tools.kill_points [COUNT] [SEED] [--jobs NAME,NAME]``; with the
default 200 points it writes ``benchmarks/results/tools/kill_points.json``. Jobs are a study, a
reflection store, a pattern store and a training, all small. Each kill is a fork of this process
that exits at once (``os._exit``, no clean-up, buffers lost) at its n-th step that changes a file:
opened, before and after a write, flushed, closed, renamed, linked, made or removed. Half of the
killed runs are killed a second time while they go on. The run that then finishes must give the same
bits as one that was never killed. Only calls on files of the job's folder count. Needs a system
with ``fork``.
"""

import argparse
import hashlib
import mmap
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import zarr  # noqa: F401  here, not in each fork
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from benchmarks.tools.record import record
from skxrd.crystal import make_prototype
from skxrd.model_selection import Study
from skxrd.powders import BatchTrainer, PatternBatches, write_pattern_store, write_reflection_store
from skxrd.simulation import PowderSimulator

KILLED = 99
METHODS = {"write", "flush", "close", "truncate"}
EVENTS = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate"}
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CRYSTALS = [
    make_prototype("cubic perovskite", A=a, B=b, X=x)
    for a in ("Cs", "Rb")
    for b in ("Pb", "Sn")
    for x in ("Cl", "Br", "I")
]
GRID = np.linspace(10, 60, 251)


def batches():
    return PatternBatches(CRYSTALS, PowderSimulator(GRID), batch_size=5)


def run_study(folder):
    y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    data = {"data": np.random.default_rng(0).normal(size=(20, 6)), "target": y, "groups": groups}
    classifiers = {"k-NN": KNeighborsClassifier(1), "tree": DecisionTreeClassifier()}
    table = Study(data, n_splits=3, n_repeats=2, folder=folder).cases(classifiers)
    return table.drop(columns=["fit_seconds", "predict_seconds"]).to_csv().encode()


def run_reflections(folder):
    some = [CRYSTALS[i : i + 4] for i in range(0, len(CRYSTALS), 4)]
    write_reflection_store(some, folder, d_min=1.5)
    return _files(folder)


def run_patterns(folder):
    write_pattern_store(batches(), folder, n_epochs=2)
    return _files(folder)


def run_training(folder):
    import keras

    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.layers.Input((GRID.size,)),
            keras.layers.Dense(4, "relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(2, "softmax"),
        ]
    )
    codes = np.arange(len(CRYSTALS)) % 2
    history = BatchTrainer(network, workers=1).fit(batches(), codes, folder=folder, epochs=3)
    losses = [[entry["loss"], entry["accuracy"]] for entry in history]
    return repr(losses).encode() + b"".join(value.tobytes() for value in network.get_weights())


JOBS = {
    "study": run_study,
    "reflections": run_reflections,
    "patterns": run_patterns,
    "training": run_training,
}


def _files(folder):
    """Names and content of all files that are no leftovers of a kill."""
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    kept = [path for path in paths if path.name[0] != "." and path.suffix != ".partial"]
    return b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in kept)


def in_fork(job, folder, kill_at=None):
    """Exit status of a job in a fork, its result as text, and its number of steps."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        status = 1
        try:
            count = watch(str(folder), kill_at)
            result = hashlib.sha256(JOBS[job](folder)).hexdigest()
            os.write(writing, f"{result} {count[0]}".encode())
            status = 0
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def watch(folder, kill_at):
    """Count the steps of all threads that change files of a folder, and exit at one of them."""
    count, lock = [0], threading.Lock()

    def step():
        with lock:
            count[0] += 1
            if count[0] == kill_at:
                os._exit(KILLED)

    def on_event(event, arguments):
        if event in EVENTS or (event == "open" and (arguments[2] or 0) & CHANGING):
            if str(arguments[0]).startswith(folder):
                step()

    def on_call(frame, event, function):
        if event in ("c_call", "c_return") and getattr(function, "__name__", "") in METHODS:
            file = getattr(function, "__self__", None)
            if isinstance(file, mmap.mmap) or str(getattr(file, "name", "")).startswith(folder):
                step()

    sys.addaudithook(on_event)
    threading.setprofile(on_call)
    sys.setprofile(on_call)
    return count


def check_point(job, folder, points, expected):
    """What went wrong with one job that is killed at some points, or nothing."""
    for point in points:
        status, text = in_fork(job, folder, point)
        if status not in (KILLED, 0):  # 0: what was left had fewer steps
            return f"killed at {points}, going on ended with {status}: {text}"
    status, text = in_fork(job, folder)
    if status or text.split()[0] != expected:
        return f"killed at {points}, the last run ended with {status}: {text}"
    return None


def main(count, seed, jobs):
    rng = np.random.default_rng(seed)
    batches().batch(0, 0)  # what is compiled or imported in here is not in each fork
    if "training" in jobs:
        import keras  # noqa: F401
    # a training takes ten times as long as the others
    parts = [0.3 if job == "training" else 1 for job in jobs]
    ends = np.round(np.cumsum(parts) / sum(parts) * count).astype(int)
    shares = dict(zip(jobs, np.diff(ends, prepend=0).tolist(), strict=True))
    start, found, faults = time.perf_counter(), {}, []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "folder"
        for job in jobs:
            status, text = in_fork(job, folder)
            if status:
                raise RuntimeError(f"{job} ended with {status}: {text}")
            expected, n_steps = text.split()
            killed = shares[job]
            found[job] = {"steps": int(n_steps), "kill points": killed}
            for _ in range(killed):
                shutil.rmtree(folder, ignore_errors=True)
                points = rng.integers(1, int(n_steps) + 1, rng.integers(1, 3)).tolist()
                fault = check_point(job, folder, points, expected)
                if fault:
                    faults.append(f"{job}: {fault}")
                    print(faults[-1], file=sys.stderr)
            shutil.rmtree(folder, ignore_errors=True)
            seconds = time.perf_counter() - start
            print(f"{job}: {killed} kill points of {n_steps} steps, {seconds:.0f} s in all")
    return {"seed": seed, "jobs": found, "faults": faults, "seconds": round(seconds)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("seed", nargs="?", type=int, default=0)
    parser.add_argument("--jobs", default=",".join(JOBS), help="names, with commas between them")
    given = parser.parse_args()
    results = main(given.count, given.seed, given.jobs.split(","))
    if given.count >= 200:
        command = f"python -m benchmarks.tools.kill_points {given.count} {given.seed}"
        packages = ("numpy", "joblib", "zarr", "keras", "tensorflow")
        record("tools/kill_points", command, packages, **results)
    sys.exit(bool(results["faults"]))
