"""Formats of Bruker and Siemens: UXD text, BRML archives, RAW of DIFFRAC plus (RAW1.01)."""

import re
import struct

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import (
    even_angles,
    make_pattern,
    mean_wavelength,
    number,
    numbers,
    single_precision,
    text_field,
)
from skxrd.io._safe_content import open_archive, parse_xml, read_member

_UXD_ENTRY = re.compile(r"^_(\w+)\s*=\s*'?([^']*)'?\s*$")
_UXD_DATA = re.compile(r"^_(2THETA)?(COUNTS|CPS)\s*$")
_FIXED_TWO_THETA = ("omega", "rocking", "phi", "khi", "theta")  # drives
_RAW_HEADER, _RANGE_HEADER = 712, 304  # bytes
_ROUNDING = 0.0065  # degrees; half of the last of two decimals, and a little drift of the step


def is_uxd(content):
    """Whether content is a UXD text."""
    return b"_FILEVERSION" in content[:2000] and b"_START" in content[:20_000]


def is_brml(content):
    """Whether content is a zip archive with raw data as Bruker names them."""
    return content.startswith(b"PK") and b"RawData0.xml" in content


def is_raw_1_01(content):
    """Whether content is a RAW file of DIFFRAC plus."""
    return content.startswith(b"RAW1.01")


def read_uxd(path, content, wavelength):
    """Read all ranges of a UXD text."""
    header, common, patterns, rows, kind = {}, None, [], [], None
    for line in [*content.decode("latin-1").splitlines(), "; (Data for Range"]:
        if kind is not None and (line.startswith(("_", ";"))):
            patterns.append(_uxd_range(path, header, rows, kind, wavelength))
            header, rows, kind = dict(common or header), [], None
        if line.startswith("; (Data for Range") and common is None:
            common = dict(header)
        elif match := _UXD_DATA.match(line.strip()):
            kind = match[1] is not None, match[2]
        elif match := _UXD_ENTRY.match(line.strip()):
            header[match[1]] = match[2]
        elif kind is not None:
            rows.append(line)
    if not patterns:
        raise FormatError(path, "holds no range of data.")
    return patterns


