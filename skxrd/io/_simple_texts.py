"""Short text formats: Philips UDF and Sietronics CPI."""

import numpy as np

from skxrd._errors import FormatError
from skxrd.io._scans import make_pattern, number, numbers


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
    if first is None or step is None or not step > 0:
        raise FormatError(path, "does not state its first angle and its step.")
    counts = numbers(path, tail.partition("/")[0].replace(",", " "), "counts")
    lines = [
        number(path, header.get(name), "the wavelength") for name in ("LabdaAlpha1", "LabdaAlpha2")
    ]
    alpha1, alpha2 = lines
    stated = None
    if alpha1 is not None:
        stated = alpha1 if alpha2 is None else (2 * alpha1 + alpha2) / 3
    return [
        make_pattern(
            path,
            first + step * np.arange(counts.size),
            counts,
            stated=stated,
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
    if first is None or step is None or not step > 0:
        raise FormatError(path, "does not state its first angle and its step.")
    counts = numbers(path, tail.replace(",", "."), "counts")
    return [
        make_pattern(
            path,
            first + step * np.arange(counts.size),
            counts,
            stated=number(path, lines[5], "the wavelength"),
            wavelength=wavelength,
            name=lines[8] if len(lines) > 8 else "",
            intensity_unit="counts",
            anode=lines[4].strip(),
            format="cpi",
        )
    ]
