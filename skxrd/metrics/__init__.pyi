from ._calibration import (
    expected_calibration_error,
    fit_temperature,
    scale_temperature,
)
from ._dtw import dtw_distance, dtw_distances
from ._prediction_sets import (
    coarser_sets,
    conformal_threshold,
    prediction_sets,
)

__all__ = [
    "coarser_sets",
    "conformal_threshold",
    "dtw_distance",
    "dtw_distances",
    "expected_calibration_error",
    "fit_temperature",
    "prediction_sets",
    "scale_temperature",
]
