"""Every measured figure of README and guide against the result that it comes from.

Run as ``python -m benchmarks.tools.quoted_numbers`` to list what has no result or disagrees with
it, and with ``--write`` to write rendered tables and single figures anew. Marks are HTML comments,
which no reader of a page sees. A *block* is a paragraph, an item of a list, a table, or a row of a
table that has marks of its own.

``<!-- result: FILE > WORD > WORD; FILE -->``
    Each measured figure of the block is found in one of these files, rounded as it is quoted.
    ``FILE`` is below ``benchmarks/results``, or a file of the repository, in whose text the figure
    stands. Words narrow a JSON or CSV file, one after the other: to what is below a key of that
    name, or to the entries in which a value is that word (``KEY=VALUE``: the value of that key).
    ``; cited: ...`` and the like may follow.
``0.857<!-- FILE > WORD > WORD -->``
    This figure is the only number that the words leave; ``--write`` replaces it.
``<!-- cited: 0.89 0.93 -->``, ``<!-- setting: 0.16 -->``, ``<!-- example: 0.97 -->``
    These figures of the block are those of a publication; chosen, defined, or a constant; the
    output of a command that is shown. Without figures, all of the block.
``<!-- table: NAME WORD ... -->`` to ``<!-- end -->``
    Rendered by ``benchmarks/tools/result_tables.py``.

Measured figures are numbers with a decimal point, a thousands comma, a per cent sign or a unit of
time or memory, *n of m*, and cells of tables that are numbers. Not so angles and lengths, versions,
code, links, numbers of figures and equations, and 90 % sets or 95 % intervals. Times are written in
digits, so that they are found.
"""

import csv
import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.tools.result_tables import render

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks/results"
#: pages that are written by a program, or list what changed
NOT_CHECKED = {"instrument_files.md", "changelog.md", "contributing.md", "security.md"}

COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.S)
TABLE = re.compile(r"(<!-- table: (.*?) -->\n).*?(<!-- end -->)", re.S)
NUMBER = re.compile(
    r"(?<![\w.,/^-])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e-?\d+)?(?![\w^]|\.\d|,\d|-\w)"
)
UNIT = re.compile(
    r"\s?(%|per cent|percentage points?|nanoseconds?|ns|microseconds?|ms|s|seconds?|minutes?|"
    r"hours?|days|kB|MB|MiB|GB|million|times|[Mm]egabytes)(?![\w])"
)
#: angles, lengths, voltages
DIMENSION = re.compile(
    r"(?:\s*(?:to|and|or|,|±)\s*-?[\d.]+)*\s?"
    r"(?:degrees?|deg|°|inverse|angstroms?|Å|keV|kV|nm|mm|m\b|metres?|electrons?)"
)
LABELLED = re.compile(
    r"(?:Figs?|Eqs?|Tables?|Cases?|[Ss]ections?|[Vv]ersions?|Python|TensorFlow|XRDML|RAW|BY)\.?\s$"
)
NOMINAL = re.compile(r"\s% (?:bootstrap|prediction|confidence|sets?|intervals?)\b")
SPELLED = re.compile(
    r"\b(?:half an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|a hundred)(?: and a half)? (?:seconds?|minutes?|hours?)\b"
)
#: what a number of a result may be multiplied by before it is quoted with a unit
SCALES = {
    "%": (1, 100),
    "ns": (1, 1e9),
    "microseconds": (1, 1e6),
    "ms": (1, 1e3),
    "minutes": (1, 1 / 60),
    "hours": (1, 1 / 60, 1 / 3600),
    "kB": (1, 1e-3),
    "MB": (1, 1e-6, 2**-20),
    "GB": (1, 1e-3, 2**-10, 1e-9, 2**-30),
    "million": (1, 1e-6),
}
SAME_UNIT = {
    "per cent": "%",
    "percentage point": "%",
    "percentage points": "%",
    "minute": "minutes",
}
SAME_UNIT |= {"hour": "hours", "microsecond": "microseconds", "MiB": "MB", "megabytes": "MB"}
NOT_MEASURED = ("command", "date", "machine", "versions")
KINDS = ("result", "cited", "setting", "example")


