"""What the lines above the numbers of a text state: wavelength, anode, axis, kind of scan."""

import re

from skxrd._files import FormatError
from skxrd._grid import WAVELENGTHS, wavelength_name
from skxrd.io._axis_angles import KEV_ANGSTROM, moves_two_theta
from skxrd.io._build_pattern import line_wavelength
from skxrd.io._column_roles import ANGLES, NO_ANGLES, column_role
from skxrd.io._column_words import in_english

_ENTRY = re.compile(r"[\W_]*(\w[^:=,;\t\"]{0,60}?)\s*[:=,;\t]\s*(.*)")
_QUOTED = re.compile(r"(\w[\w ]{0,40}):\s*\"([^\"]*)\"")  # several in a line, as EVA writes them
_VALUE = re.compile(r"([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?)\s*([a-zA-Z\u00c5\u212b]*)")
_FREE = re.compile(r"(wave ?length|lambda)\b[^\d\n]{0,20}?\d", re.I)
_LABEL = re.compile(r"\b(x ?axis +label|x ?label)\s+[\"'](.+?)[\"']", re.I)  # of Grace, gnuplot
_MOST_LINES, _LONGEST_LINE = 3000, 500  # lines, and characters of one, that may state something
_TO_ANGSTROM = {"": 1.0, "a": 1.0, "m": 1e10, "nm": 10.0, "pm": 0.01}
_LINES = {
    "alpha1": {"ka1", "kalpha1", "alpha1", "lambda1", "wl1", "wavelength1", "ka1wavelength"}
    | {"kalpha1wavelength", "wavelengthkalpha1", "wavelengthalpha1", "wavelengthka1"},
    "alpha2": {"ka2", "kalpha2", "alpha2", "lambda2", "wl2", "wavelength2", "ka2wavelength"}
    | {"kalpha2wavelength", "wavelengthkalpha2", "wavelengthalpha2", "wavelengthka2"},
    "beta": {"kb", "kbeta", "beta", "wl3", "kbetawavelength", "wavelengthbeta", "wavelengthkbeta"},
    "ratio": {"ratiokalpha2kalpha1", "kalpha2kalpha1ratio", "wlratio", "ratioka2ka1", "i2"},
}
_LINE_NAMES = {"xraychar", "wavetype", "intendedwavelength", "intendedwavelengthtype", "usedline"}
_ANODES = {"anode", "anodematerial", "target", "tube", "tubeanode", "targetmaterial"}
_AXES = {"xunits", "xunit", "xaxis", "xlabel", "abscissa", "xaxisunit", "x", "column1", "col1"}
_SCANS = {"scanaxis", "scantype", "drive", "axisname", "scanaxisname", "measurementtype"}
_TIMES = {"timeperstep", "steptime", "countingtime", "counttime", "scansteptime"}
_SAMPLES = {"sample", "samplename", "sampleidentification", "sampleid"}
_ENERGIES = {"energy", "photonenergy", "xrayenergy", "beamenergy", "e", "incidentenergy"}
_PROBES = {"radiation", "probe", "radiationprobe", "radiationtype"}


def read_statements(lines):
    """Entries of header lines, plain key to value; later ones replace earlier ones."""
    entries = {}
    for line in lines[:_MOST_LINES]:
        if len(line) > _LONGEST_LINE:
            continue
        quoted = _QUOTED.findall(line)
        if len(quoted) > 1:
            found = quoted
        elif match := _LABEL.search(line):
            found = [("xlabel", match[2])]
        elif match := _ENTRY.fullmatch(line.strip()):
            found = [match.groups()]
        elif match := _FREE.search(english := in_english(line)):
            found = [(match[1], english[match.end() - 1 :])]
        elif _is_line(line.strip()):
            found = [("wavelength", line)]  # alone in the first line, as DASH writes it
        else:
            continue
        for key, value in found:
            plain = in_english(re.sub(r"[(\[].*?[)\]]", "", key))
            entries[re.sub(r"[^a-z0-9]", "", plain)] = key, value.strip().strip("\"'").strip()
    return entries


