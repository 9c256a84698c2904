"""Splits that know simulated from measured patterns, and the comparison of classifiers."""

from skxrd.model_selection._augmentation_curve import augmentation_curve, compare_samplers
from skxrd.model_selection._curve_folds import summarize_curve
from skxrd.model_selection._evaluation import evaluate_cases
from skxrd.model_selection._film_curve import film_learning_curve
from skxrd.model_selection._pipelines import (
    BASELINES,
    default_classifiers,
    make_augmented,
    make_film_pipeline,
    make_preparation,
)
from skxrd.model_selection._sampling_steps import default_samplers
from skxrd.model_selection._series import group_near_twins
from skxrd.model_selection._splitters import (
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
    TrainingKFold,
)
from skxrd.model_selection._step_curve import step_curve
from skxrd.model_selection._summary import (
    confusion_of,
    score_classes,
    summarize_cases,
    summarize_films,
)
from skxrd.model_selection._validation import fit_with_validation

__all__ = [
    "BASELINES",
    "ExperimentalKFold",
    "SimulatedKFold",
    "SimulatedToExperimental",
    "TrainingKFold",
    "augmentation_curve",
    "compare_samplers",
    "confusion_of",
    "default_classifiers",
    "default_samplers",
    "evaluate_cases",
    "film_learning_curve",
    "fit_with_validation",
    "group_near_twins",
    "make_augmented",
    "make_film_pipeline",
    "make_preparation",
    "score_classes",
    "step_curve",
    "summarize_cases",
    "summarize_curve",
    "summarize_films",
]