def _uxd_range(path, header, rows, kind, wavelength):
    drive = header.get("DRIVE", "COUPLED").lower()
    if drive in _FIXED_TWO_THETA:
        raise FormatError(path, f"is a scan along {drive}, in which 2 theta is fixed.")
    values = numbers(path, " ".join(rows), "rows")
    with_angles, unit = kind
    first = number(path, header.get("2THETA") or header.get("START"), "the first angle")
    step = number(path, header.get("STEPSIZE"), "the step")
    stated = None
    if first is not None and step is not None:
        stated = first + step * np.arange(values.size // 2 if with_angles else values.size)
    if with_angles:
        if values.size % 2:
            raise FormatError(path, "ends within a row; it is cut off.")
        angles, values = values[::2], values[1::2]
        if stated is not None and np.abs(stated - angles).max(initial=0.0) < _ROUNDING:
            angles = stated  # those in the rows are rounded
    elif stated is None:
        raise FormatError(path, "does not state its first angle and its step.")
    else:
        angles = stated
    first, second, ratio = (
        number(path, header.get(name), name) for name in ("WL1", "WL2", "WLRATIO")
    )
    return make_pattern(
        path,
        angles,
        values,
        stated=mean_wavelength("", first, second, ratio),
        wavelength=wavelength,
        name=header.get("SAMPLE", ""),
        intensity_unit="counts" if unit == "COUNTS" else "counts per second",
        counting_time=number(path, header.get("STEPTIME"), "the counting time"),
        anode=header.get("ANODE"),
        scan_type=header.get("DRIVE"),
        format="uxd",
    )


def read_brml(path, content, wavelength):
    """Read all scans of a BRML archive that are one-dimensional."""
    archive = open_archive(path, content)
    names = sorted(name for name in archive.namelist() if re.search(r"RawData\d+\.xml$", name))
    return [
        pattern
        for name in names
        for pattern in _brml_scans(path, read_member(path, archive, name), wavelength)
    ]


def _brml_scans(path, content, wavelength):
    root = parse_xml(path, content)
    stated = {
        name: number(path, element.get("Value"), "the wavelength")
        for name in ("WaveLengthAlpha1", "WaveLengthAlpha2")
        for element in root.iter(name)
    }
    for route in root.iter("DataRoute"):
        axes = [axis.get("AxisId", "") for axis in route.iter("ScanAxisInfo")]
        if "TwoTheta" not in axes:
            raise FormatError(path, f"is a scan along {', '.join(axes)}, without 2 theta.")
        rows = [datum.text or "" for datum in route.iter("Datum")]
        if not rows:
            raise FormatError(path, "keeps its counts outside the XML text; that is not read.")
        columns = numbers(path, " ".join(rows).replace(",", " "), "data")
        width = rows[0].count(",") + 1
        if columns.size != width * len(rows) or width < 3 + len(axes):
            raise FormatError(path, "has data rows of different lengths.")
        columns = columns.reshape(len(rows), width)
        two_theta = columns[:, 2 + axes.index("TwoTheta")]  # after counting time and a flag
        scan = route.find(".//ScanInformation")
        yield make_pattern(
            path,
            two_theta,
            columns[:, -1],
            stated=mean_wavelength(
                "", stated.get("WaveLengthAlpha1"), stated.get("WaveLengthAlpha2")
            ),
            wavelength=wavelength,
            intensity_unit="counts",
            counting_time=number(path, route.findtext(".//TimePerStep"), "the counting time"),
            scan_type=None if scan is None else scan.get("VisibleName", "").strip(),
            format="brml",
        )


def read_raw_1_01(path, content, wavelength):
    """Read all ranges of a RAW file of DIFFRAC plus.

    A header of 712 bytes is followed by the ranges, each a header of 304 bytes, one of stated
    length, and the counts as single-precision numbers.
    """
    if len(content) < _RAW_HEADER:
        raise FormatError(path, f"has {len(content)} bytes; its header alone has {_RAW_HEADER}.")
    (n_ranges,) = struct.unpack_from("<i", content, 12)
    if not 1 <= n_ranges <= len(content) // _RANGE_HEADER:
        raise FormatError(path, f"states {n_ranges} ranges; it is too short for them.")
    sample, anode = text_field(content[326:386]), text_field(content[608:612]).strip()
    alpha1, alpha2, _, ratio = struct.unpack_from("<4d", content, 624)
    stated = mean_wavelength("", alpha1, alpha2, ratio) if alpha1 > 0 else None
    patterns, position = [], _RAW_HEADER
    for place in range(1, n_ranges + 1):
        if position + _RANGE_HEADER > len(content):
            raise FormatError(path, f"ends before range {place} of {n_ranges}.")
        length, n_points = struct.unpack_from("<ii", content, position)
        (first,) = struct.unpack_from("<d", content, position + 16)
        (step,) = struct.unpack_from("<d", content, position + 176)
        (seconds,) = struct.unpack_from("<f", content, position + 192)
        (kind,) = struct.unpack_from("<i", content, position + 196)
        (extra,) = struct.unpack_from("<i", content, position + 256)
        start = position + length + extra
        if (
            length != _RANGE_HEADER
            or extra < 0
            or n_points < 0
            or start + 4 * n_points > len(content)
        ):
            raise FormatError(path, f"states {n_points} counts in range {place}; it is cut off.")
        if kind not in (0, 1):
            raise FormatError(path, f"is a scan of type {kind}, in which 2 theta is fixed.")
        patterns.append(
            make_pattern(
                path,
                even_angles(path, first, step, n_points),
                single_precision(content, n_points, start),
                stated=stated,
                wavelength=wavelength,
                name=sample,
                intensity_unit="counts",
                counting_time=float(seconds),
                anode=anode,
                format="raw",
            )
        )
        position = start + 4 * n_points
    return patterns
