"""Distances between patterns."""

from skxrd.metrics._dtw import band_points, dtw_distance, dtw_distances, dtw_path

__all__ = ["band_points", "dtw_distance", "dtw_distances", "dtw_path"]
