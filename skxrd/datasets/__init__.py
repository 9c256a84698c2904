"""Data sets: bundled, generated and downloaded."""

from skxrd.datasets._halides import load_halides
from skxrd.datasets._thin_films import make_thin_films

__all__ = ["load_halides", "make_thin_films"]
