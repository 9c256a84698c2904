import pickle

import numpy as np
import pytest

from skxrd.crystal import Crystal, make_prototype
from skxrd.crystal._space_group import check_space_group

CUBE = [4.0, 4.0, 4.0, 90, 90, 90]


@pytest.mark.parametrize(
    ("cell", "space_group", "site", "n_atoms"),
    [
        (CUBE, "Pm-3m", [0, 0, 0], 1),
        (CUBE, "Pm-3m", [0.5, 0.5, 0], 3),
        (CUBE, "Fm-3m", [0.25, 0.25, 0.25], 8),
        (CUBE, "Fm-3m", [0.24, 0, 0], 24),
        (CUBE, "Pm-3m", [0.1, 0.2, 0.3], 48),
        ([4, 4, 6, 90, 90, 120], "P63/mmc", [1 / 3, 2 / 3, 0.25], 2),
        ([4, 5, 6, 90, 100, 90], "P 1 21/n 1", [0.1, 0.2, 0.3], 4),
    ],
)
def test_special_positions_count_once(cell, space_group, site, n_atoms):
    assert len(Crystal(cell, ["Cs"], [site], space_group).expand().elements) == n_atoms


def test_expanded_crystal_keeps_its_label():
    full = Crystal(CUBE, ["Cs"], [[0, 0, 0]], "Pm-3m", name="x").expand()
    assert (full.space_group, full.space_group_number, full.name) == ("P 1", 221, "x")


def test_a_given_number_overrides_the_operations():
    crystal = Crystal(CUBE, ["Cs"], [[0, 0, 0]], metadata={"space_group_number": 194})
    assert (crystal.space_group_symbol, crystal.crystal_system) == ("P63/mmc", "hexagonal")


@pytest.mark.parametrize(
    ("cell", "given", "setting"),
    [
        ([5, 5, 12, 90, 90, 120], "R-3m", "R -3 m:H"),
        ([5, 5, 5, 60, 60, 60], "R-3m", "R -3 m:R"),
        ([5, 5, 5, 60, 60, 60], 166, "R -3 m:R"),
        ([5, 5, 5, 60, 60, 60], "R -3 m:R", "R -3 m:R"),
    ],
)
def test_rhombohedral_groups_take_the_axes_of_the_cell(cell, given, setting):
    crystal = Crystal(cell, ["Bi"], [[0, 0, 0]], given)
    assert crystal.space_group == setting
    assert crystal.space_group_symbol == "R-3m"
    rebuilt = Crystal(cell, ["Bi"], [[0, 0, 0]], crystal.space_group)
    assert rebuilt.space_group == setting


def test_ions_and_deuterium_scatter_as_their_elements():
    crystal = Crystal(CUBE, ["Pb2+", "Br-", "D"], np.eye(3) / 2)
    assert crystal.elements == ("Pb", "Br", "H")


def test_volume_and_metrics_agree():
    crystal = Crystal([4, 5, 6, 80, 95, 110], ["Cs"], [[0, 0, 0]])
    np.testing.assert_allclose(np.sqrt(np.linalg.det(crystal.metric)), crystal.volume)
    np.testing.assert_allclose(crystal.metric @ crystal.reciprocal_metric, np.eye(3), atol=1e-12)


def test_it_pickles_and_cannot_be_changed():
    crystal = make_prototype("dimers", A="Cs", B="Bi", X="I")
    copy = pickle.loads(pickle.dumps(crystal))
    np.testing.assert_array_equal(copy.frac_coords, crystal.frac_coords)
    for either in (crystal, copy):
        with pytest.raises(ValueError, match="read-only"):
            either.cell[0] = 1


@pytest.mark.parametrize("name", ["pm-3m", "P m -3 m", "221", 221])
def test_space_groups_are_found_however_they_are_written(name):
    assert check_space_group(name).number == 221


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("P6_3/mmc", 194),
        ("P63mmc", 194),
        ("I4mcm", 140),
        ("P21c", 14),
        ("P21a", 14),
        ("p4mmm", 123),
        ("Pc", 7),
    ],
)
def test_slashes_may_be_left_out(name, number):
    assert check_space_group(name).number == number


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cell": [4, 4, 0, 90, 90, 90]}, "crystal 'x': cell is .* give six positive numbers"),
        ({"cell": [4, 4, 4, 90, 90, 180]}, "crystal 'x': cell .* is singular"),
        ({"elements": []}, "crystal 'x': there are no atoms"),
        ({"elements": ["Qq"]}, "crystal 'x': element 'Qq' is not known"),
        ({"elements": ["X"]}, "crystal 'x': element 'X' is not known"),
        ({"elements": ["Cs1"]}, "crystal 'x': element 'Cs1' is not known"),
        ({"elements": [""]}, "crystal 'x': element '' is not known"),
        ({"cell": [4, 5, 6, 90, 90, 90], "space_group": 221}, "crystal 'x': cell .* cannot have"),
        (
            {"cell": [4, 4, 6, 90, 90, 120], "space_group": "R3:R"},
            "cannot have the symmetry of R 3",
        ),
        ({"frac_coords": [[0, 0, 0], [1, 1, 1]]}, "frac_coords has 2 rows for 1 elements"),
        ({"frac_coords": [[0, 0, np.nan]]}, "frac_coords has missing values"),
        ({"occupancy": [1.5]}, "occupancy 1.5 lies outside 0 to 1"),
        ({"space_group": "P99"}, "space group 'P99' is not known"),
        ({"space_group": 0}, "space group '0' is not known"),
        ({"cell": [1e7, 4, 4, 90, 90, 90]}, r"has an axis above 1e\+06 angstrom"),
        ({"frac_coords": [[0, 0], [0, 0], [0, 0]]}, r"frac_coords has shape \(3, 2\); give an ar"),
        (
            {"frac_coords": [0, 0, 0]},
            r"frac_coords has shape \(3,\); give an array",
        ),
        ({"occupancy": 1.0}, r"occupancy has shape \(\)"),
        ({"occupancy": [0]}, "all occupancies are 0"),
        ({"occupancy": [np.nan]}, "occupancy nan lies outside 0 to 1"),
        ({"u_iso": [-0.01]}, "u_iso -0.01 is no mean square displacement"),
        ({"u_iso": [np.inf]}, "u_iso inf is no mean square displacement"),
        ({"metadata": {"space_group_number": 0}}, r"metadata\['space_group_number'\] is 0"),
    ],
)
def test_broken_structures_name_the_remedy(changes, message):
    given = {"cell": CUBE, "elements": ["Cs"], "frac_coords": [[0, 0, 0]], "name": "x", **changes}
    with pytest.raises(ValueError, match=message):
        Crystal(**given)
