"""Classification by the nearest known patterns, and patterns that have none."""

from skxrd.neighbors._dtw_neighbors import DTWNeighborsClassifier
from skxrd.neighbors._novelty_detector import PatternNoveltyDetector

__all__ = ["DTWNeighborsClassifier", "PatternNoveltyDetector"]
