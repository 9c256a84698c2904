from ._batch_trainer import BatchTrainer
from ._onnx_export import export_symmetry_network
from ._pattern_batches import PatternBatches
from ._pattern_store import PatternStore, write_pattern_store
from ._powder_conditions import powder_conditions
from ._powder_identifier import PowderIdentifier
from ._powder_sets import read_powder_labels, select_powders, split_powders
from ._reflection_store import ReflectionStore, write_reflection_store
from ._symmetry_classifier import (
    PretrainedSymmetryClassifier,
    load_symmetry_classifier,
)
from ._symmetry_network import build_symmetry_conv

__all__ = [
    "BatchTrainer",
    "PatternBatches",
    "PatternStore",
    "PowderIdentifier",
    "PretrainedSymmetryClassifier",
    "ReflectionStore",
    "build_symmetry_conv",
    "export_symmetry_network",
    "load_symmetry_classifier",
    "powder_conditions",
    "read_powder_labels",
    "select_powders",
    "split_powders",
    "write_pattern_store",
    "write_reflection_store",
]
