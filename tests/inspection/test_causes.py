import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skxrd.crystal import make_prototype
from skxrd.inspection import MisclassificationCauses
from skxrd.inspection._film_lines import best_match, film_peaks, visible_lines
from skxrd.simulation import PowderSimulator

GRID = np.arange(10, 60, 0.04)
CUBIC = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
DOUBLE = make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="Cl")
IODIDE = make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="I")
CANDIDATES = [CUBIC, DOUBLE, IODIDE]


def simulate(crystal, **film):
    row = PowderSimulator(GRID, fwhm=0.15, random_state=0, **film).fit_transform([crystal])[0]
    return row / row.max()


def causes_of(row, true="Pm-3m", predicted="Fm-3m", *, films=None, grid=GRID, **options):
    X = np.vstack([row, *[simulate(CUBIC)] * 6])
    y, found = np.array([true] + ["Pm-3m"] * 6), np.array([predicted] + ["Pm-3m"] * 6)
    causes = MisclassificationCauses(grid, CANDIDATES, "CuKa", **options)
    table = causes.find(X, y, found, **(films or {}))
    assert table["row"].tolist() == [0]
    return table.iloc[0]


def test_pure_film_of_its_class_has_no_cause():
    found = causes_of(simulate(CUBIC, lattice_strain=0.005, sample_displacement=0.1))
    assert found["causes"] == "none found"
    assert found["true_share"] == pytest.approx(1)
    assert found["foreign_share"] == found["n_missing"] == 0
    assert found["n_training_films"] == 6


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_mixture_is_told_with_the_other_phase(share):
    found = causes_of((1 - share) * simulate(CUBIC) + share * simulate(IODIDE))
    assert found["mixed_phases"] and not found["other_phase"]
    assert found["foreign_class"] == "Fm-3m" and found["foreign_crystal"] == IODIDE.name
    lines = visible_lines([IODIDE], 1.54187, (8, 62))[0]
    for angle in found["foreign_angles"]:
        assert np.abs(lines.strained(0.0) - angle).min() < 0.2
    assert found["own_share"] > 0.05


def test_film_of_another_class_is_no_mixture():
    found = causes_of(simulate(IODIDE))
    assert found["other_phase"] and not found["mixed_phases"]
    assert found["causes"].startswith("lines of another class only")
    assert found["foreign_share"] > 0.3


def test_missing_orientations_are_named():
    film = simulate(CUBIC, preferred_orientation=(1, 0, 0), march_r=0.1)
    found = causes_of(film)
    assert found["missing_peaks"] and found["causes"] == "missing peaks"
    assert (1, 0, 0) not in found["missing_hkl"] and found["n_missing"] == len(found["missing_hkl"])
    assert (1, 1, 0) in found["missing_hkl"]


def test_thin_classes_are_counted_without_the_film():
    found = causes_of(simulate(CUBIC), thin=7)
    assert found["thin_class"] and found["causes"] == "thin class"
    found = causes_of(simulate(CUBIC), films={"y_train": ["Pm-3m"] * 3 + ["Fm-3m"] * 9})
    assert found["thin_class"] and found["n_training_films"] == 3
    found = causes_of(simulate(DOUBLE), true="Fm-3m", predicted="Pm-3m")
    assert found["n_training_films"] == 0 and found["thin_class"]


def test_phases_that_are_no_class_can_be_named():
    residue = make_prototype("cubic perovskite", A="Cs", B="Sn", X="I")
    film = 0.5 * simulate(DOUBLE) + 0.5 * simulate(residue)
    labels = ["Pm-3m", "Fm-3m", "Fm-3m", "residue"]
    X = np.vstack([film])
    causes = MisclassificationCauses(GRID, [*CANDIDATES, residue], "CuKa", labels=labels)
    found = causes.find(X, ["Fm-3m"], ["Pm-3m"], names=["sample 7"]).iloc[0]
    assert found["mixed_phases"] and found["foreign_class"] == "residue"
    assert found["name"] == "sample 7"


def test_no_mistakes_no_rows():
    X = simulate(CUBIC)[np.newaxis]
    table = MisclassificationCauses(GRID, CANDIDATES, "CuKa").find(X, ["Pm-3m"], ["Pm-3m"])
    assert len(table) == 0 and "causes" in table


def test_chance_is_taken_off():
    angles, heights = np.array([20.0, 31.0, 44.0]), np.ones(3)
    span = (10, 60)
    listed = visible_lines([CUBIC], 1.54187, (8, 62))
    wide = best_match(listed, angles, heights, max_strain=0, tolerance=10, span=span)
    assert wide is None  # every angle is near a line
    own = listed[0].strained(0.01)
    inside = own[(own > 10) & (own < 60)]
    match = best_match(
        listed, inside, np.ones(inside.size), max_strain=0.015, tolerance=0.1, span=span
    )
    assert match.strain == pytest.approx(0.01, abs=0.003)
    assert match.share == 1 and match.above_chance == pytest.approx(1)


def test_noise_is_no_peak():
    noise = np.abs(np.random.default_rng(0).normal(0, 0.02, GRID.size))
    angles, heights = film_peaks(noise + np.exp(-(((GRID - 30) / 0.1) ** 2)), GRID, 0.05)
    assert angles.size == 1 and angles[0] == pytest.approx(30, abs=0.1) and heights[0] == 1
    assert film_peaks(np.zeros(GRID.size), GRID, 0.05)[0].size == 0


class Maps(BaseEstimator):
    """Stands in for a fitted network: its map is the pattern itself."""

    classes_ = np.array(["Fm-3m", "Pm-3m"])

    def __init__(self, averages):
        self.averages = averages

    @property
    def average_cam_(self):
        return self.averages

    def fit(self, X, y):
        return self

    def predict_proba(self, X):
        return np.tile([0.8, 0.2], (len(X), 1))

    def cam(self, X, labels=None):
        return np.asarray(X)

    def __sklearn_is_fitted__(self):
        return True


def test_maps_are_compared_with_the_averages_of_both_classes():
    film = simulate(IODIDE)
    network = Maps(np.array([film, simulate(CUBIC)]))
    found = causes_of(film, films={"estimator": network})
    assert found["map_like_predicted"] == pytest.approx(1)
    assert found["map_like_true"] < 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"true": "Pc"}, "crystals has none of class Pc, which a misclassified film has"),
        ({"labels": ["Pm-3m"]}, "labels has 1 entries; there must be 3"),
        ({"films": {"names": ["a"]}}, "names has 1 entries; there must be 7"),
        ({"grid": GRID[:-1]}, "but two_theta has 1249 angles"),
    ],
)
def test_arguments_are_checked(change, message):
    with pytest.raises(ValueError, match=message):
        causes_of(simulate(CUBIC), **change)
