"""Neural networks that classify patterns, with maps of the evidence at each angle."""

from skxrd.neural._all_conv import AllConvClassifier
from skxrd.neural._all_conv_network import build_all_conv
from skxrd.neural._fingerprint_conv import FingerprintConvClassifier
from skxrd.neural._fingerprint_network import build_fingerprint_conv
from skxrd.neural._powder_conv import PowderConvClassifier
from skxrd.neural._powder_network import build_powder_conv
from skxrd.neural._residual_conv import ResidualConvClassifier

__all__ = [
    "AllConvClassifier",
    "FingerprintConvClassifier",
    "PowderConvClassifier",
    "ResidualConvClassifier",
    "build_all_conv",
    "build_fingerprint_conv",
    "build_powder_conv",
]
