"""Phases found in one scan, with all that a table or a picture shows of them."""

from dataclasses import dataclass, field

import numpy as np

from skxrd._filters import find_maxima
from skxrd.search._line_profiles import draw_with_slopes
from skxrd.search._refine_cell import (
    cell_of_metric,
    cell_uncertainties,
    metric_basis,
    metric_matrix,
    metric_numbers,
)

#: Lead over other phases and explained share that make a phase certain; see the benchmark
#: powders/phase_search.py.
CERTAIN_LEAD, CERTAIN_SHARE = 0.12, 0.8
_NEAR = 0.03  # of the highest point of a pattern; what is above belongs to its lines
_EXPECTED = 0.03  # of the strongest line of a phase: lines that should be seen
_MATCHED = 0.3  # of the calculated height that must be measured
_UNEXPLAINED = 0.05  # of the highest point of the scan


@dataclass(frozen=True, eq=False)
class MatchedPhase:
    """A phase of a scan; arrays are on the grid of :class:`PhaseMatch`."""

    phase: int
    facts: dict
    figure_of_merit: float
    explained: float
    weight_fraction: float
    cell: np.ndarray
    cell_su: np.ndarray
    shift: float
    width: float
    n_matched: int
    n_expected: int
    certain: bool
    texture: tuple | None
    look_alikes: tuple
    intensity: np.ndarray
    line_angles: np.ndarray
    line_hkl: np.ndarray


@dataclass(frozen=True, eq=False)
class PhaseMatch:
    """What a search found in one scan.

    Parameters
    ----------
    name : str
        Name of the scan.
    two_theta, measured, calculated : ndarray of shape (n_angles,)
        Degrees; intensity above background and noise; sum of the patterns of the phases.
    phases : tuple of MatchedPhase
        Found phases, the one with the largest share of the intensity first.
    explained : float
        Share of the weighted squares of the scan that the sum explains.
    nearest : MatchedPhase, default=None
        Best phase of a scan in which none is found, as a hint.
    remark : str, default=""
        Why nothing is found.
    """

    name: str
    two_theta: np.ndarray = field(default_factory=lambda: np.empty(0))
    measured: np.ndarray = field(default_factory=lambda: np.empty(0))
    calculated: np.ndarray = field(default_factory=lambda: np.empty(0))
    phases: tuple = ()
    explained: float = 0.0
    nearest: MatchedPhase | None = None
    remark: str = ""

    def __repr__(self):
        found = ", ".join(phase.facts["name"] for phase in self.phases) or self.remark
        return f"PhaseMatch({self.name!r}: {found})"

    def _repr_html_(self):
        from skxrd.search._show import match_html

        return match_html(self)

    @property
    def unexplained(self):
        """Angles in degrees of peaks that no phase explains, the highest first."""
        rest = self.measured - self.calculated
        if not rest.size:
            return rest
        low = np.maximum(_UNEXPLAINED * self.measured.max(), 0.5 * self.calculated)
        places, _ = find_maxima(np.maximum(rest, 0), prominence=_UNEXPLAINED * self.measured.max())
        places = places[rest[places] > low[places]]
        return self.two_theta[places[np.argsort(-rest[places])]]


def matched_phases(library, scan, mixture):
    """Phases of a mixture as MatchedPhase, by falling share of the intensity."""
    drawn = mixture.drawn
    patterns = [s * fit.drawn for s, fit in zip(mixture.scales, mixture.fits, strict=True)]
    fractions = weight_fractions(library, mixture)
    phases = []
    for fit, own, fraction in zip(mixture.fits, patterns, fractions, strict=True):
        basis = metric_basis(fit.symbol)
        angles, hkl, n_matched, n_expected = _lines(scan, fit, own)
        phases.append(
            MatchedPhase(
                phase=fit.phase,
                facts=library[fit.phase],
                figure_of_merit=own_share(scan, own, drawn),
                explained=float(own.sum() / max(scan.measured.sum(), 1e-30)),
                weight_fraction=float(fraction),
                cell=cell_of_metric(fit.metric),
                cell_su=_cell_su(scan, fit, own, drawn, basis),
                shift=float(fit.shift),
                width=float(fit.width),
                n_matched=n_matched,
                n_expected=n_expected,
                certain=bool(fit.lead >= CERTAIN_LEAD and mixture.explained >= CERTAIN_SHARE),
                texture=None
                if fit.axis is None
                else (*fit.axis.astype(int).tolist(), fit.coefficient),
                look_alikes=_look_alikes(library, fit),
                intensity=own,
                line_angles=angles,
                line_hkl=hkl,
            )
        )
    return tuple(sorted(phases, key=lambda phase: -phase.explained))


