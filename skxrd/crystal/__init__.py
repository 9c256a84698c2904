"""Crystal structures, their symmetry and their reflections."""

from skxrd.crystal._crystal import Crystal, check_space_group
from skxrd.crystal._dimensionality import dimensionality
from skxrd.crystal._edits import displace_atoms, make_supercell, remove_atoms, substitute
from skxrd.crystal._extinction import EXTINCTION_GROUPS, extinction_group
from skxrd.crystal._prototypes import PROTOTYPES, make_prototype
from skxrd.crystal._reflection_list import ReflectionList
from skxrd.crystal._reflections import (
    Reflections,
    equivalent_hkl,
    lorentz_polarization,
    reflections,
)
from skxrd.crystal._structure_factors import structure_factors
from skxrd.crystal._symmetry import find_symmetry

__all__ = [
    "EXTINCTION_GROUPS",
    "PROTOTYPES",
    "Crystal",
    "ReflectionList",
    "Reflections",
    "check_space_group",
    "dimensionality",
    "displace_atoms",
    "equivalent_hkl",
    "extinction_group",
    "find_symmetry",
    "lorentz_polarization",
    "make_prototype",
    "make_supercell",
    "reflections",
    "remove_atoms",
    "structure_factors",
    "substitute",
]
