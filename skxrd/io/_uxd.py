"""UXD, the text format of Bruker and Siemens."""

import re
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import moves_two_theta
from skxrd.io._build_pattern import (
    common_rate,
    even_angles,
    line_of,
    line_wavelength,
    make_pattern,
    number,
    numbers,
)
from skxrd.io._skipped_parts import read_each

_ENTRY = re.compile(r"^_([\w+]+)\s*=\s*'?([^']*)'?\s*$")
_DATA = re.compile(r"^_(2THETA)?(COUNTS|CPS)(TIME)?\s*(?:=.*)?$")
_LIST = re.compile(r"^_(D-I|2THETA-I|ACTUAL_I100)\b")
_ROUNDING = 0.0065  # degrees; half of the last of two decimals, and a little drift of the step


def is_uxd(content):
    """Whether content is a UXD text."""
    return b"_FILEVERSION" in content[:2000] and b"_START" in content[:20_000]


def read_uxd(path, content, wavelength):
    """Read all ranges of a UXD text."""
    header, common, ranges, rows, kind = {}, None, [], [], None
    for line in [*content.decode("latin-1").splitlines(), "; (Data for Range"]:
        if kind is not None and (line.startswith(("_", ";"))):
            ranges.append(partial(_range, path, header, rows, kind, wavelength))
            header, rows, kind = dict(common or header), [], None
        if line.startswith("; (Data for Range") and common is None:
            common = dict(header)
        elif match := _DATA.match(line.strip()):
            kind = match.groups()
        elif match := _ENTRY.match(line.strip()):
            header[match[1]] = match[2]
        elif _LIST.match(line):
            raise FormatError(path, "is a list of lines, not a scan.")
        elif kind is not None:
            rows.append(line)
    if not ranges:
        raise FormatError(path, "holds no range of data.")
    return read_each(path, ranges, "range")


def _range(path, header, rows, kind, wavelength):
    drive = header.get("DRIVE", "COUPLED")
    if moves_two_theta(drive) is False:
        raise FormatError(path, f"is a scan along {drive.lower()}, in which 2 theta is fixed.")
    values = numbers(path, " ".join(rows).replace(",", " "), "rows")
    with_angles, unit, with_times = kind
    width = 1 + bool(with_angles) + bool(with_times)
    if values.size % width:
        raise FormatError(path, "ends within a row; it is cut off.")
    columns = values.reshape(-1, width)
    first = number(path, header.get("2THETA") or header.get("START"), "the first angle")
    step = number(path, header.get("STEPSIZE"), "the step")
    if with_angles:
        angles = columns[:, 0]
        if first is not None and step is not None:
            stated = first + step * np.arange(len(columns))
            if np.abs(stated - angles).max(initial=0.0) < _ROUNDING:
                angles = stated  # those in the rows are rounded
    else:
        angles = even_angles(path, first, step, len(columns))
    intensity, unit = columns[:, 1 if with_angles else 0], {"COUNTS": "counts"}.get(unit)
    if with_times and unit == "counts":
        intensity, unit = common_rate(intensity, columns[:, -1])
    lines = [number(path, header.get(f"WL{line}"), f"WL{line}") for line in (1, 2, 3)]
    ratio = number(path, header.get("WLRATIO"), "WLRATIO")
    used = number(path, header.get("RANGE_WL"), "RANGE_WL")
    return make_pattern(
        path,
        angles,
        intensity,
        stated=line_wavelength(line_of(used, *lines), *lines[:2], ratio, lines[2]),
        wavelength=wavelength,
        name=header.get("SAMPLE", ""),
        intensity_unit=unit or "counts per second",
        counting_time=number(path, header.get("STEPTIME"), "the counting time"),
        anode=header.get("ANODE"),
        scan_type=header.get("DRIVE"),
        format="uxd",
    )
