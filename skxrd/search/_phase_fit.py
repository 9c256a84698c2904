"""Candidates of a scan: screened, compared blurred, refined."""

from dataclasses import dataclass, replace

import numpy as np

from skxrd.search._line_profiles import draw_lines, explained
from skxrd.search._phase_lines import D_MIN
from skxrd.search._prepared_scan import screened_profile
from skxrd.search._refine_cell import metric_basis, metric_matrix, metric_numbers, refine
from skxrd.search._screen import screen
from skxrd.search._screened_bins import BIN, D_MAX
from skxrd.search._texture import fit_texture

_MOST_SHIFT = 0.03  # of ln d
#: Mean and standard deviation of ln(d of the library / d measured).
_MEASURED_CELLS, _COMPUTED_CELLS = (0.0, 0.012), (0.006, 0.015)
#: A computed structure must explain this much more than a measured one.
_COMPUTED = 0.03
#: Loss of a phase by the distance of the logarithm of its cell from its expected value.
_CELL = 5.0
#: Gain of a phase by the logarithm of the number of determinations of its structure.
_WELL_KNOWN = 0.02


@dataclass(eq=False)
class PhaseFit:
    """A phase refined on a scan, and its pattern on the grid of the scan, scale 1.

    ``figure`` is the share of the weighted squares that it explains alone; ``rank`` is that and
    what is known beforehand; ``alike`` has the phases that would explain about as much, ``lead``
    the lead over the next other phase, as a share of what this one explains.
    """

    phase: int
    symbol: str
    hkl: np.ndarray
    strength: np.ndarray
    metric: np.ndarray
    shift: float
    width: float
    drawn: np.ndarray
    figure: float
    rank: float
    axis: np.ndarray | None = None
    coefficient: float = 1.0
    alike: tuple = ()
    lead: float = 0.0


def screen_library(library, scan, measured, allowed, n_best):
    """Phases with the highest scores, their scores and shifts of ln d, the best first."""
    found = []
    n_shifts = int(_MOST_SHIFT / BIN)
    n_bins = int(np.log(D_MAX / D_MIN) / BIN) + 2
    screened = [library.screened(number) for number in range(len(library.parts))]
    n_bins = max(n_bins, *(int(bins.max(initial=0)) + 1 for bins, _ in screened))
    profile, factors = screened_profile(scan, measured, n_bins, n_shifts)
    off = np.arange(-n_shifts, n_shifts + 1) * BIN
    first = 0
    for (bins, weights), card in zip(screened, library.cards, strict=True):
        n_phases = len(bins)
        mean, sd = _COMPUTED_CELLS if card.get("cells") == "computed" else _MEASURED_CELLS
        penalty = np.exp(-0.5 * ((off - mean) / sd) ** 2).astype(np.float32)
        rows = None if allowed is None else np.flatnonzero(allowed[first : first + n_phases])
        if rows is not None and rows.size < len(bins):
            bins, weights = bins[rows], weights[rows]
        scores, shifts = screen(bins, weights, profile, factors, n_shifts, penalty)
        best = highest(scores, n_best)
        found.append((first + (best if rows is None else rows[best]), scores[best], shifts[best]))
        first += n_phases
    phases, scores, shifts = (np.concatenate(column) for column in zip(*found, strict=True))
    best = np.argsort(-scores, kind="stable")[:n_best]
    best = best[scores[best] > 0]
    return phases[best], scores[best], shifts[best] * BIN


def highest(scores, n_best):
    """Places of the highest scores, the highest first and equal ones in their order."""
    if n_best < len(scores):
        least = np.partition(scores, len(scores) - n_best)[len(scores) - n_best]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    return places[np.argsort(-scores[places], kind="stable")][:n_best]


def blur(scan, measured, every):
    """Grid, pattern and weights of a blurred scan, with all angles or every other or fewer."""
    parts = (np.ascontiguousarray(part[::every]) for part in scan.blur(measured))
    return scan.grid * [1, every], *parts


def compare_blurred(library, scan, blurred, phases, shifts, n_best):
    """Places of the phases whose blurred patterns are most like that of the scan."""
    grid, blurred, _ = blurred
    cosine, share = np.empty(len(phases)), np.empty(len(phases))
    weights = 1 / (blurred + 0.02 * blurred.max() + 1e-30)
    root = np.sqrt(blurred)
    out = np.empty(blurred.size)
    for place, (phase, shift) in enumerate(zip(phases, shifts, strict=True)):
        hkl, strength, metric = library._drawable(phase)
        metric *= np.exp(2 * shift)
        draw_lines(grid, hkl, strength, metric, 0.0, blurred_width(scan), scan.light, out)
        drawn = np.sqrt(out)
        cosine[place] = root @ drawn / max(np.sqrt((root @ root) * (drawn @ drawn)), 1e-30)
        share[place] = explained(weights, blurred, out)[0]
    # a phase may lead in any of the three orders: screen, cosine, share
    order = np.minimum((-cosine).argsort().argsort(), (-share).argsort().argsort())
    order = np.minimum(order, np.arange(len(phases)))
    return np.argsort(order, kind="stable")[:n_best]


