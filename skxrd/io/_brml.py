"""BRML archives of Bruker's DIFFRAC.SUITE."""

import re
from functools import partial

from skxrd._files import FormatError
from skxrd.io._build_pattern import common_rate, line_wavelength, make_pattern, number, numbers
from skxrd.io._safe_content import open_archive, parse_xml, read_member
from skxrd.io._skipped_parts import read_each

_RAW_DATA = re.compile(r"RawData(\d+)\.xml$")
_COUNTERS = ("counter0d", "scancounter")  # names of views of counts that state no category
_LINES = ("WaveLengthAlpha1", "WaveLengthAlpha2", "WaveLengthRatio")
_FIXED = 2  # columns, counting time and a factor, before the angles where no view says so


def is_brml(content):
    """Whether content is a zip archive with raw data as Bruker names them."""
    return content.startswith(b"PK") and re.search(rb"RawData\d+\.xml", content) is not None


def read_brml(path, content, wavelength):
    """Read all scans over 2 theta of a BRML archive, in the order of its measurement."""
    archive = open_archive(path, content)
    names = _names_in_order(path, archive)
    parts = [partial(_member, path, archive, name, wavelength, len(names)) for name in names]
    if not parts:
        raise FormatError(path, "holds no scan.")
    return [pattern for patterns in read_each(path, parts) for pattern in patterns]


def _member(path, archive, name, wavelength, n_members):
    """Patterns of one of the members with raw data."""
    routes = _routes(path, read_member(path, archive, name), wavelength)
    if not routes:
        raise FormatError(path, f"holds no scan in {name!r}.")
    return read_each(path, routes, "scan" if n_members == 1 else f"{name}, scan")


def _names_in_order(path, archive):
    """Names of the members with raw data, as the container lists them, or by their numbers."""
    names = [name for name in archive.namelist() if _RAW_DATA.search(name)]
    names.sort(key=lambda name: (name.rpartition("/")[0], int(_RAW_DATA.search(name)[1])))
    listed = []
    for name in archive.namelist():
        if name.endswith("DataContainer.xml"):
            root = parse_xml(path, read_member(path, archive, name))
            listed += [text.text or "" for text in root.iterfind(".//RawDataReferenceList/string")]
    return [name for name in listed if name in names] or names


def _routes(path, content, wavelength):
    """Functions that read the measured routes of one document of raw data."""
    root = parse_xml(path, content)
    lines = {
        name: number(path, element.get("Value"), "the wavelength")
        for name in _LINES
        for element in root.iter(name)
    }
    stated = line_wavelength("", *(lines.get(name) for name in _LINES))
    anode = next((element.get("Value") for element in root.iter("TubeMaterial")), None)
    routes = list(root.iter("DataRoute"))
    measured = [route for route in routes if route.get("RouteFlag", "Measured") == "Measured"]
    return [
        partial(_pattern, path, route, stated, anode, wavelength) for route in measured or routes
    ]


def _pattern(path, route, stated, anode, wavelength):
    axes = [axis.get("AxisId", "") for axis in route.iterfind(".//ScanAxes/ScanAxisInfo")]
    if "TwoTheta" not in axes:
        raise FormatError(path, f"is a scan along {', '.join(axes)}, without 2 theta.")
    rows = [datum.text or "" for datum in route.iter("Datum")]
    if not rows:
        raise FormatError(path, "keeps its counts outside the XML text; that is not read.")
    columns = numbers(path, " ".join(rows).replace(",", " "), "data")
    width = rows[0].count(",") + 1
    if columns.size != width * len(rows) or width < _FIXED + 1 + len(axes):
        raise FormatError(path, "has data rows of different lengths.")
    columns = columns.reshape(len(rows), width)
    places = _places(path, route, axes, width)
    seconds = None if places["time"] is None else columns[:, places["time"]]
    intensity, unit = common_rate(columns[:, places["counts"]], seconds)
    scan = route.find(".//ScanInformation")
    return make_pattern(
        path,
        columns[:, places["two_theta"]],
        intensity,
        stated=stated,
        wavelength=wavelength,
        intensity_unit=unit,
        counting_time=number(path, route.findtext(".//TimePerStep"), "the counting time"),
        anode=anode,
        scan_type=None if scan is None else scan.get("VisibleName", "").strip(),
        format="brml",
    )


def _places(path, route, axes, width):
    """Columns of counting time, 2 theta and counts, as the data views of a route state them."""
    places = {"time": None, "two_theta": _FIXED + axes.index("TwoTheta"), "counts": None}
    recorded = []
    for view in route.iterfind("./DataViews/RawDataView"):
        start = number(path, view.get("Start"), "the place of a data view")
        length = number(path, view.get("Length"), "the length of a data view") or 1
        if start is None or not 0 <= start < width:
            raise FormatError(path, "has a data view outside its data rows.")
        fields = [
            field.get("AxisId") or field.get("FieldName") or ""
            for field in view.iter("FieldDefinitions")
        ]
        recording = view.find("Recording")
        if view.get("LogicName") == "MeasuredTime":
            places["time"] = int(start)
        elif "TwoTheta" in fields:
            places["two_theta"] = int(start) + fields.index("TwoTheta")
        elif recording is not None or "Recorded" in "".join(view.attrib.values()):
            recorded.append((recording, int(start), int(length)))
    if not recorded:
        return {**places, "counts": width - 1}
    counts = [view for view in recorded if _counts(view[0])] or recorded
    _, start, length = counts[0]
    if length > 1:
        raise FormatError(
            path, f"keeps {length} channels of a detector for each angle; that is not read."
        )
    return {**places, "counts": start}


def _counts(recording):
    if recording is None:
        return False
    category = recording.get("Category", "")
    return category == "Count" or (
        not category and recording.get("LogicName", "").lower() in _COUNTERS
    )
