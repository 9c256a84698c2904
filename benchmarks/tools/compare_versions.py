"""Compare the numbers of two checkouts of the package, to the last digit.

Run as ``python benchmarks/tools/compare_versions.py OLD_CHECKOUT NEW_CHECKOUT [--only NAME ...]
[-o NAME]``. Every part of ``compared_parts.py`` runs on small inputs in one process a checkout,
with the same interpreter, seeds and a single thread. Kernels are compiled anew for each checkout,
because a sum that was compiled in another session may differ in its last digit; so a difference
comes from the code. With ``SKXRD_DATA`` set, measured files are read too. Prints one line an array
that differs and one line a part; ``-o NAME`` writes ``benchmarks/results/NAME.json``. Exit status 1
if anything differs.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_DETERMINISTIC_OPS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
}


def compute(checkout, part, folder):
    """Arrays of one part by name, from a process that imports the package of a checkout.

    Returns
    -------
    arrays : dict of str to ndarray
    seconds : float
    error : str
        Empty, or the last lines of what went wrong.
    """
    path = folder / f"{part}.npz"
    own = {"PYTHONPATH": str(checkout), "NUMBA_CACHE_DIR": str(folder / "compiled")}
    environment = {**os.environ, **ONE_THREAD, **own}
    script = Path(__file__).with_name("compared_parts.py")
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, script, str(checkout), part, path],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        return {}, seconds, "\n".join(done.stderr.strip().splitlines()[-3:])
    with np.load(path) as arrays:
        return dict(arrays), seconds, ""


def difference(old, new):
    """What differs between two arrays; empty if nothing does."""
    if old.shape != new.shape or old.dtype.kind != new.dtype.kind:
        return f"{old.dtype} {old.shape} became {new.dtype} {new.shape}"
    if old.dtype.kind in "fc":
        if old.dtype != new.dtype:
            return f"{old.dtype} became {new.dtype}"
        if np.array_equal(old, new, equal_nan=True):
            return ""
        apart = np.abs(old - new)
        if not np.array_equal(np.isnan(old), np.isnan(new)):
            return "other values are missing (NaN)"
        return f"largest difference {np.nanmax(apart):.3g} of {np.nanmax(np.abs(old)):.3g}"
    if np.array_equal(old, new):
        return ""
    return f"{int((old != new).sum())} of {old.size} entries differ"


def fingerprint(arrays):
    """One hash of all arrays of a part."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        found.update(f"{name} {array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def compare(part, checkouts):
    """Run a part in the old and the new checkout, each with its folder; return its row."""
    (first, before, failed), (second, after, broken) = (
        compute(checkout, part, Path(folder)) for checkout, folder in checkouts
    )
    row = {"part": part, "n_arrays": len(first), "seconds": [round(before, 1), round(after, 1)]}
    if failed or broken:
        return {**row, "errors": {"old": failed, "new": broken}}
    differences = {
        name: "is missing in the old version" if name in second else "is missing in the new version"
        for name in first.keys() ^ second.keys()
    }
    for name in first.keys() & second.keys():
        if found := difference(first[name], second[name]):
            differences[name] = found
    n_numbers = sum(array.size for array in first.values())
    return {
        **row,
        "n_numbers": n_numbers,
        "differences": dict(sorted(differences.items())),
        "sha256": fingerprint(second),
    }


def show(row):
    """Print the row of a part; return whether all is equal."""
    seconds = " and ".join(f"{value:.0f}" for value in row["seconds"])
    if "errors" in row:
        for version, text in row["errors"].items():
            if text:
                print(f"  {version} version: {text}")
        print(f"{row['part']:14} could not be compared ({seconds} s)", flush=True)
        return False
    for name, text in row["differences"].items():
        print(f"  {name}: {text}")
    n_different = len(row["differences"])
    verdict = f"{n_different} arrays DIFFER" if n_different else "equal"
    print(
        f"{row['part']:14} {row['n_arrays']:5} arrays {row['n_numbers']:9} numbers {verdict} "
        f"({seconds} s)",
        flush=True,
    )
    return not n_different


def main():
    from compared_parts import PARTS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("-o", "--output", help="name of the result, such as tools/compare_versions")
    options = parser.parse_args()
    rows, all_equal = [], True
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        checkouts = [(options.old.resolve(), first), (options.new.resolve(), second)]
        for part in options.only:
            rows.append(compare(part, checkouts))
            all_equal &= show(rows[-1])
    if options.output:
        from benchmarks.tools.record import record

        only = "" if len(rows) == len(PARTS) else f" --only {' '.join(options.only)}"
        record(
            options.output,
            f"python benchmarks/tools/compare_versions.py OLD NEW{only}",
            ("numpy", "scikit-learn", "imbalanced-learn", "tensorflow", "keras", "onnxruntime"),
            old=commit(options.old),
            new=commit(options.new),
            measured_files="SKXRD_DATA" in os.environ,
            parts=rows,
        )
    sys.exit(0 if all_equal else 1)


def commit(checkout):
    """Commit of a checkout, marked where files were changed after it."""
    command = ["git", "-C", checkout, "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
