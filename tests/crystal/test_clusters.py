"""Blocks of conventional cells, and clusters cut out of them."""

import pickle

import numpy as np
import pytest
from sample_crystals import COPPER, CUBIC

from skxrd.crystal import AtomCluster, Crystal, conventional_supercell
from skxrd.crystal._clusters import conventional_cell, make_cluster

HCP = Crystal([3.2, 3.2, 5.2, 90, 90, 120], ["Mg"], [[1 / 3, 2 / 3, 0.25]], "P63/mmc", name="Mg")
LONG = Crystal([3, 3, 12, 90, 90, 90], ["Cs", "I"], [[0, 0, 0], [0.5, 0.5, 0.5]], "P4/mmm")


@pytest.mark.parametrize(
    ("space_group", "in_cell", "wanted", "expected"),
    [
        ("Pm-3m", 1, 128, 125),
        ("Im-3m", 2, 128, 128),
        ("Fm-3m", 4, 128, 108),
        ("F d -3 m :1", 8, 128, 64),
        ("F d -3 m :1", 8, 1024, 1000),
        ("Im-3m", 2, 1, 2),
    ],
)
def test_number_of_atoms_is_the_nearest(space_group, in_cell, wanted, expected):
    crystal = Crystal([4] * 3 + CUBIC, ["Fe"], [[0, 0, 0]], space_group)
    assert len(crystal.expand().elements) == in_cell
    assert len(make_cluster(crystal, wanted).elements) == expected


def test_primitive_cells_become_conventional():
    primitive = Crystal([3.61 / 2**0.5] * 3 + [60] * 3, ["Cu"], [[0.3, 0.1, 0]])
    cell = conventional_cell(primitive)
    assert cell.space_group_number == 225
    np.testing.assert_allclose(cell.cell, COPPER.cell, rtol=1e-6)
    assert len(conventional_supercell(primitive).elements) == 108
    assert len(make_cluster(primitive, 27, standardize=False).elements) == 27


def test_rhombohedral_axes_become_hexagonal():
    arsenic = Crystal([4.1, 4.1, 4.1, 54.1, 54.1, 54.1], ["As"], [[0.227] * 3], "R -3 m :R")
    assert conventional_cell(arsenic).cell[5] == pytest.approx(120)


def test_a_cube_has_edges_of_about_equal_length():
    cube = conventional_supercell(LONG, 100, shape="cube")
    assert cube.cell[:3].max() / cube.cell[:3].min() < 2
    cells = conventional_supercell(LONG, 100)
    np.testing.assert_allclose(cells.cell[:3] / LONG.cell[:3], 4)
    assert cells.cell[:3].max() / cells.cell[:3].min() == pytest.approx(4)


def test_distances_survive():
    cluster = make_cluster(HCP, 60)
    apart = np.linalg.norm(cluster.positions[:, None] - cluster.positions[None], axis=2)
    shortest = apart[apart > 0].min()
    assert shortest == pytest.approx(np.sqrt(3.2**2 / 3 + 5.2**2 / 4), abs=1e-6)
    assert np.ptp(cluster.positions[:, 2]) < 5.2 * 3


def test_the_first_axis_lies_along_x():
    positions = AtomCluster.from_crystal(
        Crystal([3, 4, 5, 80, 95, 110], ["Fe", "Fe"], [[0, 0, 0], [0.5, 0, 0]])
    ).positions
    np.testing.assert_allclose(positions[1], [1.5, 0, 0])


def test_clusters_are_read_only_even_after_pickling():
    cluster = pickle.loads(pickle.dumps(make_cluster(COPPER)))
    with pytest.raises(ValueError, match="read-only"):
        cluster.positions[0] = 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], np.empty((0, 3))), "there are no atoms"),
        ((["Qq"], [[0, 0, 0]]), "element 'Qq' is not known"),
        ((["Fe"], [[0, 0]]), "three finite coordinates"),
        ((["Fe"], [[0, 0, np.nan]]), "three finite coordinates"),
        ((["Fe"], [[0, 0, 0]], [1.5]), "occupancy must be 1 numbers"),
    ],
)
def test_impossible_clusters_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        AtomCluster(*arguments)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"n_atoms": 0}, "n_atoms is 0"), ({"shape": "ball"}, "shape is 'ball'; choose")],
)
def test_impossible_blocks_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        make_cluster(COPPER, **settings)
