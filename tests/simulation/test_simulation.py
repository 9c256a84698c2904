import numpy as np
import pytest
from scipy.stats import norm

from skxrd.crystal import Crystal, make_prototype, reflections
from skxrd.crystal._reflections import lorentz_polarization
from skxrd.simulation import PowderSimulator, march_dollase
from skxrd.simulation._background import glass_hump, low_angle_rise
from skxrd.simulation._conditions import draw_parameter
from skxrd.simulation._corrections import displacement_shift
from skxrd.simulation._profiles import pseudo_voigt, scherrer_width
from skxrd.simulation._rendering import render_peaks

GRID = np.arange(10, 60, 0.02)
NACL = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="NaCl")
PEROVSKITE = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
LAYERS = make_prototype("trigonal layers", A="Cs", B="Bi", X="Br")


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_profiles_have_unit_area_and_their_width(eta):
    x = np.linspace(-200, 200, 400_001)
    y = pseudo_voigt(x, 0.3, eta)
    assert np.trapezoid(y, x) == pytest.approx(1, abs=2e-3)
    assert np.ptp(x[y >= y.max() / 2]) == pytest.approx(0.3, abs=2e-3)


def test_rendering_equals_a_slow_sum():
    rng = np.random.default_rng(0)
    position, area = rng.uniform(5, 65, 40), rng.uniform(0, 5, 40)
    fwhm, eta = rng.uniform(0.05, 0.4, 40), rng.uniform(0, 1, 40)
    slow = np.zeros(len(GRID))
    for p, a, w, e in zip(position, area, fwhm, eta, strict=True):
        slow += a * pseudo_voigt(GRID - p, w, e)
    fast = render_peaks(GRID, position, area, fwhm, eta)
    assert np.abs(fast - slow).max() < 2e-4 * slow.max()


def test_lorentz_polarization_by_hand():
    angle = np.radians(30.0)
    expected = (1 + np.cos(angle) ** 2) / (2 * np.sin(angle / 2) ** 2 * np.cos(angle / 2))
    assert lorentz_polarization(30.0) == pytest.approx(expected)
    assert lorentz_polarization(30.0, monochromator_two_theta=90.0) == pytest.approx(
        1 / (np.sin(angle / 2) ** 2 * np.cos(angle / 2))
    )


@pytest.mark.parametrize("crystal", [PEROVSKITE, LAYERS], ids=["cubic", "trigonal"])
@pytest.mark.parametrize("axis", [(0, 0, 1), (1, 1, 0)])
def test_march_dollase_equals_a_sum_over_all_atoms_of_the_reciprocal_lattice(crystal, axis):
    """Oracle: in P 1 every equivalent is a reflection of its own."""
    found = reflections(crystal, "CuKa", (10, 50))
    weights = march_dollase(crystal, found.hkl, axis, 0.4)
    full = crystal.expand()
    alone = reflections(full, "CuKa", (10, 50))
    single = march_dollase(full, alone.hkl, axis, 0.4) * alone.intensity
    strong = (weights * found.intensity)[found.intensity > 1e-3 * found.intensity.max()]
    # reflections of equal spacing count together
    by_d = [
        single[np.abs(alone.d_spacing - d) < 1e-7].sum()
        for d in found.d_spacing[found.intensity > 1e-3 * found.intensity.max()]
    ]
    same_d = [
        (weights * found.intensity)[np.abs(found.d_spacing - d) < 1e-7].sum()
        for d in found.d_spacing[found.intensity > 1e-3 * found.intensity.max()]
    ]
    assert len(strong) > 5
    np.testing.assert_allclose(by_d, same_d, rtol=1e-6)


def test_texture_lifts_the_orders_of_its_axis_and_r_1_is_a_powder():
    hkl = np.array([[1, 0, 0], [2, 0, 0], [1, 1, 0], [1, 1, 1]])
    np.testing.assert_allclose(march_dollase(PEROVSKITE, hkl, (1, 0, 0), 1.0), 1)
    weights = march_dollase(PEROVSKITE, hkl, (1, 0, 0), 0.4)
    assert weights[0] == pytest.approx(weights[1])
    assert weights[0] > 3 * weights[2:].max()


