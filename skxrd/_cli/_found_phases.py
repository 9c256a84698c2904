"""Phases of a scan in words, and in a small table."""

from skxrd._cell_text import cell_text
from skxrd._names import printable, shown
from skxrd._phase_names import match_in_words, phase_name

_MOST_ANGLES = 6  # of unexplained peaks, in a line
#: Printed once at the end, where there are mixtures.
AMORPHOUS = (
    "Weights are shares of the phases named: glass and other amorphous parts, phases that were not "
    "found, and differences in absorption do not count."
)


def describe_match(match):
    """Lines that say what is in a scan."""
    yield f"{shown(match.name)}: {match_in_words(match)}"
    yield from describe_phases(match)


def describe_phases(match):
    """Lines with the phases, those like them, and the peaks that none explains."""
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
