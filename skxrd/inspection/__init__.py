"""Pictures of patterns and of what a classifier saw in them."""

from skxrd.inspection._activation_map_display import ActivationMapDisplay
from skxrd.inspection._pattern_display import PatternDisplay

__all__ = ["ActivationMapDisplay", "PatternDisplay"]
