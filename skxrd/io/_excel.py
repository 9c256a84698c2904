"""Excel workbooks, read with openpyxl."""

import io
import re
import zipfile
import zlib
from functools import partial
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import angles_of, is_peak_list
from skxrd.io._build_pattern import make_pattern
from skxrd.io._column_roles import Role, choose_columns, column_role
from skxrd.io._safe_content import LARGEST, check_method, open_archive, read_member
from skxrd.io._skipped_parts import read_each
from skxrd.io._text_header import interpret_statements, read_statements
from skxrd.io._text_names import are_units, join_units
from skxrd.io._text_numbers import is_number, parse_numbers

_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# Which error a damaged workbook raises depends on where the damage is
_DAMAGED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError, EOFError)
_DAMAGED += (SyntaxError, RuntimeError, AssertionError, zipfile.BadZipFile, zlib.error)
_MOST_CELLS = 300_000  # of a workbook; reading one takes a few microseconds


def is_xlsx(content):
    """Whether content is an Excel workbook."""
    return content.startswith(b"PK") and b"xl/" in content


def import_package(path, name, what):
    """Module of a package that was perhaps left out; a FormatError says how to get it."""
    if find_spec(name) is None:
        raise FormatError(path, f"is {what}, which needs the package {name}: pip install {name}.")
    return import_module(name)


def read_xlsx(path, content, wavelength):
    """Read the sheets of a workbook: a pattern for each column of intensities.

    Names and units above the columns decide what they are; without any the first is the angle.
    """
    openpyxl = import_package(path, "openpyxl", "an Excel workbook")
    archive = open_archive(path, content)
    if sum(member.file_size for member in archive.infolist()) > LARGEST:
        raise FormatError(path, f"unpacks to more than {LARGEST // 10**6} MB.")
    for member in archive.infolist():
        name = member.filename
        check_method(path, member, f"its member {name!r}")
        if name.endswith((".xml", ".rels")) and _ENTITIES.search(read_member(path, archive, name)):
            raise FormatError(path, f"declares a document type or entities in {name!r}.")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = _sheets(path, book)
    except FormatError:
        raise
    except _DAMAGED as error:
        raise FormatError(path, f"is a damaged Excel workbook ({error}).") from error
    parts = []
    for rows in sheets:
        header, table = _split_header(rows)
        if len(table) > 1 and min(len(row) for _, row in table) > 1:
            parts.append(partial(_sheet_patterns, path, header, table, wavelength))
    if not parts:
        raise FormatError(path, "has no sheet with angles and intensities in columns of numbers.")
    return [pattern for patterns in read_each(path, parts, "sheet") for pattern in patterns]


def _sheets(path, book):
    """Rows of cells of each sheet."""
    sheets, cells = [], 0
    for sheet in book.worksheets:
        rows = []
        for row in sheet.iter_rows(values_only=True):
            cells += len(row)
            if cells > _MOST_CELLS:
                raise FormatError(path, f"has more than {_MOST_CELLS} cells.")
            rows.append([_value(cell) for cell in row])
        sheets.append(rows)
    return sheets


def _value(cell):
    """Number of a cell, or its text; "" for an empty one."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    return "" if cell is None or isinstance(cell, bool) else str(cell).strip()


def _is_number(value):
    return isinstance(value, float) or is_number(value)


def _numbers(path, columns, places):
    """Numbers of columns of values; points and commas are told by those that are text."""
    if all(isinstance(value, float) for column in columns for value in column):
        return columns
    words = [[value if isinstance(value, str) else "" for value in column] for column in columns]
    parsed = parse_numbers(path, words, places)
    return [
        [value if isinstance(value, float) else number for value, number in zip(*pair, strict=True)]
        for pair in zip(columns, parsed, strict=True)
    ]


def _split_header(rows):
    """Rows above the numbers, and those of numbers with their places in the sheet."""
    numeric = [sum(map(_is_number, row)) > 1 for row in rows]
    start = next(
        (place for place, fits in enumerate(numeric) if fits and all(numeric[place : place + 2])),
        len(rows),
    )
    table = [
        (place + 1, row)
        for place, row in enumerate(rows[start:], start=start)
        if any(map(_is_number, row))
    ]
    return rows[:start], table


def _names(header, width):
    """Names of columns from the last row above the numbers that has some."""
    units = None
    for row in reversed(header):
        names = [str(value) for value in row[:width]]
        if units is None and are_units(names):
            units = names
            continue
        if units and len(units) == len(names):
            names = join_units(names, units)
        if sum(map(bool, names)) > 1 or (len(names) > 1 and names[1]):
            return [*names, *[""] * (width - len(names))]
    return [*units, *[""] * (width - len(units))] if units else None


def _sheet_patterns(path, header, table, wavelength):
    """Patterns of all columns of intensities of a sheet."""
    places, rows = zip(*table, strict=True)
    width = min(map(len, rows))
    names = _names(header, width)
    lines = ["\t".join(map(str, row)) for row in header]
    stated, axis, metadata = interpret_statements(path, read_statements(lines))
    if names is None:
        names = [""] * width
        roles = [axis or Role("two_theta", 1.0, "")] + [Role(None, 1.0, "")] * (width - 1)
    else:
        roles = [column_role(name) for name in names]
    roles = [
        role if any(_is_number(row[place]) for row in rows) else Role("other", 1.0, role.name)
        for place, role in enumerate(roles)
    ]
    chosen = choose_columns(path, roles)
    parts = []
    for x, y, error in chosen:
        name = names[y] if len(chosen) > 1 or roles[y].kind is None else ""
        values = [[row[place] for row in rows] for place in (x, y, error) if place is not None]
        kinds = [role.kind for place, role in enumerate(roles) if place != x]
        columns = partial(_numbers, path, values, places)
        parts.append(
            partial(_pattern, path, columns, roles[x], kinds, stated, wavelength, name, metadata)
        )
    return read_each(path, parts, "column")


def _pattern(path, columns, role, kinds, stated, wavelength, name, metadata):
    rows = [row for row in zip(*columns(), strict=True) if None not in row[:2]]
    if len(rows) < 2:
        raise FormatError(path, f"has {len(rows)} rows with numbers in the column {name!r}.")
    array = np.array([row[:2] for row in rows])
    if not np.isfinite(array).all():
        raise FormatError(path, f"has missing or infinite values in the column {name!r}.")
    if kinds and is_peak_list(kinds, array[:, 0]):
        raise FormatError(path, "is a list of lines, not a scan: its steps are uneven.")
    sigma = [row[2] for row in rows if len(row) > 2]
    metadata = dict(metadata)
    return make_pattern(
        path,
        angles_of(path, array[:, 0], role, stated, wavelength),
        array[:, 1],
        stated=stated,
        wavelength=wavelength,
        name=name or metadata.pop("sample_name", ""),
        sigma=np.array(sigma) if len(sigma) == len(rows) and None not in sigma else None,
        format="xlsx",
        **metadata,
    )
