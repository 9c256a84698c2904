"""Instrument formats: what the file states decides, not the place or the order."""

import io
import re
import struct
import zipfile

import numpy as np
import pytest

from skxrd import FormatError
from skxrd.io import SkippedFileWarning, read_pattern, read_patterns

ALPHA1, ALPHA2, BETA = 1.5406, 1.5444, 1.3922
XRDML = (
    '<xrdMeasurements><xrdMeasurement measurementType="Scan">'
    '<usedWavelength intended="{line}"><kAlpha1>{alpha1}</kAlpha1><kAlpha2>1.5444</kAlpha2>'
    "<kBeta>1.3922</kBeta></usedWavelength>{scans}</xrdMeasurement></xrdMeasurements>"
)
SCAN = (
    '<scan scanAxis="Gonio"><dataPoints><positions axis="2Theta" unit="{unit}">'
    "<startPosition>{first}</startPosition><endPosition>{last}</endPosition></positions>"
    "{extra}<counts>{counts}</counts></dataPoints></scan>"
)


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def xrdml(*scans, line="K-Alpha", alpha1=ALPHA1):
    scans = scans or (scan(),)
    return XRDML.format(line=line, alpha1=alpha1, scans="".join(scans))


def scan(counts="40 50 60", extra="", unit="deg", first=30, last=31):
    return SCAN.format(counts=counts, extra=extra, unit=unit, first=first, last=last)


@pytest.mark.parametrize(
    ("line", "alpha1", "wavelength"),
    [
        ("K-Alpha", ALPHA1, (2 * ALPHA1 + ALPHA2) / 3),
        ("K-Alpha 1", ALPHA1, ALPHA1),
        ("K-Alpha 2", ALPHA1, ALPHA2),
        ("K-Beta", ALPHA1, BETA),
        ("K-Alpha", 0, None),
        ("K-Alpha 1", 0, None),
    ],
)
def test_xrdml_used_line(tmp_path, line, alpha1, wavelength):
    path = write(tmp_path, "a.xrdml", xrdml(line=line, alpha1=alpha1))
    assert read_pattern(path).wavelength == (wavelength and pytest.approx(wavelength))


@pytest.mark.parametrize(
    ("extra", "counts", "unit"),
    [
        ("<commonBeamAttenuationFactor>10</commonBeamAttenuationFactor>", [400, 500, 600], ""),
        ("<beamAttenuationFactors>1 10 1</beamAttenuationFactors>", [40, 500, 60], ""),
        ("<divergenceCorrections>1 2 4</divergenceCorrections>", [40, 100, 240], ""),
        ("<commonDivergenceCorrection>2</commonDivergenceCorrection>", [80, 100, 120], ""),
        ("<countingTimes>5 5 5</countingTimes>", [40, 50, 60], ""),
        ("<countingTimes>1 2 4</countingTimes>", [40, 25, 15], " per second"),
    ],
)
def test_xrdml_factors_and_times(tmp_path, extra, counts, unit):
    pattern = read_pattern(write(tmp_path, "a.xrdml", xrdml(scan(extra=extra))))
    np.testing.assert_allclose(pattern.intensity, counts)
    assert pattern.metadata["intensity_unit"] == "counts" + unit


def test_xrdml_angles_in_radians(tmp_path):
    content = xrdml(scan(unit="rad", first=0.5, last=0.6))
    pattern = read_pattern(write(tmp_path, "a.xrdml", content))
    np.testing.assert_allclose(pattern.two_theta, np.degrees([0.5, 0.55, 0.6]))


