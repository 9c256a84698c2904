"""Text, CSV and TSV: names, units and statements decide."""

import numpy as np
import pytest

from skxrd import FormatError
from skxrd.io import SkippedFileWarning, read_pattern, read_patterns

ANGLES = np.round(20 + 0.05 * np.arange(24), 2)
COUNTS = 300 + np.arange(24) % 5


def rows(row, numbers=range(24)):
    """Text with a line for each point, from its number."""
    return "".join(row(ANGLES[i], COUNTS[i], i) + "\n" for i in numbers)


XY = rows(lambda angle, count, i: f"{angle:.2f} {count}")


def read(folder, content, name="scan.txt", **options):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_pattern(path, **options)


def check(pattern, angles=ANGLES, counts=COUNTS):
    np.testing.assert_allclose(pattern.two_theta, angles)
    np.testing.assert_allclose(pattern.intensity, counts)


@pytest.mark.parametrize(
    "content",
    [
        "Point;2Theta;Counts\n" + rows(lambda a, c, i: f"{i};{a};{c}"),
        "Time_s\tMonitor\tTwo Theta\tDetector\n" + rows(lambda a, c, i: f"{i / 2}\t9000\t{a}\t{c}"),
        "# 2th_deg  bkg  Yobs  Ycalc\n" + rows(lambda a, c, i: f"{a} 20 {c} {c + 1}"),
        "Intensity,Angle\n" + rows(lambda a, c, i: f"{c},{a}"),
        ",tth,counts\n" + rows(lambda a, c, i: f"{i},{a},{c}"),
        "2\u03b8 (\u00b0)\tIntensity (a.u.)\n" + rows(lambda a, c, i: f"{a}\t{c}"),
        "#F run\n#S 2 ascan\n#L Two Theta  Epoch  I0  det\n"
        + rows(lambda a, c, i: f"{a} {i} 5 {c}"),
        "# ColumnLabels: angle weight counts\n" + rows(lambda a, c, i: f"{a} 1 {c}"),
        "Angle bkg I\n" + rows(lambda a, c, i: f"{a} 7 {c} 1"),
        "date time tth I\n" + rows(lambda a, c, i: f"2024-05-01 10:00:{i:02d} {a} {c}"),
        "Theta,2Theta,I\n" + rows(lambda a, c, i: f"{a / 2},{a},{c}"),
        "\u89d2\u5ea6\t\u5f3a\u5ea6\n" + rows(lambda a, c, i: f"{a}\t{c}"),
    ],
)
def test_names_say_which_column_is_which(tmp_path, content):
    check(read(tmp_path, content))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Energy (keV), counts", "its axis is 'Energy .keV.', which is an energy, not 2 theta"),
        ("Q, I(Q)", "its axis is 'Q', a scattering vector, not 2 theta; pass wavelength"),
        ("d / nm, counts", "its axis is 'd / nm', a lattice spacing"),
        ("Omega, counts", "its axis is 'Omega', which is another axis"),
        ("theta (deg), counts", "glancing angle theta, not 2 theta; name it 2theta if"),
        ("#x_units: theta", "its axis is 'theta', not 2 theta"),
        ("x: energy (keV)", "its axis is 'energy .keV.', not 2 theta"),
        ("time, counts", "names no angle among its columns 'time', 'counts'"),
        ("2theta, Icalc", "names no measured intensity among its columns '2theta', 'Icalc'"),
        ("2theta, background", "names no measured intensity"),
        ("Scan axis, Omega\nAngle, Intensity", "is a scan along Omega, in which 2 theta is fixed"),
    ],
)
def test_what_is_no_angle_or_intensity_is_refused_by_name(tmp_path, header, message):
    with pytest.raises(FormatError, match=message):
        read(tmp_path, header + "\n" + rows(lambda a, c, i: f"{a},{c}"), "scan.csv")


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Q (1/A)", lambda d: 2 * np.pi / d),
        ("q_nm^-1", lambda d: 20 * np.pi / d),
        ("$Q(\\AA^{-1})$", lambda d: 2 * np.pi / d),
        ("Q [\u00c5\u207b\u00b9]", lambda d: 2 * np.pi / d),
        ("s (1/nm)", lambda d: 10 / d),
        ("d (Angstrom)", lambda d: d),
        ("d_nm", lambda d: d / 10),
        ("2theta (rad)", lambda d: 2 * np.arcsin(0.7 / (2 * d))),
    ],
)
def test_axes_are_converted_where_the_wavelength_is_known(tmp_path, header, values):
    spacings = 0.7 / (2 * np.sin(np.radians(ANGLES / 2)))
    text = "".join(
        f"{value:.9f}\t{count}\n" for value, count in zip(values(spacings), COUNTS, strict=True)
    )
    pattern = read(tmp_path, f"{header}\tcounts\n{text}", wavelength=0.7)
    np.testing.assert_allclose(pattern.two_theta, ANGLES, rtol=1e-6)
    np.testing.assert_allclose(pattern.intensity, COUNTS)
    assert pattern.metadata["converted_from"] == header
    stated = read(tmp_path, f"# wavelength: 7e-11 m\n{header}\tcounts\n{text}")
    np.testing.assert_allclose(stated.two_theta, ANGLES, rtol=1e-6)


