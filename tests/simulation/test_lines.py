"""Lines of a pattern against a slow oracle: one reflection after the other, cartesian vectors."""

import gemmi
import numpy as np
import pytest
from sample_crystals import HALIDES

from skxrd._grid import WAVELENGTHS
from skxrd.crystal import Crystal, ReflectionList
from skxrd.crystal._structure_factors import structure_factors
from skxrd.simulation import PowderSimulator, march_dollase
from skxrd.simulation._background import polynomial_background
from skxrd.simulation._corrections import axial_divergence, strained_metric
from skxrd.simulation._profiles import (
    caglioti_width,
    microstrain_width,
    pseudo_voigt,
    thompson_cox_hastings,
)

GRID = np.arange(10, 60, 0.02)
CRYSTALS = {name: HALIDES[name] for name in ("cubic", "trigonal", "monoclinic")}
AXES = [(0, 0, 1), (1, 1, 0)]
SETTINGS = {
    "wavelength": "CuKa",
    "doublet": True,
    "profile": "thompson_cox_hastings",
    "caglioti_uvw": (0.02, -0.01, 0.01),
    "crystallite_size": 700.0,
    "microstrain": 0.001,
    "u_iso": 0.03,
    "lattice_strain": 0.004,
    "preferred_orientation": AXES,
    "march_r": 0.5,
    "random_fraction": 0.3,
    "zero_shift": 0.05,
    "sample_displacement": -0.08,
    "goniometer_radius": 180.0,
    "monochromator_two_theta": 26.6,
}


def slow_lines(crystal):
    """Angle, hkl, intensity and widths of every line, one point of the lattice at a time."""
    a, b, c, alpha, beta, gamma = crystal.cell
    ca, cb, cg = np.cos(np.radians([alpha, beta, gamma]))
    sg = np.sin(np.radians(gamma))
    volume = np.sqrt(1 - ca**2 - cb**2 - cg**2 + 2 * ca * cb * cg)
    direct = np.array(
        [[a, b * cg, c * cb], [0, b * sg, c * (ca - cb * cg) / sg], [0, 0, c * volume / sg]]
    )
    reciprocal = np.linalg.inv(direct).T  # columns a*, b*, c*
    mean = (2 * WAVELENGTHS["CuKa1"] + WAVELENGTHS["CuKa2"]) / 3
    box = gemmi.make_miller_array(
        gemmi.UnitCell(*crystal.cell), gemmi.SpaceGroup("P 1"), mean / 1.05, 0, False
    )
    rows = []
    for hkl in box[(box != 0).any(axis=1)]:
        vector = reciprocal @ hkl
        d = 1 / np.linalg.norm(vector)
        u = 0.03 if np.isnan(crystal.u_iso).all() else 0.0
        elastic = structure_factors(crystal, hkl, wavelength=mean)[0]
        mate = structure_factors(crystal, -hkl, wavelength=mean)[0]
        strength = (abs(elastic) ** 2 + abs(mate) ** 2) / 2
        if strength < 1e-9:
            continue
        weight = 0.0
        for axis in AXES:
            n = reciprocal @ np.array(axis)
            cosine = vector @ n / np.linalg.norm(vector) / np.linalg.norm(n)
            weight += (0.25 * cosine**2 + (1 - cosine**2) / 0.5) ** -1.5 / len(AXES)
        weight = 0.3 + 0.7 * weight
        d *= 1.004
        for wavelength, share in ((WAVELENGTHS["CuKa1"], 2 / 3), (WAVELENGTHS["CuKa2"], 1 / 3)):
            if wavelength > 2 * d:
                continue
            theta = np.arcsin(wavelength / 2 / d)
            p = np.cos(np.radians(26.6)) ** 2
            lp = (1 + p * np.cos(2 * theta) ** 2) / (1 + p) / np.sin(theta) ** 2 / np.cos(theta)
            damp = np.exp(-2 * 8 * np.pi**2 * u * (1 / 2 / d) ** 2)
            angle = np.degrees(2 * theta) + 0.05 + np.degrees(2 * 0.08 * np.cos(theta) / 180)
            tan = np.tan(theta)
            gauss = np.sqrt(0.02 * tan**2 - 0.01 * tan + 0.01)
            lorentz = np.degrees(0.9 * wavelength / 700 / np.cos(theta) + 4 * 0.001 * tan)
            rows.append((angle, share * strength * weight * lp * damp, gauss, lorentz))
    return np.array(rows)


