"""No line of TensorFlow on stderr, whatever the environment; all else is shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOISE = """WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795842698.622066   24632 port.cc:153] oneDNN custom operations are on.
E0000 00:00:1795842762.870626   24851 cuda_platform.cc:52] failed call to cuInit
2026-11-28 05:12:50.123456: W tensorflow/core/a.cc:1] noise
To enable the following instructions: AVX2 FMA
"""
SILENCED = "from skxrd._cli._quiet import silence_tensorflow; silence_tensorflow(); "


def stderr_of(code, *paths, **environment):
    paths = os.pathsep.join(map(str, [*paths, ROOT]))
    environment = {**os.environ, "PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "0", **environment}
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    return done.stderr


@pytest.fixture
def writes(tmp_path):
    """Function of lines of code that a package named tensorflow runs after it has made noise."""

    def make(code):
        noise = f"import os, sys\nos.write(2, {NOISE.encode()!r})\n"
        (tmp_path / "tensorflow.py").write_text(noise + code)
        return tmp_path

    return make


def test_other_lines_are_shown(writes):
    folder = writes("os.write(2, b'out of disk\\n'); print('a warning', file=sys.stderr)")
    code = SILENCED + "import sys, tensorflow; print('later', file=sys.stderr)"
    assert stderr_of(code, folder).splitlines() == ["a warning", "out of disk", "later"]


def test_all_is_shown_if_the_import_fails(writes):
    found = stderr_of(SILENCED + "import tensorflow", writes("raise ImportError('no such symbol')"))
    assert NOISE in found and "no such symbol" in found


def test_workers_are_as_quiet(writes):
    code = """
from joblib import Parallel, delayed
from skxrd._cli._processes import bound_workers
with bound_workers():
    Parallel(2)(delayed(exec)("import tensorflow") for _ in range(2))
"""
    assert stderr_of(SILENCED + code, writes("os.write(2, b'real\\n')")).split() in (
        ["real"],
        ["real", "real"],
    )


@pytest.mark.slow
@pytest.mark.parametrize("level", ["0", "3"])
def test_the_real_one_is_silent(level):
    code = "import keras; keras.layers.Dense(2)(keras.ops.ones((1, 2)))"
    assert stderr_of(SILENCED + code, TF_CPP_MIN_LOG_LEVEL=level) == ""