def test_vectors_beyond_the_wavelength_are_refused(tmp_path):
    text = rows(lambda a, c, i: f"{a},{c}")
    with pytest.raises(FormatError, match="runs from 20 to 21.15, which 1.5406 angstrom cannot"):
        read(tmp_path, "Q,I\n" + text, wavelength=1.5406)


@pytest.mark.parametrize(
    ("header", "wavelength"),
    [
        ("# Wavelength: 4.13e-11 m", 0.413),
        ("Wavelength (nm); 0.154056", 1.54056),
        ("lambda = 1,5406 A", 1.5406),
        ("K-Alpha1 wavelength,1.54060\nK-Alpha2 wavelength,1.54443", (2 * 1.5406 + 1.54443) / 3),
        ("#lambda1: 1.540598", 1.540598),
        ("# energy: 30 keV", 0.41328),
        ("1.54056", 1.54056),
        ("# wavelength: unknown", None),
        ("# wavelength: 0", None),
    ],
)
def test_stated_wavelengths_are_taken(tmp_path, header, wavelength):
    pattern = read(tmp_path, f"{header}\n{XY}")
    assert pattern.wavelength == (wavelength and pytest.approx(wavelength, rel=1e-5))


def test_statements_go_into_the_metadata(tmp_path):
    header = 'Id: "a" Anode: "Co" Scantype: "Coupled TwoTheta/Theta" TimePerStep: "2.5"\n'
    pattern = read(tmp_path, "'" + header + "# radiation: neutron\n" + XY)
    found = {key: pattern.metadata.get(key) for key in ("anode", "counting_time", "radiation")}
    assert found == {"anode": "Co", "counting_time": 2.5, "radiation": "neutron"}


