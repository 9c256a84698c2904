"""Commands that are stopped leave no process and no file behind, and say how to go on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skxrd._cli._processes import Terminated, stopped_by_signals
from skxrd._files import replaced_file

COMMAND = [sys.executable, "-c", "from skxrd._cli import main; main()"]
WORK = ("--target", "dimensionality", "--cases", "3", "--classifiers", "DTW k-NN")
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")


def _workers(pid):
    """Numbers of the worker processes of a process."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            if b"popen_loky" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def _alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_comparison_that_is_stopped_leaves_no_worker(number, tmp_path):
    folds = tmp_path / "folds"
    process = subprocess.Popen(
        [*COMMAND, "compare", *WORK, "--repeats", "100", "--jobs", "2", "--resume", folds],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    try:
        assert _until(lambda: list(folds.glob("*.piece")), 120)
        workers = _workers(process.pid)
        assert len(workers) == 2
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert _until(lambda: not any(map(_alive, workers)), 10)
    if number == signal.SIGKILL:
        return
    assert process.returncode == 128 + number
    assert f"Finished folds are in {folds}: the same command, with --resume {folds}" in said
    assert said.endswith("Stopped.\n")
    assert all(path.suffix in (".piece", ".json") for path in folds.iterdir())


def test_a_signal_leaves_no_temporary_file(tmp_path):
    with pytest.raises(Terminated), stopped_by_signals(), replaced_file(tmp_path / "a") as path:
        path.write_text("half")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert not list(tmp_path.iterdir())
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_without_a_folder_ctrl_c_says_how_to_keep_folds(run, monkeypatch, tmp_path):
    from skxrd.model_selection import Study

    def cases(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "cases", cases)
    result = run("compare", *WORK, "--jobs", 1)
    assert result.exit_code == 130
    assert "With --resume FOLDER finished folds are kept" in result.output
