"""What the look-up and the network have to say about one scan, as numbers."""

from dataclasses import dataclass

import numpy as np

from skxrd.search._line_profiles import explained
from skxrd.search._phase_match import _lines, own_share
from skxrd.search._refine_cell import cell_of_metric

_APART = 0.02  # of the highest point of the phases before; where these are below has no line
#: Numbers kept of each phase that was fitted.
FIT_COLUMNS = (
    "figure",  # share of the weighted squares that the phase explains
    "rank",  # that and what is known beforehand
    "cosine",  # of the square roots of scan and phase
    "own",  # share of the squares near its own lines that it explains
    "missed",  # share of the intensity of the scan that it lacks
    "excess",  # share of its intensity that the scan lacks
    "matched",  # lines found
    "expected",  # lines that should be seen
    "computed",  # whether its cell was computed
    "sources",  # logarithm of the number of determinations
    "stretch",  # change of the logarithm of the mean axis, from the library to the scan
    "shift",  # displacement, degrees
    "coefficient",  # logarithm of the March coefficient
    "strain",  # root mean square change of the cell beside its mean, logarithms and radians
    "width",  # logarithm of its line width over that of the peaks of the scan
    "peak_missed",  # highest part of the scan that it lacks, of the highest point
    "peak_excess",  # highest part that the scan lacks
)
#: Numbers kept of a further phase that was tried.
FURTHER_COLUMNS = (
    "before",  # share of the squares explained without it
    "share",  # its share of the intensity
    "apart_rest",  # share of the squares of the scan that lie apart from the lines of the others
    "apart_own",  # share of these that it explains
    "peak_before",  # highest part that is left without it, of the highest point
    "same_elements",  # share of its elements that the phases before it have
    "alike",  # whether a phase before it has its space group and nearly its cell
    "matched",  # lines found
)


@dataclass(eq=False)
class ScanEvidence:
    """Phases fitted, and probabilities of the network.

    ``phases`` are the numbers of the phases in the library, by falling rank, ``groups`` their
    space groups, ``compounds`` the same number for the same compound in the same space group, and
    ``fits`` has a row of FIT_COLUMNS for each; ``network`` has the probabilities of the 230 space
    groups.
    """

    network: np.ndarray
    phases: np.ndarray
    groups: np.ndarray
    compounds: np.ndarray
    fits: np.ndarray


def gather_evidence(library, scan, fits, network):
    """Evidence of the fits of one phase on a prepared scan, and of the network."""
    phases = np.array([fit.phase for fit in fits], int)
    return ScanEvidence(
        network=network,
        phases=phases,
        groups=np.array([library.numbers[phase] for phase in phases], int),
        compounds=compounds_of(library, phases),
        fits=np.array([fit_row(library, scan, fit) for fit in fits]).reshape(-1, len(FIT_COLUMNS)),
    )


def compounds_of(library, phases):
    """Numbers that phases share which have formula or name, and the space group, in common."""
    numbers, seen = [], {}
    for phase in phases:
        facts = library[int(phase)]
        keys = [(facts[kind], facts["space_group_number"]) for kind in ("formula", "name")]
        number = next((seen[key] for key in keys if key in seen), len(seen))
        seen |= dict.fromkeys(keys, number)
        numbers.append(number)
    return np.array(numbers, int)


def fit_row(library, scan, fit):
    """FIT_COLUMNS of a fit."""
    share, scale = explained(scan.weights, scan.measured, fit.drawn)
    own = scale * fit.drawn
    rest = scan.measured - own
    _, _, n_matched, n_expected = _lines(scan, fit, own)
    stretch, strain = cell_changes(library, fit)
    highest = max(scan.measured.max(), 1e-30)
    return (
        share,
        fit.rank + share - fit.figure,
        cosine(scan.measured, own),
        own_share(scan, own, own) if own.max() > 0 else 0.0,
        np.maximum(rest, 0).sum() / max(scan.measured.sum(), 1e-30),
        np.maximum(-rest, 0).sum() / max(own.sum(), 1e-30),
        n_matched,
        n_expected,
        float(library.is_computed(fit.phase)),
        np.log(library[fit.phase]["source"].count(";") + 1),
        stretch,
        fit.shift,
        np.log(fit.coefficient),
        strain,
        np.log(fit.width / scan.width),
        max(rest.max(), 0.0) / highest,
        max(-rest.min(), 0.0) / highest,
    )


def further_row(library, scan, before, after):
    """FURTHER_COLUMNS of the last phase of a mixture."""
    fit = after.fits[-1]
    own = after.scales[-1] * fit.drawn
    apart = before.drawn < _APART * max(before.drawn.max(), 1e-30)
    squares = scan.weights * scan.measured**2
    left_apart = (scan.weights * (scan.measured - own) ** 2)[apart].sum()
    facts = library[fit.phase]
    others = [library[one.phase] for one in before.fits]
    elements = set().union(*(one["elements"] for one in others))
    return (
        before.explained,
        own.sum() / max(scan.measured.sum(), 1e-30),
        squares[apart].sum() / max(squares.sum(), 1e-30),
        1 - left_apart / max(squares[apart].sum(), 1e-30),
        max((scan.measured - before.drawn).max(), 0.0) / max(scan.measured.max(), 1e-30),
        np.mean([element in elements for element in facts["elements"]]),
        float(any(_same_cell(one, facts) for one in others)),
        _lines(scan, fit, own)[2],
    )


def cell_changes(library, fit):
    """Change of the logarithm of the mean axis, and root mean square of the other changes."""
    before, after = library.cell(fit.phase), cell_of_metric(fit.metric)
    axes = np.log(after[:3] / before[:3])
    changes = np.r_[axes - axes.mean(), np.radians(after[3:] - before[3:])]
    return axes.mean(), np.sqrt((changes**2).mean())


def _same_cell(one, other):
    """Whether two phases have the same space group and nearly the same cell."""
    return one["space_group_number"] == other["space_group_number"] and bool(
        np.allclose(one["cell"], other["cell"], rtol=0.03)
    )


def cosine(one, other):
    """Cosine of the square roots of two patterns."""
    size = np.sqrt(max(one.sum(), 0) * max(other.sum(), 0))
    return float(np.sqrt(np.maximum(one * other, 0)).sum() / max(size, 1e-30))
