"""From raw patterns to rows a classifier can compare: common grid, background, noise, scale."""

from skxrd.preprocessing._background import BackgroundSubtractor
from skxrd.preprocessing._coarsener import StepCoarsener, coarsen_patterns
from skxrd.preprocessing._find_peaks import find_peaks
from skxrd.preprocessing._scaler import PatternScaler
from skxrd.preprocessing._smoother import SavitzkyGolaySmoother
from skxrd.preprocessing._stacker import PatternStacker

__all__ = [
    "BackgroundSubtractor",
    "PatternScaler",
    "PatternStacker",
    "SavitzkyGolaySmoother",
    "StepCoarsener",
    "coarsen_patterns",
    "find_peaks",
]
