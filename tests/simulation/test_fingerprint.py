"""Fingerprints against a slow sum over atoms, and by the symmetry they must have."""

import gemmi
import numpy as np
import pytest
from sample_crystals import COPPER, CUBIC, IRON, SALT
from scipy.spatial.transform import Rotation

from skxrd.crystal import AtomCluster, Crystal, conventional_supercell, remove_atoms
from skxrd.crystal._clusters import make_cluster
from skxrd.simulation import DiffractionFingerprint

POLONIUM = Crystal([3.35] * 3 + CUBIC, ["Po"], [[0, 0, 0]], "Pm-3m", name="Po")
SILICON = Crystal([5.43] * 3 + CUBIC, ["Si"], [[0, 0, 0]], "F d -3 m :1", name="Si")


def oracle(cluster, rotation=(45, 0, 0), n=64, gamma=1.5, wavelength=0.05, unit=None):
    """Equations 1 and 2 as they are written, one pixel and one atom after the other."""
    positions = np.array(cluster.positions)
    if unit is None:
        apart = np.linalg.norm(positions[:, None] - positions[None], axis=2)
        unit = np.where(apart > 0.05, apart, np.inf).min(axis=1)
        unit = np.median(unit)
    turn = Rotation.from_euler("xyz", rotation, degrees=True)
    x = turn.apply(positions) / unit
    k = 2 * np.pi / wavelength
    image = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            pixel = np.array([(j - (n - 1) / 2) * 4e-4, (i - (n - 1) / 2) * 4e-4, 0.1])
            r = np.linalg.norm(pixel)
            q = k * pixel / r - [0, 0, k]
            s2 = (q @ q) / (4 * np.pi * unit) ** 2
            psi = 0j
            for symbol in set(cluster.elements):
                table = gemmi.Element(symbol).it92
                f = table.c + sum(a * np.exp(-b * s2) for a, b in zip(table.a, table.b))  # noqa: B905
                which = np.array(cluster.elements) == symbol
                psi += f * (cluster.occupancy[which] * np.exp(-1j * x[which] @ q)).sum() / r
            solid_angle = 4e-4**2 * 0.1 / r**3
            image[i, j] = solid_angle * abs(psi) ** gamma
    return image / image.max()


@pytest.mark.parametrize("gamma", [1.5, 2.0, 1.2])
@pytest.mark.parametrize(
    "cluster",
    [
        make_cluster(IRON),
        make_cluster(SALT, 60),
        AtomCluster.from_crystal(remove_atoms(conventional_supercell(SILICON), 0.5, 0)),
        AtomCluster(["H", "U", "O"], [[0, 0, 0], [1.0, 2.0, 9.5], [3.3, 0, 0]], [1.0, 0.5, 0.7]),
    ],
    ids=["bcc", "two elements", "half empty diamond", "partly occupied molecule"],
)
def test_equals_a_slow_sum_over_atoms(cluster, gamma):
    image = DiffractionFingerprint(gamma=gamma, flatten=False).fit_transform([cluster])[0]
    np.testing.assert_allclose(image, oracle(cluster, gamma=gamma), atol=1e-10, rtol=0)


def test_odd_images_other_views_and_a_given_unit_equal_the_oracle_too():
    cluster = make_cluster(SALT, 30)
    rotations = [(45, 0, 0), (10, 20, 30)]
    images = DiffractionFingerprint(
        n_pixels=15, rotations=rotations, bond_length=2.0, flatten=False, wavelength=8e-12
    ).fit_transform([cluster])[0]
    for view, rotation in enumerate(rotations):
        expected = oracle(cluster, rotation, n=15, wavelength=0.08, unit=2.0)
        np.testing.assert_allclose(images[..., view], expected, atol=1e-10, rtol=0)


# Zone axis [011]: columns along [100], rows along [0 -1 1]; bond lengths apart in 1 / d
SPOTS = [
    (IRON, 0.5 * 3**0.5, [(2, 0, 0), (0, -1, 1), (2, -1, 1)], [(1, 0, 0), (1, -1, 1)]),
    (COPPER, 0.5**0.5, [(2, 0, 0), (1, -1, 1), (0, -2, 2)], [(1, 0, 0), (0, -1, 1), (2, -1, 1)]),
    (POLONIUM, 1.0, [(1, 0, 0), (0, -1, 1), (1, -1, 1), (2, 0, 0)], [(0.5, 0, 0), (0, -0.5, 0.5)]),
    (
        SILICON,
        0.25 * 3**0.5,
        [(1, -1, 1), (0, -2, 2), (3, -1, 1)],
        [(2, 0, 0), (1, 0, 0), (0, -1, 1), (2, -2, 2)],
    ),
]


@pytest.mark.parametrize(("crystal", "bond", "present", "absent"), SPOTS, ids=lambda v: str(v)[:14])
def test_spots_are_where_the_lattice_puts_them_and_nowhere_else(crystal, bond, present, absent):
    # a flat Ewald sphere, and pixels small beside the spots of so large a block
    image = DiffractionFingerprint(
        n_pixels=513,
        pixel_size=5e-5,
        wavelength=5e-14,
        distance=10.0,
        n_atoms=1000,
        gamma=1.0,
        flatten=False,
    ).fit_transform([crystal])[0]
    turn = Rotation.from_euler("xyz", (45, 0, 0), degrees=True)

    def at(hkl):
        column, row, _ = np.rint(turn.apply(np.array(hkl) * bond) * 100 + 256).astype(int)
        return image[row, column]

    assert min(map(at, present)) > 5 * max(map(at, absent))


