"""New training rows from old ones, changed as real films differ."""

from skxrd.augmentation._film_effects import (
    add_counting_noise,
    add_gaussian_noise,
    add_glass_hump,
    add_impurity_lines,
    add_spikes,
    broaden_patterns,
)
from skxrd.augmentation._noise import NoiseAugmenter
from skxrd.augmentation._pattern_shifter import PatternShifter
from skxrd.augmentation._peak_eliminator import PeakEliminator
from skxrd.augmentation._peak_scaler import PeakScaler
from skxrd.augmentation._physics import PhysicsAugmenter
from skxrd.augmentation._regions import (
    block_regions,
    draw_factors,
    harmonic_regions,
    peak_regions,
)
from skxrd.augmentation._transforms import scale_regions, shift_patterns

__all__ = [
    "NoiseAugmenter",
    "PatternShifter",
    "PeakEliminator",
    "PeakScaler",
    "PhysicsAugmenter",
    "add_counting_noise",
    "add_gaussian_noise",
    "add_glass_hump",
    "add_impurity_lines",
    "add_spikes",
    "block_regions",
    "broaden_patterns",
    "draw_factors",
    "harmonic_regions",
    "peak_regions",
    "scale_regions",
    "shift_patterns",
]
