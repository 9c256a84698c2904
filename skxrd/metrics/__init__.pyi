from ._calibration import (
    expected_calibration_error,
    fit_temperature,
    scale_temperature,
)
from ._dtw import dtw_distance, dtw_distances

__all__ = [
    "dtw_distance",
    "dtw_distances",
    "expected_calibration_error",
    "fit_temperature",
    "scale_temperature",
]
