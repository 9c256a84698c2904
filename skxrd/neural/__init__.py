"""Neural networks that classify patterns, with maps of the evidence at each angle.

The classifiers derive from scikeras' class, so TensorFlow is loaded when one is first asked for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
