"""RAW files of STOE's WinXPOW, version 1.06."""

import struct

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import even_angles, make_pattern, text_field

_BLOCK = 512  # bytes


def is_stoe(content):
    """Whether content is a STOE RAW file of powder data."""
    return content.startswith(b"RAW_1.06Powdat")


def read_stoe(path, content, wavelength):
    """Read the range of a STOE RAW file; its wavelength is not read.

    The header counts blocks of 512 bytes: those of the file, and those of its last part, which
    holds the intensities as integers of four bytes, right after the block of the range.
    """
    if len(content) < 3 * _BLOCK:
        raise FormatError(path, f"has {len(content)} bytes; it is cut off.")
    n_data, n_all = struct.unpack_from("<HH", content, 0x1DA)
    start = (n_all - n_data) * _BLOCK
    if not (_BLOCK <= start <= len(content) and n_all * _BLOCK <= len(content)):
        raise FormatError(path, f"states {n_all} blocks of {_BLOCK} bytes; it is cut off.")
    (n_points,) = struct.unpack_from("<H", content, start - 0x1DE)
    first, _, last, _, step = struct.unpack_from("<5f", content, start - 0x1D4)
    if start + 4 * n_points > len(content):
        raise FormatError(path, f"states {n_points} points; it is cut off.")
    if not (np.isfinite([first, last, step]).all() and step * (last - first) > 0):
        raise FormatError(path, "does not state a range of 2 theta.")
    if abs(first + (n_points - 1) * step - last) > 1.5 * abs(step):
        raise FormatError(
            path,
            f"states {n_points} points from {first:g} to {last:g} degrees in steps of {step:g}, "
            "which do not fit.",
        )
    # single precision would make 0.015 degrees 0.0149999997
    first, step = float(f"{first:.6g}"), float(f"{step:.6g}")
    return [
        make_pattern(
            path,
            even_angles(path, first, step, n_points),
            np.frombuffer(content, "<i4", n_points, start),
            stated=None,
            wavelength=wavelength,
            name=text_field(content[0x20:0x70]),
            intensity_unit="counts",
            format="stoe",
        )
    ]