@pytest.mark.parametrize("name", CRYSTALS)
def test_lines_equal_a_slow_sum_over_the_reciprocal_lattice(name):
    crystal = CRYSTALS[name]
    slow = slow_lines(crystal)
    found = PowderSimulator(GRID, **SETTINGS).simulate(crystal).metadata["reflections"]
    inside = (found.two_theta > 12) & (found.two_theta < 58)
    strong = np.flatnonzero(inside & (found.intensity > 1e-3 * found.intensity.max()))
    assert len(strong) > 10
    for i in strong:
        same = np.abs(slow[:, 0] - found.two_theta[i]) < 1e-7
        here = np.abs(found.two_theta - found.two_theta[i]) < 1e-7
        assert found.intensity[here].sum() == pytest.approx(slow[same, 1].sum(), rel=1e-6)
        gauss, lorentz = slow[same, 2][0], slow[same, 3][0]
        fwhm, eta = thompson_cox_hastings(gauss, lorentz)
        assert found.fwhm[i] == pytest.approx(fwhm, rel=1e-6)
        assert found.eta[i] == pytest.approx(eta, rel=1e-6)


def test_a_crystal_listed_in_p1_is_drawn_like_one_with_its_symmetry():
    for crystal in CRYSTALS.values():
        rows = [PowderSimulator(GRID, **SETTINGS).simulate(c) for c in (crystal, crystal.expand())]
        np.testing.assert_allclose(rows[0].intensity, rows[1].intensity, atol=1e-4)


def test_thompson_cox_hastings_approximates_the_voigt_function():
    from scipy.special import voigt_profile

    x = np.linspace(-3, 3, 20_001)
    for gauss, lorentz in ((0.1, 0.02), (0.1, 0.1), (0.05, 0.2)):
        exact = voigt_profile(x, gauss / np.sqrt(8 * np.log(2)), lorentz / 2)
        fwhm, eta = thompson_cox_hastings(gauss, lorentz)
        assert np.abs(pseudo_voigt(x, fwhm, eta) - exact).max() < 0.015 * exact.max()
    assert thompson_cox_hastings(0.1, 0.0) == (pytest.approx(0.1), 0)
    assert thompson_cox_hastings(0.0, 0.1) == (pytest.approx(0.1), pytest.approx(1.0))


def test_widths_by_hand_and_impossible_ones():
    assert caglioti_width(90.0, (0.02, -0.01, 0.01)) == pytest.approx(np.sqrt(0.02))
    assert microstrain_width(90.0, 0.001) == pytest.approx(np.degrees(0.004))
    with pytest.raises(ValueError, match=r"gives no width at 90 degrees; raise W or V"):
        caglioti_width([20.0, 90.0], (0.0, -0.02, 0.01))


def test_both_profiles_agree_for_an_instrument_alone():
    crystal = CRYSTALS["cubic"]
    first = PowderSimulator(GRID, eta=0.0).simulate(crystal)
    second = PowderSimulator(GRID, profile="thompson_cox_hastings").simulate(crystal)
    np.testing.assert_allclose(first.intensity, second.intensity, atol=1e-12)


def test_strain_keeps_a_cubic_lattice_cubic_and_changes_a_monoclinic_one():
    strain = np.array([[0.01, 0.004, 0.002], [0.004, -0.02, 0.003], [0.002, 0.003, 0.005]])
    for name, free in (("cubic", 1), ("trigonal", 2), ("monoclinic", 4)):
        listed = ReflectionList.from_crystal(CRYSTALS[name], 2.0)
        g = listed.reciprocal_metric
        strained = strained_metric(g, listed.rotations, strain)
        change = strained / np.where(np.abs(g) > 1e-9, g, np.nan)
        kept = np.isnan(change)
        np.testing.assert_allclose(strained[kept], 0, atol=1e-9)
        assert len(np.unique(change[~kept].round(9))) == free
    np.testing.assert_allclose(
        strained_metric(g, listed.rotations, np.zeros((3, 3))), g, atol=1e-15
    )


def test_isotropic_strain_as_a_tensor_is_lattice_strain():
    listed = ReflectionList.from_crystal(CRYSTALS["trigonal"], 2.0)
    strained = strained_metric(listed.reciprocal_metric, listed.rotations, 0.01 * np.eye(3))
    np.testing.assert_allclose(strained, listed.reciprocal_metric / 1.01**2, atol=1e-15)


