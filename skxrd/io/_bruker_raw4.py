"""RAW files of version 4, of Bruker's DIFFRAC.SUITE."""

import struct
from functools import partial

from skxrd._files import FormatError
from skxrd.io._axis_angles import moves_two_theta
from skxrd.io._build_pattern import (
    even_angles,
    line_of,
    line_wavelength,
    make_pattern,
    single_precision,
    text_field,
)
from skxrd.io._skipped_parts import read_each

_PREAMBLE, _RANGE = 61, 160  # bytes; bytes, and kind of a range
_SOURCE, _DRIVE = 30, 50  # kinds of records
_MOVING = 2  # flag of the drive that the scan moved


def is_raw_4(content):
    """Whether content is a RAW file of version 4."""
    return content.startswith(b"RAW4.00")


def read_raw_4(path, content, wavelength):
    """Read all ranges: a chain of records, each with its kind and length.

    A record of kind 0 or 160 is a range: a header, records of its drives, and data records of a
    stated size whose first four bytes are the intensity.
    """
    ranges, lines, position = [], (None, None, None), _PREAMBLE
    while position + 8 <= len(content):
        kind, length = struct.unpack_from("<II", content, position)
        if kind in (0, _RANGE):
            start, end = _range_places(path, content, position)
            ranges.append(partial(_range, path, content, position, start, lines, wavelength))
            position = end
            continue
        if length < 8 or position + length > len(content):
            raise FormatError(path, f"has a record of {length} bytes at {position}; it is cut off.")
        if kind == _SOURCE and length >= 104:
            found = struct.unpack_from("<3d", content, position + 80)
            lines = found if 0.1 < found[0] < 10 else lines
        position += length
    if not ranges:
        raise FormatError(path, "holds no range of data.")
    return read_each(path, ranges, "range")


def _range_places(path, content, position):
    """Where the data records of a range begin and end."""
    if position + _RANGE > len(content):
        raise FormatError(path, "ends within the header of a range; it is cut off.")
    (n_points,) = struct.unpack_from("<I", content, position + 88)
    size, extra = struct.unpack_from("<II", content, position + 136)
    start = position + _RANGE + extra
    if (size < 4 and n_points) or start + size * n_points > len(content):
        raise FormatError(path, f"states {n_points} points of {size} bytes; it is cut off.")
    return start, start + size * n_points


def _range(path, content, position, start, lines, wavelength):
    scan = text_field(content[position + 32 : position + 56]).strip()
    first, step = struct.unpack_from("<dd", content, position + 72)
    (n_points,) = struct.unpack_from("<I", content, position + 88)
    (used,) = struct.unpack_from("<d", content, position + 112)
    (size,) = struct.unpack_from("<I", content, position + 136)
    moving = moves_two_theta(scan)
    drive = _moved_drive(content, position + _RANGE, start)
    if moving is None and drive:
        moving = moves_two_theta(drive)
    if moving is False or (moving is None and scan):
        raise FormatError(path, f"is a scan of the kind {scan[:30]!r}, not along 2 theta.")
    alpha1, alpha2, beta = lines
    return make_pattern(
        path,
        even_angles(path, first, step, n_points),
        single_precision(content, n_points, start, size),
        stated=line_wavelength(line_of(used, *lines), alpha1, alpha2, beta=beta),
        wavelength=wavelength,
        intensity_unit="counts",
        scan_type=scan,
        format="raw4",
    )


def _moved_drive(content, position, end):
    """Name of the drive that a scan moved, from the records after the header of its range."""
    while position + 36 <= end:
        kind, length, flag = struct.unpack_from("<III", content, position)
        if kind == _DRIVE and flag == _MOVING:
            return text_field(content[position + 12 : position + 36])
        if length < 8:
            return ""
        position += length
    return ""
