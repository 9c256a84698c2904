"""Crystal structures, their symmetry and their reflections."""

from skxrd.crystal._clusters import (
    AtomCluster,
    conventional_cell,
    conventional_supercell,
    make_cluster,
)
from skxrd.crystal._crystal import Crystal, check_space_group
from skxrd.crystal._defects import (
    add_thermal_disorder,
    bond_length,
    remove_body_centres,
    substitute_at_random,
)
from skxrd.crystal._dimensionality import dimensionality
from skxrd.crystal._edits import displace_atoms, make_supercell, remove_atoms, substitute
from skxrd.crystal._extinction import EXTINCTION_GROUPS, extinction_group
from skxrd.crystal._longest_spacings import longest_spacings
from skxrd.crystal._prototypes import PROTOTYPES, make_prototype
from skxrd.crystal._reflection_list import ReflectionList
from skxrd.crystal._reflections import (
    Reflections,
    equivalent_hkl,
    lorentz_polarization,
    reflections,
)
from skxrd.crystal._space_group import space_group_symbol
from skxrd.crystal._structure_factors import structure_factors
from skxrd.crystal._symmetry import find_symmetry
from skxrd.crystal._symmetry_levels import (
    SYMMETRY_LEVELS,
    sum_symmetry,
    symmetry_classes,
    symmetry_codes,
)

__all__ = [
    "EXTINCTION_GROUPS",
    "PROTOTYPES",
    "SYMMETRY_LEVELS",
    "AtomCluster",
    "Crystal",
    "ReflectionList",
    "Reflections",
    "add_thermal_disorder",
    "bond_length",
    "check_space_group",
    "conventional_cell",
    "conventional_supercell",
    "dimensionality",
    "displace_atoms",
    "equivalent_hkl",
    "extinction_group",
    "find_symmetry",
    "longest_spacings",
    "lorentz_polarization",
    "make_cluster",
    "make_prototype",
    "make_supercell",
    "reflections",
    "remove_atoms",
    "remove_body_centres",
    "structure_factors",
    "substitute",
    "substitute_at_random",
    "space_group_symbol",
    "sum_symmetry",
    "symmetry_classes",
    "symmetry_codes",
]
