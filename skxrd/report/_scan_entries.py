"""What a page says of each scan, computed before anything is written."""

from dataclasses import dataclass, field

import numpy as np

from skxrd._grid import median_step
from skxrd._names import printable
from skxrd._phase_names import match_in_words
from skxrd.inspection._style import COLORS, angle_label

_LEVELS = ("crystal_system", "extinction_group", "space_group")
_FAIR = 0.7  # share of a scan; where phases explain less, the page says so
_MOST_ANGLES = 6  # of unexplained peaks, in a sentence
_NEAR = 0.08  # degrees; a line farther than this and half the width of a peak is not of the peak
_TOP = 5  # classes of each level


@dataclass(eq=False)
class ScanEntry:
    """Facts on a scan; ``tone`` of the verdict is "sure", "open" or "none"."""

    name: str
    verdict: str
    tone: str
    doubts: list
    pattern: object
    assumed: str
    match: object = None
    rankings: dict = field(default_factory=dict)
    sets: dict = field(default_factory=dict)
    peaks: object = None
    owners: list = field(default_factory=list)

    @property
    def phases(self):
        """Phases found, or the nearest one as a hint."""
        if self.match is None:
            return ()
        nearest = getattr(self.match, "nearest", None)
        return tuple(self.match.phases) or ((nearest,) if nearest is not None else ())

    @property
    def found(self):
        """Whether the phases are found, rather than a hint."""
        return self.match is not None and bool(self.match.phases)

    @property
    def colors(self):
        """Colour of each phase."""
        return [COLORS[place % len(COLORS)] for place in range(len(self.phases))]


def scan_entry(pattern, answer):
    """Facts on a scan from a PhaseMatch, or from what identifies powders.

    Of an answer its ``verdict``, ``doubts`` (or ``warnings``), ``match``, ``sets`` and ``ranking``
    (or ``rankings``) are taken, those that it has.
    """
    match = answer if hasattr(answer, "measured") else getattr(answer, "match", None)
    if match is not None and not len(match.measured):
        match = None
    rankings = getattr(answer, "rankings", {})
    if hasattr(answer, "ranking"):
        rankings = {level: answer.ranking(level, _TOP) for level in _LEVELS}
        rankings = {level: ranking for level, ranking in rankings.items() if ranking}
    doubts = list(getattr(answer, "doubts", getattr(answer, "warnings", ())))
    words = getattr(answer, "verdict", None)
    if words is None and match is not None:
        words = match_in_words(match)
    if words is None:
        words = _ranking_in_words(rankings) or getattr(answer, "remark", "") or doubts[0]
    phases = tuple(match.phases) if match is not None else ()
    tone = "open"
    if not phases and not rankings:
        tone = "none"
    elif (
        phases
        and all(phase.certain for phase in phases)
        and not doubts
        and getattr(answer, "unknown", 0.0) < 0.5
    ):
        tone = "sure"
    if match is not None:
        doubts += _doubts_of_match(match)
    name = printable(getattr(answer, "name", "") or pattern.name)
    entry = ScanEntry(
        name, printable(words), tone, [printable(doubt) for doubt in doubts], pattern,
        _assumed(pattern), match, rankings, getattr(answer, "sets", {}),
    )  # fmt: skip
    entry.peaks = _peaks(pattern)
    if entry.found and entry.peaks is not None:
        entry.owners = [
            _owner(match, peak.two_theta, peak.fwhm) for peak in entry.peaks.itertuples()
        ]
    return entry


def plain_label(label):
    """Class as people write it: space groups with their symbol."""
    if not isinstance(label, (int, np.integer)):
        return str(label)
    from skxrd.crystal import space_group_symbol

    return f"{label} {space_group_symbol(int(label))}"


def _ranking_in_words(rankings):
    if "space_group" not in rankings:
        return ""
    (system, share), (group, chance) = (
        rankings[level][0] for level in ("crystal_system", "space_group")
    )
    return (
        f"probably {system} ({share:.2f}); most probable space group {plain_label(group)} "
        f"({chance:.2f})"
    )


def _doubts_of_match(match):
    """What the look-up itself says against its answer."""
    doubts = []
    if match.phases and match.explained < _FAIR:
        doubts.append(f"the phases explain only {match.explained:.2f} of the scan")
    for phase in match.phases:
        name = printable(phase.facts["name"])
        if phase.look_alikes:
            doubts.append(f"about as good as {name}: {', '.join(phase.look_alikes)}")
    if match.phases and len(match.unexplained):
        angles = [f"{angle:.2f}" for angle in match.unexplained]
        more = f" and {len(angles) - _MOST_ANGLES} more" if len(angles) > _MOST_ANGLES else ""
        doubts.append(f"peaks that no phase explains: {', '.join(angles[:_MOST_ANGLES])}{more} deg")
    return doubts


def _assumed(pattern):
    """Range, step, wavelength, unit."""
    first, last = pattern.two_theta[[0, -1]]
    label = angle_label(pattern.wavelength).removeprefix("2θ (degrees)").lstrip(", ")
    parts = [f"{first:g} to {last:g} degrees", f"step {median_step(pattern.two_theta):.3g}"]
    parts.append(label or "wavelength unknown")
    unit, seconds = (pattern.metadata.get(k) for k in ("intensity_unit", "counting_time"))
    if unit:
        parts.append(unit)
    if seconds:
        parts.append(f"{seconds:g} s a step")
    return ", ".join(parts)


def _peaks(pattern):
    """Table of the peaks, or None if there is no telling."""
    from skxrd.preprocessing import find_peaks

    try:
        table = find_peaks(pattern)
    except (ValueError, ArithmeticError):
        return None
    return table if len(table) else None


def _owner(match, angle, fwhm):
    """Number of the phase that is highest at a peak, and the indices of its nearest line."""
    best = (0.0, None, None)
    for number, phase in enumerate(match.phases):
        if not len(phase.line_angles):
            continue
        distance = np.abs(np.asarray(phase.line_angles) - angle)
        near = np.flatnonzero(distance <= _NEAR + fwhm / 2)
        height = float(np.interp(angle, match.two_theta, phase.intensity))
        if near.size and height > best[0]:
            hkl = tuple(int(index) for index in phase.line_hkl[near[distance[near].argmin()]])
            best = (height, number, hkl)
    return best[1:]
