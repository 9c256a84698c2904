"""Splits that know simulated from measured patterns, and the comparison of classifiers."""

from skxrd.model_selection._evaluation import evaluate_cases, summarize_cases
from skxrd.model_selection._pipelines import default_classifiers, make_film_pipeline
from skxrd.model_selection._splitters import (
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
)

__all__ = [
    "ExperimentalKFold",
    "SimulatedKFold",
    "SimulatedToExperimental",
    "default_classifiers",
    "evaluate_cases",
    "make_film_pipeline",
    "summarize_cases",
]
