"""scikit-learn estimators that classify X-ray diffraction patterns."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skxrd._files import FormatError
    from skxrd._pattern import PowderPattern

__version__ = "0.2.0"

_SUBPACKAGES = (
    "augmentation",
    "crystal",
    "datasets",
    "inspection",
    "io",
    "metrics",
    "model_selection",
    "neighbors",
    "neural",
    "powders",
    "preprocessing",
    "report",
    "search",
    "simulation",
)
_CLASSES = {"FormatError": "_files", "PowderPattern": "_pattern"}
__all__ = ["FormatError", "PowderPattern", "__version__", *_SUBPACKAGES]


def __getattr__(name):
    if name in _SUBPACKAGES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _CLASSES:  # by name, as the command begins without numpy
        return getattr(importlib.import_module(f"{__name__}.{_CLASSES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
