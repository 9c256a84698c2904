"""Signals that stop the command, and worker processes that do not outlive it."""

import os
import signal
import threading
import time
from contextlib import contextmanager

from skxrd._cli._quiet import is_silenced, silence_tensorflow

_SECONDS = 1.0  # between two looks at the parent


class Terminated(KeyboardInterrupt):
    """The command was told to end by a signal, which is handled as Ctrl-C is."""

    def __init__(self, number):
        super().__init__()
        self.number = number


@contextmanager
def stopped_by_signals():
    """Raise :class:`Terminated` in the main thread when the command is told to end.

    What is being written then leaves no temporary file, and joblib ends its workers.
    """
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]
    if threading.current_thread() is not threading.main_thread():
        numbers = []  # only there may handlers be set
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is signal.SIG_DFL:  # of nohup, SIGHUP is ignored and stays so
            signal.signal(number, _terminate)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _terminate(number, frame):
    raise Terminated(number)


@contextmanager
def bound_workers():
    """Let worker processes of joblib end when this one does, and be as quiet as it is."""
    import joblib

    quiet = is_silenced()
    with joblib.parallel_config("loky", initializer=_start_worker, initargs=(os.getpid(), quiet)):
        yield


def _start_worker(parent, quiet):
    if quiet:
        silence_tensorflow()
    end_with_parent(parent)


def end_with_parent(parent):
    """Start a thread that ends this process soon after its parent has ended."""
    if os.name == "posix":  # elsewhere a process keeps the number of a parent that is gone
        threading.Thread(target=_wait_for_end, args=(parent,), daemon=True).start()


def _wait_for_end(parent):
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(1)
