import numpy as np
import pytest
from sample_crystals import HALIDES

from skxrd.crystal import Crystal, ReflectionList, reflections


@pytest.mark.parametrize("name", HALIDES)
def test_symmetry_is_found_again_in_a_crystal_listed_without_it(name):
    """The stated group, and the intensities of the same atoms in P 1, give the same sets."""
    crystal = HALIDES[name]
    stated = ReflectionList.from_crystal(crystal, 1.2)
    found = ReflectionList.from_crystal(crystal.expand(), 1.2)
    assert len(found.rotations) == len(stated.rotations)
    np.testing.assert_allclose(found.d_spacing, stated.d_spacing, rtol=1e-9)
    assert sorted(found.multiplicity) == sorted(stated.multiplicity)
    by_d = [
        np.bincount(np.unique(one.d_spacing.round(7), return_inverse=True)[1], one.strength)
        for one in (found, stated)
    ]
    np.testing.assert_allclose(*by_d, rtol=2e-4)


def test_pseudosymmetric_atoms_are_not_merged():
    """One atom moved by a hundredth of an angstrom: the lattice stays cubic, the crystal not."""
    atoms = HALIDES["cubic"].expand()
    coords = atoms.frac_coords.copy()
    coords[1, 2] += 0.05 / atoms.cell[2]
    moved = Crystal(atoms.cell, atoms.elements, coords)
    listed = ReflectionList.from_crystal(moved, 1.2)
    assert len(listed.rotations) == 8  # of 4/mmm, not the 24 of the lattice
    total = reflections(moved, "CuKa", (5, 70), dispersion=False)
    d_min = total.d_spacing.min()
    kept = listed.d_spacing >= d_min - 1e-9
    strength = (total.multiplicity * np.abs(total.structure_factor) ** 2).sum()
    assert listed.strength[kept].sum() == pytest.approx(strength, rel=1e-4)


def test_a_list_is_small():
    listed = ReflectionList.from_crystal(HALIDES["cubic"], 0.9)
    assert listed.nbytes == 48 + len(listed) * 11 + len(listed.rotations) * 9


def test_a_spacing_that_no_reflection_has_is_an_error():
    with pytest.raises(ValueError, match="has no reflection of 20 angstrom or more; lower d_min"):
        ReflectionList.from_crystal(HALIDES["cubic"], 20)
    with pytest.raises(ValueError, match="spacing 0.1 angstrom is not above 0.125 angstrom"):
        ReflectionList.from_crystal(HALIDES["cubic"], 0.1)


@pytest.mark.parametrize("cell", [[1e5] * 3, [1e5, 4, 4], [100] * 3])
def test_cells_of_too_many_reflections_are_refused(cell):
    crystal = Crystal([*cell, 90, 90, 90], ["Na"], [[0, 0, 0]], name="giant")
    for list_them in (
        ReflectionList.from_crystal,
        lambda c: reflections(c, 0.3, (5, 170)),
    ):
        with pytest.raises(ValueError, match="'giant': its cell .* but at most 2,000,000 are"):
            list_them(crystal)


def test_atoms_with_indices_too_many_for_their_waves_are_refused():
    coords = np.random.default_rng(0).random((3000, 3))
    crystal = Crystal([3000, 5, 5, 90, 90, 90], ["Na"] * 3000, coords)
    with pytest.raises(ValueError, match="3,000 atoms and indices up to 3,333 are too many"):
        ReflectionList.from_crystal(crystal)


def test_elements_without_form_factors_are_named():
    with pytest.raises(ValueError, match="no form factor of Nh is known"):
        ReflectionList.from_crystal(Crystal([4] * 3 + [90] * 3, ["Nh"], [[0, 0, 0]]))
