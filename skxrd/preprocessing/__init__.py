"""From raw patterns to rows a classifier can compare: common grid, background, noise, scale."""

from skxrd.preprocessing._background import BackgroundSubtractor, snip_background, snip_widths
from skxrd.preprocessing._common_grid import common_two_theta
from skxrd.preprocessing._scaler import PatternScaler, scale_patterns
from skxrd.preprocessing._smoother import SavitzkyGolaySmoother
from skxrd.preprocessing._stacker import PatternStacker, resample_pattern

__all__ = [
    "BackgroundSubtractor",
    "PatternScaler",
    "PatternStacker",
    "SavitzkyGolaySmoother",
    "common_two_theta",
    "resample_pattern",
    "scale_patterns",
    "snip_background",
    "snip_widths",
]
