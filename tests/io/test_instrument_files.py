"""Instrument formats: small files made here, and the samples where they are."""

import bz2
import gzip
import io
import struct
import xml.etree.ElementTree as ElementTree
import zipfile

import numpy as np
import pytest

from skxrd import FormatError
from skxrd._grid import WAVELENGTHS
from skxrd.io import read_pattern, read_patterns
from skxrd.io._safe_content import LARGEST

XRDML = """<?xml version="1.0"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/2.1"><sample><name>quartz</name></sample>
<xrdMeasurement measurementType="{kind}"><usedWavelength intended="{intended}">
<kAlpha1>1.5405980</kAlpha1><kAlpha2>1.5444260</kAlpha2>
<ratioKAlpha2KAlpha1>0.5</ratioKAlpha2KAlpha1></usedWavelength>
{scans}</xrdMeasurement></xrdMeasurements>"""
SCAN = """<scan scanAxis="Gonio"><dataPoints><positions axis="2Theta">
<startPosition>10</startPosition><endPosition>11</endPosition></positions>
<commonCountingTime>2.5</commonCountingTime>{data}</dataPoints></scan>"""
INTENSITIES = '<intensities unit="counts">5 7 9</intensities>'
RAS = """*RAS_DATA_START
*RAS_HEADER_START
*FILE_SAMPLE "film 7"
*HW_XG_TARGET_NAME "Cu"
*MEAS_COND_XG_WAVE_TYPE "Ka1"
*HW_XG_WAVE_LENGTH_ALPHA1 "1.540593"
*HW_XG_WAVE_LENGTH_ALPHA2 "1.544414"
*MEAS_SCAN_AXIS_X_INTERNAL "{axis}"
*MEAS_SCAN_UNIT_Y "cps"
*RAS_HEADER_END
*RAS_INT_START
10.00 40.0 1.0
10.02 4.0 10.0
*RAS_INT_END
*RAS_DATA_END
"""
UXD = """_FILEVERSION=2
_SAMPLE='BT'
_WL1=1.5406
_WL2=1.54439
_WLRATIO=0.5
_ANODE='Cu'
; (Data for Range number 1)
_DRIVE='{drive}'
_STEPTIME=0.5
_STEPSIZE=0.02
_START=3.0
_2THETA=3.0
_COUNTS
    187    183
    190
; (Data for Range number 2)
_DRIVE='COUPLED'
_STEPSIZE=0.02
_START=5.0
_2THETACPS
5.00 1.5
5.02 2.5
"""


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def xrdml(scans=None, kind="Scan", intended="K-Alpha"):
    return XRDML.format(kind=kind, intended=intended, scans=scans or SCAN.format(data=INTENSITIES))


def raw(counts, *, n_ranges=1, kind=0):
    """A RAW1.01 file from its description."""
    header = bytearray(712)
    header[:7] = b"RAW1.01"
    struct.pack_into("<i", header, 12, n_ranges)
    header[326:331] = b"glass"
    header[608:610] = b"Cu"
    struct.pack_into("<4d", header, 624, 1.5406, 1.54439, 1.39222, 0.5)
    part = bytearray(304)
    struct.pack_into("<ii", part, 0, 304, len(counts))
    struct.pack_into("<d", part, 16, 20.0)
    struct.pack_into("<d", part, 176, 0.05)
    struct.pack_into("<f", part, 192, 3.0)
    struct.pack_into("<i", part, 196, kind)
    struct.pack_into("<i", part, 256, 8)
    return bytes(header + part + bytearray(8)) + np.asarray(counts, "<f4").tobytes()


def test_xrdml(tmp_path):
    pattern = read_pattern(write(tmp_path, "a.xrdml", xrdml()))
    np.testing.assert_allclose(pattern.two_theta, [10, 10.5, 11])
    np.testing.assert_allclose(pattern.intensity, [5, 7, 9])
    assert pattern.wavelength == pytest.approx((2 * 1.540598 + 1.544426) / 3)
    assert (pattern.name, pattern.metadata["sample_name"]) == ("a", "quartz")
    assert pattern.metadata["counting_time"] == 2.5
    assert pattern.metadata["intensity_unit"] == "counts"
    single = read_pattern(write(tmp_path, "b.xrdml", xrdml(intended="K-Alpha 1")))
    assert single.wavelength == pytest.approx(1.540598)
    counts = "<counts>5 7 9</counts><beamAttenuationFactors>1 10 1</beamAttenuationFactors>"
    damped = read_pattern(write(tmp_path, "c.xrdml", xrdml(SCAN.format(data=counts))))
    np.testing.assert_allclose(damped.intensity, [5, 70, 9])


