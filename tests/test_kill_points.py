"""A handful of the kill points that benchmarks/tools/kill_points.py tries by the hundred."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "benchmarks" / "tools" / "kill_points.py"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills happen in forks")
@pytest.mark.skipif(not SCRIPT.exists(), reason="the benchmarks are not here")
def test_jobs_that_were_killed_end_with_the_same_bits():
    pytest.importorskip("zarr", reason="pattern stores need zarr")
    command = [sys.executable, "-m", "benchmarks.tools.kill_points", "9", "5"]
    command += ["--jobs", "study,reflections,patterns"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("3 kill points of") == 3
