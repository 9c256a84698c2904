import numpy as np
import pytest

from skxrd.crystal import (
    SYMMETRY_LEVELS,
    crystal_system,
    extinction_group,
    sum_symmetry,
    symmetry_classes,
    symmetry_codes,
)
from skxrd.crystal._extinction import EXTINCTION_GROUPS

NUMBERS = np.arange(1, 231)


def test_each_space_group_is_in_its_extinction_group_and_system():
    assert [len(symmetry_classes(level)) for level in SYMMETRY_LEVELS] == [7, 101, 230]
    systems, groups, numbers = (
        symmetry_classes(level)[symmetry_codes(NUMBERS, level)] for level in SYMMETRY_LEVELS
    )
    for number, system, group in zip(NUMBERS, systems, groups, strict=True):
        assert extinction_group(int(number)) == group
        assert crystal_system(int(number)) == system
        assert group.split()[0] == system
    np.testing.assert_array_equal(numbers, NUMBERS)
    assert list(symmetry_classes("extinction_group")) == list(EXTINCTION_GROUPS)


def test_masses_of_all_levels_agree():
    p = np.random.default_rng(0).dirichlet(np.ones(230), size=3)
    groups, systems = sum_symmetry(p, "extinction_group"), sum_symmetry(p, "crystal_system")
    np.testing.assert_allclose(sum_symmetry(p, "space_group"), p)
    np.testing.assert_allclose(groups.sum(axis=1), 1)
    names = symmetry_classes("extinction_group")
    for column, system in enumerate(symmetry_classes("crystal_system")):
        inside = [name.split()[0] == system for name in names]
        np.testing.assert_allclose(groups[:, inside].sum(axis=1), systems[:, column])
    for column, name in enumerate(names):
        members = np.array(EXTINCTION_GROUPS[name]) - 1
        np.testing.assert_allclose(p[:, members].sum(axis=1), groups[:, column])


def test_what_is_no_space_group_is_refused():
    with pytest.raises(ValueError, match="has 231; give numbers from 1 to 230"):
        symmetry_codes([1, 231], "crystal_system")
    with pytest.raises(ValueError, match="level is 'point_group'; use one of crystal_system"):
        symmetry_classes("point_group")
    with pytest.raises(ValueError, match=r"has the shape \(1, 7\); give one row"):
        sum_symmetry(np.ones((1, 7)), "crystal_system")