def blurred_width(scan):
    """Full width of the lines of a blurred scan."""
    return float(np.hypot(scan.width, 0.3 * scan.unit))


def fit_blurred(library, scan, blurred, phase, shift):
    """Fit of a phase to a blurred scan, its ln d changed by ``-shift`` before."""
    symbol = library._text(phase, "symbol")
    hkl, strength, metric = library._drawable(phase)
    metric *= np.exp(2 * shift)
    grid, blurred, weights = blurred
    metric, moved, _, drawn = refine(
        grid, blurred, weights, hkl, strength, metric_basis(symbol), metric,
        (0.0, blurred_width(scan), 0.0), scan.light, 4,
    )  # fmt: skip
    figure = explained(weights, blurred, drawn)[0]
    rank = figure + prior(library, phase, metric)
    return PhaseFit(phase, symbol, hkl, strength, metric, moved, scan.width, drawn, figure, rank)


def fit_sharp(library, scan, measured, fit):
    """Fit to a scan of a phase that was fitted to the blurred scan."""
    metric, moved, width, drawn = refine(
        scan.grid, measured, scan.weights, fit.hkl, fit.strength, metric_basis(fit.symbol),
        fit.metric, (fit.shift, scan.width, 1.0), scan.light, 6,
    )  # fmt: skip
    figure = explained(scan.weights, measured, drawn)[0]
    rank = figure + prior(library, fit.phase, metric)
    return replace(
        fit, metric=metric, shift=moved, width=width, drawn=drawn, figure=figure, rank=rank
    )


def refit(scan, measured, fit):
    """Fit refined further on what other phases leave of a scan, texture included."""
    metric, shift, width, drawn = refine(
        scan.grid, measured, scan.weights, fit.hkl, fit.strength, metric_basis(fit.symbol),
        fit.metric, (fit.shift, fit.width, 1.0), scan.light, 4,
    )  # fmt: skip
    return replace(fit, metric=metric, shift=shift, width=width, drawn=drawn)


def prior(library, phase, metric):
    """What is known of a phase beforehand, and of its cell, in units of the figure of merit."""
    n_sources = library._text(phase, "source").count(";") + 1
    computed = library.is_computed(phase)
    mean = (_COMPUTED_CELLS if computed else _MEASURED_CELLS)[0]
    before = np.linalg.det(metric_matrix(metric_numbers(library.cell(phase))))
    change = np.log(np.linalg.det(metric_matrix(metric)) / before) / 6  # of the mean axis
    return _WELL_KNOWN * np.log(n_sources) - _COMPUTED * computed - _CELL * abs(change - mean)


def add_texture(scan, measured, fit):
    """Fit with the preferred orientation that explains most, if any does."""
    strength, axis, coefficient = fit_texture(
        scan, measured, fit.hkl, fit.strength, fit.symbol, fit.metric, fit.shift, fit.width
    )
    if axis is not None:
        before = fit.figure
        fit.strength, fit.axis, fit.coefficient = strength, axis, coefficient
        redraw(scan, fit)
        fit.figure = explained(scan.weights, measured, fit.drawn)[0]
        fit.rank += fit.figure - before
    return fit


def redraw(scan, fit):
    """Draw the pattern of a fit anew."""
    fit.drawn = np.empty(scan.measured.size)
    draw_lines(
        scan.grid, fit.hkl, fit.strength, fit.metric, fit.shift, fit.width, scan.light, fit.drawn
    )  # fmt: skip


def ranked_fits(
    library, scan, measured, *, allowed=None, screened=400, refined=60, textured=40, sharp=None
):
    """Fits of the most promising phases, the highest rank first.

    ``sharp`` is how many of those that were refined on the blurred scan are refined on the scan
    itself; ``None`` is all. With a number, blurred patterns are drawn at fewer angles, too.
    """
    phases, _, shifts = screen_library(library, scan, measured, allowed, screened)
    if not phases.size:
        return []
    every = 1 if sharp is None else max(1, int(blurred_width(scan) / 3 / scan.grid[1]))
    blurred = blur(scan, measured, every)
    chosen = compare_blurred(library, scan, blurred, phases, shifts, refined)
    fits = [fit_blurred(library, scan, blurred, int(phases[i]), float(shifts[i])) for i in chosen]
    if sharp is not None:
        fits = sorted(fits, key=lambda fit: -fit.rank)[:sharp]
    fits = [fit_sharp(library, scan, measured, fit) for fit in fits]
    fits.sort(key=lambda fit: -fit.rank)
    for fit in fits[:textured]:
        add_texture(scan, measured, fit)
    return sorted(fits, key=lambda fit: -fit.rank)
