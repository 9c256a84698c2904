"""Text formats of Philips (UDF) and Sietronics (CPI)."""

from skxrd._files import FormatError
from skxrd.io._build_pattern import even_angles, make_pattern, mean_wavelength, number, numbers


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
            stated=mean_wavelength("", alpha1, alpha2),
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
