"""Pieces of pictures of activation maps: axes, shaded patterns, maps, names of peaks."""

import numpy as np

from skxrd.inspection._film_lines import best_match, class_label, film_peaks, visible_lines
from skxrd.inspection._pattern_marks import name_peak
from skxrd.inspection._style import AGAINST, FOR, INK, LEGEND, NEUTRAL, hide_spines

_MAX_STRAIN, _TOLERANCE = 0.015, 0.2  # share of the cell; degrees
_LEAST_PEAK = 0.01  # of the highest


def make_axes(ax, *, n_maps):
    """Stacked axes that share the angles: one high, then one low for each map."""
    import matplotlib.pyplot as plt

    heights = [3.2] + [1.0] * n_maps
    if ax is None:
        _, axes = plt.subplots(
            1 + n_maps,
            1,
            sharex=True,
            figsize=(8, 1.05 * sum(heights)),
            height_ratios=heights,
            layout="constrained",
        )
        axes = list(axes)
    else:
        ax.set_axis_off()
        gap, axes, top = 0.06, [], 1.0
        unit = (1 - gap * n_maps) / sum(heights)
        for height in heights:
            box = (0, top - height * unit, 1, height * unit)
            axes.append(ax.inset_axes(box, sharex=axes[0] if axes else None))
            top -= height * unit + gap
    for part in axes[:-1]:
        part.tick_params(labelbottom=False, bottom=False)
        hide_spines(part, "top", "right", "left", "bottom")
    hide_spines(axes[-1])
    return axes


def shade(ax, two_theta, intensity, values):
    """Draw a pattern, the area beneath it coloured by ``values``."""
    from matplotlib.colors import LinearSegmentedColormap

    largest = np.abs(values).max() or 1.0
    low = min(0.0, float(np.min(intensity)))
    high = float(np.max(intensity)) or 1.0
    even = np.linspace(two_theta[0], two_theta[-1], 2 * len(two_theta))
    image = ax.imshow(
        np.interp(even, two_theta, values)[np.newaxis],
        extent=(two_theta[0], two_theta[-1], low, high),
        aspect="auto",
        cmap=LinearSegmentedColormap.from_list("evidence", [AGAINST, NEUTRAL, FOR]),
        vmin=-largest,
        vmax=largest,
        interpolation="nearest",
    )
    area = ax.fill_between(two_theta, low, intensity, facecolor="none", edgecolor="none")
    image.set_clip_path(area.get_paths()[0], transform=ax.transData)
    ax.plot(two_theta, intensity, color=INK, lw=0.8)
    ax.set_ylim(low, low + 1.12 * (high - low))
    ax.set_yticks([])


def draw_map(ax, two_theta, values, text, *, alpha):
    """Draw a map as filled curve around zero."""
    ax.axhline(0, color=INK, lw=0.6)
    for sign, color in ((1, FOR), (-1, AGAINST)):
        ax.fill_between(
            two_theta, 0, sign * np.maximum(sign * values, 0), color=color, lw=0, alpha=alpha
        )
    ax.set_yticks([0])
    ax.tick_params(axis="y", length=0, labelsize=8)
    ax.set_title(text, loc="left", fontsize=8.5, pad=2, color=INK)


def explain_colors(ax, predicted):
    """Legend of the two colours above a pattern, on the right."""
    from matplotlib.patches import Patch

    handles = [
        Patch(color=FOR, label=f"evidence for {predicted}"),
        Patch(color=AGAINST, label="evidence against it"),
    ]
    ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, **LEGEND)


def name_peaks_of(display, crystals, n_peaks):
    """Name the peaks of a display after the crystal that fits best; its name, or ""."""
    own = [one for one in crystals if class_label(one) == str(display.predicted)]
    span = (float(display.two_theta[0]), float(display.two_theta[-1]))
    reach = (max(span[0] - 1.5, 0.5), min(span[1] + 1.5, 179.0))
    angles, heights = film_peaks(display.intensity, display.two_theta, _LEAST_PEAK)
    found = best_match(
        visible_lines(own or list(crystals), display.wavelength, reach), angles, heights,
        max_strain=_MAX_STRAIN, tolerance=_TOLERANCE, span=span,
    )  # fmt: skip
    if found is None:
        return ""
    lines = found.lines
    places = lines.strained(found.strain)
    ax = display.axes_[0]
    (curve,) = [line for line in ax.lines if len(line.get_xdata()) > 2]
    x, y = curve.get_data()
    named = []
    for peak in np.argsort(-heights):
        near = np.flatnonzero(np.abs(places - angles[peak]) <= _TOLERANCE)
        crowded = any(abs(angles[peak] - other) < (span[1] - span[0]) / 45 for other in named)
        if not near.size or crowded or len(named) == n_peaks:
            continue
        named.append(angles[peak])
        strongest = near[lines.intensity[near].argmax()]
        top = y[np.abs(x - angles[peak]) <= 2 * _TOLERANCE].max()
        name_peak(ax, (angles[peak], top), lines.hkl[strongest], INK)
    ax.annotate(
        f"indices: {lines.name} ({lines.label}), cell {100 * found.strain:+.1f} %",
        (1, 0.99), xycoords="axes fraction", ha="right", va="top", fontsize=8, color=INK,
    )  # fmt: skip
    return lines.name
