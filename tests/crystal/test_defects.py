"""Defects by counting, and by the crystal that is left."""

import numpy as np
import pytest
from sample_crystals import COPPER, CUBIC, IRON

from skxrd.crystal import (
    Crystal,
    add_thermal_disorder,
    conventional_supercell,
    find_symmetry,
    remove_body_centres,
    substitute_at_random,
)
from skxrd.crystal._defects import bond_length

BCC = conventional_supercell(IRON)
MIXED = Crystal(
    [3.6] * 3 + CUBIC, ["Cu", "Au"], [[0, 0, 0]] * 2, "Fm-3m", occupancy=[0.75, 0.25], name="CuAu"
)


@pytest.mark.parametrize("fraction", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("elements", ["Zn", ["Zn"], ["Zn", "Au"]])
def test_so_many_atoms_are_replaced_on_the_same_places(fraction, elements):
    alloy = substitute_at_random(BCC, fraction, elements, random_state=0)
    assert alloy.elements.count("Fe") == round((1 - fraction) * 128)
    np.testing.assert_array_equal(alloy.frac_coords, BCC.frac_coords)
    if elements == ["Zn", "Au"]:
        assert alloy.elements.count("Zn") - alloy.elements.count("Au") in (0, 1)


def test_a_seed_fixes_the_draw_and_the_label_stays():
    a, b, c = (substitute_at_random(BCC, 0.5, "Zn", random_state=s) for s in (1, 1, 2))
    assert a.elements == b.elements != c.elements
    assert a.space_group_number == 229
    assert "replaced" not in a.metadata and a.metadata["edits"][-1].startswith("substitute 64 of")


def test_shared_places_are_replaced_whole():
    block = conventional_supercell(MIXED, 100)
    alloy = substitute_at_random(block, 1.0, "Ni", random_state=0)
    assert set(alloy.elements) == {"Ni"} and np.allclose(alloy.occupancy, 1)
    assert len(alloy.elements) == len(block.elements) // 2


@pytest.mark.parametrize("fraction", [0, 0.3, 0.7, 1])
def test_body_centres_leave_one_atom_after_the_other(fraction):
    left = remove_body_centres(BCC, fraction, random_state=0)
    assert len(left.elements) == 128 - round(64 * fraction)


def test_without_body_centres_the_crystal_is_simple_cubic():
    left = remove_body_centres(BCC, 1)
    cell = find_symmetry(Crystal(left.cell, left.elements, left.frac_coords))
    assert cell.space_group_number == 221
    assert cell.volume == pytest.approx(2.87**3)
    assert bond_length(left) == pytest.approx(2.87)


def test_body_centres_of_a_shifted_odd_block_are_found():
    block = conventional_supercell(IRON, 54)
    shifted = Crystal(block.cell, block.elements, (block.frac_coords + 0.123) % 1)
    assert len(remove_body_centres(shifted, 1).elements) == 27


@pytest.mark.parametrize("crystal", [COPPER, conventional_supercell(COPPER), IRON.expand()][:2])
def test_only_body_centred_blocks_have_body_centres(crystal):
    with pytest.raises(ValueError, match="no block of body-centred cubic cells"):
        remove_body_centres(crystal, 0.5)


def test_thermal_disorder_has_the_lindemann_parameter_asked_for():
    block = conventional_supercell(IRON, 2000)
    hot = add_thermal_disorder(block, 0.12, random_state=0)
    step = (hot.frac_coords - block.frac_coords) * block.cell[:3]
    rms = np.sqrt((step**2).sum(axis=1).mean())
    assert rms / bond_length(block) == pytest.approx(0.12, rel=0.03)
    assert add_thermal_disorder(block, 0) is block


def test_bond_lengths():
    assert bond_length(IRON) == pytest.approx(2.87 * 3**0.5 / 2)
    assert bond_length(MIXED) == pytest.approx(3.6 / 2**0.5)  # not zero


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (substitute_at_random, (1.2, "Zn"), "fraction is 1.2"),
        (substitute_at_random, (0.5, []), "elements is empty"),
        (substitute_at_random, (0.5, "Qq"), "element 'Qq' is not known"),
        (remove_body_centres, (-0.1,), "fraction is -0.1"),
        (add_thermal_disorder, (-1,), "lindemann is -1"),
    ],
)
def test_errors_name_the_value(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(BCC, *arguments)
