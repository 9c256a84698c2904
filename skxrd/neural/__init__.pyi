from ._all_conv import AllConvClassifier
from ._all_conv_network import build_all_conv
from ._fingerprint_conv import FingerprintConvClassifier
from ._fingerprint_network import build_fingerprint_conv
from ._powder_conv import PowderConvClassifier
from ._powder_network import build_powder_conv
from ._residual_conv import ResidualConvClassifier

__all__ = [
    "AllConvClassifier",
    "FingerprintConvClassifier",
    "PowderConvClassifier",
    "ResidualConvClassifier",
    "build_all_conv",
    "build_fingerprint_conv",
    "build_powder_conv",
]
