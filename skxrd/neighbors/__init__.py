"""Classification by the nearest known patterns."""

from skxrd.neighbors._dtw_neighbors import DTWNeighborsClassifier

__all__ = ["DTWNeighborsClassifier"]
