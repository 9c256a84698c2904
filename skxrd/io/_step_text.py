"""Text formats that state the first angle, the step and the last one, then the counts only."""

import re
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import moves_two_theta
from skxrd.io._build_pattern import even_angles, line_wavelength, make_pattern, number
from skxrd.io._skipped_parts import read_each
from skxrd.io._text_header import interpret_statements, read_statements

_WORD = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_BLANK = r"(?:,?\s+)"
_THREE = re.compile(rf"\s*({_WORD}){_BLANK}({_WORD}){_BLANK}({_WORD})(?:{_BLANK}(.*))?")
_MDI = re.compile(
    rf"\s*({_WORD})\s+({_WORD})\s+({_WORD})\s+([A-Za-z]{{1,2}}\w*)\s+({_WORD})\s+({_WORD})\s+(\d+)\s*"
)
_NUMBERS_ONLY = re.compile(rb"[\s\d.,eE+-]+")
_HEADER_LINES = 10  # among which the line of first angle, step and last is looked for
_LONGEST_HEAD = 2000  # bytes
_PADDING = 20  # numbers that may fill up the last line


def is_steps(content):
    """Whether content begins with the first angle, step and last one, above fitting counts."""
    return _find_steps(content) is not None


def is_mdi(content):
    """Whether content is a text of Jade."""
    lines = _head(content)
    return len(lines) > 1 and _MDI.fullmatch(lines[1]) is not None


def is_rigaku_asc(content):
    """Whether content is an ASC text of Rigaku."""
    return content.lstrip().startswith(b"*TYPE") and b"*START" in content and b"*STEP" in content


def steps_fit(first_row, n_numbers=None):
    """Whether three numbers are the first angle, step and last one of so many counts."""
    first, step, last = first_row
    if step == 0 or not np.isfinite([first, step, last]).all():
        return False
    n_points = (last - first) / step + 1
    if not (max(abs(first), abs(last)) < 180 and 3 < n_points < 10**7):
        return False
    if n_numbers is not None and round(n_points) != n_numbers:
        return False
    return abs(n_points - round(n_points)) < 0.02


def _head(content):
    return content[:_LONGEST_HEAD].decode("latin-1").splitlines()[: _HEADER_LINES + 1]


def _find_steps(content):
    """Number of the line with first angle, step and last one, and its match; None without."""
    lines = content[: 3 * _LONGEST_HEAD].decode("latin-1").splitlines()
    for place, line in enumerate(lines[:_HEADER_LINES]):
        match = _THREE.fullmatch(line) if len(line) < _LONGEST_HEAD else None
        if match is None or place + 1 >= len(lines):
            continue
        words = lines[place + 1].replace(",", " ").split()
        if not words or not all(re.fullmatch(_WORD, word) for word in words):
            continue
        if _are_columns(lines[place + 1 : place + 12]):
            continue
        first_row = [float(match[group]) for group in (1, 2, 3)]
        if len(words) == len(line.replace(",", " ").split()):  # rather the first row of columns
            n_numbers = len(content.replace(b",", b" ").split()) - 3
            fits = place == 0 and not match[4] and steps_fit(first_row, n_numbers)
        else:
            fits = steps_fit(first_row)
        if fits:
            return place, match
    return None


def _are_columns(lines):
    """Whether rows have few words, of which the first rise evenly: then they are angles."""
    rows = [line.replace(",", " ").split() for line in lines]
    rows = [row for row in rows if row]
    if len(rows) < 4 or len(rows[0]) not in (2, 3, 4) or len({len(row) for row in rows[:-1]}) > 1:
        return False
    try:
        steps = np.diff([float(row[0]) for row in rows[:-1]])
    except ValueError:  # words; the caller then goes on
        return False
    return bool(steps[0] != 0 and (np.abs(steps - steps[0]) < 0.05 * abs(steps[0])).all())


