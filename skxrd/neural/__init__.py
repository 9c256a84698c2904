"""Neural networks that classify patterns and show which angles spoke for a class."""

from skxrd.neural._all_conv import AllConvClassifier
from skxrd.neural._batch_training import predict_on_batches, train_on_batches
from skxrd.neural._fingerprint_conv import FingerprintConvClassifier
from skxrd.neural._fingerprint_networks import build_fingerprint_conv
from skxrd.neural._networks import build_all_conv, build_powder_conv
from skxrd.neural._onnx_export import export_symmetry_network
from skxrd.neural._powder_conv import PowderConvClassifier
from skxrd.neural._pretrained import PretrainedSymmetryClassifier, load_symmetry_classifier
from skxrd.neural._residual_conv import ResidualConvClassifier
from skxrd.neural._residual_network import build_residual_conv
from skxrd.neural._symmetry_network import build_symmetry_conv

__all__ = [
    "AllConvClassifier",
    "FingerprintConvClassifier",
    "PowderConvClassifier",
    "PretrainedSymmetryClassifier",
    "ResidualConvClassifier",
    "build_all_conv",
    "build_fingerprint_conv",
    "build_powder_conv",
    "build_residual_conv",
    "build_symmetry_conv",
    "export_symmetry_network",
    "load_symmetry_classifier",
    "predict_on_batches",
    "train_on_batches",
]
