"""The ``skxrd`` command: compare, train, predict, explain."""

from skxrd._cli._main import main

__all__ = ["main"]