def test_several_scans_are_several_patterns(tmp_path):
    path = write(tmp_path, "two.xrdml", xrdml(2 * SCAN.format(data=INTENSITIES)))
    with pytest.raises(FormatError, match="holds 2 scans; read_patterns gives all"):
        read_pattern(path)
    assert len(read_patterns(path)) == 2
    (tmp_path / "quartz").mkdir()
    path.rename(tmp_path / "quartz" / path.name)
    assert read_patterns(tmp_path, labels="folder")[1].tolist() == ["quartz", "quartz"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            xrdml(2 * SCAN.format(data=INTENSITIES), kind="Area measurement"),
            "area measurement of 2",
        ),
        (xrdml(SCAN.format(data="")), "has a scan without intensities"),
        (xrdml(SCAN.format(data="<counts>5 x 9</counts>")), "something other than numbers among"),
        (xrdml().replace("<endPosition>11</endPosition>", ""), "2 theta is fixed"),
        (xrdml()[:-40], "is not well-formed XML"),
        ("<!DOCTYPE a>" + xrdml(), "declares a document type or entities"),
        (RAS.format(axis="Omega"), "is a scan along Omega, in which 2 theta is fixed"),
        (
            RAS.format(axis="TwoTheta").replace("*RAS_INT_END", "*X"),
            "ends within a scan|other than",
        ),
        (
            UXD.format(drive="OMEGA").partition("; (Data for Range number 2")[0],
            "a scan along omega",
        ),
        (raw([1, 2, 3])[:-4], "states 3 counts in range 1; it is cut off"),
        (raw([1, 2, 3], n_ranges=2_000_000_000), "states 2000000000 ranges; it is too short"),
        (raw([1, 2, 3], kind=3), "is a rocking curve, in which 2 theta is fixed"),
        (b"RAW4.00" + bytes(100), "ends within the header of a range"),
        (b"RAW_1.05Powdat\0", "a STOE RAW file of another kind or version, which is not read"),
        (b"RAW_1.06Powdat" + bytes(100), "has 114 bytes; it is cut off"),
        (b"\x89HDF\r\n\x1a\n" + bytes(50), "is a damaged HDF5 file"),
    ],
)
def test_what_is_broken_or_no_powder_scan_is_refused_with_its_reason(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read_pattern(write(tmp_path, "broken", content))


def test_ras(tmp_path):
    pattern = read_pattern(write(tmp_path, "a.ras", RAS.format(axis="TwoThetaTheta")))
    np.testing.assert_allclose(pattern.intensity, [40, 40])  # the attenuator's factor is applied
    assert (pattern.metadata["sample_name"], pattern.wavelength) == ("film 7", 1.540593)
    assert pattern.metadata["intensity_unit"] == "counts per second"


def test_uxd_with_and_without_angles(tmp_path):
    first, second = read_patterns(write(tmp_path, "a.uxd", UXD.format(drive="COUPLED")))
    np.testing.assert_allclose(first.two_theta, [3, 3.02, 3.04])
    np.testing.assert_allclose(first.intensity, [187, 183, 190])
    np.testing.assert_allclose(second.two_theta, [5, 5.02])
    assert [p.metadata["intensity_unit"] for p in (first, second)] == [
        "counts",
        "counts per second",
    ]
    assert [p.name for p in (first, second)] == ["a, scan 1", "a, scan 2"]
    assert [p.metadata["scan"] for p in (first, second)] == [1, 2]
    assert first.metadata["sample_name"] == "BT"


def test_raw(tmp_path):
    pattern = read_pattern(write(tmp_path, "a.raw", raw([4, 5, 6])))
    np.testing.assert_allclose(pattern.two_theta, [20, 20.05, 20.1])
    np.testing.assert_allclose(pattern.intensity, [4, 5, 6])
    assert (pattern.metadata["sample_name"], pattern.metadata["anode"]) == ("glass", "Cu")
    assert pattern.wavelength == pytest.approx((1.5406 + 0.5 * 1.54439) / 1.5)


def test_a_stated_wavelength_is_kept_and_the_one_passed_fills_gaps(tmp_path):
    path = write(tmp_path, "a.ras", RAS.format(axis="TwoTheta"))
    other = write(tmp_path, "b.xy", b"10 1\n11 2\n")
    patterns = read_patterns([path, other], wavelength="MoKa")
    assert [p.wavelength for p in patterns] == [1.540593, WAVELENGTHS["MoKa"]]
    with pytest.raises(ValueError, match="wavelength 'MoKq' is not known"):
        read_pattern(path, wavelength="MoKq")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_files(tmp_path, pack):
    pattern = read_pattern(write(tmp_path, "a.xrdml.gz", pack(xrdml().encode())))
    assert (pattern.name, pattern.metadata["sample_name"]) == ("a", "quartz")
    with pytest.raises(FormatError, match="damaged and cannot be unpacked"):
        read_pattern(write(tmp_path, "b", pack(xrdml().encode())[:-12]))


def test_files_in_a_zip_archive(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("films/a.xrdml", xrdml())
        archive.writestr("films/b.xy", "10 1\n11 2\n")
        archive.writestr("films/notes.md", "nothing")
    path = write(tmp_path, "films.zip", packed.getvalue())
    done = []
    patterns = read_patterns(path, progress=lambda *counts: done.append(counts))
    assert [p.name for p in patterns] == ["a", "b"] and done == [(1, 1)]
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("more.zip", packed.getvalue())
    with pytest.raises(FormatError, match="is an archive within an archive"):
        read_patterns(write(tmp_path, "nested.zip", packed.getvalue()))
    with pytest.raises(FormatError, match="is a damaged zip archive"):
        read_patterns(write(tmp_path, "cut.zip", packed.getvalue()[:90]))


def test_bombs_are_refused(tmp_path):
    bomb = gzip.compress(bytes(LARGEST + 10))
    with pytest.raises(FormatError, match="unpacks to more than 20 MB"):
        read_pattern(write(tmp_path, "bomb.gz", bomb))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Data0/Profile0.txt", bytes(LARGEST + 10))
    with pytest.raises(FormatError, match="unpacks to more than 20 MB"):
        read_pattern(write(tmp_path, "bomb.rasx", packed.getvalue()))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<xrdMeasurements>" + b"<a/>" * 4_000_000 + b"</xrdMeasurements>", "500000 elements"),
        (b"0" * 15_000_000, "is text of 15 MB"),
        (b" " * 9_000_000, "has a line of more than 100000 characters"),
        (b"10 1 " * 30 + b"\n" + b"11 2 " * 30, "has 60 columns of numbers"),
    ],
)
def test_what_would_take_seconds_or_gigabytes_is_refused_at_once(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read_pattern(write(tmp_path, "large", gzip.compress(content)))


def test_powder_cif_is_found_in_folders_and_crystals_are_skipped(tmp_path):
    write(tmp_path, "a.cif", PDCIF)
    crystal = write(tmp_path, "b.cif", "data_x\n_cell_length_a 4\n")
    assert [pattern.name for pattern in read_patterns(tmp_path)] == ["a"]
    with pytest.raises(FormatError, match="is a CIF file of crystals without a pattern"):
        read_pattern(crystal)


def test_times_of_flight_are_no_angles(tmp_path):
    with pytest.raises(FormatError, match="runs to 9001; angles in degrees end below 180"):
        read_pattern(write(tmp_path, "tof.xye", "9000 1 1\n9000.5 2 1\n9001 3 1\n"))


UDF = """SampleIdent,clay ,/
Anode,Cu,/
LabdaAlpha1, 1.54056,/
DataAngleRange,   5.0000, 5.0600,/
ScanStepSize,     0.020,/
RawScan
    8000,    7000
    60, 5/
"""
CPI = (
    "SIETRONICS XRD SCAN\n3.01\n3.05\n0.02\nCu\n1,5406\n1/1/2012\n2,0\nclay\nSCANDATA\n6.5\n5\n4\n"
)
GSAS = "PbSO4\nBANK 1 4 1 CONST 1000 5 0 0 {record}\n{rows}\n"
PDCIF = """data_quartz
_diffrn_radiation_wavelength 1.5406
_pd_meas_2theta_range_min 10
_pd_meas_2theta_range_max 10.4
_pd_meas_2theta_range_inc 0.2
loop_
_pd_meas_intensity_total
5(2)
7(3)
9(3)
"""


@pytest.mark.parametrize(
    ("content", "angles", "counts", "wavelength"),
    [
        (UDF, [5, 5.02, 5.04, 5.06], [8000, 7000, 60, 5], 1.54056),
        (CPI, [3.01, 3.03, 3.05], [6.5, 5, 4], 1.5406),
        (
            GSAS.format(record="STD", rows=" 1   220 1   214 1   219 1   224"),
            [10, 10.05, 10.1, 10.15],
            [220, 214, 219, 224],
            None,
        ),
        (
            GSAS.format(
                record="ESD",
                rows="   220.0     3.0   214.0     3.0   219.0     3.0\n   224.0     3.0",
            ),
            [10, 10.05, 10.1, 10.15],
            [220, 214, 219, 224],
            None,
        ),
        (
            GSAS.format(record="FXYE", rows="1000 5 1\n1002 6 1\n1005 7 1\n1007 8 1"),
            [10, 10.02, 10.05, 10.07],
            [5, 6, 7, 8],
            None,
        ),
        (PDCIF, [10, 10.2, 10.4], [5, 7, 9], 1.5406),
        (PDCIF.replace("_pd_meas_2", "_pd_meas.2"), [10, 10.2, 10.4], [5, 7, 9], 1.5406),
    ],
)
def test_text_formats(tmp_path, content, angles, counts, wavelength):
    pattern = read_pattern(write(tmp_path, "a", content))
    np.testing.assert_allclose(pattern.two_theta, angles)
    np.testing.assert_allclose(pattern.intensity, counts)
    assert pattern.wavelength == wavelength


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (UDF.replace("ScanStepSize", "Step"), "does not state its first angle and its step"),
        (CPI[:30], "header of fewer than six lines"),
        (GSAS.format(record="STD", rows=" 1   220"), "has 1 of 4 counts; it is cut off"),
        (
            GSAS.replace("CONST", "RALF").format(record="FXYE", rows="1 2 3"),
            "not a scan in deg",
        ),
        (PDCIF.replace("9(3)\n", ""), "which its 2 intensities do not fit"),
        (PDCIF.replace("2theta", "time"), "something other than 2 theta"),
        (PDCIF.replace("intensity_total", "point"), "without intensities over 2 theta"),
    ],
)
def test_broken_text_formats(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read_pattern(write(tmp_path, "a", content))


def test_old_raw_files(tmp_path):
    first = bytearray(156) + np.array([3, 4, 5], "<f4").tobytes()
    first[:4] = b"RAW "
    struct.pack_into("<iff", first, 4, 3, 4.0, 0.04)
    struct.pack_into("<f", first, 24, 5.0)
    struct.pack_into("<ff", first, 72, 1.5406, 1.5445)
    second = bytearray(256 + 60) + np.array([3, 4, 5], "<f4").tobytes()
    second[:4] = b"RAW2"
    struct.pack_into("<H", second, 4, 1)
    struct.pack_into("<ff", second, 190, 1.5406, 1.5445)
    struct.pack_into("<HH", second, 256, 60, 3)
    struct.pack_into("<3f", second, 264, 4.0, 0.04, 5.0)
    for content in (first, second):
        pattern = read_pattern(write(tmp_path, "a.raw", bytes(content)))
        np.testing.assert_allclose(pattern.two_theta, [5, 5.04, 5.08], rtol=1e-12)
        np.testing.assert_allclose(pattern.intensity, [3, 4, 5])
        assert pattern.wavelength == pytest.approx((2 * 1.5406 + 1.5445) / 3)
        with pytest.raises(FormatError, match="it is cut off"):
            read_pattern(write(tmp_path, "b.raw", bytes(content[:-4])))


def raw4(counts, scan=b"Locked Coupled", size=8):
    content = bytearray(61)
    content[:7] = b"RAW4.00"
    source = bytearray(120)
    struct.pack_into("<II", source, 0, 30, 120)
    struct.pack_into("<dd", source, 80, 1.5406, 1.54439)
    header = bytearray(160)
    header[32 : 32 + len(scan)] = scan
    struct.pack_into("<dd", header, 72, 10.0, 0.02)
    struct.pack_into("<I", header, 88, len(counts))
    struct.pack_into("<II", header, 136, size, 64)
    data = b"".join(struct.pack("<f", count) + bytes(size - 4) for count in counts)
    return bytes(content + source + header + bytes(64)) + data


@pytest.mark.parametrize("size", [4, 8])
def test_raw_of_version_4(tmp_path, size):
    pattern = read_pattern(write(tmp_path, "a.raw", raw4([3, 4, 5], size=size)))
    np.testing.assert_allclose(pattern.two_theta, [10, 10.02, 10.04])
    np.testing.assert_allclose(pattern.intensity, [3, 4, 5])
    assert pattern.wavelength == pytest.approx((2 * 1.5406 + 1.54439) / 3)
    with pytest.raises(FormatError, match="states 3 points of"):
        read_pattern(write(tmp_path, "b.raw", raw4([3, 4, 5], size=size)[:-1]))
    with pytest.raises(FormatError, match="is a scan of the kind 'Rocking Curve'"):
        read_pattern(write(tmp_path, "c.raw", raw4([3, 4, 5], b"Rocking Curve")))


def test_stoe(tmp_path):
    content = bytearray(4 * 512)
    content[:14] = b"RAW_1.06Powdat"
    struct.pack_into("<HH", content, 0x1DA, 1, 4)
    struct.pack_into("<H", content, 3 * 512 - 0x1DE, 3)
    struct.pack_into("<5f", content, 3 * 512 - 0x1D4, 10.0, 5.0, 10.03, 5.015, 0.015)
    struct.pack_into("<3i", content, 3 * 512, 7, 8, 9)
    pattern = read_pattern(write(tmp_path, "a.raw", bytes(content)), wavelength="MoKa1")
    np.testing.assert_allclose(pattern.two_theta, [10, 10.015, 10.03])
    np.testing.assert_allclose(pattern.intensity, [7, 8, 9])
    struct.pack_into("<H", content, 3 * 512 - 0x1DE, 30)
    with pytest.raises(FormatError, match="states 30 points from 10 to 10.03 degrees"):
        read_pattern(write(tmp_path, "b.raw", bytes(content)))


def test_a_workbook_has_a_pattern_in_each_column(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [["2theta", "cold", "hot"], [10, 1, 4], [10.1, 2, 5], [10.2, 3, 6]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    cold, hot = read_patterns(tmp_path / "a.xlsx")
    np.testing.assert_allclose(cold.two_theta, [10, 10.1, 10.2])
    np.testing.assert_allclose([cold.intensity, hot.intensity], [[1, 2, 3], [4, 5, 6]])
    assert [p.metadata["sample_name"] for p in (cold, hot)] == ["cold", "hot"]


def test_nexus(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.nxs", "w") as file:
        file["entry/experiment_result/two_theta"] = [10.0, 10.1, 10.2]
        file["entry/experiment_result/intensity"] = [1.0, 2.0, 3.0]
        file["entry/instrument/source/k_alpha_one"] = 1.5406
    pattern = read_pattern(tmp_path / "a.nxs")
    np.testing.assert_allclose(pattern.intensity, [1, 2, 3])
    assert pattern.wavelength == 1.5406


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_raw_equals_the_same_scan_as_text(number, measured):
    folder = measured("instrument_files/powdR_D5000/inst/extdata/D5000")
    binary = read_pattern(folder / f"RAW/D5000_{number}.RAW")
    text = read_pattern(folder / f"xy/D5000_{number}.xy")
    np.testing.assert_allclose(binary.two_theta, text.two_theta, atol=1e-4)
    np.testing.assert_allclose(binary.intensity, text.intensity, rtol=1e-6)


def test_raw_equals_the_same_scan_as_uxd(measured):
    folder = measured("instrument_files/xylib/samples")
    binary, text = read_pattern(folder / "BT86.raw"), read_pattern(folder / "BT86_.UXD")
    np.testing.assert_allclose(binary.two_theta, text.two_theta, atol=1e-3)
    np.testing.assert_array_equal(binary.intensity, text.intensity)
    assert binary.wavelength == pytest.approx(text.wavelength)


def test_xrdml_equals_an_independent_reading(measured):
    files = sorted(measured("dara_xrdml").rglob("*.xrdml"))
    assert files
    for path in files:
        pattern = read_patterns(path)[0]
        root = ElementTree.parse(path).getroot()
        space = root.tag.partition("}")[0] + "}"
        scan = next(root.iter(f"{space}scan"))
        texts = {element.tag.rpartition("}")[2]: element.text for element in scan.iter()}
        values = np.array((texts.get("intensities") or texts["counts"]).split(), float)
        np.testing.assert_array_equal(pattern.intensity, values)
        positions = next(p for p in scan.iter(f"{space}positions") if p.get("axis") == "2Theta")
        ends = [float(element.text) for element in positions]
        np.testing.assert_allclose(pattern.two_theta[[0, -1]], ends[:2])


@pytest.mark.slow
def test_no_sample_ends_in_another_error(measured):
    samples = measured("instrument_files")
    files = [path for path in samples.rglob("*") if path.is_file() and path.suffix != ".cif"]
    read = 0
    for path in files:
        try:
            read += len(read_patterns(path))
        except FormatError:
            continue  # refused with a reason
        except ValueError as error:
            assert "holds a pattern" in str(error)
    assert read > 40
