"""RAS (text) and RASX (zip of text and XML), the formats of Rigaku's SmartLab."""

import re
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import moves_two_theta
from skxrd.io._build_pattern import line_wavelength, make_pattern, number, numbers
from skxrd.io._safe_content import open_archive, parse_xml, read_member
from skxrd.io._skipped_parts import read_each

_RASX_MEMBER = re.compile(rb"Data\d+/(Profile\d+\.txt|Image\d+|Mea?surementConditions\d+\.xml)")
_ENTRY = re.compile(r'^\*(\S+)\s+"(.*)"\s*$')


def is_ras(content):
    """Whether content is a RAS text."""
    return content.lstrip(b"\xef\xbb\xbf").startswith(b"*RAS_DATA_START")


def is_rasx(content):
    """Whether content is a zip archive with profiles or images as Rigaku names them."""
    return content.startswith(b"PK") and _RASX_MEMBER.search(content) is not None


def read_ras(path, content, wavelength):
    """Read all scans of a RAS text; the third column is the factor of the attenuator."""
    scans, header, rows = [], {}, None
    for line in content.decode("latin-1").splitlines():
        if line.startswith("*RAS_HEADER_START"):
            header = {}
        elif line.startswith("*RAS_INT_START"):
            rows = []
        elif line.startswith("*RAS_INT_END"):
            scans.append(partial(_pattern, path, rows or [], header, wavelength))
            rows = None
        elif rows is not None:
            rows.append(line)
        elif match := _ENTRY.match(line):
            header[match[1]] = match[2]
    if rows is not None:
        raise FormatError(path, "ends within a scan; it is cut off.")
    return _checked(path, scans)


def read_rasx(path, content, wavelength):
    """Read all scans of a RASX archive."""
    archive = open_archive(path, content)
    names = archive.namelist()
    scans = []
    for name in sorted(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)]):
        match = re.fullmatch(r"(.*)Profile(\d+)\.txt", name)
        if match is None:
            continue
        stem, place = match.groups()
        scans.append(partial(_member, path, archive, name, (stem, place), wavelength))
    if not scans:
        what = "detector images only" if any("Image" in name for name in names) else "no profile"
        raise FormatError(path, f"holds {what}, no scan over 2 theta.")
    return _checked(path, scans)


def _member(path, archive, name, place, wavelength):
    """Pattern of a profile and the conditions that go with it, which programs spell two ways."""
    lines = read_member(path, archive, name).decode("utf-8-sig", "replace").splitlines()
    header = {}
    for spelling in ("Mesurement", "Measurement"):
        conditions = f"{place[0]}{spelling}Conditions{place[1]}.xml"
        if conditions in archive.namelist():
            header = _conditions(path, read_member(path, archive, conditions))
    return _pattern(path, lines, header, wavelength)


def _checked(path, scans):
    if not scans:
        raise FormatError(path, "holds no scan.")
    patterns = read_each(path, scans)
    first = patterns[0]
    if len(patterns) > 2 and all(
        pattern.two_theta.size == first.two_theta.size
        and abs(pattern.two_theta[0] - first.two_theta[0]) < 1e-6
        and pattern.metadata.get("omega") != first.metadata.get("omega")
        for pattern in patterns[1:]
    ):
        raise FormatError(
            path, f"is a map of {len(patterns)} scans at different omega, not a powder scan."
        )
    return patterns


def _conditions(path, content):
    """Entries of the XML conditions under the names that RAS gives them."""
    root = parse_xml(path, content)
    header = {}
    for pair in root.iter("Pair"):
        words = [word.text or "" for word in pair]
        if len(words) == 2:
            header[words[0].lstrip("*")] = words[1]
    for name, tag in (
        ("HW_XG_TARGET_NAME", ".//TargetName"),
        ("MEAS_COND_XG_WAVE_TYPE", ".//WaveType"),
        ("HW_XG_WAVE_LENGTH_ALPHA1", ".//WavelengthKalpha1"),
        ("HW_XG_WAVE_LENGTH_ALPHA2", ".//WavelengthKalpha2"),
        ("HW_XG_WAVE_LENGTH_BETA", ".//WavelengthKbeta"),
        ("MEAS_SCAN_AXIS_X_INTERNAL", ".//ScanInformation/AxisName"),
        ("MEAS_SCAN_UNIT_Y", ".//ScanInformation/IntensityUnit"),
        ("FILE_SAMPLE", ".//GeneralInformation/SampleName"),
    ):
        text = root.findtext(tag)
        if text:
            header[name] = text
    for axis in root.iter("Axis"):
        if axis.get("Name") in ("Omega", "ThetaS"):
            header["omega"] = axis.get("Position", "")
    return header


def _pattern(path, lines, header, wavelength):
    axis = header.get("MEAS_SCAN_AXIS_X_INTERNAL") or header.get("MEAS_SCAN_AXIS_X", "")
    if axis.isascii() and axis and not moves_two_theta(axis):
        raise FormatError(path, f"is a scan along {axis}, in which 2 theta is fixed.")
    columns = numbers(path, " ".join(lines), "rows")
    width = len(lines[0].split()) if lines else 0
    if width < 2 or columns.size % width:
        raise FormatError(path, "has rows of different lengths, or none.")
    columns = columns.reshape(-1, width)
    unit = header.get("MEAS_SCAN_UNIT_X", "") or "deg"
    if unit.lower() not in ("deg", "degree", "degrees"):
        raise FormatError(path, f"has angles in {unit!r}, not in degrees.")
    factor = columns[:, 2] if width > 2 else np.ones(len(columns))
    unit = header.get("MEAS_SCAN_UNIT_Y", "counts")
    alpha1, alpha2, beta = (
        number(path, header.get(f"HW_XG_WAVE_LENGTH_{line}"), "the wavelength")
        for line in ("ALPHA1", "ALPHA2", "BETA")
    )
    kind = header.get("MEAS_COND_XG_WAVE_TYPE", "")
    return make_pattern(
        path,
        columns[:, 0],
        columns[:, 1] * factor,
        stated=line_wavelength(kind, alpha1, alpha2, beta=beta),
        wavelength=wavelength,
        name=header.get("FILE_SAMPLE", ""),
        intensity_unit="counts per second" if unit.lower() == "cps" else "counts",
        anode=header.get("HW_XG_TARGET_NAME"),
        scan_type=axis,
        scan_speed=header.get("MEAS_SCAN_SPEED"),
        omega=header.get("omega"),
        format="ras",
    )
