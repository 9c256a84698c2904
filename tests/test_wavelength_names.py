"""Names of wavelengths, however they are spelt."""

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd._grid import WAVELENGTHS, check_wavelength, doublet_lines, is_doublet

PLANCK_LIGHT = 12398.41984  # eV angstrom


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CuKa", "CuKa"),
        ("Cu Ka", "CuKa"),
        ("cuka", "CuKa"),
        ("Cu K-alpha", "CuKa"),
        ("cu k\u03b11", "CuKa1"),
        ("Mo-Ka2", "MoKa2"),
        ("CuKb", "CuKb"),
        ("Co K\u03b2", "CoKb"),
        ("AgKbeta1", "AgKb"),
    ],
)
def test_spellings(text, name):
    assert check_wavelength(text) == WAVELENGTHS[name]
    assert PowderPattern([1, 2], [3, 4], wavelength=text).wavelength == WAVELENGTHS[name]


@pytest.mark.parametrize("text", ["1.5406", "1,5406", " 1.5406 "])
def test_numbers_may_have_a_decimal_comma(text):
    assert check_wavelength(text) == 1.5406


@pytest.mark.parametrize(
    ("text", "nearest"), [("CuKq", "CuKa"), ("Cu", "CuKa"), ("MoKa3", "MoKa"), ("CoKa 11", "CoKa1")]
)
def test_unknown_names_suggest_the_nearest(text, nearest):
    with pytest.raises(ValueError, match=f"is not known; did you mean '{nearest}'"):
        check_wavelength(text)


@pytest.mark.parametrize("value", ["tungsten", "", True, 0, -1, np.nan, "0", "1e-10"])
def test_what_is_no_wavelength(value):
    with pytest.raises(ValueError, match="wavelength"):
        check_wavelength(value)


@pytest.mark.parametrize(
    ("name", "energy"),
    [
        ("CrKb", 5946.823),
        ("FeKb", 7058.175),
        ("CoKb", 7649.45),
        ("CuKb", 8905.413),
        ("MoKb", 19608.34),
        ("AgKb", 24942.42),
    ],
)
def test_k_beta_lines_have_the_measured_energies(name, energy):
    # Deslattes et al., Rev. Mod. Phys. 75 (2003) 35, column of measured values, in eV
    assert WAVELENGTHS[name] == pytest.approx(PLANCK_LIGHT / energy, rel=2e-6)


def test_doublets_are_known_by_any_spelling():
    assert is_doublet("Cu K-alpha") and not is_doublet("Cu K-beta")
    assert doublet_lines("cu ka") == doublet_lines("CuKa")
