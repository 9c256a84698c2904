"""Phases found in simulated scans."""

import pickle
import re

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.io import read_pattern
from skxrd.search import PhaseLibrary, PhaseSearch, load_phase_library, write_phase_library
from skxrd.search._texture import march_factors
from skxrd.simulation import PowderSimulator

RUTILE = Crystal(
    [4.594, 4.594, 2.959, 90, 90, 90], ["Ti", "O"], [[0] * 3, [0.305, 0.305, 0]], "P42/mnm",
    name="rutile", metadata={"mineral": "Rutile"},
)  # fmt: skip
ANATASE = Crystal(
    [3.785, 3.785, 9.514, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0, 0, 0.208]], "I41/amd:1",
    name="anatase", metadata={"mineral": "Anatase"},
)  # fmt: skip
ZINCITE = Crystal(
    [3.250, 3.250, 5.207, 90, 90, 120], ["Zn", "O"], [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.382]],
    "P63mc", name="zincite", metadata={"mineral": "Zincite"},
)  # fmt: skip
GALENA = Crystal([5.936] * 3 + [90] * 3, ["Pb", "S"], [[0] * 3, [0.5] * 3], "Fm-3m", name="galena")
CORUNDUM = Crystal(
    [4.759, 4.759, 12.993, 90, 90, 120], ["Al", "O"], [[0, 0, 0.352], [0.306, 0, 0.25]], "R-3c:H",
    name="corundum", metadata={"mineral": "Corundum"},
)  # fmt: skip
GRID = np.arange(10, 90, 0.02)


def scan_of(*crystals, shares=None, seed=0, grid=GRID, wavelength="CuKa", strain=0.0, **settings):
    """Simulated scan of a mixture: counts, background, doublet; the highest peak has 5,000."""
    simulator = PowderSimulator(grid, wavelength=wavelength, fwhm=0.12, doublet=True, **settings)
    y = np.zeros(grid.size)
    for crystal, share in zip(crystals, shares or [1.0] * len(crystals), strict=True):
        cell = np.array(crystal.cell) * np.array([1 + strain] * 3 + [1] * 3)
        changed = Crystal(cell, crystal.elements, crystal.frac_coords, crystal.space_group)
        y += share * simulator.simulate(changed).intensity
    y *= 5000 / y.max()
    y += 30 + 40 * np.exp(-grid / 30)
    counts = np.random.default_rng(seed).poisson(y).astype(float)
    return PowderPattern(grid, counts, wavelength=wavelength, name="made")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "few.phases"
    write_phase_library([RUTILE, ANATASE, ZINCITE, GALENA, CORUNDUM], path)
    return PhaseLibrary(path)


@pytest.mark.parametrize("crystal", [RUTILE, ANATASE, ZINCITE, GALENA, CORUNDUM])
def test_a_pure_phase_is_found_alone(library, crystal):
    (row,) = PhaseSearch(library).search([scan_of(crystal)]).to_dict("records")
    assert row["source"] == crystal.name
    assert row["figure_of_merit"] > 0.9
    assert row["weight_fraction"] == 1
    assert row["matched"] == row["expected"]
    found = [row[name] for name in ("a", "b", "c")]
    np.testing.assert_allclose(found, crystal.cell[:3], rtol=5e-4)


def test_the_cell_follows_the_scan(library):
    (row,) = PhaseSearch(library).search([scan_of(ANATASE, strain=0.008)]).to_dict("records")
    assert row["a"] == pytest.approx(3.785 * 1.008, rel=5e-4)
    assert row["c"] == pytest.approx(9.514 * 1.008, rel=5e-4)
    assert 0 < row["a_su"] < 0.01
    assert row["alpha_su"] == 0