def test_anisotropic_strain_moves_lines_apart_but_keeps_their_number():
    crystal = CRYSTALS["cubic"]
    found = [
        PowderSimulator(GRID, anisotropic_strain=s, random_state=1).simulate(crystal)
        for s in (0.0, 0.005)
    ]
    plain, strained = (pattern.metadata["reflections"].two_theta for pattern in found)
    ratio = np.sin(np.radians(strained / 2)) / np.sin(np.radians(plain / 2))
    assert abs(ratio[0] - 1) > 1e-5
    np.testing.assert_allclose(ratio, ratio[0])  # one length: all spacings change alike


def test_asymmetry_keeps_areas_and_leans_to_low_angles():
    positions, weights = axial_divergence(np.array([20.0, 90.0]), 0.1)
    assert weights.sum() == pytest.approx(1)
    assert positions[0, -1] == pytest.approx(20 - 0.1 / np.tan(np.radians(20)))
    np.testing.assert_allclose(positions[1], 90)
    plain, leaning = (
        PowderSimulator(GRID, asymmetry=p).simulate(CRYSTALS["cubic"]).intensity for p in (0, 0.1)
    )
    assert (GRID * leaning).sum() / leaning.sum() < (GRID * plain).sum() / plain.sum()


def test_a_random_fraction_mixes_texture_with_a_powder():
    crystal, hkl = CRYSTALS["cubic"], np.array([[1, 0, 0], [1, 1, 1]])
    textured = march_dollase(crystal, hkl, (1, 0, 0), 0.4)
    half = march_dollase(crystal, hkl, (1, 0, 0), 0.4, random_fraction=0.5)
    np.testing.assert_allclose(half, (1 + textured) / 2)
    both = march_dollase(crystal, hkl, [(1, 0, 0), (1, 1, 1)], 0.4)
    other = march_dollase(crystal, hkl, (1, 1, 1), 0.4)
    np.testing.assert_allclose(both, (textured + other) / 2)
    with pytest.raises(ValueError, match="random_fraction is 2; it must lie from 0 to 1"):
        march_dollase(crystal, hkl, (1, 0, 0), 0.4, random_fraction=2)


def test_a_single_line_is_no_doublet():
    with pytest.raises(ValueError, match="wavelength is 'CuKa1', which is no doublet"):
        PowderSimulator(GRID, wavelength="CuKa1", doublet=True).fit()


def test_a_polynomial_background_runs_from_zero_to_one():
    curve = polynomial_background(GRID, np.random.default_rng(0).normal(size=6))
    assert curve.min() == 0 and curve.max() == 1
    assert not polynomial_background(GRID, np.zeros(6)).any()
    row = PowderSimulator(GRID, polynomial=0.5, random_state=0).simulate(CRYSTALS["cubic"])
    plain = PowderSimulator(GRID, random_state=0).simulate(CRYSTALS["cubic"])
    assert np.ptp(row.intensity - plain.intensity) == pytest.approx(0.5, abs=1e-6)


def test_displacement_of_sites_that_state_none():
    """A range draws for each pattern; where some sites state theirs, only the others change."""
    unknown = Crystal([4.0] * 3 + [90] * 3, ["Cs", "Cl"], [[0] * 3, [0.5] * 3], "Pm-3m")
    mixed = Crystal(
        [4.0] * 3 + [90] * 3, ["Cs", "Cl"], [[0] * 3, [0.5] * 3], "Pm-3m", u_iso=[0.03, np.nan]
    )
    both = [PowderSimulator(GRID, u_iso=0.03).simulate(c).intensity for c in (unknown, mixed)]
    np.testing.assert_allclose(*both, atol=1e-7)
    other = PowderSimulator(GRID, u_iso=0.1).simulate(mixed).intensity
    assert np.abs(other - both[0]).max() > 1e-3
    drawn = PowderSimulator(GRID, u_iso=(0.0, 0.2), n_variants=2, random_state=0)
    rows = drawn.fit_transform([mixed])
    assert np.abs(rows[0] - rows[1]).max() > 1e-3


def test_a_grid_without_lines_is_an_error_also_with_texture():
    options = {"preferred_orientation": "random", "march_r": 0.5}
    iron = Crystal([2.0] * 3 + [90] * 3, ["Fe"], [[0] * 3], "Pm-3m", name="iron")
    # (100) is at 45.3 degrees, (110) at 66
    for grid in (np.arange(1, 3, 0.01), np.arange(50, 60, 0.01)):
        with pytest.raises(ValueError, match="crystal 'iron' has no reflection"):
            PowderSimulator(grid, **options).simulate(iron)