@pytest.mark.parametrize(
    "content",
    [
        "<?xml version='1.0'?><!-- " + 3000 * "word " + "-->" + xrdml(),
        re.sub("<(/?)", r"<\1p:", xrdml()).replace("s>", "s xmlns:p='urn:p'>", 1),
        ("<?xml version='1.0' encoding='UTF-16'?>" + xrdml()).encode("utf-16"),
        ("<?xml version='1.0' encoding='GBK'?><!-- \u6837\u54c1 -->" + xrdml()).encode("gbk"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><!-- \u00e9 -->" + xrdml()).encode("latin-1"),
    ],
)
def test_xml_of_any_encoding_behind_a_comment(tmp_path, content):
    pattern = read_pattern(write(tmp_path, "a.xrdml", content))
    np.testing.assert_allclose(pattern.intensity, [40, 50, 60])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<?xml version='1.0' encoding='punycode'?>" + xrdml(), "in the encoding 'punycode'"),
        ("<?xml version='1.0'?><other/>", "is XML or HTML of another kind"),
        ("<!DOCTYPE html><html></html>", "is XML or HTML of another kind"),
    ],
)
def test_other_xml_is_named(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read_pattern(write(tmp_path, "a.xml", content))


def test_an_empty_scan_costs_only_itself(tmp_path):
    path = write(tmp_path, "a.xrdml", xrdml(scan(), scan(counts="")))
    with pytest.warns(SkippedFileWarning, match=r"left out .*a\.xrdml: scan 2 has 0 points"):
        (pattern,) = read_patterns(path)
    np.testing.assert_allclose(pattern.intensity, [40, 50, 60])


RAS = """*RAS_DATA_START
*RAS_HEADER_START
{entries}
*RAS_HEADER_END
*RAS_INT_START
{rows}*RAS_INT_END
*RAS_DATA_END
"""
ROWS = "30.0 4 1\n30.1 5 10\n30.2 6 1\n"


def ras(rows=ROWS, **entries):
    lines = "\n".join(f'*{key} "{value}"' for key, value in entries.items())
    return RAS.format(entries=lines, rows=rows)


@pytest.mark.parametrize(
    "entries",
    [
        {"MEAS_SCAN_AXIS_X": "Omega"},
        {"MEAS_SCAN_AXIS_X": "2-Theta/Theta", "MEAS_SCAN_AXIS_X_INTERNAL": "ThetaD"},
        {"MEAS_SCAN_AXIS_X": "Chi"},
    ],
)
def test_ras_scans_along_other_axes_are_refused(tmp_path, entries):
    with pytest.raises(FormatError, match="is a scan along .*, in which 2 theta is fixed"):
        read_pattern(write(tmp_path, "a.ras", ras(**entries)))


@pytest.mark.parametrize("axis", ["TwoThetaTheta", "2-Theta/Theta", "Theta/2-Theta", "TwoThetaChi"])
def test_ras_scans_over_two_theta_and_their_line(tmp_path, axis):
    entries = {
        "MEAS_SCAN_AXIS_X": axis,
        "HW_XG_WAVE_LENGTH_ALPHA1": ALPHA1,
        "HW_XG_WAVE_LENGTH_ALPHA2": ALPHA2,
        "HW_XG_WAVE_LENGTH_BETA": BETA,
    }
    for line, wavelength in (("Kb", BETA), ("Ka2", ALPHA2), ("K-alpha1", ALPHA1)):
        content = ras(**entries, MEAS_COND_XG_WAVE_TYPE=line)
        pattern = read_pattern(write(tmp_path, "a.ras", content))
        assert pattern.wavelength == wavelength
        np.testing.assert_allclose(pattern.intensity, [4, 50, 6])


def packed(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_rasx_conditions_and_images(tmp_path):
    conditions = "<C><ScanInformation><AxisName>{}</AxisName></ScanInformation></C>"
    for spelling in ("Mesurement", "Measurement"):
        member = f"Data0/{spelling}Conditions0.xml"
        content = packed({"Data0/Profile0.txt": ROWS, member: conditions.format("Phi")})
        with pytest.raises(FormatError, match="is a scan along Phi"):
            read_pattern(write(tmp_path, "a.rasx", content))
    content = packed({"root.xml": "<Root/>", "Data0/Image0.bin": bytes(9), member: "<C/>"})
    with pytest.raises(FormatError, match="holds detector images only"):
        read_pattern(write(tmp_path, "a.rasx", content))


BRML = (
    '<RawData xmlns:t="urn:t"><WaveLengthAlpha1 Value="1.5406"/><WaveLengthAlpha2 Value="1.5444"/>'
    '<DataRoute RouteFlag="{flag}"><ScanInformation><ScanAxes>{axes}</ScanAxes></ScanInformation>'
    "{views}{rows}</DataRoute></RawData>"
)
AXES = '<ScanAxisInfo AxisId="TwoTheta"/><ScanAxisInfo AxisId="Theta"/>'
VIEWS = (
    '<DataViews><RawDataView Start="0" Length="1" LogicName="MeasuredTime"/>'
    '<RawDataView Start="1" Length="1"><Recording LogicName="x" Category="Technical"/>'
    '</RawDataView><RawDataView Start="2" Length="{length}"><Recording Category="Count"/>'
    '</RawDataView><RawDataView Start="3" Length="2"><Varying><FieldDefinitions AxisId="Theta"/>'
    '<FieldDefinitions AxisId="TwoTheta"/></Varying></RawDataView></DataViews>'
)


def brml(rows, views="", axes=AXES, flag="Measured"):
    rows = "".join(f"<Datum>{row}</Datum>" for row in rows)
    return BRML.format(rows=rows, views=views, axes=axes, flag=flag)


def test_brml_data_views_say_which_column_is_which(tmp_path):
    rows = ["1,99,7,15,30,0", "1,99,8,15.1,30.2,0", "1,99,9,15.2,30.4,0"]
    document = brml(rows, VIEWS.format(length=1))
    pattern = read_pattern(write(tmp_path, "a.brml", packed({"E0/RawData0.xml": document})))
    np.testing.assert_allclose(pattern.two_theta, [30, 30.2, 30.4])
    np.testing.assert_allclose(pattern.intensity, [7, 8, 9])
    rows[2] = rows[2].replace("1,99", "2,99")
    document = brml(rows, VIEWS.format(length=1))
    pattern = read_pattern(write(tmp_path, "a.brml", packed({"E0/RawData0.xml": document})))
    np.testing.assert_allclose(pattern.intensity, [7, 8, 4.5])
    document = brml(rows, VIEWS.format(length=2))
    with pytest.raises(FormatError, match="keeps 2 channels of a detector"):
        read_pattern(write(tmp_path, "a.brml", packed({"E0/RawData0.xml": document})))


def test_brml_scans_come_in_the_order_of_measurement(tmp_path):
    def member(first):
        return brml([f"1,0,{first},15,4", f"1,0,{first + 1},16,5"])

    members = {f"E0/RawData{number}.xml": member(30 + number) for number in (0, 10, 2)}
    members["E0/RawData1.xml"] = brml(["1,0,1.5,4", "1,0,2,5"], axes='<ScanAxisInfo AxisId="Z"/>')
    path = write(tmp_path, "a.brml", packed(members))
    with pytest.warns(SkippedFileWarning, match="scan 2 is a scan along Z, without 2 theta"):
        scans = read_patterns(path)
    assert [scan.two_theta[0] for scan in scans] == [30, 32, 40]
    names = "".join(f"<string>E0/RawData{number}.xml</string>" for number in (10, 0))
    members["E0/DataContainer.xml"] = f"<D><RawDataReferenceList>{names}</RawDataReferenceList></D>"
    scans = read_patterns(write(tmp_path, "a.brml", packed(members)))
    assert [scan.two_theta[0] for scan in scans] == [40, 30]


def raw3(*ranges, used=ALPHA1):
    """A RAW1.01 file of ranges (counts, kind, step, bytes of a record, angles or None)."""
    header = bytearray(712)
    header[:7] = b"RAW1.01"
    struct.pack_into("<i", header, 12, len(ranges))
    struct.pack_into("<4d", header, 624, ALPHA1, ALPHA2, BETA, 0.5)
    content = bytes(header)
    for counts, kind, step, size, angles in ranges:
        part = bytearray(304)
        struct.pack_into("<ii", part, 0, 304, len(counts))
        struct.pack_into("<d", part, 16, 30.0)
        struct.pack_into("<d", part, 176, step)
        struct.pack_into("<i", part, 196, kind)
        struct.pack_into("<dii", part, 240, used, 1 if angles else 0, size)
        data = b"".join(
            (struct.pack("<fd", count, angles[i] if angles else 0.0) + bytes(size))[:size]
            for i, count in enumerate(counts)
        )
        content += bytes(part) + data
    return content


def test_raw_records_kinds_and_lines(tmp_path):
    wide = [30.0, 30.3, 30.5]
    content = raw3(
        ([1, 2, 3], 2, 0.1, 4, None),
        ([1, 2, 3], 0, -0.1, 20, None),
        ([1, 2, 3], 3, 0.1, 4, None),
        ([], 0, 0.1, 4, None),
        ([1, 2, 3], 1, 0.1, 12, wide),
        used=BETA,
    )
    path = write(tmp_path, "a.raw", content)
    with pytest.warns(SkippedFileWarning) as caught:
        detector, falling, varying = read_patterns(path)
    assert [str(warning.message).partition("a.raw: ")[2] for warning in caught] == [
        "range 3 is a rocking curve, in which 2 theta is fixed.",
        "range 4 has 0 points; a pattern needs two or more.",
    ]
    np.testing.assert_allclose(detector.two_theta, [30, 30.1, 30.2])
    np.testing.assert_allclose(falling.two_theta, [29.8, 29.9, 30])
    np.testing.assert_allclose(falling.intensity, [3, 2, 1])
    np.testing.assert_allclose(varying.two_theta, wide)
    assert detector.wavelength == BETA


def test_raw_1_with_several_ranges(tmp_path):
    def part(first, more, mark=b"RAW "):
        content = bytearray(156) + np.array([3, 4, 5], "<f4").tobytes()
        content[:4] = b"RAW "
        struct.pack_into("<iff", content, 4, 3, 4.0, 0.5)
        struct.pack_into("<f", content, 24, first)
        struct.pack_into("<I", content, 152, more)
        return bytes(content) if mark else bytes(content[4:])

    for mark in (b"RAW ", b""):
        content = part(10, 1) + part(20, 0, mark)
        scans = read_patterns(write(tmp_path, "a.raw", content))
        assert [scan.two_theta.tolist() for scan in scans] == [[10, 10.5, 11], [20, 20.5, 21]]
    with pytest.raises(FormatError, match="ends within the header of range 2"):
        read_patterns(write(tmp_path, "b.raw", part(10, 1) + b"RAW "))


@pytest.mark.parametrize(
    ("kind", "rows", "intensity", "unit"),
    [
        ("_2THETACOUNTSTIME", "30 10 1\n30.1 20 2\n", [10, 10], "counts per second"),
        ("_2THETACOUNTSTIME", "30 10 2\n30.1 20 2\n", [10, 20], "counts"),
        ("_COUNTS=2", "10, 20\n", [10, 20], "counts"),
    ],
)
def test_uxd_counting_times(tmp_path, kind, rows, intensity, unit):
    head = "_FILEVERSION=2\n_WL1=1.5406\n_WL2=1.5444\n_WL3=1.3922\n_DRIVE='COUPLED'\n"
    head += "_STEPSIZE=0.1\n_START=30\n_2THETA=30\n_RANGE_WL=1.3922\n"
    pattern = read_pattern(write(tmp_path, "a.uxd", head + kind + "\n" + rows))
    np.testing.assert_allclose(pattern.two_theta, [30, 30.1])
    np.testing.assert_allclose(pattern.intensity, intensity)
    assert pattern.metadata["intensity_unit"] == unit
    assert pattern.wavelength == BETA
    with pytest.raises(FormatError, match="is a list of lines, not a scan"):
        read_pattern(write(tmp_path, "b.uxd", head + "_D-I\n3.3 100\n2.4 50\n"))


COUNTS = 50 + np.arange(40) % 9
LISTED = "\n".join(" ".join(map(str, COUNTS[i : i + 8])) for i in range(0, 40, 8)) + "\n"


@pytest.mark.parametrize(
    ("name", "content", "wavelength"),
    [
        ("a.dat", "30.0 0.1 33.9 sample\n" + LISTED, None),
        ("a.dat", "title\nlambda= 1.494, T= 5\n30.0 0.1 33.9 1e6\n" + LISTED + "File='x'\n", 1.494),
        ("a.dbw", "   30.00    0.10   33.90 title\n" + LISTED.replace(" ", ","), None),
        ("a.dat", "30 0.1 33.9\n" + "".join(f"{count}\n" for count in COUNTS), None),
        ("a.xdd", "/* c */\n30 0.1 33.9 2 CPS 1.5406 0\n" + LISTED, 1.5406),
        ("a.mdi", "t\n 30.0 0.1 2.0 CU 1.540598 33.9  40\n" + LISTED + "-1\n", 1.540598),
        (
            "a.asc",
            "*TYPE = Raw\n*XRAY_CHAR = K-ALPHA1\n*WAVE_LENGTH1 = 1.54056\n*WAVE_LENGTH2 = 1.54439\n"
            "*BEGIN\n*SCAN_AXIS = 2theta/theta\n*START = 30\n*STOP = 33.9\n*STEP = 0.1\n*COUNT = 40"
            "\n" + LISTED.replace(" ", ", ") + "*END\n*EOF\n",
            1.54056,
        ),
        (
            "a.chi",
            "a.tif\n2-Theta Angle (Degrees)\nIntensity\n   40\n"
            + "".join(f"{30 + i / 10:e} {count:e}\n" for i, count in enumerate(COUNTS)),
            None,
        ),
        (
            "a.esg",
            "_pd_block_id noTitle|#0\n_diffrn_radiation_wavelength 0.4\n_riet_x 0\nloop_\n"
            "_pd_proc_2theta_corrected\n_pd_meas_intensity_total\n"
            + "".join(f"{30 + i / 10} {count}\n" for i, count in enumerate(COUNTS)),
            0.4,
        ),
    ],
)
def test_formats_of_first_angle_step_and_counts(tmp_path, name, content, wavelength):
    pattern = read_pattern(write(tmp_path, name, content))
    np.testing.assert_allclose(pattern.two_theta, 30 + 0.1 * np.arange(40))
    np.testing.assert_allclose(pattern.intensity, COUNTS)
    assert pattern.wavelength == wavelength


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("30.0 0.1 33.9\n" + LISTED[:60], "for the 40 counts from 30 to 33.9 degrees"),
        ("t\n 30.0 0.1 2.0 CU 1.54 33.9  90\n" + LISTED, "has 40 of 90 counts; it is cut off"),
        ("*TYPE = Raw\n*START = 1\n*STEP = 1\n*COUNT = 4\n1, 2\n*END\n", "has 2 of 4 counts"),
        ("*TYPE = R\n*SCAN_AXIS = omega\n*START = 1\n*STEP = 1\n1, 2\n", "a scan along omega"),
        ("t\nQ (Inverse Angstroms)\nI\n 2\n1 2\n2 3\n", "its axis is .*, a scattering vector"),
        ("t\nRadius (mm)\nI\n 2\n1 2\n2 3\n", "its axis is 'Radius .mm.', which is no angle"),
        ("t\n2-Theta (Degrees)\nI\n 9\n1 2\n2 3\n", "has 2 rows for the 9 points"),
    ],
)
def test_such_formats_cut_off_or_of_other_axes(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read_pattern(write(tmp_path, "a.dat", content))


def test_several_profiles_of_maud_and_groups_of_rigaku(tmp_path):
    loop = "loop_\n_pd_proc_2theta_corrected\n_pd_meas_intensity_total\n10 1\n11 2\n\n"
    text = f"_pd_block_id a|#0\n{loop}_pd_block_id a|#1\n_pd_meas_angle_eta 5.0\n{loop}"
    assert len(read_patterns(write(tmp_path, "a.esg", text))) == 2
    damaged = read_pattern(
        write(tmp_path, "b.esg", f"_pd_block_idx a\n_diffrn_radiation_wavelength 0.4\n{loop}")
    )
    assert "sample_name" not in damaged.metadata
    group = "*BEGIN\n*START = {}\n*STEP = 0.5\n*COUNT = 2\n4, 5\n*END\n"
    text = "*TYPE = Raw\n*TARGET = Cu\n" + group.format(10) + group.format(20)
    scans = read_patterns(write(tmp_path, "a.asc", text))
    assert [scan.two_theta.tolist() for scan in scans] == [[10, 10.5], [20, 20.5]]


@pytest.mark.parametrize("extra", [0, 560, 556])
@pytest.mark.parametrize("continuous", [False, True])
def test_philips_raw_scans(tmp_path, extra, continuous):
    counts = np.array([100, 400, 729, 64])
    header = bytearray(250 + extra)
    header[:4] = b"V5RD" if extra else b"V3RD"
    header[126] = continuous
    struct.pack_into("<3d", header, 94, ALPHA1, ALPHA2, 0.5)
    header[146:150] = b"clay"
    struct.pack_into("<3d", header, 214, 0.5, 30.0, 31.5 + 0.5 * continuous)
    content = bytes(header) + np.round(10 * np.sqrt(counts)).astype("<u2").tobytes()
    pattern = read_pattern(write(tmp_path, "a.rd", content))
    shift = 0.25 if continuous else 0
    np.testing.assert_allclose(pattern.two_theta, np.array([30, 30.5, 31, 31.5]) + shift)
    np.testing.assert_allclose(pattern.intensity, counts)
    assert pattern.wavelength == pytest.approx((2 * ALPHA1 + ALPHA2) / 3)
    assert (pattern.metadata["sample_name"], pattern.metadata["anode"]) == ("clay", "Cu")
    with pytest.raises(FormatError, match="states 4 counts; it is cut off"):
        read_pattern(write(tmp_path, "b.rd", content[:-1]))


GSAS = "{title:80}\r\nBANK 1 4 1 CONST 3000 10 0 0 {record:20}\r\n{rows:80}\r\n"


@pytest.mark.parametrize(
    ("record", "rows"),
    [
        ("STD", " 1   220 1   214 1   219 1   224"),
        ("ESD", "   220.0     3.0   214.0     3.0   219.0     3.0   224.0     3.0"),
    ],
)
@pytest.mark.parametrize("title", ["", "2024 11"])
def test_gsas_with_a_title_of_blanks_or_numbers(tmp_path, title, record, rows):
    content = GSAS.format(title=title, record=record, rows=rows)
    pattern = read_pattern(write(tmp_path, "a.gsa", content))
    np.testing.assert_allclose(pattern.two_theta, [30, 30.1, 30.2, 30.3])
    np.testing.assert_allclose(pattern.intensity, [220, 214, 219, 224])


PDCIF = (
    "data_a\n_diffrn_radiation_probe {probe}\nloop_\n_pd_meas_2theta_scan\n{tag}\n"
    "10 4\n10.1 5\n10.2 6\n"
)


def test_powder_cif_probe_blocks_and_calculated_patterns(tmp_path):
    measured = PDCIF.format(probe="neutron", tag="_pd_meas_counts_total")
    assert read_pattern(write(tmp_path, "a.cif", measured)).metadata["radiation"] == "neutron"
    x_rays = PDCIF.format(probe="x-ray", tag="_pd_meas_counts_total")
    assert "radiation" not in read_pattern(write(tmp_path, "a.cif", x_rays)).metadata
    calculated = PDCIF.format(probe="x-ray", tag="_pd_calc_intensity_total")
    with pytest.raises(FormatError, match="holds calculated intensities only"):
        read_pattern(write(tmp_path, "a.cif", calculated))
    broken = measured.replace("data_a", "data_b").replace("_2theta_scan", "_time_of_flight")
    with pytest.warns(SkippedFileWarning, match="pattern 2 block 'b' has intensities over"):
        (pattern,) = read_patterns(write(tmp_path, "a.cif", measured + broken))
    assert pattern.two_theta.tolist() == [10, 10.1, 10.2]


@pytest.mark.parametrize("turned", [False, True])
def test_points_on_the_other_side_of_the_beam(tmp_path, turned):
    rows = [f"{angle / 10:.1f} {50 + angle} 3\n" for angle in range(-20, 200)]
    text = "".join(rows[::-1] if turned else rows)
    pattern = read_pattern(write(tmp_path, "a.xye", text))
    assert pattern.two_theta[0] == 0
    assert pattern.intensity[0] == 50
    assert pattern.metadata["sigma"].size == pattern.two_theta.size == 200
    assert pattern.metadata["points_below_zero"] == 20
    counts = "10 20 30 40 50 60 70 80 90 95\n"
    pattern = read_pattern(write(tmp_path, "a.dat", "-1.0 1.0 8.0 title\n" + counts))
    assert pattern.two_theta.tolist() == list(range(9))
    with pytest.raises(FormatError, match="angles from -3 to 3, not from 0 to 180 degrees"):
        read_pattern(write(tmp_path, "b.xy", "".join(f"{i / 10} 5\n" for i in range(-30, 31))))
