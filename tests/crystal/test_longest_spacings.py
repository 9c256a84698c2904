from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from skxrd.crystal import (
    Crystal,
    ReflectionList,
    longest_spacings,
    make_prototype,
    make_supercell,
)


def of(crystal, **options):
    return longest_spacings(ReflectionList.from_crystal(crystal, 0.9), **options)


@pytest.mark.parametrize(
    ("group", "sums"),
    [("Pm-3m", [1, 1, 1, 2, 2]), ("Im-3m", [2] * 6), ("Fm-3m", [3, 3, 3, 3, 4, 4, 4, 8])],
)
def test_centring_leaves_planes_out(group, sums):
    found = of(Crystal([5.0] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], group))
    np.testing.assert_allclose(found[: len(sums)], 5.0 / np.sqrt(sums))


def test_glide_planes_leave_none_out():
    """(100), (010) and (001) of Pnma are forbidden, and are planes all the same."""
    crystal = Crystal([5.4, 7.6, 6.1, 90, 90, 90], ["Si"], [[0.1, 0.05, 0.2]], "Pnma")
    assert np.isclose(of(crystal)[:, None], crystal.cell[:3]).any(axis=0).all()


def test_another_description_of_the_crystal_changes_nothing():
    crystal = make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="Br")
    np.testing.assert_allclose(of(crystal.expand()), of(crystal), rtol=1e-6)
    cell = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    np.testing.assert_allclose(of(make_supercell(cell, (1, 2, 1))), of(cell), rtol=1e-6)


@pytest.mark.parametrize(
    "cell",
    [
        [3.9, 6.2, 8.7, 71, 83, 64],
        [4.3, 4.3, 60.0, 90, 90, 120],  # a dozen orders of one plane come first
        [5.1, 9.4, 30.0, 88, 121, 95],
    ],
)
def test_all_planes_of_skew_and_long_cells_are_looked_at(cell):
    crystal = Crystal(cell, ["Si", "O"], [[0, 0, 0], [0.21, 0.33, 0.07]])
    found = of(crystal, n_spacings=20)
    hkl = [plane for plane in product(range(-21, 22), repeat=3) if plane > (0, 0, 0)]
    squared = np.einsum("ni,ij,nj->n", hkl, crystal.reciprocal_metric, hkl)
    np.testing.assert_allclose(found, 1 / np.sqrt(np.sort(squared)[:20]), rtol=1e-6)


def test_wrong_arguments_are_named():
    listed = ReflectionList.from_crystal(make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br"))
    flat = replace(
        listed, hkl=listed.hkl * np.array([1, 1, 0], np.int16), rotations=np.eye(3)[None]
    )
    with pytest.raises(ValueError, match="its reflections lie in a plane; lower d_min of the list"):
        longest_spacings(flat)
    with pytest.raises(ValueError, match="n_spacings is 0; give an integer of 1 or more"):
        longest_spacings(listed, 0)
