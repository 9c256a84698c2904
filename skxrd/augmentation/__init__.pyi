from ._noise import NoiseAugmenter
from ._pattern_shifter import PatternShifter
from ._peak_eliminator import PeakEliminator
from ._peak_height_scaler import PeakHeightScaler
from ._physics import PhysicsAugmenter
from ._transforms import scale_regions, shift_patterns

__all__ = [
    "NoiseAugmenter",
    "PatternShifter",
    "PeakEliminator",
    "PeakHeightScaler",
    "PhysicsAugmenter",
    "scale_regions",
    "shift_patterns",
]
