"""One scan looked up in a library."""

from skxrd.search._mixture import find_mixture, weigh
from skxrd.search._phase_fit import ranked_fits
from skxrd.search._phase_match import PhaseMatch, matched_phases
from skxrd.search._prepared_scan import NothingToSearch, prepare_scan

#: Figure of merit of a phase, and explained share of the scan, below which nothing is named.
LEAST_FIGURE, LEAST_EXPLAINED = 0.5, 0.5
#: Lines above the noise below which a phase is not named.
LEAST_MATCHED = 2


def match_scan(library, pattern, *, allowed=None, max_phases=4, least=LEAST_FIGURE):
    """PhaseMatch of a scan, of phases of a mask with at least a figure of merit."""
    try:
        scan = prepare_scan(pattern)
    except NothingToSearch as reason:
        return PhaseMatch(pattern.name, remark=str(reason))
    fits = ranked_fits(library, scan, scan.measured, allowed=allowed)
    facts = {"two_theta": scan.two_theta, "measured": scan.measured}
    if not fits:
        remark = "no phase of the library has lines like these"
        return PhaseMatch(pattern.name, **facts, remark=remark)
    mixture = find_mixture(library, scan, max_phases=max_phases, allowed=allowed, first=fits)
    phases = matched_phases(library, scan, mixture)
    certain = [
        phase.figure_of_merit >= least and phase.n_matched >= LEAST_MATCHED for phase in phases
    ]
    if not any(certain) or mixture.explained < LEAST_EXPLAINED:
        nearest = matched_phases(library, scan, weigh(scan, fits[:1]))[0]
        remark = (
            f"not in the library; the nearest is {nearest.facts['name']} "
            f"({nearest.facts['space_group_symbol']}), which explains {fits[0].figure:.2f}"
        )
        return PhaseMatch(pattern.name, **facts, calculated=nearest.intensity, nearest=nearest,
                          explained=fits[0].figure, remark=remark)  # fmt: skip
    kept = tuple(phase for phase, sure in zip(phases, certain, strict=True) if sure)
    return PhaseMatch(
        pattern.name, **facts, calculated=sum(phase.intensity for phase in kept), phases=kept,
        explained=mixture.explained,
    )  # fmt: skip
