from ._activation_map_display import ActivationMapDisplay
from ._alignment_display import AlignmentDisplay
from ._causes import MisclassificationCauses
from ._curve_display import CurveDisplay
from ._embedding_display import EmbeddingDisplay
from ._explanation import explain_prediction
from ._faithfulness import map_faithfulness
from ._heat_map_display import HeatMapDisplay
from ._pattern_display import PatternDisplay
from ._phase_match_display import PhaseMatchDisplay
from ._response_map_display import AttentiveResponseDisplay
from ._response_maps import attentive_response_maps

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
    "explain_prediction",
    "map_faithfulness",
]
