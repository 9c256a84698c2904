"""RAW files of version 4, of Bruker's DIFFRAC.SUITE."""

import struct

from skxrd._files import FormatError
from skxrd.io._build_pattern import (
    even_angles,
    make_pattern,
    mean_wavelength,
    single_precision,
    text_field,
)

_PREAMBLE, _RANGE, _SOURCE = 61, 160, 30  # bytes; bytes, and kind of a range; kind of a source
_MOVING = ("coupled", "2theta", "two theta", "detector scan")


def is_raw_4(content):
    """Whether content is a RAW file of version 4."""
    return content.startswith(b"RAW4.00")


def read_raw_4(path, content, wavelength):
    """Read all ranges: a chain of records, each with its kind and length.

    A record of kind 0 or 160 is a range: a header, records of its drives, and data records of a
    stated size whose first four bytes are the intensity.
    """
    patterns, stated, position = [], None, _PREAMBLE
    while position + 8 <= len(content):
        kind, length = struct.unpack_from("<II", content, position)
        if kind in (0, _RANGE):
            pattern, position = _range(path, content, position, stated, wavelength)
            patterns.append(pattern)
            continue
        if length < 8 or position + length > len(content):
            raise FormatError(path, f"has a record of {length} bytes at {position}; it is cut off.")
        if kind == _SOURCE and length >= 96:
            alpha1, alpha2 = struct.unpack_from("<dd", content, position + 80)
            stated = mean_wavelength("", alpha1, alpha2) if 0.1 < alpha1 < 10 else None
        position += length
    if not patterns:
        raise FormatError(path, "holds no range of data.")
    return patterns


def _range(path, content, position, stated, wavelength):
    if position + _RANGE > len(content):
        raise FormatError(path, "ends within the header of a range; it is cut off.")
    scan = text_field(content[position + 32 : position + 56]).strip()
    first, step = struct.unpack_from("<dd", content, position + 72)
    (n_points,) = struct.unpack_from("<I", content, position + 88)
    size, extra = struct.unpack_from("<II", content, position + 136)
    start = position + _RANGE + extra
    if size < 4 or start + size * n_points > len(content):
        raise FormatError(path, f"states {n_points} points of {size} bytes; it is cut off.")
    if scan and not any(word in scan.lower() for word in _MOVING):
        raise FormatError(path, f"is a scan of the kind {scan[:30]!r}, not along 2 theta.")
    pattern = make_pattern(
        path,
        even_angles(path, first, step, n_points),
        single_precision(content, n_points, start, size),
        stated=stated,
        wavelength=wavelength,
        intensity_unit="counts",
        scan_type=scan,
        format="raw4",
    )
    return pattern, start + size * n_points
