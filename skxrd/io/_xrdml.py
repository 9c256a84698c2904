"""XRDML, the XML format of PANalytical and Malvern, versions 1.0 to 2.3."""

import re
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import common_rate, line_wavelength, make_pattern, number, numbers
from skxrd.io._safe_content import parse_xml
from skxrd.io._skipped_parts import read_each

_ROOT = re.compile(rb"<(?:[\w.-]+:)?xrdMeasurements[\s>/]")
# Lists and common values by which the counts of the detector are multiplied
_FACTORS = (
    ("beamAttenuationFactors", "commonBeamAttenuationFactor", "attenuation factors"),
    ("divergenceCorrections", "commonDivergenceCorrection", "divergence corrections"),
)


def is_xrdml(content):
    """Whether content is an XRDML document."""
    return content[:1000].lstrip().startswith(b"<") and _ROOT.search(content) is not None


def read_xrdml(path, content, wavelength):
    """Read all powder scans of an XRDML document.

    Raw counts are multiplied by the factors of the beam attenuator and of the divergence slit.
    Area measurements (reciprocal-space maps) and scans in which 2 theta is fixed are refused.
    """
    root = parse_xml(path, content)
    parts = []
    for measurement in root.iter("xrdMeasurement"):
        kind = measurement.get("measurementType", "")
        scans = measurement.findall("scan")
        if "area" in kind.lower() and len(scans) > 1:
            raise FormatError(
                path, f"is an area measurement of {len(scans)} scans (a map), not a powder scan."
            )
        parts += [partial(_pattern, path, root, measurement, scan, wavelength) for scan in scans]
    if not parts:
        raise FormatError(path, "holds no scan.")
    return read_each(path, parts)


def _pattern(path, root, measurement, scan, wavelength):
    points = scan.find("dataPoints")
    if points is None:
        raise FormatError(path, "has a scan without data points.")
    values = points.find("intensities")
    raw = values is None
    values = points.find("counts") if raw else values
    if values is None:
        raise FormatError(path, "has a scan without intensities.")
    intensity = numbers(path, values.text or "", "intensities")
    unit = values.get("unit", "counts")
    times = points.findtext("countingTimes")
    if raw:
        for listed, common, what in _FACTORS:
            intensity = intensity * _factors(path, points, listed, common, what, intensity.shape)
    if unit == "counts" and times:
        intensity, unit = common_rate(intensity, numbers(path, times, "counting times"))
    stated, anode = _wavelength(path, measurement)
    return make_pattern(
        path,
        _two_theta(path, points, intensity.size, scan.get("scanAxis", "")),
        intensity,
        stated=stated,
        wavelength=wavelength,
        name=root.findtext("sample/name") or root.findtext("sample/id") or "",
        intensity_unit="counts per second" if unit.startswith(("cps", "counts per")) else "counts",
        counting_time=number(path, points.findtext("commonCountingTime"), "the counting time"),
        anode=anode,
        scan_type=scan.get("scanAxis"),
        format="xrdml",
    )


def _factors(path, points, listed, common, what, shape):
    text = points.findtext(listed)
    if text is None:
        factor = number(path, points.findtext(common), f"the {what}")
        return 1.0 if factor is None else factor
    factors = numbers(path, text, what)
    if factors.shape != shape:
        raise FormatError(path, f"has {factors.size} {what} for {shape[0]} counts.")
    return factors


def _two_theta(path, points, n_points, axis):
    for positions in points.findall("positions"):
        if positions.get("axis", "").lower() != "2theta":
            continue
        unit = positions.get("unit", "deg").lower()
        if unit not in ("deg", "rad"):
            raise FormatError(path, f"has angles in {unit!r}, not in degrees.")
        listed = positions.findtext("listPositions")
        if listed:
            angles = numbers(path, listed, "angles")
        else:
            first = number(path, positions.findtext("startPosition"), "the first angle")
            last = number(path, positions.findtext("endPosition"), "the last angle")
            if first is None or last is None:
                raise FormatError(
                    path, f"is a scan along {axis or 'another axis'}: 2 theta is fixed."
                )
            angles = np.linspace(first, last, n_points)
        return np.degrees(angles) if unit == "rad" else angles
    raise FormatError(path, f"is a scan along {axis or 'another axis'} and has no 2 theta.")


def _wavelength(path, measurement):
    used = measurement.find("usedWavelength")
    anode = measurement.findtext(".//anodeMaterial")
    if used is None:
        return None, anode
    alpha1, alpha2, beta, ratio = (
        number(path, used.findtext(tag), f"the wavelength ({tag})")
        for tag in ("kAlpha1", "kAlpha2", "kBeta", "ratioKAlpha2KAlpha1")
    )
    return line_wavelength(used.get("intended", ""), alpha1, alpha2, ratio, beta), anode
