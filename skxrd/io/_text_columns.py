"""Patterns from columns of text."""

import re
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd._pattern import PowderPattern
from skxrd.io._axis_angles import MOST_LINES, angles_of, is_peak_list
from skxrd.io._build_pattern import beyond_beam, check_stated, file_name
from skxrd.io._column_roles import Role, choose_columns, column_role
from skxrd.io._column_words import decode_words
from skxrd.io._fast_text import parse_plain
from skxrd.io._skipped_parts import read_each
from skxrd.io._step_text import steps_fit
from skxrd.io._text_header import interpret_statements, read_statements
from skxrd.io._text_names import column_names
from skxrd.io._text_numbers import is_number, parse_numbers
from skxrd.io._text_ranges import first_point, is_one_range, split_ranges
from skxrd.io._text_table import split_tables
from skxrd.io._touching_columns import split_touching

_EXPONENT = re.compile(r"(?<=[\d.])[dD](?=[+-]?\d)")
_NUMERIC = re.compile(rb"[ \t]*[+-]?[\d.]")
_TWO_NUMBERS = re.compile(rb"[ \t]*[+-]?[\d.]+[ \t]+[+-]?[\d.]+")
_LARGEST_TEXT, _LARGEST_TABLE, _LONGEST_LINE = 10_000_000, 5_000_000, 100_000  # bytes
_MOST_COLUMNS = 20  # background, calculated curve and so on; more is a table of many patterns
_UNKNOWN = Role(None, 1.0, "")


def read_plain(path, content, wavelength):
    """Patterns of content that is nothing but two or three columns of plain numbers, else None."""
    if not _TWO_NUMBERS.match(content) or len(content) > _LARGEST_TEXT:
        return None
    values, width = parse_plain(content, 0)
    if width not in (2, 3):
        return None
    columns = values.reshape(-1, width)
    if width == 3 and steps_fit(columns[0], values.size - 3):
        return None
    angles = columns[:, 0]
    if len(angles) > MOST_LINES and is_one_range(angles):  # the usual case, without other checks
        metadata = {"path": str(path)} | ({"sigma": columns[:, 2]} if width == 3 else {})
        return [PowderPattern(angles, columns[:, 1], wavelength, file_name(path), metadata)]
    return _plan(path, [], {}, width, "blanks", wavelength).patterns(columns)


def read_text(path, content, wavelength):
    """Read all ranges of a text with columns of angles and intensities.

    Names and units above the columns decide what they are; without any the first is the angle in
    degrees, the second the intensity and a third its standard deviation.
    """
    _check_text(path, content)
    if b"\r" in content and b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    header, columns = _plain_columns(content)
    if columns is not None:
        header = _decoded(header).splitlines()
        plan = _plan(path, header, read_statements(header), columns.shape[1], "blanks", wavelength)
        return plan.patterns(columns)
    if len(content) > _LARGEST_TABLE:
        raise FormatError(
            path, f"is a table of {len(content) / 1e6:.0f} MB that are not plain numbers."
        )
    tables = split_tables(path, _EXPONENT.sub("e", _decoded(content)).splitlines())
    entries, parts = {}, []
    for table in tables:
        entries = {**entries, **read_statements(table.header)}
        header = [*tables[0].header[-50:], *table.header]
        parts.append(partial(_table_patterns, path, table, header, entries, wavelength))
    return [pattern for patterns in read_each(path, parts, "range") for pattern in patterns]


def _check_text(path, content):
    if b"\0" in content[:4096]:
        kind = "binary, not text"
        if content.startswith(b"RAW_1"):
            kind = "a STOE RAW file of another kind or version, which is not read"
        raise FormatError(path, f"is {kind}; convert it to two columns of text.")
    if len(content) > _LARGEST_TEXT:
        raise FormatError(path, f"is text of {len(content) / 1e6:.0f} MB; scans are shorter.")
    if len(content) > _LONGEST_LINE and max(map(len, content.splitlines())) > _LONGEST_LINE:
        raise FormatError(
            path, f"has a line of more than {_LONGEST_LINE} characters; is it a pattern?"
        )


def _decoded(content):
    try:
        return content.decode("utf-8").replace("\u2212", "-")
    except UnicodeDecodeError:  # some other encoding of the characters beyond ASCII, as in a unit
        return decode_words(content).replace("\u2212", "-")


def _plain_columns(content):
    """Header and columns of a text whose rows are nothing but plain numbers; None for others."""
    start = 0
    while not _NUMERIC.match(content, start):
        start = content.find(b"\n", start) + 1
        if start == 0:
            return content, None
    values, width = parse_plain(content, start)
    return content[:start], values.reshape(-1, width) if width else None


