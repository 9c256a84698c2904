"""The 101 extinction groups against an independent count of the lines a powder pattern shows."""

from collections import Counter
from itertools import permutations

import gemmi
import numpy as np
import pytest

from skxrd.crystal import Crystal, extinction_group
from skxrd.crystal._extinction import EXTINCTION_GROUPS
from skxrd.crystal._extinction_rules import computed_groups

FAMILY_HOLOHEDRY = {
    "triclinic": "P -1",
    "monoclinic": "P 1 2/m 1",
    "orthorhombic": "P m m m",
    "tetragonal": "P 4/m m m",
    "trigonal": "P 6/m m m",
    "hexagonal": "P 6/m m m",
    "cubic": "P m -3 m",
}


def test_there_are_101_and_every_space_group_is_in_one():
    numbers = [number for members in EXTINCTION_GROUPS.values() for number in members]
    assert len(EXTINCTION_GROUPS) == 101
    assert sorted(numbers) == list(range(1, 231))
    assert all(number in EXTINCTION_GROUPS[extinction_group(number)] for number in range(1, 231))


def test_their_number_in_each_crystal_system():
    assert Counter(name.split()[0] for name in EXTINCTION_GROUPS) == {
        "triclinic": 1,
        "monoclinic": 6,
        "orthorhombic": 33,
        "tetragonal": 31,
        "trigonal": 6,
        "hexagonal": 7,
        "cubic": 17,
    }


def _absent_lines(group):
    """Lines of a powder pattern that are empty, in a lattice with no accidental coincidence."""
    system = group.crystal_system_str()
    rotations = np.unique(
        [op.rot for op in gemmi.SpaceGroup(FAMILY_HOLOHEDRY[system]).operations()], axis=0
    )
    axis = np.arange(7)
    hkl = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    images = (hkl[:, None, None, :] @ (rotations // gemmi.Op.DEN))[:, :, 0]
    flat = np.ascontiguousarray(images.reshape(-1, 3), dtype=np.int32)
    absent = group.operations().systematic_absences(flat).reshape(len(hkl), -1).all(axis=1)
    cube = absent.reshape(7, 7, 7)
    if system != "orthorhombic":
        return cube.tobytes()
    return min(np.ascontiguousarray(cube.transpose(p)).tobytes() for p in permutations(range(3)))


def test_powder_lines_divide_the_space_groups_in_the_same_way():
    """Oracle: gemmi's absences, merged over all reflections of the same spacing."""
    found, without_system = {}, {}
    for number in range(1, 231):
        group = gemmi.find_spacegroup_by_number(number)
        lines = _absent_lines(group)
        system = group.crystal_system_str()
        found.setdefault((system, lines), []).append(number)
        family = "hexagonal" if system == "trigonal" else system
        without_system.setdefault((family, lines), []).append(number)
    assert sorted(map(tuple, found.values())) == sorted(EXTINCTION_GROUPS.values())
    assert len(without_system) == 97  # four trigonal groups look like a hexagonal one


# Symbols as in International Tables A, chapter on space-group determination
@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("triclinic P -", (1, 2)),
        ("monoclinic P 1 - 1", (3, 6, 10)),
        ("monoclinic P 1 21/c 1", (14,)),
        ("monoclinic C 1 c 1", (9, 15)),
        ("orthorhombic P - - -", (16, 25, 47)),
        ("orthorhombic P n - a", (33, 62)),
        ("orthorhombic C - - (ab)", (39, 67)),
        ("orthorhombic I b a -", (45, 72)),
        ("orthorhombic F d d -", (43,)),
        ("tetragonal P 42/n - -", (86,)),
        ("tetragonal P 41 - -", (76, 78, 91, 95)),
        ("tetragonal I - c -", (108, 120, 140)),
        ("tetragonal I a - d", (141,)),
        ("trigonal P 31 - -", (144, 145, 151, 152, 153, 154)),
        ("trigonal R - c", (161, 167)),
        ("hexagonal P 62 - -", (171, 172, 180, 181)),
        ("hexagonal P - - c", (186, 190, 194)),
        ("cubic P 42 - -", (198, 208)),
        ("cubic P a - -", (205,)),
        ("cubic F - - -", (196, 202, 209, 216, 225)),
        ("cubic F d - -", (203, 227)),
        ("cubic P - - n", (218, 223)),
        ("cubic I - - -", (197, 199, 204, 211, 217, 229)),
    ],
)
def test_known_groups(name, members):
    assert EXTINCTION_GROUPS[name] == members


@pytest.mark.parametrize(
    ("symbol", "standard"),
    [("P 1 21/n 1", 14), ("I 1 2/a 1", 15), ("P b n m", 62), ("R -3 m:R", 166), ("B 1 1 2/b", 15)],
)
def test_the_setting_does_not_matter(symbol, standard):
    assert extinction_group(symbol) == extinction_group(standard)


def test_labels_of_a_crystal():
    crystal = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m")
    assert crystal.extinction_group == "cubic F - - -"
    assert crystal.point_group == "m-3m"
    labelled = Crystal([5] * 3 + [90] * 3, ["C"], [[0] * 3], metadata={"space_group_number": 62})
    assert (labelled.extinction_group, labelled.point_group) == ("orthorhombic P n - a", "mmm")


def test_names_are_read_only_and_unknown_groups_an_error():
    with pytest.raises(TypeError, match="does not support item assignment"):
        EXTINCTION_GROUPS["x"] = (1,)
    with pytest.raises(KeyError, match="cubic X"):
        EXTINCTION_GROUPS["cubic X"]
    with pytest.raises(ValueError, match="space group 'P 7' is not known"):
        extinction_group("P 7")


def test_what_is_written_down_follows_from_the_operations():
    computed = computed_groups()
    assert list(computed.items()) == list(EXTINCTION_GROUPS.items())