def test_a_mixture_is_said_to_be_one(library):
    table = PhaseSearch(library).search([scan_of(ANATASE, ZINCITE, shares=[1.0, 0.7])])
    assert set(table["phase"]) == {"Anatase", "Zincite"}
    assert table["weight_fraction"].sum() == pytest.approx(1)
    assert table["place"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("grid", "wavelength"),
    [
        (np.arange(20, 60, 0.05), "CuKa"),
        (np.arange(12, 110, 0.03), "CoKa"),
        (np.arange(5, 45, 0.01), "MoKa"),
    ],
)
def test_any_range_step_and_wavelength(library, grid, wavelength):
    scan = scan_of(RUTILE, grid=grid, wavelength=wavelength)
    assert PhaseSearch(library).search([scan])["phase"].tolist() == ["Rutile"]


def test_elements_narrow_the_search(library):
    scan = scan_of(ANATASE, ZINCITE, shares=[1.0, 0.25])
    only = PhaseSearch(library, elements="Ti,O").search([scan])
    assert set(only["phase"]) == {"Anatase"}
    scan = scan_of(ANATASE, ZINCITE, shares=[0.25, 1.0])
    without = PhaseSearch(library, excluded_elements=["Ti"]).search([scan])
    assert set(without["phase"]) == {"Zincite"}
    needed = PhaseSearch(library, required_elements="Zn", max_phases=1).search([scan])
    assert needed["phase"].tolist() == ["Zincite"]


def test_a_phase_that_is_not_there_is_not_claimed(library):
    other = PhaseSearch(library, excluded_elements="Al").search([scan_of(CORUNDUM)])
    assert other["place"].tolist() == [0]
    assert "not in the library; the nearest is" in other["remark"][0]


NOISE = np.random.default_rng(0).poisson(100, GRID.size).astype(float)
GLASS = np.random.default_rng(1).poisson(50 + 400 * np.exp(-(((GRID - 24) / 7) ** 2))).astype(float)


@pytest.mark.parametrize(
    ("scan", "remark"),
    [
        (PowderPattern(GRID, NOISE, "CuKa"), "no peak above its noise|not in the library"),
        (PowderPattern(GRID, GLASS, "CuKa"), "no peak above its noise|not in the library"),
        (PowderPattern(GRID, np.full(GRID.size, 7.0), "CuKa"), "all intensities are 7"),
        (PowderPattern(GRID, np.zeros(GRID.size), "CuKa"), "has 0 measured angles"),
        (PowderPattern([20, 30, 40], [1, 9, 1], "CuKa"), "has 3 measured angles, too few"),
        (PowderPattern(GRID, NOISE), "its wavelength is unknown; pass wavelength"),
        (PowderPattern(GRID, NOISE, 1.5, "n", {"radiation": "neutron"}), "with neutrons"),
    ],
)
def test_nothing_is_claimed_where_there_is_nothing(library, scan, remark):
    good = scan_of(RUTILE)
    table = PhaseSearch(library).search([scan, good])
    assert table["place"].tolist() == [0, 1]
    assert np.isnan(table["figure_of_merit"][0])
    assert re.search(remark, table["remark"][0])


def test_patterns_may_come_one_by_one(library):
    assert len(PhaseSearch(library).search(scan for scan in [scan_of(RUTILE)])) == 1
    with pytest.raises(TypeError, match="pass a list"):
        PhaseSearch(library).search(scan_of(RUTILE))


def test_a_passed_wavelength_fills_gaps(library):
    scan = scan_of(RUTILE)
    bare = PowderPattern(scan.two_theta, scan.intensity)
    table = PhaseSearch(library, wavelength="CuKa").search([bare, scan])
    assert table["phase"].tolist() == ["Rutile", "Rutile"]


