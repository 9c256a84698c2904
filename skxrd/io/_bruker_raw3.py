"""RAW files of Bruker's DIFFRAC plus (RAW1.01, also called version 3)."""

import struct
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import (
    even_angles,
    line_of,
    line_wavelength,
    make_pattern,
    single_precision,
    text_field,
)
from skxrd.io._skipped_parts import read_each

_HEADER, _RANGE_HEADER = 712, 304  # bytes
_POWDER_SCANS = (0, 1, 2, 129, 130)  # coupled, uncoupled, detector scan, and two of line detectors
_OTHER_SCANS = {3: "a rocking curve", 4: "a chi scan", 5: "a phi scan", 6: "a scan along x"}
_OTHER_SCANS |= {7: "a scan along y", 8: "a scan along z", 9: "a scan of another drive"}
_ANGLE_VARIES = 1  # bit of the mask of what is kept with each intensity


def is_raw_1_01(content):
    """Whether content is a RAW file of DIFFRAC plus."""
    return content.startswith(b"RAW1.01")


def read_raw_1_01(path, content, wavelength):
    """Read all ranges of a RAW file of DIFFRAC plus.

    A header of 712 bytes is followed by the ranges, each a header of 304 bytes, one of stated
    length, and records of stated length that begin with the intensity in single precision.
    """
    if len(content) < _HEADER:
        raise FormatError(path, f"has {len(content)} bytes; its header alone has {_HEADER}.")
    (n_ranges,) = struct.unpack_from("<i", content, 12)
    if not 1 <= n_ranges <= len(content) // _RANGE_HEADER:
        raise FormatError(path, f"states {n_ranges} ranges; it is too short for them.")
    ranges, position = [], _HEADER
    for place in range(1, n_ranges + 1):
        if position + _RANGE_HEADER > len(content):
            raise FormatError(path, f"ends before range {place} of {n_ranges}.")
        length, n_points = struct.unpack_from("<ii", content, position)
        size, extra = struct.unpack_from("<ii", content, position + 252)
        size = size if size > 4 else 4
        start = position + length + extra
        if (
            length != _RANGE_HEADER
            or extra < 0
            or n_points < 0
            or start + size * n_points > len(content)
        ):
            raise FormatError(path, f"states {n_points} counts in range {place}; it is cut off.")
        ranges.append(partial(_range, path, content, position, start, size, wavelength))
        position = start + size * n_points
    return read_each(path, ranges, "range")


def _range(path, content, position, start, size, wavelength):
    (n_points,) = struct.unpack_from("<i", content, position + 4)
    (first,) = struct.unpack_from("<d", content, position + 16)
    (step,) = struct.unpack_from("<d", content, position + 176)
    (seconds,) = struct.unpack_from("<f", content, position + 192)
    (kind,) = struct.unpack_from("<i", content, position + 196)
    (used,) = struct.unpack_from("<d", content, position + 240)
    (varying,) = struct.unpack_from("<i", content, position + 248)
    if kind not in _POWDER_SCANS:
        what = _OTHER_SCANS.get(kind, f"a scan of type {kind}")
        raise FormatError(path, f"is {what}, in which 2 theta is fixed.")
    angles = even_angles(path, first, step, n_points)
    if varying & _ANGLE_VARIES and size >= 12:
        angles = np.ndarray((n_points,), "<f8", content, start + 4, (size,)).copy()
    alpha1, alpha2, beta, ratio = struct.unpack_from("<4d", content, 624)
    light = None
    if alpha1 > 0:
        light = line_wavelength(line_of(used, alpha1, alpha2, beta), alpha1, alpha2, ratio, beta)
    return make_pattern(
        path,
        angles,
        single_precision(content, n_points, start, size),
        stated=light,
        wavelength=wavelength,
        name=text_field(content[326:386]),
        intensity_unit="counts",
        counting_time=float(seconds),
        anode=text_field(content[608:612]).strip(),
        format="raw",
    )
