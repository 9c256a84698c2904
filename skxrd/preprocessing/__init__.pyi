from ._background import BackgroundSubtractor
from ._coarsener import StepCoarsener
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
    "find_peaks",
]
