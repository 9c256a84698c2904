"""Labels of space groups against the order of the International Tables."""

import gemmi
import numpy as np
import pytest

from skxrd.crystal import Crystal, crystal_system, extinction_group, point_group, symmetry_classes

# the number of the first space group of each
FIRST_OF_SYSTEM = {
    "triclinic": 1,
    "monoclinic": 3,
    "orthorhombic": 16,
    "tetragonal": 75,
    "trigonal": 143,
    "hexagonal": 168,
    "cubic": 195,
}
FIRST_OF_POINT_GROUP = {
    **{"1": 1, "-1": 2, "2": 3, "m": 6, "2/m": 10, "222": 16, "mm2": 25, "mmm": 47},
    **{"4": 75, "-4": 81, "4/m": 83, "422": 89, "4mm": 99, "-42m": 111, "4/mmm": 123},
    **{"3": 143, "-3": 147, "32": 149, "3m": 156, "-3m": 162, "6": 168, "-6": 174, "6/m": 175},
    **{"622": 177, "6mm": 183, "-62m": 187, "6/mmm": 191, "23": 195, "m-3": 200, "432": 207},
    **{"-43m": 215, "m-3m": 221},
}


@pytest.mark.parametrize(
    ("label", "first", "n_labels"),
    [(crystal_system, FIRST_OF_SYSTEM, 7), (point_group, FIRST_OF_POINT_GROUP, 32)],
)
def test_labels_of_all_230_follow_the_international_tables(label, first, n_labels):
    names, starts = list(first), list(first.values())
    for number in range(1, 231):
        assert label(number) == names[np.searchsorted(starts, number, side="right") - 1]
    assert len({label(number) for number in range(1, 231)}) == n_labels


@pytest.mark.parametrize(
    ("space_group", "system", "group"),
    [
        (14, "monoclinic", "2/m"),
        ("P 1 21/n 1", "monoclinic", "2/m"),
        ("P21c", "monoclinic", "2/m"),
        (166, "trigonal", "-3m"),
        ("R -3 m:R", "trigonal", "-3m"),
        ("P -4 m 2", "tetragonal", "-42m"),
        ("P6_3/mmc", "hexagonal", "6/mmm"),
        (np.int64(225), "cubic", "m-3m"),
        (gemmi.SpaceGroup("Fd-3m:1"), "cubic", "m-3m"),
    ],
)
def test_labels_of_numbers_symbols_and_settings(space_group, system, group):
    assert crystal_system(space_group) == system
    assert point_group(space_group) == group


def test_crystals_and_classes_have_the_same_labels():
    crystal = Crystal([5, 5, 12, 90, 90, 120], ["Bi"], [[0, 0, 0]], "R-3m")
    assert crystal.crystal_system == crystal_system(crystal.space_group) == "trigonal"
    assert crystal.point_group == point_group(crystal.space_group) == "-3m"
    assert symmetry_classes("crystal_system").tolist() == list(FIRST_OF_SYSTEM)


@pytest.mark.parametrize("label", [crystal_system, point_group, extinction_group])
@pytest.mark.parametrize("unknown", [0, 231, -1, "P99", "", None])
def test_what_is_no_space_group_is_refused(label, unknown):
    with pytest.raises(ValueError, match=r"is not known; use a number from 1 to 230"):
        label(unknown)
