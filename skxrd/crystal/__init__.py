"""Crystal structures, their symmetry and their reflections."""

from skxrd.crystal._crystal import Crystal, check_space_group
from skxrd.crystal._dimensionality import dimensionality
from skxrd.crystal._prototypes import PROTOTYPES, make_prototype
from skxrd.crystal._reflections import Reflections, equivalent_hkl, reflections, structure_factors

__all__ = [
    "PROTOTYPES",
    "Crystal",
    "Reflections",
    "check_space_group",
    "dimensionality",
    "equivalent_hkl",
    "make_prototype",
    "reflections",
    "structure_factors",
]
