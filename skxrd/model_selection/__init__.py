"""Splits that know simulated from measured patterns, and the comparison of classifiers."""

from skxrd.model_selection._classes_and_films import confusion_of, score_classes, summarize_films
from skxrd.model_selection._domain_weights import DomainWeightedClassifier
from skxrd.model_selection._model_file import read_model, write_model
from skxrd.model_selection._pipelines import (
    default_classifiers,
    make_augmented,
    make_film_pipeline,
    make_preparation,
)
from skxrd.model_selection._sampling_steps import default_samplers
from skxrd.model_selection._series import group_near_twins
from skxrd.model_selection._set_summary import summarize_sets
from skxrd.model_selection._splitters import (
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
    TrainingKFold,
)
from skxrd.model_selection._study import Study
from skxrd.model_selection._summary import score_folds, summarize
from skxrd.model_selection._validation import fit_with_validation

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
