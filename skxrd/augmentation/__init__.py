"""New training rows from old ones, changed as real films differ."""

from skxrd.augmentation._noise import NoiseAugmenter
from skxrd.augmentation._pattern_shifter import PatternShifter
from skxrd.augmentation._peak_eliminator import PeakEliminator
from skxrd.augmentation._peak_height_scaler import PeakHeightScaler
from skxrd.augmentation._physics import PhysicsAugmenter
from skxrd.augmentation._transforms import scale_regions, shift_patterns

__all__ = [
    "NoiseAugmenter",
    "PatternShifter",
    "PeakEliminator",
    "PeakHeightScaler",
    "PhysicsAugmenter",
    "scale_regions",
    "shift_patterns",
]