def _is_line(text):
    """Whether a text is nothing but the wavelength of an anode."""
    match = _VALUE.fullmatch(text)
    return match is not None and any(
        abs(float(match[1].replace(",", ".")) - line) < 1e-3 for line in WAVELENGTHS.values()
    )


def interpret_statements(path, entries):
    """Wavelength, role of the axis and metadata that header entries state.

    Raises a FormatError for scans in which 2 theta is fixed.
    """
    metadata, axis, lines, general, kind, named = {}, None, {}, None, "", None
    for plain, (key, value) in entries.items():
        line = next((line for line, keys in _LINES.items() if plain in keys), None)
        if line is not None:
            lines[line] = _wavelength(key, value) if line != "ratio" else _first_number(value)
        elif plain in _LINE_NAMES:
            kind = value
        elif "wavelength" in plain or plain in ("lambda", "lam", "wl"):
            general = _named_line(value) or _wavelength(key, value) or general
            kind = value if re.search(r"k-?\s?(alpha|beta|a\b|b\b)", value.lower()) else kind
        elif plain in _ENERGIES:
            general = general or _wavelength_of_energy(key, value)
        elif plain in _AXES and (role := column_role(value)).kind in {*ANGLES, *NO_ANGLES}:
            axis = role
        elif plain in ("unit", "units", "axis") and (role := column_role(value)).kind in ANGLES:
            axis = role
        elif plain in _SCANS and moves_two_theta(value) is False:
            raise FormatError(path, f"is a scan along {value[:40]}, in which 2 theta is fixed.")
        elif plain in _ANODES and re.fullmatch(r"[A-Za-z]{1,12}", value):
            metadata["anode"] = value
        elif plain in _TIMES:
            metadata["counting_time"] = _first_number(value)
        elif plain in _SAMPLES:
            metadata["sample_name"] = value
        elif plain in _PROBES and "neutron" in value.lower():
            metadata["radiation"] = "neutron"
        elif plain in _PROBES:
            named = _named_line(value)
        if plain in _SCANS:
            metadata["scan_type"] = value
    stated = general or named
    if lines.get("alpha1") or (kind and len(lines) > 1):
        stated = line_wavelength(
            kind,
            lines.get("alpha1"),
            lines.get("alpha2"),
            lines.get("ratio", 0.5),
            lines.get("beta"),
        )
    return stated, axis, {key: value for key, value in metadata.items() if value}


def _named_line(text):
    """Wavelength of a line that a text names, such as Cu K-alpha1, or None."""
    return WAVELENGTHS.get(wavelength_name(text.replace("radiation", "")))


def _first_number(text):
    match = _VALUE.search(text)
    return float(match[1].replace(",", ".")) if match else None


def _wavelength(key, value):
    """Wavelength in angstrom from a value and its unit; None if it cannot be one of X-rays."""
    match = _VALUE.match(value)
    if match is None:
        return None
    unit = (
        match[2].lower().translate({0xE5: "a", 0x212B: "a"})
        or ((re.findall(r"[(\[_ ](nm|pm|m)[)\]]?$", key.strip().lower()) or [""])[0])
    )
    number = float(match[1].replace(",", "."))
    factor = _TO_ANGSTROM.get("a" if unit.startswith("ang") else unit)
    if unit == "" and number < 1e-6:
        factor = 1e10
    elif unit == "" and any(abs(10 * number - line) < 1e-3 for line in WAVELENGTHS.values()):
        factor = 10.0  # that of an anode in nanometres
    return number * factor if factor and 0.01 < number * factor < 20 else None


def _wavelength_of_energy(key, value):
    match = _VALUE.match(value)
    if match is None:
        return None
    unit = match[2].lower()
    unit = unit or next((unit for unit in ("kev", "ev") if unit in key.lower()), "")
    scale = {"kev": 1.0, "ev": 1e-3}.get(unit)
    if not scale or not 0.5 < float(match[1].replace(",", ".")) * scale < 1000:
        return None
    return KEV_ANGSTROM / (float(match[1].replace(",", ".")) * scale)
