"""Distances between patterns."""

from skxrd.metrics._calibration import (
    expected_calibration_error,
    fit_temperature,
    scale_temperature,
)
from skxrd.metrics._dtw import band_points, dtw_distance, dtw_distances, dtw_path

__all__ = [
    "band_points",
    "dtw_distance",
    "dtw_distances",
    "dtw_path",
    "expected_calibration_error",
    "fit_temperature",
    "scale_temperature",
]
