"""A scan with the phases found in it."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from skxrd.inspection._pattern_marks import name_ticks
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import (
    CALCULATED,
    COLORS,
    INK,
    LEGEND,
    MUTED,
    angle_label,
    axes_or_new,
    hide_spines,
)

_ABOVE = "intensity above background and noise"
_SCALES = {"sqrt": f"{_ABOVE}, square-root scale", "linear": _ABOVE}
_TICK = 0.035  # of the height of the pattern, each row of ticks
_FLOOR = 0.002  # of the highest intensity, under the square root in the difference
_MARKED = 12  # most unexplained peaks that are marked


@share_inspection_docs
@dataclass(eq=False, repr=False)
class PhaseMatchDisplay:
    """Scan, sum of the phases found in it, what is left, and the lines of each phase.

    From above: what the search compared, which is the measured intensity, smoothed a little and
    without background and noise, and the calculated sum, with triangles over peaks that no phase
    explains; a row of ticks for each phase, in its colour; the difference of the two. The numbers
    are intensities in the unit of the scan. With the square root as scale the difference is divided
    by twice the square root of the intensity, which is nearly the difference of the square roots,
    and about the same wherever the misfit is counting noise.

    Create it with :meth:`from_match`, which also draws.

    Parameters
    ----------
    match : PhaseMatch
        What :meth:`skxrd.search.PhaseSearch.match` found in one scan.
    |wavelength|

    |attributes|
    ticks_ : list of matplotlib.collections.LineCollection
        Ticks of each phase, in the order of ``match.phases``.

    Examples
    --------
    >>> from skxrd.inspection import PhaseMatchDisplay
    >>> from skxrd.search import PhaseSearch
    >>> (match,) = PhaseSearch(elements="Ti,Zn,O").match([scan])  # doctest: +SKIP
    >>> PhaseMatchDisplay.from_match(match)  # doctest: +SKIP
    """

    match: object
    _: KW_ONLY
    wavelength: float | None = None

    @classmethod
    @share_inspection_docs
    def from_match(cls, match, *, scale="sqrt", n_hkl=0, wavelength=None, ax=None):
        """Draw what was found in a scan.

        Parameters
        ----------
        match : PhaseMatch
            What :meth:`skxrd.search.PhaseSearch.match` found in one scan. If it found nothing,
            the nearest phase is drawn, and called so.
        scale : {"sqrt", "linear"}, default="sqrt"
            Scale of the intensity; the square root shows weak lines.
        n_hkl : int, default=0
            Most ticks of a phase whose Miller indices are written below it, the strongest first,
            as far as there is room.
        |wavelength|
        |ax|

        Returns
        -------
        PhaseMatchDisplay

        Raises
        ------
        ValueError
            If the scan could not be searched, so that there is nothing to draw, or ``scale`` is
            unknown.
        """
        if not match.measured.size:
            raise ValueError(f"{match.name!r} {match.remark}; there is nothing to draw.")
        return cls(match, wavelength=wavelength).plot(ax=ax, scale=scale, n_hkl=n_hkl)

    def plot(self, ax=None, *, scale="sqrt", n_hkl=0):
        """Draw the scan and the phases.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Axes to draw in; ``None`` makes a figure.
        scale : {"sqrt", "linear"}, default="sqrt"
            Scale of the intensity.
        n_hkl : int, default=0
            Most ticks of a phase whose Miller indices are written below it.

        Returns
        -------
        self : object
            The display.
        """
        if scale not in _SCALES:
            raise ValueError(f"scale is {scale!r}; choose {' or '.join(map(repr, _SCALES))}.")
        match = self.match
        nearest = [] if match.nearest is None else [match.nearest]
        phases = list(match.phases) or nearest
        row = _TICK * (3.2 if n_hkl else 1.6)
        ax = axes_or_new(ax, 9, 4.4 + (0.32 if n_hkl else 0.12) * len(phases))
        x = match.two_theta
        measured, calculated = (scaled(y, scale) for y in (match.measured, match.calculated))
        top = max(measured.max(), calculated.max())
        ax.plot(x, measured / top, color=INK, lw=0.9, label="measured, smoothed")
        ax.plot(x, calculated / top, color=CALCULATED, lw=0.9, label="calculated")
        self._mark_unexplained(ax, measured / top)
        ax.set_xlim(x[0], x[-1])
        self.ticks_ = [
            self._draw_ticks(ax, phase, place, -_TICK - row * place, n_hkl)
            for place, phase in enumerate(phases)
        ]
        low = -_TICK - row * len(phases)
        difference = _difference(match, scale)
        base = low - max(0.0, difference.max()) - 0.02
        ax.axhline(base, color=MUTED, lw=0.5, alpha=0.6, zorder=0)
        ax.plot(x, base + difference, color=MUTED, lw=0.7, label="difference")
        ax.set_ylim(base + min(0.0, difference.min()) - 0.03, 1.08)
        _number_heights(ax, max(match.measured.max(), match.calculated.max()), scale)
        ax.set_xlabel(angle_label(self.wavelength))
        ax.set_ylabel(_SCALES[scale], fontsize=9)
        hide_spines(ax, "top", "right")
        ax.legend(loc="upper right", **LEGEND)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw_ticks(self, ax, phase, place, middle, n_hkl):
        """Row of ticks around a height, the name beside it and indices below."""
        color = COLORS[place % len(COLORS)] if self.match.phases else MUTED
        ticks = ax.vlines(
            phase.line_angles, middle - _TICK / 2, middle + _TICK / 2, color=color, lw=0.9
        )
        ax.annotate(
            _label(phase, len(self.match.phases)),
            (1, middle),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=color,
            annotation_clip=False,
        )
        if n_hkl:
            strength = np.interp(phase.line_angles, self.match.two_theta, phase.intensity)
            name_ticks(
                ax, phase.line_angles, phase.line_hkl, strength, middle - _TICK / 2, color=color,
                n_hkl=n_hkl, upright=True,
            )  # fmt: skip
        return ticks

    def _mark_unexplained(self, ax, measured):
        """Triangles over the highest peaks that no phase explains."""
        angles = self.match.unexplained[:_MARKED]
        if len(angles) and self.match.phases:
            heights = np.interp(angles, self.match.two_theta, measured)
            ax.plot(angles, heights + 0.04, "v", color=INK, mfc="none", ms=6, label="not explained")


def scaled(intensity, scale):
    """Intensity on a scale; the square root of what is negative is zero."""
    return np.sqrt(np.maximum(intensity, 0)) if scale == "sqrt" else intensity


def _number_heights(ax, top, scale):
    """Write round intensities beside the pattern, and none beside ticks and difference."""
    highest = float(f"{top:.0e}")
    numbers = highest * np.linspace(0, 1, 6)
    if scale == "sqrt":
        numbers = np.array([float(f"{number:.0e}") for number in numbers**2 / highest])
    heights = scaled(numbers, scale) / scaled(np.array(top), scale)
    ax.set_yticks(heights, [f"{number:,.6g}" for number in numbers], fontsize=8.5)
    ax.spines["left"].set_bounds(0, max(1.0, heights[-1]))


def _difference(match, scale):
    """Measured less calculated, in units of the height of the picture."""
    top = max(match.measured.max(), match.calculated.max())
    difference = (match.measured - match.calculated) / top
    if scale == "linear":
        return difference
    size = np.maximum(match.measured, match.calculated) / top
    return difference / (2 * np.sqrt(size + _FLOOR))


def _label(phase, n_phases):
    """Name of a phase, with its share by weight in a mixture."""
    text = phase.facts["name"].replace("$", r"\$")
    if n_phases == 0:
        return f"nearest: {text}"
    percent = 100 * phase.weight_fraction
    share = f"{percent:.0f}" if percent >= 1 else f"{percent:.1f}"
    return text if n_phases == 1 else f"{text} {share} wt %"
