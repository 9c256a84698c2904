"""Lines of a text to tables of words: separators, header, ranges, rows that do not fit."""

import csv
import re
from collections import Counter
from dataclasses import dataclass, field

from skxrd._files import FormatError
from skxrd.io._text_numbers import is_missing, is_number

_COMMENT = ("#", "!", "%", "'", '"', "/", ";", "*")
_MOST_WORDS = 100  # in a line
_MOST_RANGES = 1000
_MOST_LINES = 150_000  # of text that is read line by line, which takes 5 microseconds for each
_ROWS = {"numbers", "row"}  # kinds of lines
_SECTION = re.compile(r"\[[^\]]*\]|[\w .()%/-]{1,60}\s*=.*")
_GROUPS = re.compile(r"[+-]?\d{1,3}( \d{3})+([.,]\d*)?")  # of digits with blanks between
# separator: marks of which a text must have one
_SEPARATORS = {
    "\t": "\t",
    ";": ";",
    "|": "|",
    ",": ",",
    "blanks": " \t",
    "commas or blanks": ",",
    "tabs or blanks": ";\t",
}
_MIXED = {
    "commas or blanks": re.compile(r"\s*,\s*|[ \t]+"),
    "tabs or blanks": re.compile(r"\s*[;\t]\s*|[ \t]+"),
}
_DIGIT = re.compile(r"\d")
_SAMPLE = 40  # lines by which the separator is told


@dataclass
class Table:
    """Rows of words of one range, the numbers and texts of their lines, and the lines above."""

    header: list
    width: int
    separator: str
    rows: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    texts: list = field(default_factory=list)


def split_fields(line, separator):
    """Words of a line; quotes around cells are removed."""
    pattern = _MIXED.get(separator)
    quoted = '"' in line or "'" in line
    if separator == "blanks":
        words = line.split()
    elif pattern is not None:
        words = [part for part in pattern.split(line.strip()) if part]
    elif '"' in line:
        words = [part.strip() for part in next(csv.reader([line], delimiter=separator), [])]
    else:
        words = [part.strip() for part in line.split(separator)]
    words = [part.strip("\"'").strip() for part in words] if quoted else words
    if separator in ";|" and " " in line:
        words = [part.replace(" ", "") if _GROUPS.fullmatch(part) else part for part in words]
    return words


def split_tables(path, lines):
    """Tables of all ranges of a text.

    A range begins below a header, and again where lines of comments, sections or an empty line are
    followed by angles that begin anew.
    """
    if len(lines) > _MOST_LINES:
        raise FormatError(path, f"is text of {len(lines)} lines that are not plain numbers.")
    separator = _find_separator(path, lines)
    fields = [split_fields(line, separator) if line.strip() else [] for line in lines]
    kinds = [_kind(line, words) for line, words in zip(lines, fields, strict=True)]
    if not _ROWS & set(kinds):
        if not any(line.strip() for line in lines):
            raise FormatError(path, "is empty.")
        raise FormatError(path, "has no row of numbers; is it a pattern?")
    widths = list(map(_width, fields))
    width = _usual_width(widths, kinds)
    start = _first_row(fields, kinds, widths, width)
    tables = [Table(lines[:start], width, separator)]
    between, stray, header = [], None, set(lines[:start])
    for number in range(start, len(lines)):
        kind, words, line = kinds[number], fields[number], lines[number]
        if kind in ("blank", "comment") or line in header:
            between.append(line)
        elif kind == "text":
            between.append(line)
            if not _SECTION.fullmatch(line.strip()):
                stray = number if stray is None else stray
        elif kind == "broken":
            _refuse_text(path, lines, number if stray is None else stray)
        else:
            anew = bool(between and tables[-1].rows) and _begins_anew(tables[-1], words, between)
            if stray is not None and not anew:
                _refuse_text(path, lines, stray)
            stray = None
            if anew:
                tables.append(Table(between, width, separator))
                if len(tables) > _MOST_RANGES:
                    raise FormatError(path, f"holds more than {_MOST_RANGES} ranges.")
            between = []
            tables[-1].rows.append(_fitted(path, words, width, line, number, separator))
            tables[-1].lines.append(number + 1)
            tables[-1].texts.append(line)
    return tables


