"""Splits that know simulated from measured patterns, and the comparison of classifiers."""

from skxrd.model_selection._evaluation import evaluate_cases, summarize_cases
from skxrd.model_selection._pipelines import (
    default_classifiers,
    make_augmented,
    make_film_pipeline,
    make_preparation,
)
from skxrd.model_selection._splitters import (
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
    TrainingKFold,
)

__all__ = [
    "ExperimentalKFold",
    "SimulatedKFold",
    "SimulatedToExperimental",
    "TrainingKFold",
    "default_classifiers",
    "evaluate_cases",
    "make_augmented",
    "make_film_pipeline",
    "make_preparation",
    "summarize_cases",
]