def weight_fractions(library, mixture):
    """Weight fractions from scales, densities and volumes of the cells, normalised to one.

    The intensity of a phase is proportional to its volume fraction over the squared volume of its
    cell, so its mass is proportional to scale x density x volume^2. Densities are those of the
    library, changed with the cell. Absorption contrast and amorphous parts are left out.
    """
    masses = []
    for scale, fit in zip(mixture.scales, mixture.fits, strict=True):
        volume = 1 / np.sqrt(np.linalg.det(metric_matrix(fit.metric)))
        before = 1 / np.sqrt(np.linalg.det(metric_matrix(metric_numbers(library.cell(fit.phase)))))
        masses.append(scale * library[fit.phase]["density"] * before * volume)
    return np.array(masses) / max(sum(masses), 1e-30)


def own_share(scan, own, drawn):
    """Share of the weighted squares near the lines of a phase that the whole sum explains."""
    near = own > _NEAR * own.max()
    weights, measured = scan.weights[near], scan.measured[near]
    total = (weights * measured**2).sum()
    return float(max(0.0, 1 - (weights * (measured - drawn[near]) ** 2).sum() / max(total, 1e-30)))


def _look_alikes(library, fit):
    """Names of the phases that explain about as much, each once."""
    own = library[fit.phase]
    names = []
    for phase in fit.alike:
        facts = library[phase]
        same = (facts["formula"], facts["space_group_number"])
        if same != (own["formula"], own["space_group_number"]):
            names.append(f"{facts['name']} ({facts['space_group_symbol']})")
    return tuple(dict.fromkeys(names))


def _lines(scan, fit, own):
    """Angles and indices of the lines in range, and how many of those expected are matched."""
    q = np.einsum("ni,ij,nj->n", fit.hkl, metric_matrix(fit.metric), fit.hkl)
    sine = np.clip(scan.light[0, 0] / 2 * np.sqrt(q), 0, 1)
    angles = 2 * np.degrees(np.arcsin(sine)) + fit.shift * np.sqrt(1 - sine**2)
    grid = scan.two_theta
    inside = (angles >= grid[0]) & (angles <= grid[-1]) & (sine < 1)
    angles, hkl = angles[inside], fit.hkl[inside].astype(int)
    place = np.clip(np.rint((angles - grid[0]) / scan.grid[1]).astype(int), 0, grid.size - 1)
    # the noise was subtracted from what is measured, and hides weak lines
    floor = np.maximum(_EXPECTED * own.max(), 3 * scan.noise[place])
    expected = own[place] > floor
    half = max(1, int(fit.width / 2 / scan.grid[1]))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(scan.measured, half), 2 * half + 1)
    highest = windows[place].max(axis=1)
    matched = expected & (highest > _MATCHED * own[place])
    return angles, hkl, int(matched.sum()), int(expected.sum())


def matched_lines(scan, fit, own):
    """How many lines of a phase are matched, of its pattern in the mixture."""
    return _lines(scan, fit, own)[2]


def _cell_su(scan, fit, own, drawn, basis):
    """Standard uncertainties of the cell from the residual of the whole pattern."""
    out, slopes = np.empty(own.size), np.empty((len(basis) + 2, own.size))
    draw_with_slopes(
        scan.grid, fit.hkl, fit.strength, fit.metric, fit.shift, fit.width, scan.light, basis, out,
        slopes,
    )  # fmt: skip
    scale = own.sum() / max(out.sum(), 1e-30)
    columns = np.vstack([out, scale * slopes])
    near = own > _NEAR * own.max()
    columns, weights = columns[:, near], scan.weights[near]
    normal = (columns * weights) @ columns.T
    size = np.sqrt(np.diag(normal))
    size[size == 0] = 1.0
    # neighbours on the grid are smoothed together, about four to a width
    n_free = max(near.sum() * scan.grid[1] / fit.width - len(columns), 1)
    rest = (weights * (scan.measured - drawn)[near] ** 2).sum() / n_free
    inverse = np.linalg.pinv(normal / np.outer(size, size)) / np.outer(size, size)
    n_metric = len(basis)
    return cell_uncertainties(fit.metric, basis, rest * inverse[1 : 1 + n_metric, 1 : 1 + n_metric])
