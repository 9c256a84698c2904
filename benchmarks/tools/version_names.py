"""How ``compare_versions.py`` finds things under the names of older and newer versions."""

import importlib
import inspect
import pkgutil

ROOMS = (
    *("metrics", "crystal", "io", "simulation", "preprocessing", "datasets", "augmentation"),
    *("neighbors", "neural", "powders", "model_selection", "inspection", "report"),
)
#: Parameters that have another name in one of the versions.
RENAMED = {
    "tint": "intensity_jitter",
    "begins_by": "max_first_angle",
    "ends_behind": "min_last_angle",
}


def find(*names):
    """The first of the names that the package has, in public rooms first, then anywhere."""
    import skxrd

    for name in names:
        for room in ROOMS:
            try:
                module = importlib.import_module(f"skxrd.{room}")
            except ModuleNotFoundError:
                continue
            if hasattr(module, name):
                return getattr(module, name)
    for name in names:
        for found in pkgutil.walk_packages(skxrd.__path__, "skxrd."):
            module = importlib.import_module(found.name)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"the package has none of {', '.join(names)}")


def call(function, *values, **options):
    """Call with the options under the names that this version has for them."""
    known = inspect.signature(function).parameters
    for old, new in RENAMED.items():
        if old in options and old not in known:
            options[new] = options.pop(old)
    return function(*values, **options)
