"""Neural networks that classify patterns and show which angles spoke for a class."""

from skxrd.neural._all_conv import AllConvClassifier
from skxrd.neural._networks import build_all_conv, build_powder_conv
from skxrd.neural._powder_conv import PowderConvClassifier

__all__ = [
    "AllConvClassifier",
    "PowderConvClassifier",
    "build_all_conv",
    "build_powder_conv",
]
