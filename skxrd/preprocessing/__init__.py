"""From raw patterns to rows a classifier can compare: common grid, background, noise, scale."""

from skxrd.preprocessing._background import BackgroundSubtractor, snip_background, snip_widths
from skxrd.preprocessing._coarsener import StepCoarsener, coarsen_patterns
from skxrd.preprocessing._common_grid import common_two_theta
from skxrd.preprocessing._doublet import strip_doublet
from skxrd.preprocessing._peak_window import peak_window_background
from skxrd.preprocessing._scaler import PatternScaler, scale_patterns
from skxrd.preprocessing._smoother import SavitzkyGolaySmoother
from skxrd.preprocessing._stacker import PatternStacker, resample_pattern

__all__ = [
    "BackgroundSubtractor",
    "PatternScaler",
    "PatternStacker",
    "SavitzkyGolaySmoother",
    "StepCoarsener",
    "coarsen_patterns",
    "common_two_theta",
    "peak_window_background",
    "resample_pattern",
    "scale_patterns",
    "snip_background",
    "snip_widths",
    "strip_doublet",
]
