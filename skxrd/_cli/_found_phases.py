"""Phases of a scan in words, and in a small table."""

from skxrd._cell_text import cell_text
from skxrd._names import printable, shown

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MOST_ANGLES = 6  # of unexplained peaks, in a line
#: Printed once at the end, where there are mixtures.
AMORPHOUS = (
    "Weights are shares of the phases named: glass and other amorphous parts, phases that were not "
    "found, and differences in absorption do not count."
)


def describe_match(match):
    """Lines that say what is in a scan."""
    yield f"{shown(match.name)}: {_in_words(match)}"
    for line in _table(match.phases):
        yield f"  {line}"
    for phase in match.phases:
        if phase.look_alikes:
            names = ", ".join(map(printable, phase.look_alikes))
            yield f"  about as good as {phase_name(phase.facts)}: {names}"
    if match.phases and len(match.unexplained):
        angles = [f"{angle:.2f}" for angle in match.unexplained]
        more = f" and {len(angles) - _MOST_ANGLES} more" if len(angles) > _MOST_ANGLES else ""
        yield f"  peaks that no phase explains: {', '.join(angles[:_MOST_ANGLES])}{more} degrees"


def _in_words(match):
    """One line, as a person would put it."""
    if not match.phases:
        return printable(match.remark)
    number = len(match.phases)
    texts = []
    for place, phase in enumerate(match.phases):
        facts = phase.facts
        text = f"{_name_and_formula(facts)}, {facts['space_group_symbol']}"
        text += f" ({facts['space_group_number']})"
        if number > 1:
            text += f", {phase.weight_fraction:.2f}{'' if place else ' by weight'}"
        texts.append(text)
    count = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{count} phase{'s' if number > 1 else ''}: {'; '.join(texts)}"


def phase_name(facts):
    """Name of a phase within a sentence: minerals begin with a small letter."""
    name = printable(facts["name"])
    first = name.split(" ")[0].split("-")[0]
    is_word = len(first) > 3 and first.isalpha() and first[1:].islower()
    return name[0].lower() + name[1:] if is_word and name != facts["formula"] else name


def _name_and_formula(facts):
    name, formula = phase_name(facts), printable(facts["formula"])
    return name if name == formula or not formula else f"{name} {formula}"


def _table(phases):
    """Lines of a table with a row for each phase."""
    rows = [("phase", "fit", "explains", "lines", "cell (angstrom, degrees)", "source")]
    for phase in phases:
        facts = phase.facts
        source = facts["reference"] or facts["source"].split("; ")[0]
        rows.append(
            (
                phase_name(facts),
                f"{phase.figure_of_merit:.2f}",
                f"{phase.explained:.2f}",
                f"{phase.n_matched} of {phase.n_expected}",
                cell_text(phase.cell, phase.cell_su),
                printable(source),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if phases else ():
        yield "   ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip()
