"""TensorFlow without the lines that it writes to the terminal, in the command and its workers."""

import logging
import os
import re
import sys
import tempfile
from contextlib import contextmanager

from skxrd._cli._import_hooks import hook_import

_NAME = "tensorflow"
# What its libraries write about themselves: a letter, a date and a place in their source
_NOISE = re.compile(
    rb"WARNING: All log messages before absl::"
    rb"|[IWE]\d{4} \d\d:\d\d:[\d.]+ +\d+ \w+\.cc:\d+\]"
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+: [IWE] \S+\.cc:\d+\]"
    rb"|To enable the following instructions: "
)


def silence_tensorflow():
    """Let TensorFlow be imported, later and by whoever needs it, without a line on stderr.

    Other lines, and all of them if the import fails, are shown. The environment is set for this
    process and those that it starts.
    """
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    logging.getLogger(_NAME).setLevel(logging.ERROR)
    hook_import(_NAME, _run_quietly)


def silence_matplotlib():
    """Let matplotlib say nothing of a folder for its settings that it cannot write."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)


def is_silenced():
    """Whether this process silences TensorFlow, or has done so."""
    return os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "3"


def _run_quietly(spec):
    run = spec.loader.exec_module

    def run_quietly(module):
        with _filtered_stderr():
            run(module)

    spec.loader.exec_module = run_quietly


@contextmanager
def _filtered_stderr():
    """Keep back what libraries write to descriptor 2; Python's own stderr stays as it is."""
    try:
        kept, real = tempfile.TemporaryFile(), os.dup(2)
    except OSError:  # no descriptor 2, or nowhere to write: nothing to filter with
        yield
        return
    python = sys.stderr
    if python is not None and _descriptor(python) == 2:
        python.flush()
        sys.stderr = os.fdopen(os.dup(real), "w", buffering=1, errors="backslashreplace")
    os.dup2(kept.fileno(), 2)
    noise = _NOISE
    try:
        yield
    except BaseException:
        noise = None
        raise
    finally:
        os.dup2(real, 2)
        if sys.stderr is not python:
            sys.stderr.close()
            sys.stderr = python
        kept.seek(0)
        lines = [line for line in kept if noise is None or not noise.match(line)]
        os.write(real, b"".join(lines))
        os.close(real)
        kept.close()


def _descriptor(stream):
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):  # a stream of a test or a notebook
        return None