class Figure(NamedTuple):
    """A number of a page: where its text begins and ends, its text, its unit."""

    start: int
    end: int
    text: str
    unit: str

    @property
    def value(self):
        """The number."""
        return float(self.text.replace(",", "").replace("−", "-"))

    @property
    def half_a_step(self):
        """Half of the last digit that is quoted; zeros that end a large number are none."""
        plain = self.text.replace(",", "").lstrip("+-−")
        mantissa, _, exponent = plain.partition("e")
        if "." in mantissa or exponent:
            return 0.5 * 10 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        zeros = len(plain) - len(plain.rstrip("0")) if float(plain) >= 1000 else 0
        return 0.5 * 10**zeros

    def is_rounded_from(self, number):
        """Whether the number, in this unit, is rounded to the figure."""
        return any(
            abs(number * scale - self.value) <= self.half_a_step * (1 + 1e-6) + 1e-12
            for scale in SCALES.get(self.unit, (1,))
        )

    def rounded(self, number):
        """The number written with as many digits as the figure."""
        digits = len(self.text.partition(".")[2])
        scale = next((s for s in SCALES.get(self.unit, (1,)) if s == 100 and number <= 1), 1)
        sign = "+" if self.text.startswith("+") and number >= 0 else ""
        return f"{sign}{number * scale:,.{digits}f}"


def pages():
    """README and the pages of the guide."""
    guide = sorted((ROOT / "docs").glob("*.md"))
    return [ROOT / "README.md", *(path for path in guide if path.name not in NOT_CHECKED)]


def _blank(text, pattern):
    """The text with what fits the pattern replaced by spaces, lines kept."""
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def prose(text):
    """A page without code, comments, links, headings and heads of tables, of the same length."""
    for pattern in (
        r"(?ms)^```.*?^```",
        r"(?s)<!-- table: .*?<!-- end -->",
        r"(?s)<!--.*?-->",
        r"`[^`\n]*`",
        r"\]\([^)]*\)",
        r"https?://\S+|doi:\S+",
        r"(?m)^#.*$",
        r"(?m)^\|.*\n(?=\|[-| :]+\|$)",
    ):
        text = _blank(text, pattern)
    return text.replace("*", " ")


def figures(page, begin, finish):
    """Measured figures of a part of what :func:`prose` left."""
    found, text = [], page[begin:finish]
    counted = {
        (match.start() + group.start(), match.start() + group.end())
        for match in re.finditer(r"\b\d+ of (?:the |these )?\d+\b", text)
        for group in re.finditer(r"\d+", match[0])
    }
    cells = {
        (match.start(1) + number.start(), match.start(1) + number.end())
        for match in re.finditer(r"(?m)(?<=\|)([^|\n]*\d[^|\n]*)(?=\|)", text)
        if not re.search(r"[^\W\d_]", re.sub(r"\bto\b", "", match[1]))
        for number in NUMBER.finditer(match[1])
    }
    for match in NUMBER.finditer(text):
        before, after = text[max(0, match.start() - 20) : match.start()], text[match.end() :][:60]
        after = re.sub(r"\s+", " ", after)
        if DIMENSION.match(after) or LABELLED.search(before):
            continue
        if match[0] in ("50", "90", "95") and NOMINAL.match(after):
            continue
        unit = UNIT.match(after)
        name = unit[1] if unit else ""
        span = (match.start(), match.end())
        if unit or re.search(r"[.,e]", match[0]) or span in counted or span in cells:
            found.append(
                Figure(begin + span[0], begin + span[1], match[0], SAME_UNIT.get(name, name))
            )
    return found


@cache
def content(name):
    """What a file holds: JSON, the rows of a CSV file, or the numbers in a text."""
    path = RESULTS / name if (RESULTS / name).is_file() else ROOT / name
    if not path.is_file():
        raise ValueError(f"{name} is neither in benchmarks/results nor in the repository")
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json" and path.is_relative_to(RESULTS):
        return {key: value for key, value in json.loads(text).items() if key not in NOT_MEASURED}
    if path.suffix == ".csv" and path.is_relative_to(RESULTS):
        return [dict(row) for row in csv.DictReader(text.splitlines())]
    return [
        match[0].replace(",", "").replace("_", "")
        for match in re.finditer(r"\d[\d_,]*(?:\.\d+)?(?:e-?\d+)?", text)
    ]


def narrow(node, word):
    """Parts below a key of that name, and entries with that value, or ``key=value``."""
    if isinstance(node, list):
        return [part for item in node for part in narrow(item, word)]
    if not isinstance(node, dict):
        return []
    key, _, value = word.partition("=")
    plain = {name: str(item) for name, item in node.items() if not isinstance(item, dict | list)}
    if word in plain.values() or (key in plain and plain[key] == value):
        return [node]
    if word in node:
        return [node[word]]
    return [part for value in node.values() for part in narrow(value, word)]


def numbers(node):
    """All numbers in a part of a result."""
    if isinstance(node, dict):
        return [number for value in node.values() for number in numbers(value)]
    if isinstance(node, list):
        return [number for value in node for number in numbers(value)]
    if isinstance(node, bool) or node is None:
        return []
    try:
        return [float(node)]
    except ValueError:
        return []


