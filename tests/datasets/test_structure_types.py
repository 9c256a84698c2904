"""Every generated structure type has the symmetry and the bonds of its type."""

import gemmi
import numpy as np
import pytest

from skxrd.crystal import Crystal, find_symmetry
from skxrd.datasets import make_structure_types
from skxrd.datasets._structure_types import _TYPES

GROUPS = {
    "fcc": 225, "bcc": 229, "sc": 221, "diamond": 227, "hcp": 194, "dhcp": 194, "beta-Sn": 141,
    "alpha-As": 166, "bct": 139, "omega": 191, "gamma-Se": 152, "A15": 223, "CsCl": 221,
    "rocksalt": 225, "zincblende": 216, "wurtzite": 186, "fluorite": 225, "NiAs": 194,
    "perovskite": 221,
}  # fmt: skip
# Neighbours of the first atom: number, and kinds of element in the cell
NEIGHBOURS = {
    "fcc": 12, "bcc": 8, "sc": 6, "diamond": 4, "beta-Sn": 4, "alpha-As": 3, "gamma-Se": 2,
    "CsCl": 8, "rocksalt": 6, "zincblende": 4, "fluorite": 8, "perovskite": 6,
}  # fmt: skip


def neighbours(crystal):
    """Number of neighbours of the first atom within 2 % of the shortest bond."""
    atoms = crystal.expand()
    shifts = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3), axis=-1).reshape(-1, 1, 3)
    apart = atoms.frac_coords[None] + shifts - atoms.frac_coords[0]
    distance = np.sqrt(np.einsum("sik,kl,sil->si", apart, atoms.metric, apart)).ravel()
    distance = np.sort(distance[distance > 0.1])
    return int((distance < 1.02 * distance[0]).sum())


@pytest.mark.parametrize("name", list(_TYPES))
def test_space_group_and_neighbours(name):
    for crystal in make_structure_types(3, types=[name, name], random_state=0).crystals:
        atoms = crystal.expand()
        found = find_symmetry(Crystal(atoms.cell, atoms.elements, atoms.frac_coords))
        assert found.space_group_number == GROUPS[name]
        if name in NEIGHBOURS:
            assert neighbours(crystal) == NEIGHBOURS[name]


def test_all_types_come_equally_often_with_the_contrast_asked_for():
    made = make_structure_types(190, contrast=(0.3, 0.5), random_state=0)
    _, counts = np.unique(made.target, return_counts=True)
    assert counts.tolist() == [10] * 19
    for crystal in made.crystals:
        kind = crystal.metadata["structure_type"]
        if kind in ("CsCl", "rocksalt", "fluorite"):
            first, second = (gemmi.Element(symbol).atomic_number for symbol in crystal.elements)
            assert 0.3 <= abs(first - second) / (first + second) <= 0.5


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"types": ["fcc", "spinel"]}, "types has 'spinel'; choose from fcc, bcc"),
        ({"types": []}, "types has 'nothing'"),
        ({"contrast": (0.5, 0.2)}, r"contrast is \(0.5, 0.2\)"),
    ],
)
def test_errors_name_value_and_remedy(settings, message):
    with pytest.raises(ValueError, match=message):
        make_structure_types(4, **settings)
