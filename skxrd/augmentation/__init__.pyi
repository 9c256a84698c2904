from ._noise import NoiseAugmenter
from ._pattern_shifter import PatternShifter
from ._peak_eliminator import PeakEliminator
from ._peak_height_scaler import PeakHeightScaler
from ._physics import PhysicsAugmenter

__all__ = [
    "NoiseAugmenter",
    "PatternShifter",
    "PeakEliminator",
    "PeakHeightScaler",
    "PhysicsAugmenter",
]
