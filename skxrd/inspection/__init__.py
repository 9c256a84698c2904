"""Pictures of patterns, and what a classifier saw in them."""

from skxrd.inspection._activation_map_display import ActivationMapDisplay
from skxrd.inspection._alignment_display import AlignmentDisplay
from skxrd.inspection._explanation import contrast_map, explain_prediction
from skxrd.inspection._faithfulness import MapFaithfulness, map_faithfulness
from skxrd.inspection._pattern_display import PatternDisplay

__all__ = [
    "ActivationMapDisplay",
    "AlignmentDisplay",
    "MapFaithfulness",
    "PatternDisplay",
    "contrast_map",
    "explain_prediction",
    "map_faithfulness",
]
