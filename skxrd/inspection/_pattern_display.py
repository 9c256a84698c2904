"""Patterns drawn over degrees."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from skxrd._grid import check_increasing, check_two_theta
from skxrd.inspection._axis_scales import (
    add_d_axis,
    check_axes,
    check_one_each,
    check_one_wavelength,
    in_one_unit,
    label_heights,
    scaled_rows,
    x_label,
    x_values,
)
from skxrd.inspection._pattern_marks import (
    draw_difference,
    draw_rows,
    is_found,
    lines_of,
    name_peak,
    strongest_apart,
)
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import (
    COLORS,
    INK,
    LEGEND,
    axes_or_new,
    hide_spines,
    label_pattern,
)


@share_inspection_docs
@dataclass(eq=False, repr=False)
class PatternDisplay:
    """Stacked diffraction patterns over one axis of degrees.

    Create it with :meth:`from_patterns` or :meth:`from_arrays`, which also draw.

    Parameters
    ----------
    two_theta : list of ndarray
        Angles of each pattern; degrees, or column numbers.
    intensity : list of ndarray
        Intensities of each pattern.
    |labels=none|
    |colors|
    |wavelength|
    |in_degrees|
    intensity_unit : str, default=""
        Unit of the intensities for the label of the axis, such as ``"counts"``.

    |attributes|
    lines_ : list of matplotlib.lines.Line2D
        One line for each pattern, in the order given.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd import PowderPattern
    >>> from skxrd.inspection import PatternDisplay
    >>> angles = np.arange(10, 20, 0.1)
    >>> film = PowderPattern(angles, np.exp(-((angles - 14) ** 2)), name="film")
    >>> display = PatternDisplay.from_patterns([film])
    >>> display.ax_.get_xlabel()
    '2θ (degrees)'
    """

    two_theta: list
    intensity: list
    _: KW_ONLY
    labels: list | None = None
    y: list | None = None
    wavelength: float | None = None
    in_degrees: bool = True
    intensity_unit: str = ""

    @classmethod
    @share_inspection_docs
    def from_patterns(cls, patterns, *, labels=None, y=None, unit=None, ax=None, **plot_params):
        """Draw patterns, each on its own grid.

        Parameters
        ----------
        patterns : list of PowderPattern
            Patterns of one wavelength, or all of unknown wavelength.
        |labels=their names|
        |colors|
        unit : {"counts", "counts per second"}, default=None
            Unit to which intensities are converted by the counting time that the files state;
            ``None`` leaves them as they are.
        |ax|
        **plot_params : dict
            Passed to :meth:`plot`.

        Returns
        -------
        PatternDisplay

        Raises
        ------
        ValueError
            If there are no patterns, their wavelengths differ (peaks at the same angle would then
            belong to different lattice spacings), or a unit cannot be converted.
        """
        patterns = list(patterns)
        if not patterns:
            raise ValueError("patterns is empty; pass at least one PowderPattern.")
        wavelength = check_one_wavelength(patterns)
        intensities, unit = in_one_unit(patterns, unit)
        display = cls(
            [pattern.two_theta for pattern in patterns],
            intensities,
            labels=[pattern.name for pattern in patterns] if labels is None else list(labels),
            y=y,
            wavelength=wavelength,
            intensity_unit=unit,
        )
        return display.plot(ax=ax, **plot_params)

    @classmethod
    @share_inspection_docs
    def from_arrays(
        cls, two_theta, X, *, labels=None, y=None, wavelength=None, ax=None, **plot_params
    ):
        """Draw the rows of an array.

        Parameters
        ----------
        two_theta : array-like of shape (n_angles,) or None
            Angles in degrees; ``None`` stands for column numbers.
        X : array-like of shape (n_patterns, n_angles) or (n_angles,)
            Patterns.
        |labels=none|
        |colors|
        |wavelength|
        |ax|
        **plot_params : dict
            Passed to :meth:`plot`.

        Returns
        -------
        PatternDisplay
        """
        X = np.atleast_2d(np.asarray(X, dtype=np.float64))
        grid = check_two_theta(two_theta, n_angles=X.shape[1])
        display = cls(
            [grid] * len(X),
            list(X),
            labels=labels,
            y=y,
            wavelength=wavelength,
            in_degrees=two_theta is not None,
        )
        return display.plot(ax=ax, **plot_params)

    @share_inspection_docs
    def plot(
        self,
        ax=None,
        *,
        normalize=True,
        offset=1.1,
        scale="linear",
        x="two_theta",
        d_axis=False,
    ):
        """Draw the patterns, the first on top.

        Parameters
        ----------
        |ax|
        normalize : bool, default=True
            Scale each pattern to heights from 0 to 1. Otherwise intensities stay as they are.
        offset : float, default=1.1
            Vertical distance of neighbours, in units of the highest pattern; 0 lays them over
            each other.
        scale : {"linear", "sqrt", "log"}, default="linear"
            Scale of the intensities; square roots and logarithms show weak peaks beside strong
            ones. Ticks are labelled with intensities.
        x : {"two_theta", "d_spacing", "q"}, default="two_theta"
            What the axis shows: degrees, angstrom from large to small, or 1/angstrom.
        d_axis : bool, default=False
            Draw an axis of spacings on top of one of degrees, if the wavelength is known.

        Returns
        -------
        self : object
            The display.
        """
        check_axes(scale, x, self.wavelength)
        n_patterns = check_one_each(self)
        height = 1.6 + (0.75 * n_patterns if offset else 2.0)
        self._own_figure = ax is None
        ax = axes_or_new(ax, 7.5, min(max(height, 2.6), 11))
        rows = [np.asarray(row, dtype=np.float64) for row in self.intensity]
        rows = scaled_rows(rows, scale)
        if normalize:
            rows = [_unit_height(row) for row in rows]
        step = offset * max(np.nanmax(row) for row in rows)
        classes = None if self.y is None else list(dict.fromkeys(self.y))
        self.lines_, self.levels_ = [], []
        for number, (angles, row) in enumerate(zip(self.two_theta, rows, strict=True)):
            color, legend = INK, None
            if classes is not None:
                color = COLORS[classes.index(self.y[number]) % len(COLORS)]
                legend = str(self.y[number]) if self.y[number] not in self.y[:number] else None
            elif not offset and n_patterns > 1:
                color = COLORS[number % len(COLORS)]
                legend = self.labels[number] if self.labels is not None else None
            level = (n_patterns - 1 - number) * step
            self.levels_.append(level)
            places = x_values(check_increasing(angles), x, self.wavelength)
            self.lines_ += ax.plot(places, row + level, color=color, lw=0.9, label=legend)
            if self.labels is not None and offset:
                bottom = np.nanmin(row)
                height = max(0.2 * step, bottom + 0.2 * (np.nanmax(row) - bottom))
                label_pattern(ax, self.labels[number], level + height, color)
        if any(line.get_label()[0] != "_" for line in self.lines_):
            # above the picture, unless the axis of spacings is there
            place = {"loc": "upper right"} if d_axis else {"loc": "lower left", "ncols": 4}
            ax.legend(**place, bbox_to_anchor=(1, 1) if d_axis else (0, 1), **LEGEND)
        first = min(angles[0] for angles in self.two_theta)
        last = max(angles[-1] for angles in self.two_theta)
        if x == "d_spacing":  # 0 degrees are an infinite spacing
            first = max(first, 1e-3 * last)
        ax.set_xlim(x_values(np.array([first, last]), x, self.wavelength))
        self.x_ = x
        low = min(np.nanmin(line.get_ydata()) for line in self.lines_)
        high = max(np.nanmax(line.get_ydata()) for line in self.lines_)
        room = 0.03 * (high - low) or 1.0
        ax.set_ylim(low - room, high + room)
        ax.set_xlabel(x_label(x, self.wavelength, in_degrees=self.in_degrees))
        stacked = bool(offset) and n_patterns > 1
        unit = "each scaled" if normalize else self.intensity_unit
        ax.set_ylabel(f"intensity ({unit})" if unit else "intensity")
        if normalize or stacked:
            ax.set_yticks([])
        else:
            label_heights(ax, scale)
        if d_axis and x == "two_theta" and self.in_degrees and self.wavelength is not None:
            add_d_axis(ax, self.wavelength)
        hide_spines(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def name_peaks(self, lines, *, pattern=0, n_peaks=8, least=0.02):
        """Write Miller indices over the strongest lines of a pattern that is drawn.

        Parameters
        ----------
        lines : Reflections, or the lines of a simulated pattern
            The lines, e.g. ``metadata["reflections"]`` of a simulated pattern, with ``hkl``,
            ``two_theta`` and ``intensity``.
        pattern : int, default=0
            Which of the patterns.
        n_peaks : int, default=8
            Most peaks that are named. Lines within half a degree of a stronger one are left out.
        least : float, default=0.02
            Lines weaker than this share of the strongest are not named.

        Returns
        -------
        self : object
            The display.
        """
        angles, heights = self.two_theta[pattern], self.lines_[pattern].get_ydata()
        inside = (lines.two_theta >= angles[0]) & (lines.two_theta <= angles[-1])
        strength = np.where(inside, lines.intensity, 0.0)
        color = self.lines_[pattern].get_color()
        for row in strongest_apart(lines.two_theta, strength, n_peaks=n_peaks, least=least):
            position = lines.two_theta[row]
            near = np.abs(angles - position) < 0.25
            place = x_values(position, self.x_, self.wavelength)
            name_peak(self.ax_, (place, heights[near].max()), lines.hkl[row], color)
        low, high = self.ax_.get_ylim()
        if pattern == 0:
            self.ax_.set_ylim(low, max(high, heights.max() + 0.08 * (high - low)))
        return self

    def mark_crystals(self, crystals, *, labels=None, least=0.01, n_hkl=0):
        """Draw a row of ticks for each crystal under the patterns, where its reflections are.

        Parameters
        ----------
        crystals : list of Crystal
            The crystals, or the ``phases`` that :meth:`skxrd.search.PhaseSearch.match` found in
            the scan, whose ticks are at the refined cells.
        labels : list of str, default=None
            Names beside the rows; ``None`` means those of the crystals.
        least : float, default=0.01
            Reflections weaker than this share of the strongest are left out.
        n_hkl : int, default=0
            Most ticks of a row whose Miller indices are written below it, the strongest first.

        Returns
        -------
        self : object
            The display.

        Raises
        ------
        ValueError
            If the wavelength is unknown.
        """
        crystals = list(crystals)
        if labels is None:
            labels = [one.facts["name"] if is_found(one) else one.name for one in crystals]
        rows = []
        for crystal in crystals:
            angles, hkl, strength = lines_of(crystal, self)
            shown = strength > least * strength.max(initial=0.0)
            places = x_values(angles[shown], self.x_, self.wavelength)
            rows.append((places, hkl[shown], strength[shown]))
        draw_rows(self.ax_, rows, labels, n_hkl=n_hkl, grow=self._own_figure)
        return self

    def draw_difference(self, first=0, second=1, *, label="difference"):
        """Draw the difference of two of the patterns under everything that is drawn.

        Parameters
        ----------
        first, second : int, default=0 and 1
            Numbers of the patterns; the second, e.g. a calculated one, is subtracted from the
            first, on the scale and with the heights with which they are drawn.
        label : str, default="difference"
            Text beside the curve.

        Returns
        -------
        self : object
            The display.
        """
        curves = []
        for number in (first, second):
            x, y = self.lines_[number].get_data()
            curves.append((x, y - self.levels_[number]))
        draw_difference(self.ax_, *curves, label=label, grow=self._own_figure)
        return self


def _unit_height(row):
    low, high = np.nanmin(row), np.nanmax(row)
    return (row - low) / (high - low) if high > low else np.zeros_like(row)