@pytest.mark.parametrize(
    ("axis", "r", "message"),
    [((0, 0, 0), 0.5, "give three Miller indices"), ((1, 0, 0), 0, "march_r is 0")],
)
def test_impossible_texture_is_refused(axis, r, message):
    with pytest.raises(ValueError, match=message):
        march_dollase(PEROVSKITE, np.array([[1, 0, 0]]), axis, r)


def test_displacement_and_size_by_hand():
    shift = displacement_shift(40.0, 0.1, 200.0)
    assert shift == pytest.approx(-np.degrees(2 * 0.1 * np.cos(np.radians(20)) / 200))
    width = scherrer_width(40.0, 500.0, "CuKa1")
    assert width == pytest.approx(np.degrees(0.9 * 1.5405929 / (500 * np.cos(np.radians(20)))))


def test_backgrounds_are_one_at_their_top():
    assert glass_hump(np.array([24.0])) == pytest.approx(1)
    assert low_angle_rise(GRID)[0] == 1


def test_nacl_has_its_known_peaks():
    # halite: strongest (200) at 31.7, then (220) at 45.4 with 0.55 and (111) at 27.4 with 0.1
    pattern = PowderSimulator(GRID, wavelength="CuKa1", fwhm=0.1).simulate(NACL)
    found = pattern.metadata["reflections"]
    hkl = [tuple(h) for h in found.hkl]
    height = {
        h: pattern.intensity[np.abs(GRID - angle).argmin()]
        for h, angle in zip(hkl, found.two_theta, strict=True)
    }
    assert max(height, key=height.get) == (2, 0, 0)
    assert height[2, 2, 0] == pytest.approx(0.55, abs=0.06)
    assert height[1, 1, 1] == pytest.approx(0.1, abs=0.04)
    assert found.two_theta[hkl.index((2, 0, 0))] == pytest.approx(31.7, abs=0.03)


def test_the_same_seed_gives_the_same_patterns_for_any_number_of_workers():
    options = {"march_r": (0.3, 1), "preferred_orientation": "random", "max_counts": 1000}
    rows = [
        PowderSimulator(GRID, n_variants=2, random_state=0, n_jobs=n, **options).fit_transform(
            [PEROVSKITE, LAYERS]
        )
        for n in (1, 2)
    ]
    np.testing.assert_array_equal(*rows)
    assert rows[0].shape == (4, len(GRID))
    assert (rows[0][0] != rows[0][1]).any()


def test_strain_and_zero_shift_move_peaks_the_right_way():
    base = PowderSimulator(GRID).simulate(NACL).metadata["reflections"].two_theta
    strained = PowderSimulator(GRID, lattice_strain=0.01).simulate(NACL)
    shifted = PowderSimulator(GRID, zero_shift=0.2).simulate(NACL)
    assert (strained.metadata["reflections"].two_theta < base).all()
    np.testing.assert_allclose(shifted.metadata["reflections"].two_theta - base, 0.2)


def test_impurity_and_backgrounds_add_to_the_pattern():
    clean = PowderSimulator(GRID, fwhm=0.1).simulate(NACL).intensity
    dirty = PowderSimulator(
        GRID, fwhm=0.1, impurities=[PEROVSKITE], impurity_fraction=0.3, hump=0.2, rise=0.1
    )
    extra = dirty.simulate(NACL).intensity - clean
    assert extra.min() > 0
    assert 0.25 < extra.max() < 0.6


def test_a_subtracted_background_leaves_its_noise_and_nothing_negative():
    options = {"fwhm": 0.1, "polynomial": 0.8, "max_counts": 1000, "random_state": 0}
    raw, processed = (
        PowderSimulator(GRID, subtract_background=subtract, **options).simulate(NACL).intensity
        for subtract in (False, True)
    )
    clean = PowderSimulator(GRID, fwhm=0.1).simulate(NACL).intensity
    between = clean < 0.002
    noise = processed[between]
    assert processed.min() == 0
    assert 0.3 < (noise == 0).mean() < 0.7
    assert 0.005 < noise.std() < 0.03  # root of some hundred counts in 1000
    assert (raw[between] - noise).std() > 0.1
    assert processed.max() == pytest.approx(1, abs=0.15)


