"""Rows of text whose fixed-width columns of angle and intensity touch."""

import re

from skxrd._files import FormatError

_FIRST_WORD = re.compile(r"\s*\S+(?=\s+\S)")


def split_touching(path, texts, rows, lines):
    """Rows of two words, and the numbers of the lines whose words had run together.

    A line is split at the end of the first column if its angle then follows the ones before it by
    their step; otherwise it is an error.
    """
    if all(len(row) == 2 for row in rows):
        return rows, []
    edge = _first_column_end(texts)
    split, repaired = [], []
    for text, row, line in zip(texts, rows, lines, strict=True):
        if len(row) != 2:
            row = _split(text, edge, split)
            if row is None:
                raise FormatError(
                    path,
                    f"line {line} has one number where others have 2: {text.strip()[:60]!r}; "
                    "complete or remove it.",
                )
            repaired.append(line)
        split.append(row)
    return split, repaired


def _first_column_end(texts):
    """Character at which the first of several right-aligned columns ends in most lines."""
    ends = [match.end() for match in map(_FIRST_WORD.match, texts) if match]
    return max(set(ends), key=ends.count) if ends else 0


def _split(text, edge, rows):
    first, second = text[:edge].strip(), text[edge:].strip()
    angle, intensity = _number(first), _number(second)
    if angle is None or intensity is None or len(rows) < 2:
        return None
    before, last = _number(rows[-2][0]), _number(rows[-1][0])
    if before is None or last is None or abs(angle - 2 * last + before) >= 0.05 * (last - before):
        return None
    return [first, second]


def _number(word):
    try:
        return float(word.replace(",", "."))
    except ValueError:  # the caller reports it with its line
        return None
