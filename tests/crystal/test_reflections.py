"""Reflections by table (crystal, hkl present, hkl absent) and by identities."""

import gemmi
import numpy as np
import pytest
from sample_crystals import HALIDES, SALT

from skxrd.crystal import Crystal, reflections
from skxrd.crystal._structure_factors import structure_factors

CRYSTALS = {
    **HALIDES,
    "Si": Crystal([5.431] * 3 + [90] * 3, ["Si"], [[0, 0, 0]], "Fd-3m:1"),
    "NaCl": SALT,
}


@pytest.mark.parametrize(
    ("name", "present", "absent"),
    [
        ("cubic", [(1, 0, 0), (1, 1, 0), (2, 0, 0)], []),
        ("face centred", [(1, 1, 1), (2, 0, 0), (4, 0, 0)], [(1, 0, 0), (2, 1, 0), (1, 1, 0)]),
        ("hexagonal", [(0, 0, 2), (1, 0, 1), (1, 1, 0)], [(0, 0, 1), (0, 0, 3), (1, 1, 1)]),
        ("tetragonal", [(1, 1, 0), (0, 0, 2), (2, 1, 1)], [(1, 0, 0), (1, 1, 1), (1, 0, 1)]),
        ("monoclinic", [(0, 0, 2), (1, 1, 0)], [(0, 0, 1), (1, 0, 1)]),
        ("Si", [(1, 1, 1), (2, 2, 0), (3, 1, 1)], [(2, 0, 0), (1, 0, 0), (2, 1, 0)]),
    ],
)
def test_systematic_absences(name, present, absent):
    found = {tuple(hkl) for hkl in reflections(CRYSTALS[name], "CuKa", (1, 60)).hkl}
    assert set(present) <= found
    assert not set(absent) & found


@pytest.mark.parametrize("name", CRYSTALS)
def test_structure_factors_equal_a_slow_sum_and_the_same_crystal_in_p1(name):
    crystal = CRYSTALS[name]
    found = reflections(crystal, "CuKa", (5, 40), u_iso=0.01, dispersion=False)
    full = crystal.expand()
    for row in range(0, len(found), max(1, len(found) // 5)):
        hkl, s2 = found.hkl[row], 0.25 / found.d_spacing[row] ** 2
        total = 0
        for element, position, occupancy, u in zip(
            full.elements, full.frac_coords, full.occupancy, full.u_iso, strict=True
        ):
            u = 0.01 if np.isnan(u) else u
            form = gemmi.Element(element).it92.calculate_sf(s2)
            wave = np.exp(2j * np.pi * np.dot(hkl, position))
            total += occupancy * form * np.exp(-8 * np.pi**2 * u * s2) * wave
        np.testing.assert_allclose(found.structure_factor[row], total, rtol=1e-6, atol=1e-6)
    alone = reflections(full, "CuKa", (5, 40), u_iso=0.01, dispersion=False)
    np.testing.assert_allclose(found.intensity.sum(), alone.intensity.sum(), rtol=1e-9)


def test_a_supercell_has_the_intensities_of_its_cell():
    cell = CRYSTALS["NaCl"].expand()
    shifts = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    double = Crystal(
        [*(2 * cell.cell[:3]), 90, 90, 90],
        cell.elements * 8,
        np.concatenate([(cell.frac_coords + shift) / 2 for shift in shifts]),
    )
    small, large = (reflections(c, "CuKa", (20, 60)) for c in (cell, double))
    strong = large.intensity > 1e-6 * large.intensity.max()
    np.testing.assert_allclose(large.intensity[strong].sum(), 64 * small.intensity.sum(), rtol=1e-9)


@pytest.mark.parametrize("name", CRYSTALS)
def test_multiplicities_count_all_reflections(name):
    crystal = CRYSTALS[name]
    found = reflections(crystal, "CuKa", (1, 40))
    d_min = 1.5418711 / 2 / np.sin(np.radians(20))
    every = gemmi.make_miller_array(
        gemmi.UnitCell(*crystal.cell), gemmi.SpaceGroup("P 1"), d_min, 0, False
    )
    group = gemmi.find_spacegroup_by_name(crystal.space_group).operations()
    allowed = sum(not group.is_systematically_absent(h) for h in every.tolist() if any(h))
    assert found.multiplicity.sum() == allowed


def test_structure_factor_at_the_origin_of_nacl_is_the_sum_of_form_factors():
    value = structure_factors(CRYSTALS["NaCl"], np.array([[2, 0, 0]]))[0]
    s2 = 0.25 / 2.82**2
    expected = 4 * sum(gemmi.Element(e).it92.calculate_sf(s2) for e in ("Na", "Cl"))
    np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_a_range_without_reflections_is_an_error():
    with pytest.raises(ValueError, match="crystal '' has no reflection from 1 to 5 degrees"):
        reflections(CRYSTALS["Si"], "CuKa", (1, 5))
    with pytest.raises(ValueError, match="wavelength is unknown"):
        reflections(CRYSTALS["Si"], None, (1, 50))
