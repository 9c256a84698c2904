"""One scan identified: look-up, network, model, words."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from skxrd._grid import median_step
from skxrd.crystal import symmetry_classes
from skxrd.powders._identified_powder import IdentifiedPowder
from skxrd.powders._identifier_model import (
    can_be_mixture,
    further_features,
    group_votes,
    joined_probabilities,
    levels_of,
    logistic,
    preferred_order,
    read_parameters,
    unknown_features,
)
from skxrd.powders._nested_sets import nested_sets
from skxrd.powders._scan_evidence import further_row, gather_evidence
from skxrd.powders._scan_warnings import count_peaks, warn_of_row
from skxrd.powders._trained_network import TrainedNetwork
from skxrd.powders._verdict import verdict
from skxrd.preprocessing._common_grid import pattern_at_wavelength, resample_pattern
from skxrd.search._mixture import find_mixture, pays
from skxrd.search._phase_fit import ranked_fits
from skxrd.search._phase_match import PhaseMatch, matched_phases
from skxrd.search._prepared_scan import NothingToSearch, prepare_scan

#: Of the phases that are promising on the blurred scan, those that are refined on the scan itself,
#: and of these, those whose preferred orientation is tried.
QUICK = {"sharp": 36, "textured": 20}
_COARSE = 0.1  # degrees; wider steps miss the shapes of peaks


def identify_with(path, library, pattern, *, allowed=None, max_phases=4):
    """IdentifiedPowder of a scan, with the network of a file; ``None`` is that of the package."""
    network = _network(path, path and Path(path).stat().st_mtime_ns)
    return identify_scan(library, network, pattern, allowed=allowed, max_phases=max_phases)


@lru_cache(maxsize=2)
def _network(path, stamp):
    """Network of a file as it was at a time, loaded once in a process."""
    return TrainedNetwork.read(path)


def identify_scan(library, network, pattern, *, allowed=None, max_phases=4):
    """IdentifiedPowder of a scan whose wavelength is known, with a TrainedNetwork."""
    if np.ptp(pattern.intensity) == 0:
        reason = f"all intensities are {pattern.intensity[0]:g}; there is nothing to identify"
        return IdentifiedPowder(pattern.name, f"cannot tell: {reason}", doubts=(reason,))
    grid = network.two_theta
    there = pattern_at_wavelength(pattern, network.wavelength, f"pattern {pattern.name!r}")
    row = resample_pattern(*there, grid)
    measured = row[np.isfinite(row)]
    if measured.size < 2:
        first, last = grid[[0, -1]]
        reason = (
            f"measured nothing between {first:g} and {last:g} deg (at "
            f"{network.wavelength:.4f} angstrom), where the network looks"
        )
        return IdentifiedPowder(pattern.name, f"cannot tell: {reason}", doubts=(reason,))
    doubts = warn_of_row(row, grid, network.max_first_angle, network.min_last_angle)
    step = median_step(pattern.two_theta)
    if step > _COARSE:
        doubts.append(f"its step of {step:.3g} deg is too coarse for the shapes of peaks")
    seen = network.predict(row[np.newaxis])[0].astype(float)
    n_peaks = count_peaks(measured, grid[1] - grid[0])
    parameters = read_parameters()
    match, space_groups, unknown, mixture = _look_up(
        library, pattern, seen, n_peaks, allowed, max_phases
    )
    probabilities = levels_of(space_groups[None])
    masks = nested_sets(probabilities, parameters["sets"]["thresholds"])
    probabilities = {level: p[0] for level, p in probabilities.items()}
    sets = {}
    for level, (mask,) in masks.items():
        codes = np.flatnonzero(mask)
        order = codes[np.argsort(-probabilities[level][codes], kind="stable")]
        sets[level] = symmetry_classes(level)[order].tolist()
    best = int(probabilities["space_group"].argmax())
    ranking = [(best + 1, float(probabilities["space_group"][best]))]
    words = verdict(match, ranking, sets, unknown=unknown, mixture=mixture, n_peaks=n_peaks)
    return IdentifiedPowder(
        pattern.name, words, probabilities, sets, unknown, mixture, tuple(doubts), match
    )


def _look_up(library, pattern, network, n_peaks, allowed, max_phases):
    """PhaseMatch, probabilities of space groups, of an unknown phase and of a mixture."""
    parameters = read_parameters()
    part = parameters["space_groups"]
    alone = joined_probabilities(np.zeros(network.size), network, part)
    try:
        scan = prepare_scan(pattern)
    except NothingToSearch as reason:
        return PhaseMatch(pattern.name, remark=str(reason)), alone, 1.0, 0.0
    fits = ranked_fits(library, scan, scan.measured, allowed=allowed, **QUICK)
    shown = {"two_theta": scan.two_theta, "measured": scan.measured}
    if not fits:
        remark = "no phase of the library has lines like these"
        return PhaseMatch(pattern.name, **shown, remark=remark), alone, 1.0, 0.0
    evidence = gather_evidence(library, scan, fits, network)
    order = preferred_order(evidence, part)
    ordered, chances = [fits[place] for place in order], []

    def is_worth(scan, before, after):
        if len(before.fits) > 1:  # the regression is of a second phase
            return pays(scan, before, after)
        row = further_row(library, scan, before, after)
        if not can_be_mixture(row, n_peaks):
            return False
        chances.append(float(logistic(further_features(row), parameters["mixture"])))
        return chances[-1] >= 0.5

    found = find_mixture(
        library, scan, max_phases=max_phases, first=ordered, allowed=allowed, is_worth=is_worth,
        sharp=QUICK["sharp"],
    )  # fmt: skip
    phases = matched_phases(library, scan, found)
    if len(phases) > 1:  # the first phase alone; the network saw all of them
        own = next(phase for phase in phases if phase.phase == ordered[0].phase).intensity
        others = sum(phase.intensity for phase in phases) - own
        rest = replace(scan, measured=np.maximum(scan.measured - others, 0.0))
        refined = {fit.phase: fit for fit in found.fits}
        fits = [refined.get(fit.phase, fit) for fit in fits]
        evidence = gather_evidence(library, rest, fits, None)
        network = np.full(network.size, 1 / network.size)
    votes = group_votes(evidence, np.array(part["weights"]))
    if len(phases) > 1:  # as if the network gave what it gives to true space groups of minerals
        exponent = part["network"] + part["network_where_found"]
        votes *= (part["typical"] * votes.size) ** exponent
    space_groups = joined_probabilities(votes, network, part)
    features = unknown_features(evidence, place=int(order[0]))
    unknown = float(logistic(features, parameters["unknown"]))
    if unknown >= 0.5 and len(phases) == 1:
        match = _nearest(pattern.name, phases[0], found.explained, shown)
    else:
        drawn = sum(phase.intensity for phase in phases)
        match = PhaseMatch(
            pattern.name, **shown, calculated=drawn, phases=phases, explained=found.explained
        )
    return match, space_groups, unknown, chances[0] if chances else 0.0


def _nearest(name, phase, explained, shown):
    """PhaseMatch that names no phase, but the nearest."""
    remark = (
        f"not in the library; the nearest is {phase.facts['name']} "
        f"({phase.facts['space_group_symbol']}), which explains {explained:.2f}"
    )
    return PhaseMatch(
        name, **shown, calculated=phase.intensity, nearest=phase, explained=explained,
        remark=remark,
    )  # fmt: skip
