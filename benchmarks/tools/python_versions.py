"""The whole test suite under this Python, and wheels for one that is not here.

Run as ``python -m benchmarks.tools.python_versions`` with each Python whose environment has the
package and its extra ``test``; options are passed on to pytest. Run as ``python -m
benchmarks.tools.python_versions wheels 3.14`` to let uv find a set of releases that have wheels for
that Python, on Linux, macOS and Windows. Writes ``benchmarks/results/tools/python_versions.json``,
where results for other Pythons are kept.
"""

import datetime
import json
import os
import platform
import re
import subprocess
import sys
import time
from importlib.metadata import version

from benchmarks.tools.record import RESULTS, record

NAME = "tools/python_versions"
PACKAGES = ("numpy", "scipy", "scikit-learn", "numba", "tensorflow", "keras", "pandas")
PACKAGES += ("onnxruntime", "pyarrow", "gemmi", "spglib", "h5py")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
MACOS = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}  # the oldest that onnxruntime supports
SOURCE_ALONE = ("fastdtw",)  # has no wheels for any Python, and is installed without a compiler


def tests(options):
    """What pytest counts under this Python."""
    command = [sys.executable, "-m", "pytest", "-q", *options]
    start = time.perf_counter()
    lines = [""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    said = re.findall(r"(\d+) (\w+)", lines[-1].partition(" in ")[0])
    counts = {word: int(number) for number, word in said}
    return {
        "python": platform.python_version(),
        "date": datetime.date.today().isoformat(),
        "passed": counts.get("passed", 0),
        "skipped": counts.get("skipped", 0),
        "expected_failures": counts.get("xfailed", 0),
        "failed": counts.get("failed", 0) + counts.get("error", 0) + counts.get("errors", 0),
        "exit_status": run.returncode,
        "seconds": round(time.perf_counter() - start),
        "versions": {name: version(name) for name in PACKAGES},
    }


def wheels(python):
    """What uv finds for a Python, for each platform, from wheels alone."""
    found = {"date": datetime.date.today().isoformat(), "from_source": list(SOURCE_ALONE)}
    for name in PLATFORMS:
        command = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--no-header"]
        command += ["--no-annotate", "--python-version", python, "--python-platform", name]
        command += ["--only-binary", ":all:"]
        for package in SOURCE_ALONE:
            command += ["--no-binary", package]
        run = subprocess.run(command, capture_output=True, text=True, env=os.environ | MACOS)
        lines = run.stdout.split()
        found[name] = {
            "resolved": run.returncode == 0,
            "packages": len(lines),
            "tensorflow": any(line.startswith("tensorflow==") for line in lines),
            "releases": [line for line in lines if line.split("==")[0] in PACKAGES],
            "problem": run.stderr[-500:],
        }
    return found


def main():
    path = RESULTS / f"{NAME}.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    results = {kind: known.get(kind, {}) for kind in ("tests", "wheels")}
    if sys.argv[1:2] == ["wheels"]:
        results["wheels"][sys.argv[2]] = wheels(sys.argv[2])
    else:
        results["tests"][platform.python_version()] = tests(sys.argv[1:])
    record(NAME, "python -m benchmarks.tools.python_versions", [], **results)


if __name__ == "__main__":
    main()
