"""Symmetry of a powder of any chemistry: training at scale, and the network that comes with it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
