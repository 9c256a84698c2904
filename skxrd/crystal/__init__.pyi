from ._clusters import AtomCluster, conventional_supercell
from ._crystal import Crystal
from ._defects import (
    add_thermal_disorder,
    remove_body_centres,
    substitute_at_random,
)
from ._dimensionality import dimensionality
from ._edits import displace_atoms, make_supercell, remove_atoms, substitute
from ._extinction import extinction_group
from ._longest_spacings import longest_spacings
from ._prototypes import make_prototype
from ._reflection_list import ReflectionList
from ._reflections import reflections
from ._space_group import crystal_system, point_group, space_group_symbol
from ._symmetry import find_symmetry
from ._symmetry_levels import (
    SYMMETRY_LEVELS,
    sum_symmetry,
    symmetry_classes,
    symmetry_codes,
)

__all__ = [
    "SYMMETRY_LEVELS",
    "AtomCluster",
    "Crystal",
    "ReflectionList",
    "add_thermal_disorder",
    "conventional_supercell",
    "crystal_system",
    "dimensionality",
    "displace_atoms",
    "extinction_group",
    "find_symmetry",
    "longest_spacings",
    "make_prototype",
    "make_supercell",
    "point_group",
    "reflections",
    "remove_atoms",
    "remove_body_centres",
    "space_group_symbol",
    "substitute",
    "substitute_at_random",
    "sum_symmetry",
    "symmetry_classes",
    "symmetry_codes",
]
