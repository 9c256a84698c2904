from ._classes_and_films import confusion_of, score_classes, summarize_films
from ._domain_weights import DomainWeightedClassifier
from ._model_file import read_model, write_model
from ._pipelines import (
    default_classifiers,
    make_augmented,
    make_film_pipeline,
    make_preparation,
)
from ._sampling_steps import default_samplers
from ._series import group_near_twins
from ._set_summary import summarize_sets
from ._splitters import (
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
    TrainingKFold,
)
from ._study import Study
from ._summary import score_folds, summarize
from ._validation import fit_with_validation

__all__ = [
    "DomainWeightedClassifier",
    "ExperimentalKFold",
    "SimulatedKFold",
    "SimulatedToExperimental",
    "Study",
    "TrainingKFold",
    "confusion_of",
    "default_classifiers",
    "default_samplers",
    "fit_with_validation",
    "group_near_twins",
    "make_augmented",
    "make_film_pipeline",
    "make_preparation",
    "read_model",
    "score_classes",
    "score_folds",
    "summarize",
    "summarize_films",
    "summarize_sets",
    "write_model",
]
