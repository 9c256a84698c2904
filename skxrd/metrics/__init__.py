"""Distances between patterns, and how far predicted probabilities can be trusted."""

from skxrd.metrics._calibration import (
    expected_calibration_error,
    fit_temperature,
    scale_temperature,
)
from skxrd.metrics._dtw import dtw_distance, dtw_distances

__all__ = [
    "dtw_distance",
    "dtw_distances",
    "expected_calibration_error",
    "fit_temperature",
    "scale_temperature",
]