def test_only_the_background_is_subtracted():
    phases = {"impurities": [PEROVSKITE], "impurity_fraction": 0.3}
    background = {"polynomial": 0.2, "hump": 0.3, "rise": 0.2, "subtract_background": True}
    clean, subtracted = (
        PowderSimulator(GRID, fwhm=0.1, random_state=0, **options).simulate(NACL).intensity
        for options in (phases, phases | background)
    )
    np.testing.assert_allclose(subtracted, clean, atol=1e-12)


def test_particle_statistics_scatter_intensities_less_where_more_planes_reflect():
    simulator = PowderSimulator(GRID, particle_statistics=0.5, random_state=0, doublet=True)
    lines = [
        simulator.set_params(random_state=seed).simulate(NACL).metadata["reflections"]
        for seed in range(300)
    ]
    intensity = np.array([one.intensity for one in lines])
    spread = intensity.std(axis=0) / intensity.mean(axis=0)
    np.testing.assert_allclose(spread * np.sqrt(lines[0].multiplicity), 0.5, rtol=0.15)
    plain = PowderSimulator(GRID, doublet=True).simulate(NACL).metadata["reflections"]
    np.testing.assert_allclose(intensity.mean(axis=0), plain.intensity, rtol=0.05)
    first = plain.wavelength < plain.wavelength.mean()
    ratio = intensity[:, first] / intensity[:, ~first][:, : first.sum()]
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[0], ratio.shape))


def test_parameters_are_numbers_ranges_or_distributions():
    rng = np.random.default_rng(0)
    assert draw_parameter("x", 2, rng) == 2.0
    assert 1 <= draw_parameter("x", (1, 3), rng) <= 3
    assert isinstance(draw_parameter("x", norm(0, 1), rng), float)
    for value in ("a", (3, 1), None):
        with pytest.raises(ValueError, match="give a number, a \\(low, high\\) range"):
            draw_parameter("x", value, rng)
    with pytest.raises(ValueError, match="eta is 2; it must lie from 0 to 1"):
        draw_parameter("eta", 2, rng, low=0, high=1)


def test_transform_needs_no_fit_and_follows_the_present_parameters():
    simulator = PowderSimulator(GRID, random_state=0, max_counts=1000)
    before = dict(vars(simulator))
    rows = simulator.transform([NACL, LAYERS])
    pattern = simulator.simulate(NACL)
    assert vars(simulator) == before
    np.testing.assert_array_equal(pattern.two_theta, GRID)
    np.testing.assert_array_equal(simulator.fit().transform([NACL, LAYERS]), rows)
    np.testing.assert_array_equal(simulator.two_theta_, GRID)
    assert simulator.set_params(two_theta=GRID[:500]).transform([LAYERS]).shape == (1, 500)


@pytest.mark.parametrize("call", [PowderSimulator.transform, PowderSimulator.simulate])
def test_parameters_are_checked_without_fit(call):
    with pytest.raises(ValueError, match="'profile' parameter of PowderSimulator must be"):
        call(PowderSimulator(GRID, profile="box"), [NACL])
    with pytest.raises(ValueError, match="two_theta is None; give the grid"):
        call(PowderSimulator(), [NACL])


def test_simulator_errors_name_the_remedy():
    with pytest.raises(ValueError, match="two_theta is None; give the grid"):
        PowderSimulator().fit()
    with pytest.raises(ValueError, match="X is ndarray; pass a list"):
        PowderSimulator(GRID).transform(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="X\\[0\\] is str; pass a list of Crystal"):
        PowderSimulator(GRID).transform(["NaCl"])
    with pytest.raises(ValueError, match="crystal 'NaCl' has no reflection"):
        PowderSimulator(np.arange(11, 13, 0.1)).transform([NACL])
