"""Data sets: bundled, generated, downloaded and the user's own."""

from skxrd.datasets._autoxrd import fetch_autoxrd
from skxrd.datasets._class_folders import read_class_folders
from skxrd.datasets._cubic_crystals import make_cubic_crystals
from skxrd.datasets._films_with_crystals import read_films_with_crystals
from skxrd.datasets._halides import load_halides
from skxrd.datasets._structure_types import make_structure_types
from skxrd.datasets._thin_films import make_thin_films

__all__ = [
    "fetch_autoxrd",
    "load_halides",
    "make_cubic_crystals",
    "make_structure_types",
    "make_thin_films",
    "read_class_folders",
    "read_films_with_crystals",
]
