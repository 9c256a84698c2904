"""Atoms beside symmetry elements, and atoms too close to each other."""

import numpy as np
import pytest

from skxrd.crystal import Crystal
from skxrd.crystal._close_pairs import close_pairs, overlap, places
from skxrd.crystal._special_positions import SpecialPositionError, snap_to_special_positions

HEXAGONAL = [12, 12, 8, 90, 90, 120]
GROUP = Crystal(HEXAGONAL, ["C"], [[0, 0, 0]], "P63/mmc")


def _n_atoms(site, occupancy):
    snapped = snap_to_special_positions(
        [site], np.array([occupancy]), *GROUP.symmetry_operations(), GROUP.metric
    )
    return len(Crystal(HEXAGONAL, ["C"], snapped, "P63/mmc").expand().elements)


@pytest.mark.parametrize(
    ("site", "occupancy", "n_atoms"),
    [
        ([1 / 3, 2 / 3, 0.25], 1, 2),
        ([0.333, 0.667, 0.25], 1, 2),
        ([0.333, 0.667, 0.25], 1 / 3, 2),  # rounding, not three thirds of an atom
        ([0.33, 0.67, 0.26], 1, 2),
        ([0.32, 0.66, 0.25], 1 / 3, 6),  # an atom split over three positions
        ([0.32, 0.66, 0.25], 1, 2),  # three whole atoms within 0.4 angstrom cannot be
        ([0.1, 0.2, 0.26], 1, 6),  # beside the mirror plane
        ([0.1, 0.2, 0.29], 1, 12),  # 0.6 angstrom from its image
        ([0.1, 0.3, 0.1], 1, 24),
    ],
)
def test_sites_beside_symmetry_elements(site, occupancy, n_atoms):
    assert _n_atoms(site, occupancy) == n_atoms


def test_a_chain_of_too_close_images_is_an_error():
    screw = Crystal([0.6, 5, 5, 90, 90, 90], ["C"], [[0.1, 0.1, 0.1]], "P 21 2 2")
    with pytest.raises(SpecialPositionError) as caught:
        snap_to_special_positions(
            [[0.1, 0, 0.0]], np.ones(1), *screw.symmetry_operations(), screw.metric
        )
    assert caught.value.site == 0
    assert 0 < caught.value.distance < 0.5


def test_close_pairs_are_those_of_a_slow_search():
    rng = np.random.default_rng(0)
    metric = Crystal([5, 6, 7, 80, 95, 110], ["C"], [[0, 0, 0]]).metric
    coords = rng.random((200, 3)) * 3 - 1
    pairs, distance = close_pairs(coords, metric, 0.8)
    shift = coords[:, None] - coords[None]
    shift -= np.round(shift)
    slow = np.sqrt(np.einsum("ijk,kl,ijl->ij", shift, metric, shift))
    expected = np.argwhere(np.triu(slow < 0.8, 1))
    assert sorted(map(tuple, pairs)) == sorted(map(tuple, expected))
    np.testing.assert_allclose(distance, slow[tuple(pairs.T)], atol=1e-12)
    assert len(close_pairs(coords[:1], metric, 0.8)[0]) == 0


def test_a_heap_of_atoms_is_an_error_and_takes_no_memory():
    with pytest.raises(ValueError, match="too many atoms are at one place"):
        close_pairs(np.zeros((5_000, 3)), np.diag([9.0, 9.0, 9.0]), 0.5)


def test_places_and_overlap():
    metric = np.diag([16.0, 16.0, 16.0])
    coords = np.array([[0, 0, 0], [0.999, 0, 0], [0.5, 0.5, 0.5], [0.001, 0, 0], [0.53, 0.5, 0.5]])
    assert places(coords, metric).tolist() == [0, 0, 2, 0, 4]
    assert overlap(coords, metric, np.array([0.4, 0.3, 0.5, 0.3, 0.5])) is None
    assert overlap(coords, metric, np.array([0.4, 0.3, 0.6, 0.3, 0.5]))[:2] == (2, 4)
    assert overlap(coords, metric, np.array([0.5, 0.5, 0.5, 0.5, 0.5]))[:2] == (0, 1)
    assert overlap(coords, metric, np.array([1, 1, 0.5, 0, 0.5]))[:2] == (0, 1)
