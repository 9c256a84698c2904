from ._autoxrd import fetch_autoxrd
from ._class_folders import read_class_folders
from ._cubic_crystals import make_cubic_crystals
from ._films_with_crystals import read_films_with_crystals
from ._halides import load_halides
from ._structure_types import make_structure_types
from ._thin_films import make_thin_films

__all__ = [
    "fetch_autoxrd",
    "load_halides",
    "make_cubic_crystals",
    "make_structure_types",
    "make_thin_films",
    "read_class_folders",
    "read_films_with_crystals",
]
