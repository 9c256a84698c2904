"""Accuracy along a curve, with intervals, for several classifiers."""

from dataclasses import KW_ONLY, dataclass

import numpy as np
import pandas as pd

from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import COLORS, GRID, INK, LEGEND, axes_or_new, hide_spines
from skxrd.model_selection import summarize

#: What the columns of the curves are, as axis label and in a legend.
_COLUMNS = {
    "n_simulated": ("patterns made from simulated ones", "{:g} made from simulated"),
    "n_experimental": ("patterns made from measured ones", "{:g} made from measured"),
    "n_measured": ("measured films in training", "{:g} films"),
    "step": ("step of the scan (degrees)", "{:g} degrees"),
    "scan": ("scan", "{} scan"),
    "sampler": ("", "{}"),
    "case": ("case", "Case {}"),
}
_SCORES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1_macro": "F1 macro",
}
#: Scores that have bars, by what these are the spread of.
_ENDS = {"films": ("accuracy", "f1_macro"), "repeats": ("accuracy",)}
_MARKERS = "osD^vPX"
_WIDE = 8  # largest over smallest x from which the axis is logarithmic
_SAME = 0.01  # of a score; a baseline that varies less is one line
#: Most printer's points between neighbouring curves and between the outer ones, along numbers and
#: along names.
_ASIDE = ((4.0, 8.0), (8.0, 36.0))


