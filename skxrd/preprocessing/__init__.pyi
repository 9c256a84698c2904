from ._background import BackgroundSubtractor
from ._coarsener import StepCoarsener, coarsen_patterns
from ._find_peaks import find_peaks
from ._scaler import PatternScaler
from ._smoother import SavitzkyGolaySmoother
from ._stacker import PatternStacker

__all__ = [
    "BackgroundSubtractor",
    "PatternScaler",
    "PatternStacker",
    "SavitzkyGolaySmoother",
    "StepCoarsener",
    "coarsen_patterns",
    "find_peaks",
]