@cache
def quoted_from(source):
    """Numbers of ``FILE > WORD > WORD``."""
    name, *words = (word.strip() for word in source.split(">"))
    parts = [content(name)]
    for word in words:
        parts = narrow(parts, word)
        if not parts:
            raise ValueError(f"{name} has nothing under {word!r} ({source})")
    said = [part for part in parts if isinstance(part, str)]  # words that were asked for
    return numbers(parts) + [float(found) for text in said for found in re.findall(r"\d+", text)]


def _blocks(text):
    """Where the blocks of a page begin and end."""
    start = 0
    for match in re.finditer(r"\n[ \t]*(?:\n[ \t]*)+|\n(?=\* )|\Z", text):
        yield start, match.start()
        start = match.end()


def _separate_blocks(hidden, plain):
    """Blocks, with the text and prose to look at: rows of tables with own marks, then the rest."""
    rows = [match.span() for match in re.finditer(r"(?m)^\|.*<!--.*$", hidden)]
    for start, end in rows:
        yield start, end, hidden, plain
    for start, end in rows:
        gone = "_" * (end - start)  # no empty line, which would end the table
        hidden = hidden[:start] + gone + hidden[end:]
        plain = plain[:start] + gone + plain[end:]
    for start, end in _blocks(hidden):
        yield start, end, hidden, plain


def check(text):
    """Messages about a page, as (line, message), and figures to replace, as (start, end, text)."""
    messages, replace, plain = [], [], prose(text)
    hidden = _blank(text, r"(?ms)^```.*?^```")  # comments in code are code

    def say(place, message):
        messages.append((text.count("\n", 0, place) + 1, message))

    for match in TABLE.finditer(hidden):
        try:
            body = f"\n{render(match[2])}\n\n"
        except (OSError, LookupError, ValueError) as error:
            say(match.start(), f"the table {match[2]} cannot be rendered: {error!r}")
            continue
        inside = (match.end(1), match.start(3))
        if text[slice(*inside)] != body:
            say(match.start(), f"the table {match[2]} is not what its results give")
            replace.append((*inside, body))
    for match in SPELLED.finditer(plain):
        say(match.start(), f"{match[0]}: write a time in digits")
    for start, end, marked, unmarked in _separate_blocks(hidden, plain):
        left = all_of_them = figures(unmarked, start, end)
        for comment in COMMENT.finditer(marked, start, end):
            try:
                if re.match(r"[\w/]+\.(json|csv)\b", comment[1]):
                    left, wrong = _one(comment, left, replace)
                    if wrong:
                        say(comment.start(), wrong)
                elif re.split(r"[:;]", comment[1])[0] in KINDS:
                    left = _cover(comment[1], left, all_of_them)
            except ValueError as error:
                say(comment.start(), str(error))
        for figure in left:
            say(figure.start, f"{figure.text} {figure.unit}: no result that the block names has it")
    return messages, replace


def _cover(mark, left, all_of_them):
    """Figures that a mark leaves uncovered."""
    kind = ""
    for part in mark.split(";"):
        before, colon, after = part.strip().partition(": ")
        kind, rest = (before, after) if colon else (kind, part) if kind else (before, "")
        if kind == "result":
            known = quoted_from(rest.strip())
            left = [figure for figure in left if not any(map(figure.is_rounded_from, known))]
        elif not rest.strip():
            left = []
        else:
            missing = set(rest.split()) - {figure.text for figure in all_of_them}
            if missing:
                raise ValueError(f"the block has no measured figure {', '.join(sorted(missing))}")
            left = [figure for figure in left if figure.text not in rest.split()]
    return left


def _one(comment, left, replace):
    """Figures without the one before this mark, and a message if that is not its number."""
    known = set(quoted_from(comment[1]))
    if len(known) != 1:
        raise ValueError(f"{comment[1]} leaves {len(known)} numbers, not one")
    before = [figure for figure in left if comment.start() - 12 < figure.end <= comment.start()]
    if not before:
        raise ValueError(f"no figure stands before {comment[0]}")
    figure, number, wrong = before[-1], known.pop(), ""
    if not figure.is_rounded_from(number):
        replace.append((figure.start, figure.end, figure.rounded(number)))
        wrong = f"{figure.text} is {figure.rounded(number)} in {comment[1]}"
    return [other for other in left if other is not figure], wrong


def main(arguments):
    """Check all pages, or write them."""
    write, n_messages = "--write" in arguments, 0
    for path in pages():
        text = path.read_text(encoding="utf-8")
        messages, replace = check(text)
        if write and replace:
            for start, end, new in sorted(replace, reverse=True):
                text = text[:start] + new + text[end:]
            path.write_text(text, encoding="utf-8")
            messages, _ = check(text)
        n_messages += len(messages)
        for line, message in messages:
            print(f"{path.relative_to(ROOT)}:{line}: {message}")
    sys.exit(n_messages > 0)


if __name__ == "__main__":
    main(sys.argv[1:])
