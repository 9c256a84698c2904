"""A quicker start of the command: packages without the parts of them that it does not use."""

import sys
import threading
import types
from collections import defaultdict
from functools import partial

from skxrd._cli._import_hooks import hook_import

_STATISTICS = "scipy.stats"
# what other packages import from there as they load, and call much later or never
_FUNCTIONS = ("gmean", "mode", "rankdata", "scoreatpercentile", "spearmanr")
_lock = threading.RLock()


def start_fast():
    """Load scipy.stats when it is first used, and pandas not for scikit-learn's sake.

    scikit-learn imports both for a function or two and does without pandas where that is absent;
    together they take longer to import than scikit-learn itself. scipy and matplotlib rewrite
    hundreds of their docstrings as they are imported, which nobody reads here: these are left out.
    """
    hook_import(_STATISTICS, _when_used)
    hook_import("sklearn.utils.fixes", _without_pandas)
    hook_import("scipy._lib._docscrape", partial(_replaced, name="FunctionDoc", value=_NoParts))
    hook_import("matplotlib.artist", partial(_replaced, name="kwdoc", value=_no_text))


def _when_used(spec):
    spec.loader = _Loader(spec.loader)


def _without_pandas(spec):
    run = spec.loader.exec_module

    def run_without(module):
        if "pandas" in sys.modules:
            return run(module)
        sys.modules["pandas"] = None  # to import it is an ImportError
        try:
            return run(module)
        finally:
            del sys.modules["pandas"]

    spec.loader.exec_module = run_without


def _replaced(spec, name, value):
    """Let a module have another value of a name that it has."""
    run = spec.loader.exec_module

    def run_and_replace(module):
        run(module)
        if hasattr(module, name):
            setattr(module, name, value)

    spec.loader.exec_module = run_and_replace


class _NoParts(defaultdict):
    """Stands for the parts of a docstring, which remain empty."""

    def __init__(self, *args, **options):
        super().__init__(list)

    def __str__(self):
        return "\n"


def _no_text(*args):
    return ""


class _Loader:
    """Loader of a module that is run when something in it is first used."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        vars(module)["_waiting"] = self.loader


class _Module(types.ModuleType):
    """A module that has not run yet."""

    def __getattr__(self, name):
        if name in _FUNCTIONS:
            return partial(_call, self, name)
        with _lock:
            loader = vars(self).pop("_waiting", None)
            if loader is not None:
                self.__spec__.loader = self.__loader__ = loader
                loader.exec_module(self)
                self.__class__ = types.ModuleType
        return types.ModuleType.__getattribute__(self, name)


def _call(module, name, *args, **options):
    """Call a function of a module, which is run for it."""
    with _lock:
        module.__all__  # noqa: B018 (runs the module)
    return getattr(module, name)(*args, **options)
