"""Modules that the command imports in another way than usual."""

import importlib.util
import sys


def hook_import(name, change):
    """Let the spec of a module that is not yet imported be changed when it is."""
    hooked = any(isinstance(one, _Finder) and one.name == name for one in sys.meta_path)
    if name not in sys.modules and not hooked:
        sys.meta_path.insert(0, _Finder(name, change))


class _Finder:
    """Finder that knows one module, and asks the others for it."""

    def __init__(self, name, change):
        self.name = name
        self.change = change
        self.asking = False

    def find_spec(self, name, path=None, target=None):
        if name != self.name or self.asking:
            return None
        self.asking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.asking = False
        if spec is not None:
            self.change(spec)
        return spec
