"""New training rows from old ones, changed as real films differ."""

from skxrd.augmentation._physics import PhysicsAugmenter
from skxrd.augmentation._transforms import (
    block_regions,
    draw_factors,
    harmonic_regions,
    peak_regions,
    scale_regions,
    shift_patterns,
)

__all__ = [
    "PhysicsAugmenter",
    "block_regions",
    "draw_factors",
    "harmonic_regions",
    "peak_regions",
    "scale_regions",
    "shift_patterns",
]
