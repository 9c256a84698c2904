"""Phases in words."""

from skxrd._names import printable

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def phase_name(facts):
    """Name of a phase within a sentence: minerals begin with a small letter."""
    name = printable(facts["name"])
    first = name.split(" ")[0].split("-")[0]
    is_word = len(first) > 3 and first.isalpha() and first[1:].islower()
    return name[0].lower() + name[1:] if is_word and name != facts["formula"] else name


def name_and_formula(facts, between=" "):
    """Name and formula, or the one that there is."""
    name, formula = phase_name(facts), printable(facts["formula"])
    return name if name == formula or not formula else f"{name}{between}{formula}"


def phases_in_words(phases):
    """Several phases in one line: two phases: zincite ZnO, P63mc (186), 0.59 by weight; ..."""
    number = len(phases)
    texts = []
    for place, phase in enumerate(phases):
        facts = phase.facts
        text = f"{name_and_formula(facts)}, {facts['space_group_symbol']}"
        text += f" ({facts['space_group_number']})"
        if number > 1:
            text += f", {phase.weight_fraction:.2f}{'' if place else ' by weight'}"
        texts.append(text)
    return f"{number_in_words(number)} phase{'s' if number > 1 else ''}: {'; '.join(texts)}"


def match_in_words(match):
    """What a search found in a scan, in one line: perhaps one phase, if others come near."""
    if not match.phases:
        return printable(match.remark)
    doubt = "perhaps " if len(match.phases) == 1 and not match.phases[0].certain else ""
    return doubt + phases_in_words(match.phases)


def symmetry_heading(match):
    """Heading of probabilities of symmetries, which of a mixture are those of its first phase."""
    if match is None or len(match.phases) < 2:
        return "symmetry"
    return f"symmetry of {phase_name(match.phases[0].facts)}, the first phase"


def number_in_words(number):
    """Number as a word, up to ten."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
