"""Neural networks that classify patterns and show which angles spoke for a class."""

from skxrd.neural._all_conv import AllConvClassifier
from skxrd.neural._networks import build_all_conv

__all__ = ["AllConvClassifier", "build_all_conv"]
