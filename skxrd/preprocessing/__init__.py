"""From raw patterns to rows a classifier can compare: common grid, background, noise, scale."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
