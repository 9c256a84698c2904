from ._dtw_neighbors import DTWNeighborsClassifier
from ._novelty_detector import PatternNoveltyDetector

__all__ = ["DTWNeighborsClassifier", "PatternNoveltyDetector"]