def test_rows_in_cross_validation(library):
    scans = [scan_of(crystal, seed=s) for s in range(2) for crystal in (RUTILE, GALENA)]
    X = np.array([scan.intensity for scan in scans])
    search = PhaseSearch(library, level="crystal_system", two_theta=GRID, wavelength="CuKa")
    y = ["tetragonal", "cubic"] * 2
    assert cross_val_score(search, X, y, cv=2).tolist() == [1.0, 1.0]
    search.fit(X, y)
    probabilities = search.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert search.classes_.tolist() == ["cubic", "tetragonal"]
    assert PhaseSearch(library, two_theta=GRID, wavelength="CuKa").fit(X).predict(X).tolist() == [
        136, 225, 136, 225,
    ]  # fmt: skip
    assert search.search(X)["phase"].tolist() == ["Rutile", "PbS"] * 2
    with pytest.raises(ValueError, match="y has the label 'quasi', which is no crystal_system"):
        search.fit(X, ["quasi", "cubic"] * 2)
    with pytest.raises(ValueError, match="two_theta is None"):
        PhaseSearch(library).fit(X)


def test_the_tools_of_scikit_learn_take_it(library):
    scans = [scan_of(crystal, seed=s) for s in range(2) for crystal in (RUTILE, GALENA)]
    X, y = np.array([scan.intensity for scan in scans]), [136, 225] * 2
    search = PhaseSearch(library, two_theta=GRID, wavelength="CuKa")
    assert pickle.loads(pickle.dumps(clone(search).fit(X, y))).predict(X).tolist() == y
    grid = GridSearchCV(search, {"elements": ["Ti,O", None]}, cv=2).fit(X, y)
    assert grid.best_params_ == {"elements": None}
    with pytest.raises(ValueError, match="max_phases"):
        PhaseSearch(library, max_phases=0).search(scans)
    with pytest.raises(ValueError, match="wavelength is unknown"):
        PhaseSearch(library, two_theta=GRID).fit(X)


def test_processes_give_the_same(library):
    scans = [scan_of(RUTILE), scan_of(ZINCITE)]
    one, two = (PhaseSearch(library, n_jobs=n).search(scans) for n in (1, 2))
    # the last digit follows the place of arrays in memory
    np.testing.assert_allclose(one["figure_of_merit"], two["figure_of_merit"], rtol=1e-13)
    assert one["phase"].tolist() == two["phase"].tolist()


def test_preferred_orientation_does_not_hide_a_phase(library):
    scan = scan_of(ANATASE, preferred_orientation=(0, 0, 1), march_r=0.4)
    (match,) = PhaseSearch(library).match([scan])
    (phase,) = match.phases
    assert phase.facts["name"] == "Anatase"
    assert phase.texture[:3] == (0, 0, 1)
    assert phase.texture[3] < 0.6
    assert match.unexplained.size == 0


def test_march_factors():
    hkl, metric = np.array([[0.0, 0, 6], [1, 1, 0]]), np.array([0.06, 0.06, 0.006, 0, 0, 0.03])
    factors = march_factors(hkl, metric, "R -3 c", np.array([0.0, 0, 1]), (0.5, 1.0))
    np.testing.assert_allclose(factors, [[8.0, 0.5**1.5], [1, 1]], rtol=1e-6)


def test_the_bundled_library_names_a_mixture():
    library = load_phase_library()
    assert len(library) > 50_000
    found = PhaseSearch(elements="Ti,Zn,O").search([scan_of(ANATASE, ZINCITE)])
    assert set(found["phase"]) == {"Anatase", "Zincite"}
    assert all(found["reference"] != "")


def test_measured_scans(measured):
    folder = "dara_xrdml/dataset/precursor_mixture"
    scan = read_pattern(measured(f"{folder}/TiO2_0p4009-ZnO_0p6010--8min.xrdml"))
    table = PhaseSearch().search([scan])
    assert set(table["phase"]) == {"Anatase", "Zincite"}
    fraction = table.set_index("phase")["weight_fraction"]
    assert fraction["Zincite"] == pytest.approx(0.601, abs=0.05)


def test_classes_need_a_fit_even_after_a_search(library):
    search = PhaseSearch(library)
    search.search([scan_of(RUTILE)])
    with pytest.raises(NotFittedError, match="not fitted yet"):
        search.predict(np.ones((1, 100)))
