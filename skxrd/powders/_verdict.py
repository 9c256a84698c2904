"""The verdict on a powder, in words."""

import numpy as np

from skxrd._names import printable
from skxrd._phase_names import name_and_formula, number_in_words, phases_in_words
from skxrd.crystal import space_group_symbol

_FEW = 5  # peaks
_MOST = 6  # space groups named
_SYSTEMS = 3  # crystal systems named
_SEEN = 0.05  # of the highest point of a scan
_UNKNOWN = "probably not in the library"


def verdict(match, ranking, sets, *, unknown, mixture, n_peaks):
    """Sentence on a scan; ``ranking`` has pairs of space group and probability.

    ``match`` is a PhaseMatch; ``sets`` are those of the levels, the most probable class first.
    """
    number, probability = ranking[0]
    if n_peaks == 0 or not match.measured.size:
        return f"cannot tell: {_why_not(match, n_peaks)}"
    if len(match.phases) > 1 and mixture >= 0.5:
        text = phases_in_words(match.phases)
        return f"{_UNKNOWN}; nearest: {text}" if unknown >= 0.5 else text
    named = match.phases[0].facts if match.phases else None
    agrees = named is not None and named["space_group_number"] == number
    if agrees and unknown < 0.5 and probability >= 0.5:
        alike = len(match.phases[0].look_alikes)
        return f"{_phase(named, alike)}: {probability:.2f}"
    if n_peaks < _FEW and probability < 0.9:
        peaks = "one peak" if n_peaks == 1 else f"{number_in_words(n_peaks)} peaks"
        last = match.two_theta[np.flatnonzero(match.measured > _SEEN * match.measured.max())[-1]]
        return f"cannot tell: {peaks}, {'' if n_peaks == 1 else 'all '}below {last + 1:.0f} degrees"
    where = f"{_systems(sets['crystal_system'])}, 90 % set: {groups_in_words(sets['space_group'])}"
    if unknown >= 0.5:
        hint = match.phases[0] if match.phases else match.nearest
        nearest = "" if hint is None else f"; nearest: {_phase(hint.facts, len(hint.look_alikes))}"
        return f"{_UNKNOWN}{nearest}; {where}"
    if named is None:
        return f"no phase of the library fits; {where}"
    return f"perhaps {_phase(named, len(match.phases[0].look_alikes))}; {where}"


def _why_not(match, n_peaks):
    if match.remark and not match.measured.size:
        return f"the scan {printable(match.remark)}"
    return "no peak stands out of the noise" if n_peaks == 0 else "no line was found"


def _phase(facts, n_alike):
    """Phase with its space group; the pattern does not choose among phases that are alike."""
    alike = " or a phase like it" if n_alike else ""
    group = f"{facts['space_group_symbol']} ({facts['space_group_number']})"
    return f"{name_and_formula(facts, ', ')}{alike}, {group}"


def _systems(systems):
    """Crystal systems of a set: tetragonal or cubic."""
    if len(systems) > _SYSTEMS:
        return f"one of {number_in_words(len(systems))} crystal systems"
    return " or ".join([", ".join(systems[:-1]), systems[-1]] if len(systems) > 1 else systems)


def groups_in_words(numbers):
    """Space groups with symbols, the first of them."""
    texts = [f"{space_group_symbol(number)} ({number})" for number in numbers[:_MOST]]
    more = len(numbers) - _MOST
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")
