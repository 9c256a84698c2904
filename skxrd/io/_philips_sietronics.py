"""Formats of Philips (RD and SD, UDF) and Sietronics (CPI)."""

import re
import struct

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import (
    even_angles,
    line_wavelength,
    make_pattern,
    number,
    numbers,
    text_field,
)

_RD_HEADER, _SECOND_HEADER = 250, (560, 556)  # bytes; of version 5 the length varies


def is_rd(content):
    """Whether content is a raw scan of a Philips PC-APD, version 3 or 5."""
    return re.match(rb"V[35][RS]D", content) is not None


def read_rd(path, content, wavelength):
    """Read the scan of an RD or SD file: a header, then ten times the square root of each count.

    Points of a continuous scan lie in the middle of their steps.
    """
    if len(content) < _RD_HEADER:
        raise FormatError(path, f"has {len(content)} bytes; its header alone has {_RD_HEADER}.")
    alpha1, alpha2, ratio = struct.unpack_from("<3d", content, 94)
    step, first, last = struct.unpack_from("<3d", content, 214)
    if not (np.isfinite([step, first, last]).all() and 1e-5 < step < last - first < 360):
        raise FormatError(path, f"states angles from {first:g} to {last:g} in steps of {step:g}.")
    n_points = round((last - first) / step) + 1
    if content[126]:
        first, n_points = first + step / 2, n_points - 1
    start = _RD_HEADER
    if content.startswith(b"V5"):
        ends = [start + extra for extra in _SECOND_HEADER]
        start = next((end for end in ends if end + 2 * n_points == len(content)), ends[0])
    if start + 2 * n_points > len(content):
        raise FormatError(path, f"states {n_points} counts; it is cut off.")
    roots = np.frombuffer(content, "<u2", n_points, start).astype(np.float64)
    light = None
    if 0.1 < alpha1 < 10:
        second = alpha2 if 0.1 < alpha2 < 10 else None
        light = line_wavelength("", alpha1, second, ratio if 0 < ratio <= 1 else 0.5)
    return [
        make_pattern(
            path,
            even_angles(path, first, step, n_points),
            np.round(roots**2 / 100),
            stated=light,
            wavelength=wavelength,
            name=text_field(content[146:166]),
            intensity_unit="counts",
            anode={0: "Cu", 1: "Mo"}.get(content[85]),
            format="rd",
        )
    ]


def is_udf(content):
    """Whether content is a Philips UDF text."""
    return b"DataAngleRange" in content[:5000] and b"RawScan" in content


def is_cpi(content):
    """Whether content is a Sietronics CPI text."""
    return content.startswith(b"SIETRONICS")


def read_udf(path, content, wavelength):
    """Read a UDF text: entries that end in ``/``, then the counts."""
    head, _, tail = content.decode("latin-1").partition("RawScan")
    header = {}
    for entry in head.split("/"):
        key, _, value = entry.strip().partition(",")
        header[key.strip()] = value.strip().rstrip(",")
    first = number(path, header.get("DataAngleRange", "").partition(",")[0], "the first angle")
    step = number(path, header.get("ScanStepSize"), "the step")
    counts = numbers(path, tail.partition("/")[0].replace(",", " "), "counts")
    alpha1, alpha2 = (
        number(path, header.get(name), "the wavelength") for name in ("LabdaAlpha1", "LabdaAlpha2")
    )
    return [
        make_pattern(
            path,
            even_angles(path, first, step, counts.size),
            counts,
            stated=line_wavelength("", alpha1, alpha2),
            wavelength=wavelength,
            name=header.get("SampleIdent", ""),
            intensity_unit="counts",
            anode=header.get("Anode"),
            counting_time=number(path, header.get("ScanStepTime"), "the counting time"),
            format="udf",
        )
    ]


def read_cpi(path, content, wavelength):
    """Read a CPI text: first and last angle, step, anode, wavelength, then the counts."""
    head, _, tail = content.decode("latin-1").partition("SCANDATA")
    lines = head.splitlines()
    if len(lines) < 6:
        raise FormatError(path, "has a header of fewer than six lines; it is cut off.")
    first = number(path, lines[1], "the first angle")
    step = number(path, lines[3], "the step")
    counts = numbers(path, tail.replace(",", "."), "counts")
    return [
        make_pattern(
            path,
            even_angles(path, first, step, counts.size),
            counts,
            stated=number(path, lines[5], "the wavelength"),
            wavelength=wavelength,
            name=lines[8] if len(lines) > 8 else "",
            intensity_unit="counts",
            anode=lines[4].strip(),
            format="cpi",
        )
    ]