def _table_patterns(path, table, header, entries, wavelength):
    """Patterns of a table of words below header lines."""
    rows, lines, repaired = table.rows, table.lines, []
    if not rows:
        raise FormatError(path, "has 0 rows of numbers; a pattern needs two or more.")
    if table.width == 2:
        rows, repaired = split_touching(path, table.texts, rows, lines)
    plan = _plan(path, header, entries, table.width, table.separator, wavelength)
    if not plan.exact and table.separator in (",", "commas or blanks"):
        _refuse_thousands(path, rows, lines)
    if not plan.kinds:
        plan.places = _filled_columns(rows, plan.places)
    words = [[row[place] for row in rows] for place in plan.places]
    if not plan.exact and len(words) == 3:
        words = _checked_errors(path, words, lines)
    columns = parse_numbers(path, words, lines)
    filled = [row for row in zip(*columns, strict=True) if None not in row[:2]]
    if 2 * len(filled) < len(rows):
        raise FormatError(
            path, f"lacks the angle or the intensity in {len(rows) - len(filled)} of its rows."
        )
    if len(filled) < len(rows):
        plan.metadata["missing_lines"] = [
            line for line, *row in zip(lines, *columns[:2], strict=True) if None in row
        ]
    if repaired:
        plan.metadata["repaired_lines"] = repaired
    if any(None in row for row in filled):
        filled = [row[:2] for row in filled]
    plan.places = list(range(len(filled[0]) if filled else 2))
    return plan.patterns(np.array(filled, dtype=np.float64).reshape(len(filled), -1))


def _filled_columns(rows, places):
    """The first columns that are not empty in all rows, as many as ``places``."""
    filled = [place for place in range(len(rows[0])) if any(row[place] for row in rows)]
    return filled[: len(places)] if len(filled) > 1 else places


def _checked_errors(path, words, lines):
    """Words of angles, intensities and errors; without the last if it is words of another kind."""
    numeric = [is_number(word) for word in words[2]]
    if not any(numeric):
        return words[:2]
    if not all(numeric):
        line = lines[numeric.index(False)]
        raise FormatError(path, f"line {line} lacks its third number; complete or remove it.")
    return words


def _refuse_thousands(path, rows, lines):
    """Raise an error if commas seem to separate thousands and columns, as in 10.5,1,234.5."""
    if len(rows[0]) != 3:
        return
    seconds, thirds = ([row[place] for row in rows] for place in (1, 2))
    groups = all(re.fullmatch(r"\d{1,3}", word) for word in seconds) and all(
        re.fullmatch(r"\d{3}(\.\d*)?", word) for word in thirds
    )
    if groups and (
        any(word[0] == "0" for word in thirds) or max(map(int, seconds)) < min(map(float, thirds))
    ):
        raise FormatError(
            path,
            f"line {lines[0]} seems to separate thousands by commas, which separate its columns, "
            "too; write the numbers without.",
        )


def _plan(path, header, entries, width, separator, wavelength):
    """What the columns of a table are and what its header states."""
    names = column_names(header, width, separator) if header else None
    if width == 1:
        raise FormatError(
            path, "has one column of numbers; a pattern needs two, angle and intensity."
        )
    if width > _MOST_COLUMNS and names is None:
        raise FormatError(
            path,
            f"has {width} columns of numbers; a pattern has two or three. Split the table.",
        )
    stated, axis, metadata = interpret_statements(path, entries)
    if names is None:
        places, kinds, role = [0, 1, 2] if width == 3 else [0, 1], [], axis or _UNKNOWN
    else:
        roles = [column_role(name) for name in names]
        x, y, error = choose_columns(path, roles)[0]
        places = [x, y] if error is None else [x, y, error]
        if error is None and width == 3 and names[2] == "" and y == 1:
            places = [x, y, 2]
        kinds = [role.kind for place, role in enumerate(roles) if place != x]
        role = axis if axis is not None and roles[x].kind is None else roles[x]
        taken = {"", names[x], names[y]}
        metadata["other_columns"] = [
            other.name
            for other in roles
            if other.kind in (None, "intensity") and other.name not in taken
        ]
    exact = names is not None and names[-1] != ""
    return _Plan(path, places, role, kinds, stated, wavelength, metadata, exact)


@dataclass
class _Plan:
    """Columns to take from a table, and what goes with the patterns made of them."""

    path: object
    places: list
    role: Role
    kinds: list
    stated: float | None
    wavelength: float | None
    metadata: dict = field(default_factory=dict)
    exact: bool = False  # whether the header names every column

    def patterns(self, columns):
        """Patterns of all ranges in columns of numbers."""
        columns = _check_columns(self.path, columns[:, self.places])
        columns = columns[first_point(columns[:, 0]) :]
        if is_peak_list(self.kinds, columns[:, 0]):
            raise FormatError(
                self.path,
                f"is a list of {len(columns)} lines, not a scan: its steps are uneven.",
            )
        light = check_stated(self.path, self.stated, self.wavelength)
        angles = angles_of(self.path, columns[:, 0], self.role, self.stated, self.wavelength)
        metadata = {"path": str(self.path), **{k: v for k, v in self.metadata.items() if v}}
        if self.role.kind not in (None, "two_theta") or self.role.factor != 1:
            metadata["converted_from"] = self.role.name
        patterns, kept = [], slice(None)
        if not angles.min() >= 0:
            kept = beyond_beam(self.path, angles)
            metadata["points_below_zero"] = int((~kept).sum())
        angles, columns = angles[kept], columns[kept]
        for rows in split_ranges(self.path, angles):
            extra = {"sigma": columns[rows, 2]} if columns.shape[1] > 2 else {}
            patterns.append(
                PowderPattern(
                    angles[rows],
                    columns[rows, 1],
                    light,
                    file_name(self.path),
                    {**metadata, **extra},
                )
            )
        return patterns


def _check_columns(path, columns):
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
