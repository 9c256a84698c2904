"""Numbers and characters as text files of any country write them."""

import codecs
import re

from skxrd._files import FormatError

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?|[+-]?(?:nan|inf|infinity)", re.I)
_GROUPED = r"[+-]?\d{1,3}(?:%s\d{3})+"
_COMMA_GROUPS = re.compile(_GROUPED % ",")
_POINT_GROUPS = re.compile(_GROUPED % r"\.")
_COMMA_GROUPS_POINT = re.compile(_GROUPED % "," + r"\.\d*")
_POINT_GROUPS_COMMA = re.compile(_GROUPED % r"\." + r",\d*")
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:[eEdD][+-]?\d+)?")
_SPACES = re.compile(r"(?<=\d)[\u00a0\u202f\u2009'\u2019](?=\d{3})")  # between groups of digits
_ANY_NUMBER = re.compile(
    "|".join(
        (
            NUMBER.pattern,
            _DECIMAL_COMMA.pattern,
            _GROUPED % "," + r"(?:\.\d*)?",
            _GROUPED % r"\." + r"(?:,\d*)?",
            _GROUPED % "[\u00a0\u202f\u2009'\u2019]" + r"(?:[.,]\d*)?",
        )
    ),
    re.I,
)
_MISSING = {"", "-", "--", "---", "n/a", "na", "#n/a", "none", "null", "missing", "*", "?"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def as_utf8(path, content):
    """Content as UTF-8 without a mark if it is text with one, or UTF-16 without."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding == "utf-8":
        return content[3:]
    if encoding is None:
        head = content[:200]
        for zeros, others, name in ((1, 0, "utf-16-le"), (0, 1, "utf-16-be")):
            few = 5 * sum(map(bool, head[zeros::2])) < len(head[zeros::2])  # such as theta
            if len(head) > 8 and few and all(head[others::2]) and _is_text(head, name):
                encoding = name
    if encoding is None:
        return content
    try:
        return content.decode(encoding).encode()
    except UnicodeError as error:
        raise FormatError(path, f"is damaged text in {encoding.upper()} ({error}).") from error


def _is_text(head, encoding):
    """Whether bytes are characters of text in an encoding, none of them for control."""
    text = head[: len(head) // 2 * 2].decode(encoding, "replace")
    return all(character.isprintable() or character in "\t\r\n" for character in text)


def is_number(word):
    """Whether a word is a number, perhaps with a decimal comma or separated thousands."""
    return _ANY_NUMBER.fullmatch(word) is not None


def is_missing(word):
    """Whether a cell is empty or a word for a missing value."""
    return word.lower() in _MISSING


def parse_numbers(path, columns, lines):
    """Numbers of columns of words, each a list of floats; None for a missing value.

    The first column is that of the angles. Points and commas are told by all words together:
    thousands separators are removed where they can be nothing else, and refused otherwise.
    ``lines`` are the numbers of the rows for messages.
    """
    if not any("," in word or "_" in word for column in columns for word in column):
        try:
            return [[float(word) for word in column] for column in columns]
        except ValueError:  # a missing value, or a word to be named below
            pass
    mark = _decimal_mark(path, columns, lines)
    return [
        [_parse(path, word, mark, line) for word, line in zip(column, lines, strict=True)]
        for column in columns
    ]


def _decimal_mark(path, columns, lines):
    point = comma = doubtful = None
    for place, column in enumerate(columns):
        for word, line in zip(column, lines, strict=True):
            if "," not in word:
                if "." in word and not _POINT_GROUPS.fullmatch(word):
                    point = point or (word, line)
            elif _COMMA_GROUPS_POINT.fullmatch(word) or word.count(",") > 1:
                point = point or (word, line)
            elif _COMMA_GROUPS.fullmatch(word) and place > 0:
                doubtful = doubtful or (word, line)
            else:  # no angle is 1,000 or more, so that the comma of one is decimal
                comma = comma or (word, line)
    if point and comma:
        (word, line), (other, other_line) = point, comma
        raise FormatError(
            path,
            f"uses both points and commas as decimal marks ({word!r} in line {line}, {other!r} in "
            f"line {other_line}); write all numbers alike.",
        )
    if doubtful and not point and not comma:
        raise FormatError(
            path,
            f"line {doubtful[1]} has {doubtful[0]!r}, which may be a thousand or a decimal; write "
            "it without a separator of thousands.",
        )
    return "," if comma else "."


def _parse(path, word, mark, line):
    if is_missing(word):
        return None
    plain = _SPACES.sub("", word)
    if "," in plain or mark == ",":
        thousands = "." if mark == "," else ","
        groups = _POINT_GROUPS if mark == "," else _COMMA_GROUPS
        whole = plain.partition(mark)[0]
        if thousands in whole and groups.fullmatch(whole):
            plain = whole.replace(thousands, "") + plain[len(whole) :]
        plain = plain.replace(mark, ".", 1)
    if not NUMBER.fullmatch(plain):
        raise FormatError(
            path, f"line {line} has {word[:40]!r} where a number belongs; correct or remove it."
        )
    return float(plain.lower().replace("d", "e"))
