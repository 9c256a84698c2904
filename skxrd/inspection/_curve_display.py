"""Accuracy along a curve, with intervals, for several classifiers."""

import numpy as np

from skxrd.inspection._style import COLORS, INK
from skxrd.model_selection import summarize_curve

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
    "f1_macro_pooled": "F1 macro",
}
_MARKERS = "osD^vPX"
_WIDE = 8  # largest over smallest x from which the axis is logarithmic
_SAME = 0.01  # of a score; a baseline that varies less is one line
#: Most points between neighbouring curves, and between the outer ones: of numbers and of names.
_ASIDE = ((4.0, 8.0), (8.0, 36.0))


class CurveDisplay:
    """A score against what was varied, one curve a classifier.

    Numbers make curves, logarithmic where they span three octaves or more without zero; names,
    such as those of samplers, stand side by side. Curves are moved a little sideways, so that
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

    Attributes
    ----------
    lines_ : list of matplotlib.lines.Line2D
        One a curve.
    time_ax_ : matplotlib.axes.Axes or None
        The second axis.
    ax_ : matplotlib.axes.Axes
        Axes with the curves.
    figure_ : matplotlib.figure.Figure
        Its figure.

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

    def __init__(
        self,
        x,
        score,
        low=None,
        high=None,
        *,
        labels=None,
        x_label="",
        score_label="accuracy",
        baseline=None,
        baseline_label="baseline",
        relative_time=None,
    ):
        self.x = x
        self.score = score
        self.low = low
        self.high = high
        self.labels = labels
        self.x_label = x_label
        self.score_label = score_label
        self.baseline = baseline
        self.baseline_label = baseline_label
        self.relative_time = relative_time

    @classmethod
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
        """Draw what a function of the curves returned.

        Parameters
        ----------
        table : pandas.DataFrame
            Predictions, as :func:`~skxrd.model_selection.augmentation_curve`,
            :func:`~skxrd.model_selection.step_curve`,
            :func:`~skxrd.model_selection.film_learning_curve` and
            :func:`~skxrd.model_selection.compare_samplers` return them, or their summary by
            :func:`~skxrd.model_selection.summarize_curve`.
        x : str
            Column that was varied, such as ``"step"``.
        curves : str or list of str, default="classifier"
            Columns that tell the curves apart.
        score : {"accuracy", "balanced_accuracy", "f1_macro_pooled"}, default="accuracy"
            What is drawn; only the accuracy has intervals.
        interval : {"films", "repeats", None}, default="films"
            Bars: bootstrap interval over films, one standard deviation over repeats, or none.
        baseline : str or float, default="majority"
            Score of a trivial classifier: a number, or the name of a classifier, which is drawn
            dashed and without intervals if it is in the table. ``None`` draws none.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; ``None`` makes a figure.

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
            ("interval", interval, ["films", "repeats", None]),
        ):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; choose among {', '.join(map(str, known))}.")
        curves = [curves] if isinstance(curves, str) else list(curves)
        timed = x == "step" and "relative_time" in table
        points = table
        if score not in table:
            points = summarize_curve(table, [*curves, x, *["relative_time"] * timed])
        missing = [name for name in [*curves, x] if name not in points]
        if missing:
            raise ValueError(
                f"table has no column {missing[0]!r}; its columns are {', '.join(points)}."
            )
        base = baseline
        if isinstance(baseline, str):
            trivial = (
                points["classifier"] == baseline
                if "classifier" in points
                else np.zeros(len(points), dtype=bool)
            )
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
            low, high = _ends(curve, interval if score == "accuracy" else None)
            drawn["low"].append(low)
            drawn["high"].append(high)
        if drawn["low"] and drawn["low"][0] is None:
            drawn["low"] = drawn["high"] = None
        time = points.drop_duplicates(x) if timed else None
        display = cls(
            **drawn,
            x_label=_COLUMNS.get(x, (x, ""))[0],
            score_label=_SCORES[score],
            baseline=base,
            baseline_label=baseline if isinstance(baseline, str) else "baseline",
            relative_time=None if time is None else (time[x].to_numpy(), time["relative_time"]),
        )
        return display.plot(ax=ax)

    def plot(self, ax=None):
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; ``None`` makes a figure.

        Returns
        -------
        CurveDisplay
            Itself.
        """
        import matplotlib.pyplot as plt
        from matplotlib.transforms import ScaledTranslation

        if ax is None:
            _, ax = plt.subplots(figsize=(7.2, 4.0), layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
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
            color = COLORS[number % len(COLORS)]
            aside = ScaledTranslation(
                apart * (number - middle) / 72, 0, self.figure_.dpi_scale_trans
            )
            style = {"color": color, "transform": ax.transData + aside}
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
            ax.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1, 1))
        ax.set_xlabel(self.x_label)
        ax.set_ylabel(self.score_label)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        ax.grid(axis="y", lw=0.4, color="#DDDDDD")
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
            top.minorticks_off()
            top.set_xticks(at, [f"{100 * value:.{0 if value > 0.1 else 1}f} %" for value in share])
            top.minorticks_off()
            top.set_xlabel("time of the scan, at equal time an angle")
            top.tick_params(length=0)
            for side in ("top", "right", "left"):
                top.spines[side].set_visible(False)


def _as_base(points, x, score):
    """One score where it is the same all along, otherwise a curve."""
    scores = points[score].to_numpy()
    if np.ptp(scores) < _SAME or not np.issubdtype(points[x].dtype, np.number):
        return float(scores.mean())
    by_x = points.groupby(x)[score].mean()
    return by_x.index.to_numpy(), by_x.to_numpy()


def _ends(points, interval):
    wanted = {"films": ["accuracy_low", "accuracy_high"], "repeats": ["accuracy_sd"]}
    missing = [name for name in wanted.get(interval, []) if name not in points]
    if missing:
        raise ValueError(
            f"table has no column {missing[0]!r} for intervals; pass interval=None, or predictions."
        )
    if interval == "films":
        return points["accuracy_low"].to_numpy(), points["accuracy_high"].to_numpy()
    if interval == "repeats":
        mean, spread = points["accuracy"].to_numpy(), points["accuracy_sd"].to_numpy()
        return mean - spread, mean + spread
    return None, None
