"""Pictures of patterns and scores, and the evidence behind a classification."""

from skxrd.inspection._activation_map_display import ActivationMapDisplay
from skxrd.inspection._alignment_display import AlignmentDisplay
from skxrd.inspection._causes import MisclassificationCauses
from skxrd.inspection._curve_display import CurveDisplay
from skxrd.inspection._embedding_display import EmbeddingDisplay
from skxrd.inspection._explanation import contrast_map, explain_prediction
from skxrd.inspection._faithfulness import map_faithfulness
from skxrd.inspection._heat_map_display import HeatMapDisplay
from skxrd.inspection._held_out_maps import held_out_maps
from skxrd.inspection._pattern_display import PatternDisplay
from skxrd.inspection._phase_match_display import PhaseMatchDisplay
from skxrd.inspection._response_map_display import AttentiveResponseDisplay
from skxrd.inspection._response_maps import attentive_response_maps, class_response_maps

__all__ = [
    "ActivationMapDisplay",
    "AlignmentDisplay",
    "AttentiveResponseDisplay",
    "CurveDisplay",
    "EmbeddingDisplay",
    "HeatMapDisplay",
    "MisclassificationCauses",
    "PatternDisplay",
    "PhaseMatchDisplay",
    "attentive_response_maps",
    "class_response_maps",
    "contrast_map",
    "explain_prediction",
    "held_out_maps",
    "map_faithfulness",
]
