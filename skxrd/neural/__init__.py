"""Neural networks that classify patterns, with maps of the evidence at each angle.

The classifiers derive from scikeras' class, so TensorFlow is loaded when one is first asked for.
"""

import importlib

from skxrd.neural._all_conv_network import build_all_conv
from skxrd.neural._fingerprint_network import build_fingerprint_conv
from skxrd.neural._powder_network import build_powder_conv

_CLASSIFIERS = {
    "AllConvClassifier": "_all_conv",
    "FingerprintConvClassifier": "_fingerprint_conv",
    "PowderConvClassifier": "_powder_conv",
    "ResidualConvClassifier": "_residual_conv",
}
__all__ = [  # noqa: F822 (the classifiers come from __getattr__)
    "AllConvClassifier",
    "FingerprintConvClassifier",
    "PowderConvClassifier",
    "ResidualConvClassifier",
    "build_all_conv",
    "build_fingerprint_conv",
    "build_powder_conv",
]


def __getattr__(name):
    if name not in _CLASSIFIERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_CLASSIFIERS[name]}")
    globals()[name] = classifier = getattr(module, name)
    return classifier


def __dir__():
    return __all__