def _find_separator(path, lines):
    """Separator that splits most of some lines into numbers."""
    filled = [line for line in lines if _DIGIT.search(line)]
    some = filled[:: max(1, len(filled) // _SAMPLE)]
    marks = set("".join(some))
    scores = {}
    for separator, needed in _SEPARATORS.items():
        if not marks & set(needed):
            continue
        score = 0
        for line in some:
            words = split_fields(line, separator)
            if len(words) > _MOST_WORDS:
                raise FormatError(
                    path, f"has {len(words)} columns; a pattern has two or three. Split the table."
                )
            numeric = sum(map(is_number, words))
            whole = numeric == len(words) or all(is_number(w) or is_missing(w) for w in words)
            score += (3 if whole else 1) * (numeric > 1)
        scores[separator] = score
    if not scores:
        return "blanks"
    best = max(scores, key=scores.get)
    return best if scores[best] else "blanks"


def _kind(line, words):
    """What a line is: blank, comment, numbers, row (with words), text, or broken (ends in text)."""
    if not line.strip():
        return "blank"
    if words and "_" not in line and _all_floats(words):
        return "numbers"
    numeric = [is_number(word) for word in words]
    filled = [word for word in words if not is_missing(word)]
    commented = line.lstrip().startswith(_COMMENT)
    if sum(numeric) == len(filled) > 0 and (not commented or line.lstrip()[0] in "\"'"):
        return "numbers"
    if commented:
        return "comment"
    if sum(numeric) > 1 and 2 * sum(numeric) >= len(words):
        return "row"  # with a date or a word in some column
    return "broken" if numeric and numeric[0] else "text"


def _all_floats(words):
    try:
        for word in words:
            float(word)
    except ValueError:  # empty, a word, or written another way
        return False
    return True


def _width(words):
    """Number of words without empty ones at the end."""
    width = len(words)
    while width and not words[width - 1]:
        width -= 1
    return width


def _usual_width(widths, kinds):
    """Number of words in most rows, of those of numbers alone if there are two."""
    for wanted in ("numbers", "row"):
        found = [width for width, kind in zip(widths, kinds, strict=True) if kind == wanted]
        if len(found) > 1 or (found and wanted == "row"):
            return Counter(found).most_common(1)[0][0]
    return next(width for width, kind in zip(widths, kinds, strict=True) if kind in _ROWS)


def _first_row(fields, kinds, widths, width):
    """Line at which the numbers begin: the first two rows of the usual width in a row."""
    lines = [number for number, kind in enumerate(kinds) if kind not in ("blank", "comment")]
    fits = [
        kinds[number] in _ROWS and widths[number] == width and fields[number][0] != ""
        for number in lines
    ]
    for place, number in enumerate(lines):
        if fits[place] and (place + 1 == len(lines) or fits[place + 1]):
            return number
    found = [number for number, fit in zip(lines, fits, strict=True) if fit]
    return found[0] if found else next(n for n in lines if kinds[n] in _ROWS)


def _begins_anew(table, words, between):
    """Whether a row below comments, sections or an empty line is the first of another range."""
    if any(_SECTION.fullmatch(line.strip()) for line in between):
        return True
    rows = table.rows
    angles = [_angle(row) for row in (rows[0], rows[-2:][0], rows[-1], words)]
    if None in angles:
        return False
    first, before, last, here = angles
    if (here <= last) if last >= first else (here >= last):
        return True
    return len(rows) > 2 and abs(here - last) > 5 * abs(last - before)


def _angle(words):
    """First word as a number to compare with others, or None."""
    try:
        return float(words[0].replace(",", "."))
    except (ValueError, IndexError):  # a date or an empty cell; the caller then goes on
        return None


def _fitted(path, words, width, line, number, separator):
    """Words of a row, as many as the table has columns."""
    found = _width(words)
    if found == width:
        return words[:width]
    if found == 1 and width == 2 and "blanks" in separator:
        return words  # columns that touch are split by the caller
    if found < width and "blanks" not in separator:
        return words[:found] + [""] * (width - found)
    count = "one number" if found == 1 else f"{found} values"
    hint = "; does it separate thousands?" if found > width else ""
    raise FormatError(
        path,
        f"line {number + 1} has {count} where others have {width}: {line.strip()[:60]!r}; complete "
        f"or remove it{hint}.",
    )


def _refuse_text(path, lines, number):
    raise FormatError(
        path,
        f"line {number + 1} has text where numbers belong: {lines[number].strip()[:60]!r}.",
    )
