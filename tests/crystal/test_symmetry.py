import numpy as np
import pytest

from skxrd.crystal import (
    Crystal,
    displace_atoms,
    find_symmetry,
    make_prototype,
    make_supercell,
    reflections,
)
from skxrd.crystal._prototypes import PROTOTYPES

IONS = {"A": "Cs", "B": "Bi", "C": "Ag", "X": "I"}


def _prototype(name, **ions):
    letters = [letter for letter in PROTOTYPES[name].formula if letter.isalpha()]
    return make_prototype(name, **{letter: IONS[letter] for letter in letters} | ions)


@pytest.mark.parametrize("name", PROTOTYPES)
def test_round_trip_through_p1(name):
    crystal = _prototype(name)
    found = find_symmetry(crystal.expand())
    assert found.space_group_number == crystal.space_group_number
    assert len(found.elements) == len(crystal.elements)
    assert len(found.expand().elements) == len(crystal.expand().elements)
    np.testing.assert_allclose(found.volume, crystal.volume, rtol=1e-6)
    before, after = (reflections(c, "CuKa", (5, 50)) for c in (crystal, found))
    np.testing.assert_allclose(before.intensity.sum(), after.intensity.sum(), rtol=1e-6)


def test_a_supercell_shrinks_to_its_cell():
    crystal = _prototype("dimers")
    found = find_symmetry(make_supercell(crystal, (1, 1, 2)))
    assert (found.space_group_number, len(found.elements)) == (194, len(crystal.elements))


def test_mixed_sites_stay_together_and_keep_their_occupancies():
    mixed = make_prototype("cubic perovskite", A="Cs", B="Pb", X="I0.7Br0.3")
    found = find_symmetry(mixed.expand())
    assert found.space_group_number == 221
    assert sorted(zip(found.elements, found.occupancy.round(6), strict=True)) == sorted(
        zip(mixed.elements, mixed.occupancy.round(6), strict=True)
    )
    assert sorted(found.u_iso) == sorted(mixed.u_iso)


def test_occupancy_alone_makes_a_difference():
    corners = [[0, 0, 0], [0.5, 0.5, 0.5]]
    whole = Crystal([3] * 3 + [90] * 3, ["Fe", "Fe"], corners)
    half = Crystal([3] * 3 + [90] * 3, ["Fe", "Fe"], corners, occupancy=[1, 0.5])
    assert [find_symmetry(c).space_group_symbol for c in (whole, half)] == ["Im-3m", "Pm-3m"]


def test_symprec_decides_about_deviations():
    cell = make_supercell(_prototype("cubic perovskite"), (2, 2, 2))
    shaken = displace_atoms(cell, 0.005, random_state=0)
    assert shaken.space_group_number == 221  # the label of the perfect crystal
    assert find_symmetry(shaken, symprec=1e-4).space_group_number == 1
    assert find_symmetry(shaken, symprec=0.1).space_group_number == 221


def test_bad_tolerance():
    with pytest.raises(ValueError, match="symprec is 0; give a distance above 0"):
        find_symmetry(_prototype("dimers"), 0)
