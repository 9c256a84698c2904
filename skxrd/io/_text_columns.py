"""Columns of angles and intensities in text files."""

import re

import numpy as np

from skxrd._files import FormatError
from skxrd.io._fast_text import parse_plain

_SEPARATORS = {"comma": re.compile(r"\s*,\s*|\s+"), "other": re.compile(r"\s*[;\t]\s*|\s+")}
_EXPONENT = re.compile(r"(?<=[\d.])[dD](?=[+-]?\d)")
_COMMENT = ("#", "!", "%", "'", '"', "/", ";", "*")
_COMMENTED = re.compile(rb"\s*[#!%'\"/;*]")
_MAX_COMMENTS = 20  # lines of comments before plain numbers
_LARGEST_TEXT, _LONGEST_LINE = 10_000_000, 100_000  # bytes
_MOST_COLUMNS = 20  # background, calculated curve and so on; more is a table of many patterns
_MAX_HEADER = 200  # lines; text without numbers by then is not a pattern


def parse_columns(path, content):
    """Columns of numbers, shape (n_rows, n_columns), and the numbers of the lines repaired.

    Lines before the first row of numbers are a header. Columns are separated by blanks, tabs,
    commas or semicolons; a decimal comma is understood where commas do not separate. A line is
    repaired if its angle and intensity ran together.
    """
    if b"\0" in content[:4096]:
        kind = "binary, not text"
        if content.startswith(b"RAW_1"):
            kind = "a STOE RAW file of another kind or version, which is not read"
        raise FormatError(path, f"is {kind}; convert it to two columns of text.")
    if len(content) > _LARGEST_TEXT:
        raise FormatError(path, f"is text of {len(content) / 1e6:.0f} MB; scans are shorter.")
    if max(map(len, content.split(b"\n"))) > _LONGEST_LINE:
        raise FormatError(
            path, f"has a line of more than {_LONGEST_LINE} characters; is it a pattern?"
        )
    columns = _plain_columns(content)
    if columns is not None and columns.shape[1] > _MOST_COLUMNS:
        return _check_columns(path, columns), []
    if columns is not None and columns.shape[1] > 1 and len(columns) > 1:
        return columns, []
    text = _EXPONENT.sub("e", content.decode("utf-8-sig", errors="replace"))
    lines = text.splitlines()
    first = _first_row(path, lines)
    columns, repaired = _split_at_once(lines[first:]), []
    if columns is None:
        columns, repaired = _split_by_line(path, lines, first)
    return _check_columns(path, columns), repaired


def _plain_columns(content):
    """Columns of a text that is nothing but rows of plain numbers, perhaps below a few lines."""
    start = 0
    for _ in range(_MAX_COMMENTS):
        end = content.find(b"\n", start)
        if end < 0:
            return None
        if content[start:end].strip() and not _COMMENTED.match(content, start):
            break
        start = end + 1
    values, width = parse_plain(np.frombuffer(content, np.uint8), start)
    return values.reshape(-1, width) if width else None


def _check_columns(path, columns):
    if columns.shape[1] > _MOST_COLUMNS:
        raise FormatError(
            path,
            f"has {columns.shape[1]} columns of numbers; a pattern has two or three. Split the "
            "table.",
        )
    if columns.shape[1] < 2:
        raise FormatError(
            path, "has one column of numbers; a pattern needs two, angle and intensity."
        )
    if len(columns) < 2:
        raise FormatError(path, f"has {len(columns)} row of numbers; a pattern needs two or more.")
    if not np.isfinite(columns[:, :2]).all():
        row = int(np.flatnonzero(~np.isfinite(columns[:, :2]).all(axis=1))[0])
        raise FormatError(
            path,
            f"row {row + 1} of its numbers holds a missing value ({columns[row, 0]:g}, "
            f"{columns[row, 1]:g}); remove that row.",
        )
    return columns


def _first_row(path, lines):
    for number, line in enumerate(lines[:_MAX_HEADER]):
        if line.strip() and not line.lstrip().startswith(_COMMENT):
            fields = _fields(line)
            if fields and all(_number(field) is not None for field in fields):
                return number
    if not any(line.strip() for line in lines):
        raise FormatError(path, "is empty.")
    raise FormatError(
        path, f"has no row of numbers in its first {_MAX_HEADER} lines; is it a pattern?"
    )


def _split_at_once(lines):
    """Columns of a clean blank-separated block, or None."""
    joined = " ".join(lines)
    if "," in joined or ";" in joined:
        return None
    width = len(lines[0].split())
    # one conversion of all words is several times faster than one for each line
    words = joined.split()
    if len(words) % width or any(len(line.split()) != width for line in lines if line.strip()):
        return None
    try:
        return np.array(words, dtype=np.float64).reshape(-1, width)
    except ValueError:  # some word is not a number; the lines are then read one by one
        return None


def _split_by_line(path, lines, first):
    rows, repaired, width = [], [], 0
    edge = _first_column_end(lines[first:])
    for number in range(first, len(lines)):
        line = lines[number]
        if not line.strip() or line.lstrip().startswith(_COMMENT):
            continue
        values = [_number(field) for field in _fields(line)]
        if None in values:
            raise FormatError(
                path, f"line {number + 1} has text where numbers belong: {line.strip()[:60]!r}."
            )
        width = width or len(values)
        if len(values) == 1 and rows:
            values = _split_touching(line, edge, rows) or values
            repaired += [number + 1] * (len(values) > 1)
        if len(values) < min(width, 2):
            raise FormatError(
                path,
                f"line {number + 1} has one number where others have {width}: {line.strip()!r}; "
                "complete or remove it.",
            )
        rows.append(values)
    width = min(map(len, rows))
    return np.array([row[:width] for row in rows]), repaired


def _first_column_end(lines):
    """Character at which the first of several right-aligned columns ends in most lines."""
    ends = [match.end() for match in map(re.compile(r"\s*\S+(?=\s+\S)").match, lines) if match]
    return max(set(ends), key=ends.count) if ends else 0


def _split_touching(line, edge, rows):
    """Angle and intensity of a line whose fixed-width columns touch, or None.

    The angle must follow the rows before it by their step, or the line is not split.
    """
    angle, intensity = _number(line[:edge]), _number(line[edge:])
    if angle is None or intensity is None or len(rows) < 2:
        return None
    step = rows[-1][0] - rows[-2][0]
    return [angle, intensity] if abs(angle - rows[-1][0] - step) < 0.05 * step else None


def _fields(line):
    kind = "other" if ";" in line or "\t" in line or _decimal_commas(line) else "comma"
    return [field for field in _SEPARATORS[kind].split(line.strip()) if field]


def _decimal_commas(line):
    """Whether blank-separated words all look like 10,25: then the comma is a decimal mark."""
    words = line.split()
    return len(words) > 1 and all(re.fullmatch(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?", w) for w in words)


def _number(field):
    try:
        return float(field.replace(",", "."))
    except ValueError:  # the caller reports it with its line
        return None
