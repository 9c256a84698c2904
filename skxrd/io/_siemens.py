"""RAW files of Siemens' DIFFRAC AT, versions 1 and 2."""

import struct
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import (
    even_angles,
    line_wavelength,
    make_pattern,
    single_precision,
    text_field,
)
from skxrd.io._skipped_parts import read_each

_HEADER_1, _HEADER_2 = 156, 256  # bytes


def is_raw_1(content):
    """Whether content is a RAW file of version 1."""
    return content.startswith(b"RAW ")


def is_raw_2(content):
    """Whether content is a RAW file of version 2."""
    return content.startswith(b"RAW2")


def read_raw_1(path, content, wavelength):
    """Read all ranges of version 1: each a header, with or without ``RAW``, and the counts."""
    ranges, start = [], 0
    while True:
        if start > 0 and not content.startswith(b"RAW ", start):
            start -= 4  # early programs wrote the mark once
        if start + _HEADER_1 > len(content):
            raise FormatError(
                path, f"ends within the header of range {len(ranges) + 1}; it is cut off."
            )
        steps, seconds, step = struct.unpack_from("<iff", content, start + 4)
        (first,) = struct.unpack_from("<f", content, start + 24)
        (another,) = struct.unpack_from("<I", content, start + 152)
        end = start + _HEADER_1 + 4 * steps
        if steps < 0 or end > len(content):
            raise FormatError(path, f"states {steps} counts; it is cut off.")
        scan, lines = (steps, first, step, seconds), struct.unpack_from("<ff", content, start + 72)
        name = content[start + 40 : start + 72]
        place = start + _HEADER_1
        ranges.append(partial(_pattern, path, content, place, scan, lines, name, wavelength))
        if not another or end == len(content):
            break
        start = end
    if end < len(content):
        raise FormatError(path, f"has {len(content) - end} bytes after its last range.")
    return read_each(path, ranges, "range")


def read_raw_2(path, content, wavelength):
    """Read all ranges of version 2: 256 bytes, then for each its header (length stated), counts."""
    if len(content) < _HEADER_2:
        raise FormatError(path, f"has {len(content)} bytes; its header alone has {_HEADER_2}.")
    (n_ranges,) = struct.unpack_from("<H", content, 4)
    lines = struct.unpack_from("<ff", content, 190)
    ranges, position = [], _HEADER_2
    for number in range(n_ranges):
        if position + 48 > len(content):
            raise FormatError(path, f"ends before range {number + 1} of {n_ranges}.")
        length, steps = struct.unpack_from("<HH", content, position)
        seconds, step, first = struct.unpack_from("<3f", content, position + 8)
        start = position + length
        if length < 48 or start + 4 * steps > len(content):
            raise FormatError(path, f"states {steps} counts in range {number + 1}; it is cut off.")
        scan, name = (steps, first, step, seconds), content[8:40]
        ranges.append(partial(_pattern, path, content, start, scan, lines, name, wavelength))
        position = start + 4 * steps
    if not ranges:
        raise FormatError(path, "holds no range of data.")
    return read_each(path, ranges, "range")


def _pattern(path, content, start, scan, lines, name, wavelength):
    n_points, first, step, seconds = scan
    # single precision would make 0.02 degrees 0.0199999996
    first, step = float(f"{first:.6g}"), float(f"{step:.6g}")
    alpha1, alpha2 = (float(f"{line:.6g}") if 0.1 < line < 10 else None for line in lines)
    return make_pattern(
        path,
        even_angles(path, first, step, n_points),
        single_precision(content, n_points, start),
        stated=line_wavelength("", alpha1, alpha2),
        wavelength=wavelength,
        name=text_field(name),
        intensity_unit="counts",
        counting_time=float(seconds) if np.isfinite(seconds) else None,
        format="raw",
    )