def read_steps(path, content, wavelength):
    """Read a DAT text of FullProf, DBWS and their kin, or an XDD text.

    Standard deviations may follow the counts, and text after all.
    """
    place, match = _find_steps(content) or (None, None)
    if match is None:
        raise FormatError(path, "does not state its first angle, step and last angle.")
    first, step, last = (float(match[group]) for group in (1, 2, 3))
    lines = content.decode("latin-1").splitlines()
    n_points = round((last - first) / step) + 1
    values = _numbers_below(path, lines[place + 1 :], 2 * n_points + 1)
    if not (n_points <= values.size < n_points + _PADDING or values.size == 2 * n_points):
        raise FormatError(
            path,
            f"has {values.size} numbers for the {n_points} counts from {first:g} to {last:g} "
            "degrees that it states; it is cut off or of another format.",
        )
    if values.size == 2 * n_points and (values[::2] < 100).all() and (values[1::2] > 99).any():
        raise FormatError(path, "has numbers of detectors between its counts; that is not read.")
    rest = match[4] or ""
    light, _, metadata = interpret_statements(path, read_statements([*lines[:place], rest]))
    if unit := re.search(rf"\b(CPS|CTS|COUNTS)\b\s*({_WORD})?", rest, re.I):
        light = light or (float(unit[2]) if unit[2] and 0.1 < float(unit[2]) < 10 else None)
    sigma = values[n_points:] if values.size == 2 * n_points else None
    return [
        make_pattern(
            path,
            even_angles(path, first, step, n_points),
            values[:n_points],
            stated=light,
            wavelength=wavelength,
            sigma=sigma,
            name=metadata.pop("sample_name", "") or (lines[0] if place else "").strip(),
            intensity_unit="counts per second" if unit and unit[1].upper() == "CPS" else "counts",
            format="dat",
            **metadata,
        )
    ]


def _numbers_below(path, lines, most):
    """Numbers of lines up to the first line of words."""
    words = []
    for line in lines:
        found = line.replace(",", " ").split()
        if len(words) >= most or not all(re.fullmatch(_WORD, word) for word in found):
            break
        words += found
    return np.array(words[:most], dtype=np.float64)


def read_mdi(path, content, wavelength):
    """Read a text of Jade: title; first angle, step, time, anode, wavelength, last, counts."""
    lines = content.decode("latin-1").splitlines()
    match = _MDI.fullmatch(lines[1]) if len(lines) > 1 else None
    if match is None:
        raise FormatError(path, "does not state its angles and its anode in its second line.")
    first, step, seconds = (float(match[group]) for group in (1, 2, 3))
    n_points = int(match[7])
    values = _numbers_below(path, lines[2:], n_points)
    if values.size < n_points:
        raise FormatError(path, f"has {values.size} of {n_points} counts; it is cut off.")
    return [
        make_pattern(
            path,
            even_angles(path, first, step, n_points),
            values,
            stated=float(match[5]),
            wavelength=wavelength,
            name=lines[0].strip(),
            intensity_unit="counts",
            counting_time=seconds,
            anode=match[4].capitalize(),
            format="mdi",
        )
    ]


def read_rigaku_asc(path, content, wavelength):
    """Read all groups of an ASC text: entries such as ``*START = 10``, then the counts."""
    common, groups, header, words = {}, [], {}, []
    for line in [*content.decode("latin-1").splitlines(), "*END"]:
        text = line.strip()
        if not text.startswith("*"):
            words.append(text)
            continue
        key, _, value = text[1:].partition("=")
        key = key.strip().upper()
        if any(words) and key in ("END", "BEGIN", "EOF", "START", "GROUP"):
            groups.append(partial(_rigaku_group, path, dict(header), words, wavelength))
        if key == "BEGIN":
            common = common or dict(header)
            header = dict(common)
        header[key] = value.strip()
        words = []
    if not groups:
        raise FormatError(path, "holds no counts.")
    return read_each(path, groups, "group")


def _rigaku_group(path, header, lines, wavelength):
    axis = header.get("SCAN_AXIS", "")
    if moves_two_theta(axis) is False:
        raise FormatError(path, f"is a scan along {axis[:40]}, in which 2 theta is fixed.")
    first = number(path, header.get("START"), "the first angle")
    step = number(path, header.get("STEP"), "the step")
    count = number(path, header.get("COUNT"), "the number of counts")
    content = " ".join(lines).encode("latin-1")
    if not _NUMBERS_ONLY.fullmatch(content):
        raise FormatError(path, "has something other than numbers among its counts.")
    values = _numbers_below(path, lines, len(content))
    if count is not None and count != values.size:
        raise FormatError(path, f"has {values.size} of {count:g} counts; it is cut off.")
    alpha1, alpha2 = (
        number(path, header.get(f"WAVE_LENGTH{line}"), "the wavelength") for line in (1, 2)
    )
    unit = header.get("YUNIT", header.get("INTENSITY_UNIT", "counts")).lower()
    return make_pattern(
        path,
        even_angles(path, first, step, values.size),
        values,
        stated=line_wavelength(header.get("XRAY_CHAR", ""), alpha1, alpha2),
        wavelength=wavelength,
        name=header.get("SAMPLE", ""),
        intensity_unit="counts per second" if unit == "cps" else "counts",
        scan_type=axis,
        format="asc",
    )
