"""Many patterns as the rows of one picture."""

import re
from dataclasses import KW_ONLY, dataclass

import numpy as np

from skxrd._grid import check_two_theta
from skxrd.inspection._axis_scales import (
    add_d_axis,
    check_axes,
    check_one_each,
    check_one_wavelength,
    scaled_rows,
    x_label,
    x_values,
)
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import COLORS, GRID, INK, MUTED, axes_or_new, sequential_colors

_N_COLUMNS = 1600  # of the picture
_FINER = 4  # angles looked at for each column, so that no peak falls between two
_MOST_LABELS = 100
_MOST_FOR_BEST_ORDER = 300  # patterns; sorting neighbours grows with the cube of their number
_ORDERS = ("given", "name", "similarity")
_SCALE_NAMES = {"linear": "", "sqrt": ", square root", "log": ", logarithm"}


@share_inspection_docs
@dataclass(eq=False, repr=False)
class HeatMapDisplay:
    """Many diffraction patterns as rows of colours: dark where a pattern has its peaks.

    Create it with :meth:`from_patterns` or :meth:`from_arrays`, which also draw.

    Parameters
    ----------
    two_theta : list of ndarray
        Angles of each pattern; degrees, or column numbers.
    intensity : list of ndarray
        Intensities of each pattern.
    |labels=none|
    y : list, default=None
        Classes: patterns of one class are rows beside each other, with its name on the right.
    |wavelength|
    |in_degrees|

    |attributes|
    order_ : ndarray of shape (n_patterns,)
        Numbers of the patterns from the first row to the last.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd import PowderPattern
    >>> from skxrd.inspection import HeatMapDisplay
    >>> angles = np.arange(10, 20, 0.1)
    >>> scans = [PowderPattern(angles, np.exp(-((angles - p) ** 2)), name=f"{p}") for p in (18, 12)]
    >>> HeatMapDisplay.from_patterns(scans, order="name").order_.tolist()
    [1, 0]
    """

    two_theta: list
    intensity: list
    _: KW_ONLY
    labels: list | None = None
    y: list | None = None
    wavelength: float | None = None
    in_degrees: bool = True

    @classmethod
    @share_inspection_docs
    def from_patterns(cls, patterns, *, labels=None, y=None, ax=None, **plot_params):
        """Draw patterns, each on its own grid.

        Parameters
        ----------
        patterns : list of PowderPattern
            Patterns of one wavelength, or all of unknown wavelength.
        |labels=their names|
        y : array-like of shape (n_patterns,), default=None
            Classes: patterns of one class are rows beside each other.
        |ax|
        **plot_params : dict
            Passed to :meth:`plot`.

        Returns
        -------
        HeatMapDisplay

        Raises
        ------
        ValueError
            If there are no patterns, or their wavelengths differ.
        """
        patterns = list(patterns)
        if not patterns:
            raise ValueError("patterns is empty; pass at least one PowderPattern.")
        return cls(
            [pattern.two_theta for pattern in patterns],
            [pattern.intensity for pattern in patterns],
            labels=[pattern.name for pattern in patterns] if labels is None else list(labels),
            y=None if y is None else list(y),
            wavelength=check_one_wavelength(patterns),
        ).plot(ax=ax, **plot_params)

    @classmethod
    @share_inspection_docs
    def from_arrays(cls, two_theta, X, *, labels=None, y=None, wavelength=None, **plot_params):
        """Draw the rows of an array.

        Parameters
        ----------
        two_theta : array-like of shape (n_angles,) or None
            Angles in degrees; ``None`` stands for column numbers.
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
        |labels=none|
        y : array-like of shape (n_patterns,), default=None
            Classes: patterns of one class are rows beside each other.
        |wavelength|
        **plot_params : dict
            Passed to :meth:`plot`, ``ax`` for axes of your own among them.

        Returns
        -------
        HeatMapDisplay
        """
        X = np.atleast_2d(np.asarray(X, dtype=np.float64))
        grid = check_two_theta(two_theta, n_angles=X.shape[1])
        return cls(
            [grid] * len(X),
            list(X),
            labels=None if labels is None else list(labels),
            y=None if y is None else list(y),
            wavelength=wavelength,
            in_degrees=two_theta is not None,
        ).plot(**plot_params)

    @share_inspection_docs
    def plot(self, ax=None, *, order="given", scale="sqrt", x="two_theta", normalize=True):
        """Draw the patterns, the first on top.

        Parameters
        ----------
        |ax|
        order : {"given", "name", "similarity"}, default="given"
            Order of the rows, within each class: as they are, by name (numbers count as numbers),
            or such that similar patterns are neighbours.
        scale : {"linear", "sqrt", "log"}, default="sqrt"
            Scale of the intensities; square roots and logarithms show weak peaks.
        x : {"two_theta", "d_spacing", "q"}, default="two_theta"
            What the axis shows: degrees, angstrom from large to small, or 1/angstrom.
        normalize : bool, default=True
            Scale each pattern to heights from 0 to 1.

        Returns
        -------
        self : object
            The display.
        """
        check_axes(scale, x, self.wavelength)
        if order not in _ORDERS:
            raise ValueError(f"order is {order!r}; use one of {', '.join(map(repr, _ORDERS))}.")
        n_patterns = check_one_each(self)
        columns, image = self._image(x)
        rows = [np.where(np.isfinite(row), row, np.nan) for row in image]
        rows = np.array(scaled_rows(rows, scale))
        if normalize:
            with np.errstate(invalid="ignore", divide="ignore"):
                rows -= np.nanmin(rows, axis=1, keepdims=True)
                rows /= np.nanmax(rows, axis=1, keepdims=True)
        self.order_ = self._sorted(rows, order)
        ax = axes_or_new(ax, 8.5, min(max(0.17 * n_patterns + 1.2, 2.4), 11))
        picture = ax.imshow(
            rows[self.order_],
            extent=(columns[0], columns[-1], n_patterns - 0.5, -0.5),
            aspect="auto",
            cmap=sequential_colors(),
            interpolation="nearest",
        )
        ax.set_facecolor("#F0F0F0")  # where nothing was measured
        self._name_rows(ax)
        ax.set_xlabel(x_label(x, self.wavelength, in_degrees=self.in_degrees))
        if x == "two_theta" and self.in_degrees and self.wavelength is not None:
            add_d_axis(ax, self.wavelength)
        bar = ax.figure.colorbar(
            picture, ax=ax, pad=0.09 if self.y else 0.02, fraction=0.03, aspect=30, shrink=0.6
        )
        bar.ax.set_yticks([])
        bar.outline.set_visible(False)
        kind = "intensity, each scaled" if normalize else "intensity"
        bar.set_label(kind + _SCALE_NAMES[scale], fontsize=8.5, color=INK)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _image(self, x):
        """Even columns of the axis, and the patterns at them, NaN where not measured."""
        places = [x_values(angles, x, self.wavelength) for angles in self.two_theta]
        first = min(np.min(own[np.isfinite(own)]) for own in places)
        last = max(np.max(own[np.isfinite(own)]) for own in places)
        fine = np.linspace(first, last, _FINER * _N_COLUMNS)
        image = np.empty((len(places), _N_COLUMNS))
        for row, (own, intensity) in enumerate(zip(places, self.intensity, strict=True)):
            turn = slice(None, None, -1 if x == "d_spacing" else 1)
            known = np.asarray(intensity, dtype=np.float64)[turn]
            there = np.interp(fine, own[turn], known, np.nan, np.nan)
            parts = there.reshape(_N_COLUMNS, _FINER)
            empty = np.isnan(parts).all(axis=1)
            parts[empty] = 0
            image[row] = np.where(empty, np.nan, np.nanmax(parts, axis=1))
        columns = np.linspace(first, last, _N_COLUMNS)
        return (columns[::-1], image[:, ::-1]) if x == "d_spacing" else (columns, image)

    def _sorted(self, rows, order):
        """Numbers of the patterns by class, then in the order that was asked for."""
        numbers = np.arange(len(rows))
        if order == "name":
            names = self.labels or [str(number) for number in numbers]
            numbers = np.array(sorted(numbers, key=lambda number: _natural(names[number])))
        elif order == "similarity" and len(rows) > 2:
            numbers = _neighbours(np.nan_to_num(rows))
        if self.y is not None:
            classes = list(dict.fromkeys(self.y))
            places = np.array([classes.index(label) for label in self.y])
            numbers = numbers[np.argsort(places[numbers], kind="stable")]
        return numbers

    def _name_rows(self, ax):
        """Names of the rows on the left, of classes on the right."""
        n_patterns = len(self.order_)
        shown = range(0, n_patterns, -(-n_patterns // _MOST_LABELS))
        size = float(np.clip(560 / n_patterns, 5, 8.5))
        if self.labels is None:
            ax.set_yticks([])
        else:
            names = [self.labels[self.order_[row]] for row in shown]
            ax.set_yticks(list(shown), names, fontsize=size)
        ax.tick_params(axis="y", length=0)
        ax.spines[:].set_color(GRID)
        if self.y is None:
            return
        sorted_y = [self.y[number] for number in self.order_]
        for place, label in enumerate(dict.fromkeys(sorted_y)):
            first = sorted_y.index(label)
            last = first + sorted_y.count(label) - 1
            color = COLORS[place % len(COLORS)]
            if first:
                ax.axhline(first - 0.5, color=MUTED, lw=0.7)
            box = ax.get_yaxis_transform()
            ax.plot(
                [1.006] * 2, [first - 0.4, last + 0.4], color=color, lw=3, transform=box,
                clip_on=False, solid_capstyle="butt",
            )  # fmt: skip
            ax.text(
                1.016, (first + last) / 2, str(label), va="center", fontsize=8, color=color,
                transform=box,
            )  # fmt: skip


def _natural(name):
    """Key that sorts numbers within names as numbers."""
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part.lower())
            for part in re.split(r"(\d+)", str(name)) if part]  # fmt: skip


def _neighbours(rows):
    """Order of rows in which similar ones are beside each other, by average linkage of cosines."""
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import pdist

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(lengths > 0, lengths, 1)
    best = len(rows) <= _MOST_FOR_BEST_ORDER
    distances = pdist(unit, "sqeuclidean")
    return leaves_list(linkage(distances, "average", optimal_ordering=best))
