import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd._grid import WAVELENGTHS
from skxrd.crystal import make_prototype
from skxrd.preprocessing import PatternStacker
from skxrd.preprocessing._doublet import strip_doublet
from skxrd.simulation import PowderSimulator

GRID = np.arange(20, 90, 0.01)
CRYSTAL = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
OPTIONS = {"fwhm": 0.08, "eta": 0.3}


def test_what_is_left_is_the_pattern_of_the_first_line():
    both = PowderSimulator(GRID, doublet=True, **OPTIONS).simulate(CRYSTAL)
    first = PowderSimulator(GRID, wavelength="CuKa1", **OPTIONS).simulate(CRYSTAL)
    stripped = strip_doublet(both)
    assert stripped.wavelength == WAVELENGTHS["CuKa1"]
    scale = (stripped.intensity @ first.intensity) / (first.intensity @ first.intensity)
    worst = np.abs(stripped.intensity - scale * first.intensity).max()
    assert worst < 0.02 * stripped.intensity.max()
    before = np.abs(both.intensity - first.intensity).max()
    assert worst < 0.1 * before


def test_a_level_background_keeps_two_thirds():
    level = strip_doublet(PowderPattern(GRID, np.full(GRID.size, 30.0), "CuKa"))
    np.testing.assert_allclose(level.intensity, 20)


def test_the_stacker_strips_and_then_has_one_line():
    both = PowderSimulator(GRID, doublet=True, **OPTIONS).simulate(CRYSTAL)
    stacker = PatternStacker(GRID[10:-10], strip_doublet=True)
    row = stacker.fit_transform([both])[0]
    assert stacker.wavelength_ == WAVELENGTHS["CuKa1"]
    np.testing.assert_allclose(row, strip_doublet(both).intensity[10:-10])


@pytest.mark.parametrize("wavelength", [None, "CuKa1", 1.0])
def test_a_single_line_has_no_second_line_to_subtract(wavelength):
    pattern = PowderPattern(GRID, np.sin(GRID) ** 2, wavelength, name="film")
    with pytest.raises(ValueError, match="pattern 'film' has the wavelength .* not the mean of"):
        strip_doublet(pattern)


def test_outside_extrapolate_continues_what_was_measured():
    pattern = PowderPattern([10.0, 11.0, 12.0, 15.0, 16.0], [1, 2, 3, 6, 5])
    stacker = PatternStacker([9.0, 10.0, 11.0, 13.0, 16.0, 17.0], outside="extrapolate")
    np.testing.assert_allclose(stacker.fit_transform([pattern]), [[1, 1, 2, 3.2, 5, 5]])
    far = PatternStacker([30.0, 31.0], outside="extrapolate")
    with pytest.raises(ValueError, match="none of its angles 10 to 16 deg lies in 30 to 31"):
        far.fit_transform([pattern])