def test_translation_and_order_of_atoms_change_nothing():
    cluster = make_cluster(SALT, 60)
    order = np.random.default_rng(0).permutation(len(cluster.elements))
    moved = AtomCluster(
        [cluster.elements[i] for i in order], cluster.positions[order] + [10, -3, 5]
    )
    a, b = DiffractionFingerprint().fit_transform([cluster, moved])
    np.testing.assert_allclose(a, b, atol=1e-10)
    assert a.max() == 1.0 and a.min() >= 0.0


def test_elements_and_cell_edges_hardly_matter():
    other = Crystal([4.2] * 3 + CUBIC, ["W"], [[0, 0, 0]], "Im-3m")
    a, b, c = DiffractionFingerprint().fit_transform([IRON, other, COPPER])
    assert np.corrcoef(a, b)[0, 1] > 0.95
    assert np.corrcoef(a, c)[0, 1] < 0.8


def test_primitive_and_conventional_cells_agree():
    primitive = Crystal([2.87 * 3**0.5 / 2] * 3 + [109.4712206] * 3, ["Fe"], [[0.1, 0.2, 0.3]])
    a, b = DiffractionFingerprint().fit_transform([IRON, primitive])
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_views_and_their_average():
    rotations = [(45, 0, 0), (0, 45, 0), (0, 0, 45)]
    flat = DiffractionFingerprint(rotations=rotations).fit_transform([SALT, IRON])
    each = DiffractionFingerprint(rotations=rotations, flatten=False).fit(None)
    images = each.transform([SALT, IRON])
    assert images.shape == (2, 64, 64, 3) and each.image_shape_ == (64, 64, 3)
    np.testing.assert_array_equal(flat, images.reshape(2, -1))
    alone = DiffractionFingerprint(rotations=rotations[1:2], flatten=False).fit_transform([SALT])
    np.testing.assert_array_equal(images[0, ..., 1], alone[0])
    mean = DiffractionFingerprint(rotations=rotations, average=True).fit_transform([SALT])[0]
    expected = images[0].mean(axis=-1).ravel()
    np.testing.assert_allclose(mean, expected / expected.max())


def test_a_threshold_takes_the_weak_pixels_and_keeps_the_brightest_at_one():
    plain, cut = (
        DiffractionFingerprint(threshold=t).fit_transform([COPPER])[0] for t in (0.0, 0.1)
    )
    np.testing.assert_allclose(cut, np.maximum(plain - 0.1, 0) / 0.9)
    assert cut.max() == 1.0 and (cut == 0).mean() > 0.9


def test_the_median_bond_survives_vacancies():
    block = conventional_supercell(SILICON)
    half = AtomCluster.from_crystal(remove_atoms(block, 0.5, random_state=0))
    known = 5.43 * 3**0.5 / 4
    by_median, by_length, by_mean = (
        DiffractionFingerprint(bond_length=how).fit_transform([half])[0]
        for how in ("median", known, "mean")
    )
    np.testing.assert_allclose(by_median, by_length, atol=1e-9)
    assert np.abs(by_mean - by_length).max() > 0.1


def test_threads_change_nothing():
    a = DiffractionFingerprint().fit_transform([IRON, SALT, COPPER])
    b = DiffractionFingerprint(n_jobs=2).fit_transform([IRON, SALT, COPPER])
    np.testing.assert_array_equal(a, b)


class Atoms:
    """What ase.Atoms offers."""

    def __init__(self, pbc):
        self.pbc = np.array([pbc] * 3)
        self.info = {}

    def get_chemical_symbols(self):
        return ["Na", "Cl"]

    def get_chemical_formula(self):
        return "NaCl"

    def get_positions(self):
        return np.array([[0, 0, 0], [2.8, 0, 0]])


def test_ase_atoms_without_periods_are_a_cluster():
    pair = AtomCluster(["Na", "Cl"], [[0, 0, 0], [2.8, 0, 0]])
    a, b = DiffractionFingerprint().fit_transform([Atoms(False), pair])
    np.testing.assert_array_equal(a, b)


def test_ase_crystals_are_crystals():
    pytest.importorskip("ase")
    a, b = DiffractionFingerprint().fit_transform([COPPER.to_ase(), COPPER])
    np.testing.assert_allclose(a, b, atol=1e-8)


@pytest.mark.parametrize(
    ("settings", "X", "error", "message"),
    [
        ({}, IRON, TypeError, "X is one Crystal; pass a list"),
        ({}, ["Fe"], TypeError, "X holds a str; pass Crystal"),
        ({}, [AtomCluster(["Fe"], [[0, 0, 0]])], ValueError, "no two atoms apart"),
        ({}, [AtomCluster(["Es"] * 2, [[0, 0, 0], [2, 0, 0]])], ValueError, "'Es' has no tabul"),
        ({"rotations": (45, 0, 0)}, [IRON], ValueError, r"rotations has shape \(3,\)"),
        ({"gamma": 0}, [IRON], ValueError, "gamma"),
        ({"threshold": 1.0}, [IRON], ValueError, "threshold"),
    ],
)
def test_errors_name_value_and_remedy(settings, X, error, message):
    with pytest.raises(error, match=message):
        DiffractionFingerprint(**settings).fit_transform(X)


def test_no_crystals_give_no_rows():
    assert DiffractionFingerprint().fit_transform([]).shape == (0, 4096)


def test_transform_needs_no_fit_and_changes_nothing():
    transformer = DiffractionFingerprint(n_pixels=16, rotations=[(45, 0, 0), (0, 0, 0)])
    before = dict(vars(transformer))
    images = transformer.transform([IRON])
    assert vars(transformer) == before
    np.testing.assert_array_equal(transformer.fit().transform([IRON]), images)
    assert transformer.image_shape_ == (16, 16, 2)
