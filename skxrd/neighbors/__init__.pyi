from ._dtw_neighbors import DTWNeighborsClassifier

__all__ = ["DTWNeighborsClassifier"]
