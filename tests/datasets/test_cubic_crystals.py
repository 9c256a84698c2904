"""The generated cubic crystals are distinct, balanced and what they say they are."""

import numpy as np
import pytest

from skxrd.crystal._clusters import conventional_cell
from skxrd.crystal._defects import bond_length
from skxrd.datasets import make_cubic_crystals


def test_classes_are_balanced_and_crystals_distinct():
    cubic = make_cubic_crystals(2000, random_state=0)
    _, counts = np.unique(cubic.target, return_counts=True)
    assert counts.tolist() == [500] * 4
    keys = {
        (label, crystal.elements[0], crystal.metadata["cell"], crystal.metadata["bond_length"])
        for crystal, label in zip(cubic.crystals, cubic.target, strict=True)
    }
    assert len(keys) == 2000
    assert len(set(cubic.groups)) > 90


def test_every_kind_of_cell_has_the_symmetry_of_its_label():
    cubic = make_cubic_crystals(80, elements=["Fe", "C"], random_state=1)
    kinds = set()
    for crystal, label in zip(cubic.crystals, cubic.target, strict=True):
        cell = conventional_cell(crystal)
        assert cell.space_group_symbol == label
        assert len(set(cell.expand().elements)) == 1
        expected = crystal.metadata["bond_length"]
        assert bond_length(crystal) == pytest.approx(expected, rel=1e-6)
        assert bond_length(cell) == pytest.approx(expected, rel=1e-6)
        kinds.add((crystal.metadata["structure_type"], crystal.metadata["cell"]))
    assert len(kinds) == 16


def test_no_bond_is_shorter_than_that_of_diamond():
    cubic = make_cubic_crystals(400, elements=["H", "He"], random_state=0)
    shortest = min(crystal.metadata["bond_length"] for crystal in cubic.crystals)
    assert 1.52 < shortest < 1.6


def test_the_same_seed_gives_the_same_crystals():
    a, b = (make_cubic_crystals(12, random_state=3) for _ in range(2))
    assert a.target.tolist() == b.target.tolist()
    for one, other in zip(a.crystals, b.crystals, strict=True):
        np.testing.assert_array_equal(one.frac_coords, other.frac_coords)


def test_too_many_are_refused():
    with pytest.raises(ValueError, match="give only 16000 distinct crystals"):
        make_cubic_crystals(20_000, elements=["Fe"])
