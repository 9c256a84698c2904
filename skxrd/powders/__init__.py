"""Symmetry of a powder of any chemistry: training at scale, and the network that comes with it."""

from skxrd.powders._batch_trainer import BatchTrainer
from skxrd.powders._identify import identify_powder
from skxrd.powders._onnx_export import export_symmetry_network
from skxrd.powders._pattern_batches import PatternBatches
from skxrd.powders._pattern_store import PatternStore, write_pattern_store
from skxrd.powders._powder_conditions import powder_conditions
from skxrd.powders._powder_identifier import PowderIdentifier
from skxrd.powders._powder_sets import read_powder_labels, select_powders, split_powders
from skxrd.powders._reflection_store import ReflectionStore, write_reflection_store
from skxrd.powders._symmetry_classifier import (
    PretrainedSymmetryClassifier,
    load_symmetry_classifier,
)
from skxrd.powders._symmetry_network import build_symmetry_conv

__all__ = [
    "BatchTrainer",
    "PatternBatches",
    "PatternStore",
    "PowderIdentifier",
    "PretrainedSymmetryClassifier",
    "ReflectionStore",
    "build_symmetry_conv",
    "export_symmetry_network",
    "identify_powder",
    "load_symmetry_classifier",
    "powder_conditions",
    "read_powder_labels",
    "select_powders",
    "split_powders",
    "write_pattern_store",
    "write_reflection_store",
]