@share_inspection_docs
@dataclass(eq=False, repr=False)
class CurveDisplay:
    """A score against what was varied, one curve a classifier.

    Numbers make curves, logarithmic where they span three octaves or more without zero; names,
    such as those of samplers, are side by side. Curves are moved a little sideways, so that
    their bars do not cover each other.

    Create it with :meth:`from_table`, which also draws.

    Parameters
    ----------
    x : list of ndarray
        What was varied, for each curve; numbers or names.
    score : list of ndarray
        Its scores.
    low : list of ndarray, default=None
        Lower ends of the intervals; ``None`` draws none.
    high : list of ndarray, default=None
        Upper ends.
    labels : list of str, default=None
        Names of the curves.
    x_label : str, default=""
        Label of the axis.
    score_label : str, default="accuracy"
        Label of the other axis.
    baseline : float or tuple of (ndarray, ndarray), default=None
        Score of a trivial classifier, drawn dashed: one for all, or x and scores.
    baseline_label : str, default="baseline"
        Its name.
    relative_time : tuple of (ndarray, ndarray), default=None
        Positions, and time of the scan there as a share of the longest, for a second axis.

    |attributes|
    lines_ : list of matplotlib.lines.Line2D
        One a curve.
    time_ax_ : matplotlib.axes.Axes or None
        The second axis.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.inspection import CurveDisplay
    >>> display = CurveDisplay(
    ...     [np.array([0.04, 0.08, 0.16])], [np.array([0.9, 0.9, 0.8])], labels=["SVM"]
    ... ).plot()
    >>> display.ax_.get_ylabel()
    'accuracy'
    """

    x: list
    score: list
    low: list | None = None
    high: list | None = None
    _: KW_ONLY
    labels: list | None = None
    x_label: str = ""
    score_label: str = "accuracy"
    baseline: float | tuple | None = None
    baseline_label: str = "baseline"
    relative_time: tuple | None = None

    @classmethod
    @share_inspection_docs
    def from_table(
        cls,
        table,
        x,
        *,
        curves="classifier",
        score="accuracy",
        interval="films",
        baseline="majority",
        ax=None,
    ):
        """Draw the predictions of a study, or their summary.

        Parameters
        ----------
        table : pandas.DataFrame
            Predictions, as the methods of :class:`~skxrd.model_selection.Study` return them, or
            their summary by :func:`~skxrd.model_selection.summarize`.
        x : str
            Column that was varied, such as ``"step"``.
        curves : str or list of str, default="classifier"
            Columns that tell the curves apart.
        score : {"accuracy", "balanced_accuracy", "f1_macro"}, default="accuracy"
            What is drawn.
        interval : {"films", "repeats", None}, default="films"
            Bars: bootstrap interval over films (of the accuracy and of F1), one standard deviation
            over repeats (of the accuracy), or none. A score that has no such bars is drawn without.
        baseline : str or float, default="majority"
            Score of a trivial classifier: a number, or the name of a classifier, which is drawn
            dashed and without intervals if it is in the table. ``None`` draws none.
        |ax|

        Returns
        -------
        CurveDisplay

        Raises
        ------
        ValueError
            If ``score`` or ``interval`` is none of these, or a column is missing.
        """
        for name, value, known in (
            ("score", score, list(_SCORES)),
            ("interval", interval, [*_ENDS, None]),
        ):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; choose among {', '.join(map(str, known))}.")
        curves = [curves] if isinstance(curves, str) else list(curves)
        for name in (*curves, x):
            if name not in table:
                raise ValueError(
                    f"table has no column {name!r}; its columns are {', '.join(table)}."
                )
        timed = x == "step" and "relative_time" in table
        points = table
        if score not in table:
            points = summarize(table, [*curves, x, *["relative_time"] * timed])
        base = baseline
        if isinstance(baseline, str):
            trivial = np.zeros(len(points), dtype=bool)
            if "classifier" in points:
                trivial = (points["classifier"] == baseline).to_numpy()
            base = _as_base(points[trivial], x, score) if trivial.any() else None
            points = points[~trivial]
        drawn = {"x": [], "score": [], "low": [], "high": [], "labels": []}
        shown = [name for name in curves if points[name].nunique() > 1] or curves[:1]
        for keys, curve in points.groupby(curves, sort=False):
            text = dict(zip(curves, keys, strict=True))
            drawn["labels"].append(
                ", ".join(_COLUMNS.get(name, ("", "{}"))[1].format(text[name]) for name in shown)
            )
            drawn["x"].append(curve[x].to_numpy())
            drawn["score"].append(curve[score].to_numpy())
            for end, values in zip(("low", "high"), _ends(curve, score, interval), strict=True):
                drawn[end].append(values)
        if drawn["low"] and drawn["low"][0] is None:
            drawn["low"] = drawn["high"] = None
        time = None
        if timed:
            first = points.drop_duplicates(x)
            time = (first[x].to_numpy(), first["relative_time"])
        display = cls(
            **drawn,
            x_label=_COLUMNS.get(x, (x, ""))[0],
            score_label=_SCORES[score],
            baseline=base,
            baseline_label=baseline if isinstance(baseline, str) else "baseline",
            relative_time=time,
        )
        return display.plot(ax=ax)

    @share_inspection_docs
    def plot(self, ax=None):
        """Draw the curves.

        |plot|
        """
        from matplotlib.transforms import ScaledTranslation

        self.ax_ = ax = axes_or_new(ax, 7.2, 4.0)
        self.figure_ = ax.figure
        values = np.concatenate([np.asarray(one) for one in self.x])
        names = None
        if not np.issubdtype(values.dtype, np.number):
            names = list(dict.fromkeys(values.tolist()))
        self.lines_ = []
        middle = (len(self.x) - 1) / 2
        apart, spread = _ASIDE[names is not None]
        apart = min(apart, spread / max(2 * middle, 1))
        for number, (x, score) in enumerate(zip(self.x, self.score, strict=True)):
            at = x if names is None else [names.index(name) for name in x]
            aside = ScaledTranslation(
                apart * (number - middle) / 72, 0, self.figure_.dpi_scale_trans
            )
            style = {"color": COLORS[number % len(COLORS)], "transform": ax.transData + aside}
            if self.low is not None:
                ax.vlines(at, self.low[number], self.high[number], lw=1.2, alpha=0.7, **style)
            self.lines_ += ax.plot(
                at,
                score,
                marker=_MARKERS[number % len(_MARKERS)],
                ms=5,
                lw=1.4 if names is None else 0,
                label=None if self.labels is None else self.labels[number],
                **style,
            )
        self._scale(values, names)
        if self.baseline is not None:
            style = {"color": INK, "ls": (0, (4, 3)), "lw": 1, "zorder": 0}
            if np.ndim(self.baseline):
                ax.plot(*self.baseline, label=self.baseline_label, **style)
            else:
                ax.axhline(self.baseline, label=self.baseline_label, **style)
        if self.labels is not None:
            ax.legend(loc="upper left", bbox_to_anchor=(1, 1), **LEGEND)
        ax.set_xlabel(self.x_label)
        ax.set_ylabel(self.score_label)
        hide_spines(ax, "top", "right")
        ax.grid(axis="y", lw=0.4, color=GRID)
        ax.set_axisbelow(True)
        return self

    def _scale(self, values, names):
        """Ticks where the points are, and the time above them."""
        ax = self.ax_
        self.time_ax_ = None
        low = self.score if self.low is None else self.low
        high = self.score if self.high is None else self.high
        ends = [np.nanmin(np.concatenate(low)), np.nanmax(np.concatenate(high))]
        if self.baseline is not None:
            base = np.asarray(self.baseline)[-1] if np.ndim(self.baseline) else self.baseline
            ends = [min(ends[0], np.min(base)), max(ends[1], np.max(base))]
        room = 0.06 * ((ends[1] - ends[0]) or 0.5)
        ax.set_ylim(max(ends[0] - room, -0.02), min(ends[1] + room, 1.02))
        if names is not None:
            ax.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names])
            ax.set_xlim(-0.5, len(names) - 0.5)
            return
        known = np.unique(values)
        if known[0] > 0 and known[-1] >= _WIDE * known[0]:
            ax.set_xscale("log", base=2)
            ax.set_xticks(known, [f"{value:g}" for value in known])
            ax.set_xlim(known[0] / 1.15, known[-1] * 1.15)
            ax.minorticks_off()
        else:  # points that are moved aside do not count where matplotlib looks for limits
            margin = 0.04 * ((known[-1] - known[0]) or 1.0)
            ax.set_xlim(known[0] - margin, known[-1] + margin)
        if self.relative_time is not None:
            at, share = self.relative_time
            self.time_ax_ = top = ax.twiny()
            top.set_xscale(ax.get_xscale())
            top.set_xlim(ax.get_xlim())
            top.set_xticks(at, [f"{100 * value:.{0 if value > 0.1 else 1}f} %" for value in share])
            top.minorticks_off()
            top.set_xlabel("time of the scan, at equal time an angle")
            top.tick_params(length=0)
            hide_spines(top)


def _as_base(points, x, score):
    """One score where it is the same all along, otherwise a curve."""
    scores = points[score].to_numpy()
    if np.ptp(scores) < _SAME or not pd.api.types.is_numeric_dtype(points[x]):
        return float(scores.mean())
    by_x = points.groupby(x)[score].mean()
    return by_x.index.to_numpy(), by_x.to_numpy()


def _ends(points, score, interval):
    """Lower and upper ends of the bars of a curve, None where the score has no such bars."""
    if score not in _ENDS.get(interval, ()):
        return None, None
    wanted = ["sd"] if interval == "repeats" else ["low", "high"]
    for end in wanted:
        if f"{score}_{end}" not in points:
            raise ValueError(
                f"table has no column '{score}_{end}' for intervals; pass interval=None, or "
                "predictions."
            )
    values = [points[f"{score}_{end}"].to_numpy() for end in wanted]
    if interval == "films":
        return values
    middle = points[score].to_numpy()
    return middle - values[0], middle + values[0]
