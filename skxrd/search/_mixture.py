"""Several phases in one scan: added one after another while each pays."""

from dataclasses import dataclass, replace

import numpy as np

from skxrd._small_systems import nonnegative_least_squares
from skxrd.search._line_profiles import explained
from skxrd.search._phase_fit import ranked_fits, refit
from skxrd.search._phase_match import matched_lines

_LEAST_GAIN = 0.22  # share of what was unexplained that a further phase must explain
_LEAST_OWN = 0.65  # share of the squares near its own lines that a further phase must explain
_LEAST_LINES = 4  # of a further phase that are matched; fewer are found by chance in any rest
_OWN_LINES = 0.03  # of the highest point of its pattern; what is above belongs to its lines
_ALIKE = 0.02  # of the explained share, by which phases are told apart
_TRIED = 8  # fits of a further phase that are compared in the sum


@dataclass(eq=False)
class Mixture:
    """Phases, the scales of their patterns, and the share of the weighted squares explained."""

    fits: list
    scales: np.ndarray
    explained: float

    @property
    def drawn(self):
        """Sum of the patterns."""
        return sum(s * fit.drawn for s, fit in zip(self.scales, self.fits, strict=True))


def find_mixture(library, scan, *, max_phases, first, allowed=None, is_worth=None, sharp=None):
    """Mixture of at most ``max_phases`` phases; ``first`` has the fits of one phase, by rank.

    ``is_worth`` alone decides about a further phase, in place of :func:`pays` and the number of
    matched lines; ``sharp`` is that of :func:`ranked_fits`.
    """
    fits = first
    best = weigh(scan, [_compared(library, fits, [fit.rank for fit in fits], fits[0].figure)])
    while len(best.fits) < max_phases:
        rest = np.maximum(scan.measured - best.drawn, 0.0)
        further = ranked_fits(library, scan, rest, allowed=allowed, screened=300, refined=40,
                              textured=_TRIED, sharp=sharp)  # fmt: skip
        taken = {fit.phase for fit in best.fits}
        tried = [
            weigh(scan, [*best.fits, fit]) for fit in further[:_TRIED] if fit.phase not in taken
        ]
        tried = [one for one in tried if one.scales[-1] > 0]
        if not tried:
            break
        tried.sort(key=_rank, reverse=True)
        added = tried[0]
        gain = added.explained - best.explained
        last = [one.fits[-1] for one in tried]
        added.fits[-1] = _compared(library, last, [_rank(one) for one in tried], gain)
        if not (is_worth or pays)(scan, best, added):
            break
        together = refined_together(library, scan, added)
        own = together.scales[-1] * together.fits[-1].drawn
        if is_worth is None and matched_lines(scan, together.fits[-1], own) < _LEAST_LINES:
            break
        best = together
    return best


def _rank(mixture):
    """Explained share, and what is known beforehand of the last phase."""
    return mixture.explained + mixture.fits[-1].rank - mixture.fits[-1].figure


def _compared(library, fits, ranks, gain):
    """First of ranked fits with those like it, and its lead over other phases as a share of gain.

    The same compound, or the same mineral, in the same space group is not another phase.
    """
    own = library[fits[0].phase]
    lead = 1.0
    for fit, rank in zip(fits[1:], ranks[1:], strict=True):
        facts = library[fit.phase]
        if facts["space_group_number"] != own["space_group_number"] or not (
            facts["formula"] == own["formula"] or facts["name"] == own["name"]
        ):
            lead = (ranks[0] - rank) / max(gain, 1e-9)
            break
    alike = [fit.phase for fit, rank in zip(fits, ranks, strict=True) if rank > ranks[0] - _ALIKE]
    return replace(fits[0], alike=tuple(alike[:_TRIED]), lead=float(lead))


def weigh(scan, fits):
    """Mixture of fits with the scales, none negative, that explain most."""
    root = np.sqrt(scan.weights)
    patterns = np.stack([fit.drawn for fit in fits], axis=1)
    size = np.maximum(np.sqrt((scan.weights[:, None] * patterns**2).sum(axis=0)), 1e-30)
    scales = nonnegative_least_squares(patterns * (root[:, None] / size), scan.measured * root)
    scales /= size
    share = explained(scan.weights, scan.measured, patterns @ scales)[0]
    return Mixture(list(fits), scales, share)


def pays(scan, before, after):
    """Whether the last phase of ``after`` explains enough that ``before`` does not."""
    gain = (after.explained - before.explained) / max(1 - before.explained, 1e-9)
    rest = np.maximum(scan.measured - before.drawn, 0.0)
    own = after.scales[-1] * after.fits[-1].drawn
    near = own > _OWN_LINES * own.max()
    share = 1 - (scan.weights * (rest - own) ** 2)[near].sum() / max(
        (scan.weights * rest**2)[near].sum(), 1e-30
    )
    return gain > _LEAST_GAIN and share > _LEAST_OWN


def refined_together(library, scan, mixture):
    """Each phase refined once more on what the others leave."""
    fits = list(mixture.fits)
    for place, fit in enumerate(fits):
        others = mixture.drawn - mixture.scales[place] * fit.drawn
        rest = np.maximum(scan.measured - others, 0.0)
        fits[place] = refit(scan, rest, fit)
        mixture = weigh(scan, fits)
    return mixture
