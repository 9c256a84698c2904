"""Neural networks that classify patterns and show which angles spoke for a class."""

from skxrd.neural._all_conv import AllConvClassifier
from skxrd.neural._fingerprint_conv import FingerprintConvClassifier
from skxrd.neural._fingerprint_networks import build_fingerprint_conv
from skxrd.neural._networks import build_all_conv, build_powder_conv
from skxrd.neural._powder_conv import PowderConvClassifier
from skxrd.neural._residual_conv import ResidualConvClassifier
from skxrd.neural._residual_network import build_residual_conv

__all__ = [
    "AllConvClassifier",
    "FingerprintConvClassifier",
    "PowderConvClassifier",
    "ResidualConvClassifier",
    "build_all_conv",
    "build_fingerprint_conv",
    "build_powder_conv",
    "build_residual_conv",
]