@pytest.mark.parametrize("empty", ["", "--", "n/a"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_empty_cells_are_missing_values(tmp_path, separator, empty):
    text = rows(lambda a, c, i: separator.join([f"{a}", empty if i == 3 else f"{c}", "7"]))
    pattern = read(tmp_path, separator.join(["2theta", "I", "bkg"]) + "\n" + text)
    check(pattern, np.delete(ANGLES, 3), np.delete(COUNTS, 3))
    assert pattern.metadata["missing_lines"] == [5]


def test_mostly_empty_columns_are_an_error(tmp_path):
    with pytest.raises(FormatError, match="lacks the angle or the intensity in 20 of its rows"):
        read(tmp_path, "2theta,I,b\n" + rows(lambda a, c, i: f"{a},{c if i > 19 else ''},1"))


@pytest.mark.parametrize(
    "row",
    [
        lambda a, c, i: f"{a} 1,{c}.0",
        lambda a, c, i: f"{a}\t1,{c}",
        lambda a, c, i: f"{a};1 {c}",
        lambda a, c, i: f"{a};1\u00a0{c}",
        lambda a, c, i: f'{a},"1,{c}"',
        lambda a, c, i: f"{a}".replace(".", ",") + f";1.{c}",
        lambda a, c, i: f"{a}".replace(".", ",") + f"\t1.{c},0",
    ],
)
def test_thousands_are_understood_where_nothing_else_is_meant(tmp_path, row):
    check(read(tmp_path, rows(row)), counts=1000 + COUNTS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (rows(lambda a, c, i: f"{a},1,{c}.5"), "line 1 seems to separate thousands by commas"),
        ("2theta,I\n" + rows(lambda a, c, i: f"{a},1,{c}"), "line 2 seems to separate thousands"),
        (rows(lambda a, c, i: f"{a},{'1,' * (i == 7)}{c}"), "line 8 has 3 values where others"),
        (rows(lambda a, c, i: f"{20 + i} 1,{c}"), "line 1 has '1,300', which may be a thousand or"),
        (rows(lambda a, c, i: f"{a} {c},5"), "uses both points and commas as decimal marks"),
        (rows(lambda a, c, i: f"{a} {c}" + " 9" * (i != 5)), "line 6 has 2 values where others"),
        (rows(lambda a, c, i: f"{a},{c}" + ",9" * (i != 5)), "line 6 lacks its third number"),
    ],
)
def test_doubtful_numbers_and_ragged_rows_are_refused_by_line(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        "24\n" + XY,
        "1 24\n" + XY,
        "24 1\n" + XY,
        "20.0 0.05 21.15\n" + XY,
        "run 7 of 9\n12 13 14\n2theta I\n" + XY,
        "".join(f"# setting {i} = {i}\n" for i in range(300)) + XY,
        "".join(f"{i} is setting {i}\n" for i in range(300)) + XY,
        XY + "END\n",
        XY + "\nScan finished: 24 points\n",
        ("2theta I\n" + XY).encode("utf-16"),
        XY.encode("utf-16-be"),
        ("2theta (\u00b0) I\n" + XY).encode("latin-1"),
        '"2theta","I"\n' + rows(lambda a, c, i: f'"{a}","{c}"'),
        rows(lambda a, c, i: f"{a} {c} good"),
        rows(lambda a, c, i: f"\t{a}\t{c}"),
        rows(lambda a, c, i: f"{a} {c}", range(23, -1, -1)),
        XY.replace("\n", "\r"),
        "# energy calibration\n" + XY,
        "# d spacing\n" + XY,
        "two weeks\n" + XY,
        "counts per step\n" + rows(lambda a, c, i: f"{a} {c} 1"),
    ],
)
def test_headers_closing_lines_quotes_and_encodings_are_no_obstacle(tmp_path, content):
    check(read(tmp_path, content))


@pytest.mark.parametrize(
    "between", ["# next range\n", "\n'Id: b\n", "2theta I\n", "Range two\n", ""]
)
def test_several_ranges_are_several_scans(tmp_path, between):
    path = tmp_path / "a.xy"
    path.write_text("2theta I\n" + XY + between + XY)
    scans = read_patterns(path)
    assert [scan.name for scan in scans] == ["a, scan 1", "a, scan 2"]
    for scan in scans:
        check(scan)


def test_sections_of_an_export_are_ranges_and_a_bad_one_costs_itself(tmp_path):
    head = "[Range]\nAnode=Cu\nAlpha1=1.5406\nScanType={scan}\n\n[Data]\nAngle, PSD,\n"
    path = tmp_path / "a.txt"
    data = rows(lambda a, c, i: f"{a}, {c},")
    path.write_text(head.format(scan="LockedCoupled") + data + head.format(scan="Phi") + data)
    with pytest.warns(SkippedFileWarning, match="range 2 is a scan along Phi"):
        (scan,) = read_patterns(path)
    check(scan)
    assert (scan.wavelength, scan.metadata["anode"]) == (1.5406, "Cu")


@pytest.mark.parametrize(
    "content",
    [
        "h k l 2theta I\n1 1 1 28.4 100\n2 2 0 47.3 55\n3 1 1 56.1 30\n",
        "# 2theta  d  I/I0\n28.4 3.14 100\n47.3 1.92 55\n56.1 1.64 30\n69.1 1.36 6\n",
        "No.;Pos. [\u00b02Th.];FWHM;Height [cts]\n1;28.4;.1;9\n2;47.3;.1;5\n3;56.1;.1;3\n",
        "28.4 100\n47.3 55\n56.1 30\n69.1 6\n76.4 11\n",
    ],
)
def test_lists_of_lines_are_no_scans(tmp_path, content):
    with pytest.raises(FormatError, match=r"is a list of \d lines, not a scan"):
        read(tmp_path, content)


def test_a_scan_may_carry_the_spacing_of_each_point(tmp_path):
    check(read(tmp_path, "2theta d I\n" + rows(lambda a, c, i: f"{a} {90 / a:.4f} {c}")))


def test_columns_that_were_not_taken_are_named(tmp_path):
    pattern = read(tmp_path, "2theta,cold,hot\n" + rows(lambda a, c, i: f"{a},{c},{c + 1}"))
    check(pattern)
    assert pattern.metadata["other_columns"] == ["hot"]
