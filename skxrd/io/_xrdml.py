"""XRDML, the XML format of PANalytical and Malvern, versions 1.0 to 2.3."""

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import make_pattern, mean_wavelength, number, numbers
from skxrd.io._safe_content import parse_xml


def is_xrdml(content):
    """Whether content is an XRDML document."""
    return b"<xrdMeasurements" in content[:2000]


def read_xrdml(path, content, wavelength):
    """Read all powder scans of an XRDML document.

    Raw counts are multiplied by the factors of the beam attenuator.
    Area measurements (reciprocal-space maps) and scans in which 2 theta is fixed are refused.
    """
    root = parse_xml(path, content)
    patterns = []
    for measurement in root.iter("xrdMeasurement"):
        kind = measurement.get("measurementType", "")
        scans = measurement.findall("scan")
        if "area" in kind.lower() and len(scans) > 1:
            raise FormatError(
                path, f"is an area measurement of {len(scans)} scans (a map), not a powder scan."
            )
        for scan in scans:
            patterns.append(_pattern(path, root, measurement, scan, wavelength))
    if not patterns:
        raise FormatError(path, "holds no scan.")
    return patterns


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
    factors = points.find("beamAttenuationFactors")
    if raw and factors is not None:
        factors = numbers(path, factors.text or "", "attenuation factors")
        if factors.shape != intensity.shape:
            raise FormatError(
                path, f"has {factors.size} attenuation factors for {intensity.size} counts."
            )
        intensity = intensity * factors
    unit = values.get("unit", "counts")
    seconds = number(path, points.findtext("commonCountingTime"), "the counting time")
    stated, anode = _wavelength(path, measurement)
    return make_pattern(
        path,
        _two_theta(path, points, intensity.size, scan.get("scanAxis", "")),
        intensity,
        stated=stated,
        wavelength=wavelength,
        name=root.findtext("sample/name") or root.findtext("sample/id") or "",
        intensity_unit="counts per second" if unit == "cps" else "counts",
        counting_time=seconds,
        anode=anode,
        scan_type=scan.get("scanAxis"),
        format="xrdml",
    )


def _two_theta(path, points, n_points, axis):
    for positions in points.findall("positions"):
        if positions.get("axis", "").lower() != "2theta":
            continue
        listed = positions.findtext("listPositions")
        if listed:
            return numbers(path, listed, "angles")
        first = number(path, positions.findtext("startPosition"), "the first angle")
        last = number(path, positions.findtext("endPosition"), "the last angle")
        if first is not None and last is not None:
            return np.linspace(first, last, n_points)
        raise FormatError(path, f"is a scan along {axis or 'another axis'}: 2 theta is fixed.")
    raise FormatError(path, f"is a scan along {axis or 'another axis'} and has no 2 theta.")


def _wavelength(path, measurement):
    used = measurement.find("usedWavelength")
    anode = measurement.findtext(".//anodeMaterial")
    if used is None:
        return None, anode
    first, second, ratio = (
        number(path, used.findtext(tag), f"the wavelength ({tag})")
        for tag in ("kAlpha1", "kAlpha2", "ratioKAlpha2KAlpha1")
    )
    return mean_wavelength(used.get("intended", ""), first, second, ratio), anode
