"""Headers in other languages, scripts and encodings; units in rows of their own."""

import numpy as np
import pytest

from skxrd import FormatError
from skxrd._grid import WAVELENGTHS
from skxrd.io import read_pattern
from skxrd.io._column_roles import column_role

ANGLES = 10 + 0.05 * np.arange(30)
COUNTS = 100 + np.arange(30) % 7
ROLES = {
    "two_theta": "Winkel [\u00b0]|Beugungswinkel|2-Theta / \u00b0|\u00c1ngulo|angolo|角度|угол"
    "|2tetha|XRD angle",
    "intensity": "Intensit\u00e4t|Impulse|Z\u00e4hlrate|intenzita|强度|Интенсивность|I_norm|int_obs"
    "|Intensity (background subtracted)|counts per second",
    "error": "Fehler|sig(I)|s(I)|\u03c3|\u0394I|+/-|erreur|误差",
    "background": "Untergrund|Intensity_background|fondo|bgr|背景",
    "calculated": "berechnet|_pd_calc_intensity_total|Intensity_calc|best fit",
    "other": "Zeit [s]|Messzeit|Count time|counting time|Schritt|Punkt|tiempo|时间|序号"
    "|Datum|T (K)",
    "q": "Streuvektor|q_values|DSM_Qvec|Q_inv_A|k (1/A)|1/nm|散射矢量",
    "d": "d-Wert|Netzebenenabstand|d(hkl)",
    "other axis": "\u03c9|\u03c6|rocking angle|Wellenzahl|Kanal",
    "energy": "Energie (keV)|энергия",
    "time of flight": "TOF [\u00b5s]|t (\u03bcs)",
    "theta": "Glanzwinkel|\u03b8",
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in ROLES.items() for name in names.split("|")]
)
def test_names_in_any_language(kind, name):
    assert column_role(name).kind == kind


def written(tmp_path, header, row, encoding="utf-8"):
    rows = "".join(
        row.format(angle=f"{angle:.2f}", count=count)
        for angle, count in zip(ANGLES, COUNTS, strict=True)
    )
    path = tmp_path / "a.txt"
    path.write_bytes((header + rows).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("header", "row", "encoding"),
    [
        ("Winkel;Messzeit;Intensit\u00e4t\n", "{angle};40.6;{count}\n", "latin-1"),
        ("序号,时间,角度,强度\n", "1,2,{angle},{count}\n", "gb18030"),
        ("Угол;Время;Интенсивность\n", "{angle};2;{count}\n", "cp1251"),
        ("2\u03b8 (\u00b0)\tZeit\tI\n", "{angle}\t2\t{count}\n", "utf-16-le"),
        ("Unnamed: 0,tth,I\n", "1,{angle},{count}\n", "utf-8"),
        ("x y_calc y_bkg y_obs\n", "{angle} 3 4 {count}\n", "utf-8"),
        ("T\tPos\tI\n\u00b0C\t\u00b0\tcts\n", "20\t{angle}\t{count}\n", "utf-8"),
    ],
)
def test_columns_by_names(tmp_path, header, row, encoding):
    pattern = read_pattern(written(tmp_path, header, row, encoding))
    np.testing.assert_allclose(pattern.two_theta, ANGLES)
    np.testing.assert_array_equal(pattern.intensity, COUNTS)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("q (r.l.u.)\tI\n", "in a unit that is not known"),
        ("Q\tI\n1/nm\tcts\n", r"its axis is 'Q \(1/nm\)', a scattering vector"),
        ('@ xaxis label "q (1/nm)"\n', "a scattering vector"),
        ("TOF (\u00b5s)\tI\n", "a time of flight"),
    ],
)
def test_other_axes_are_refused_by_name(tmp_path, header, message):
    with pytest.raises(FormatError, match=message):
        read_pattern(written(tmp_path, header, "{angle}\t{count}\n"))


@pytest.mark.parametrize(
    ("unit", "factor"), [("mrad", 0.18 / np.pi), ("arcmin", 1 / 60), ("rad", 180 / np.pi)]
)
def test_units_of_angles(unit, factor):
    assert column_role(f"2theta ({unit})").factor == pytest.approx(factor)


@pytest.mark.parametrize(
    ("line", "wavelength"),
    [
        ("Wellenl\u00e4nge [nm]: 0,15406", 1.5406),
        ("\u03bb = 1.5406 \u00c5", 1.5406),
        ("longueur d'onde : 1.5406", 1.5406),
        ("波长: 1.5406", 1.5406),
        ("Beam energy (keV): 30", 0.41328),
        ("photon energy [eV] = 30000", 0.41328),
        ("Radiation: Cu K-alpha1", WAVELENGTHS["CuKa1"]),
        ("Wavelength: MoKa", WAVELENGTHS["MoKa"]),
        ("Anode: Cu", None),
    ],
)
def test_wavelengths_in_any_language(tmp_path, line, wavelength):
    pattern = read_pattern(written(tmp_path, f"# {line}\n", "{angle} {count}\n"))
    assert pattern.wavelength == (wavelength and pytest.approx(wavelength, abs=1e-5))


def test_units_below_names_in_a_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["d", "I"], ["nm", "cts"], *([2 - k / 100, k % 5] for k in range(30))):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    pattern = read_pattern(tmp_path / "a.xlsx", wavelength=10.0)
    assert pattern.two_theta[0] == pytest.approx(2 * np.degrees(np.arcsin(10 / 40)))
