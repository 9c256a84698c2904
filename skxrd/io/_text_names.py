"""Names of columns from the lines above the numbers of a text."""

import re

from skxrd.io._column_roles import ANGLES, NO_ANGLES, column_role, is_unit
from skxrd.io._text_numbers import is_number
from skxrd.io._text_table import split_fields

_MARKS = "#!%;*'/ \t"
_LONGEST_LINE = 2000  # characters
_LINES_ABOVE = 6  # of the numbers, in which names are looked for
_STATEMENT = re.compile(r"\W*\w[\w .()/-]*[:=]\s*\S")  # a key and its value
_VALUES = {"intensity", "calculated", "background", "error", "difference", "list"}
_LABELS = re.compile(r"\W*(column ?(label|name|title)s?|columns|fields)\s*[:=]\s*", re.I)
_UNNAMED = re.compile(r"\bUnnamed: \d+")  # pandas writes it for a column of row numbers
_JOINED = (  # names of several words that blanks must not part
    (re.compile(r"\b(2|two)[ -]theta([ -]angle)?\b", re.I), lambda m: m[0].replace(" ", "-")),
    (re.compile(r"\btime per step\b", re.I), lambda m: "TimePerStep"),
    (re.compile(r"\s+(?=[(\[])"), lambda m: ""),
)


def column_names(header, width, separator):
    """Names of the columns of a table, one for each, or None if the header has none.

    The line next to the numbers that splits into as many names as there are columns is taken, of
    which one must mean something. Names fewer than the columns stand for the first of them.
    """
    lines = [_LABELS.sub("", line) for line in header[-50:] if len(line) < _LONGEST_LINE]
    lines = [_UNNAMED.sub("", line) for line in lines]
    lines = [line for line in lines if line.strip(_MARKS) and not _STATEMENT.match(line)]
    lines = lines[-_LINES_ABOVE:]
    for place, line in reversed(list(enumerate(lines))):
        for names in _splits(line, separator):
            if len(names) == width and _are_names(names, explicit=separator in line):
                return _with_units(names, lines[max(place - 1, 0) : place + 2], separator)
    for line in reversed(lines[-2:]):
        for names in _splits(line, separator):
            kinds = [column_role(name).kind for name in names]
            if 1 < len(names) < width and kinds[0] in ANGLES and "intensity" in kinds:
                return [*names, *[""] * (width - len(names))]
    return None


def _with_units(names, lines, separator):
    """Names with the units of the line below; if they are units, with the names above."""
    for above, below in zip(lines[:-1], lines[1:], strict=True):
        for upper in _splits(above, separator):
            lower = next((words for words in _splits(below, separator) if are_units(words)), [])
            if len(upper) == len(lower) == len(names) and names in (upper, lower):
                if upper != names and not any(column_role(name).kind for name in upper):
                    continue
                return join_units(upper, lower)
    return names


def are_units(words):
    """Whether words are units of columns, or empty, and at least one is a unit."""
    return any(map(is_unit, words)) and all(word == "" or is_unit(word) for word in words)


def join_units(names, units):
    """Names with their units in brackets."""
    return [f"{name} ({unit})" if unit else name for name, unit in zip(names, units, strict=True)]


def _are_names(names, explicit):
    """Whether words are names of columns rather than a sentence of as many words.

    ``explicit`` says that the separator of the numbers stands between them.
    """
    if names[0] and any(map(is_number, names)):
        return False
    kinds = {column_role(name).kind for name in names}
    if "two_theta" in kinds or (names[0] == "" and explicit):
        return True
    if not _VALUES & kinds:
        return False
    if names[0].lower() == "x" and None not in {column_role(name).kind for name in names[1:]}:
        return True
    return explicit or None not in kinds or bool(kinds & {*ANGLES, *NO_ANGLES})


def _splits(line, separator):
    """Ways to split a line into names: by the separator of the numbers, tabs, blanks."""
    bare = re.sub(r"^\s*#[LN]\s", "", line).strip(_MARKS).rstrip(",;")
    for mark in dict.fromkeys((separator, "\t", ",", ";")):
        if len(mark) == 1 and mark in line:
            yield split_fields(line.strip("\r\n"), mark)
            yield split_fields(bare, mark)
    yield re.split(r"\s{2,}|\t", bare)
    joined = bare
    for pattern, replacement in _JOINED:
        joined = pattern.sub(replacement, joined)
    yield re.split(r"[\s,;]+", joined)
    yield joined.split()
