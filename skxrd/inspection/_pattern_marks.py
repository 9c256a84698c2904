"""Miller indices, rows of ticks and difference curves that are added to drawn patterns."""

import numpy as np

from skxrd.crystal import reflections
from skxrd.inspection._style import COLORS, MUTED, label_pattern

_APART = 0.5  # degrees; names of nearer lines would cover each other
_DIGITS = 0.012  # of the axis, one digit of a name that is written along it
_UPRIGHT = 0.011  # of the axis, a name that is written across it


def hkl_label(hkl):
    """Miller indices as they are printed, minus signs as bars over the numbers."""
    wide = any(abs(index) > 9 for index in hkl)
    parts = [rf"\bar{{{-index}}}" if index < 0 else str(index) for index in hkl]
    return "$" + (r"\,".join(parts) if wide else "".join(parts)) + "$"


def strongest_apart(two_theta, intensity, *, n_peaks, least, apart=_APART):
    """Rows of the strongest lines, at least ``apart`` degrees from stronger ones."""
    chosen = []
    for row in np.argsort(-intensity, kind="stable"):
        if len(chosen) == n_peaks or intensity[row] <= least * intensity.max():
            break
        if all(abs(two_theta[row] - two_theta[other]) > apart for other in chosen):
            chosen.append(row)
    return chosen


def name_peak(ax, point, hkl, color):
    """Write the indices of a peak above its highest point."""
    ax.annotate(
        hkl_label(hkl), point, xytext=(0, 3), textcoords="offset points", ha="center",
        va="bottom", fontsize=7.5, color=color,
    )  # fmt: skip


def is_found(crystal):
    """Whether this is a phase that a search found rather than a crystal."""
    return hasattr(crystal, "line_angles")


def lines_of(crystal, display):
    """Angles, indices and strengths of the lines of a crystal, or of a phase that was found."""
    if is_found(crystal):
        angles = np.asarray(crystal.line_angles)
        heights = np.interp(angles, display.two_theta[0], display.intensity[0])
        return angles, crystal.line_hkl, np.maximum(heights, 1e-9)
    first = min(angles[0] for angles in display.two_theta)
    last = max(angles[-1] for angles in display.two_theta)
    lines = reflections(crystal, display.wavelength, (max(first, 1e-3), last))
    return lines.two_theta, lines.hkl, lines.intensity


def draw_rows(ax, rows, labels, *, n_hkl=0, grow=False):
    """A row of ticks for each (places, hkl, strength) below all that is drawn, with its label.

    With ``grow`` the figure becomes higher, so that what is drawn already keeps its height.
    """
    low, high = ax.get_ylim()
    inch = (high - low) / max(ax.figure.get_size_inches()[1] - 1, 1)
    half, step = 0.07 * inch, (0.34 if n_hkl else 0.2) * inch
    if grow:
        _raise_figure(ax, len(rows) * step / inch)
    for number, ((places, hkl, strength), label) in enumerate(zip(rows, labels, strict=True)):
        level = low - number * step - 2 * half
        color = COLORS[(number + 1) % len(COLORS)]
        ax.vlines(places, level - half, level + half, color=color, lw=1)
        label_pattern(ax, label, level, color)
        name_ticks(ax, places, hkl, strength, level - half, color=color, n_hkl=n_hkl)
    ax.set_ylim(low - len(rows) * step - half, high)


def name_ticks(ax, places, hkl, strength, level, *, color, n_hkl, upright=False):
    """Write the indices of the strongest of a row of ticks below it, where there is room.

    Upright names take less room.
    """
    low, high = sorted(ax.get_xlim())
    named = []
    for row in np.argsort(-strength, kind="stable"):
        text = hkl_label(hkl[row])
        digits = max(2, sum(len(str(abs(index))) for index in hkl[row]))
        room = (high - low) * (_UPRIGHT if upright else _DIGITS * digits)
        near = [place for place, other in named if abs(place - places[row]) < (room + other) / 2]
        if len(named) == n_hkl:
            break
        if near or not low <= places[row] <= high:
            continue
        named.append((places[row], room))
        ax.annotate(
            text, (places[row], level), xytext=(0, -1), textcoords="offset points",
            ha="center", va="top", fontsize=6 if upright else 6.5, color=color,
            rotation=90 if upright else 0,
        )  # fmt: skip


def _raise_figure(ax, inches):
    """Make a figure higher, up to the height of a page."""
    ax.figure.set_figheight(
        max(ax.figure.get_figheight(), min(ax.figure.get_figheight() + inches, 11))
    )


def draw_difference(ax, first, second, *, label, grow=False):
    """The difference of two curves (x, y) under all that is drawn, around a line of zero."""
    (x, own), (other_x, other) = first, second
    order = np.argsort(other_x)
    difference = own - np.interp(x, other_x[order], other[order], np.nan, np.nan)
    if np.isnan(difference).all():
        raise ValueError("the two patterns have no angle in common; there is no difference.")
    low, high = ax.get_ylim()
    room = 0.03 * (high - low)
    base = low - max(np.nanmax(difference), 0) - room
    if grow:
        inch = (high - low) / max(ax.figure.get_figheight() - 1, 1)
        _raise_figure(ax, (np.nanmax(difference) - np.nanmin(difference) + 2 * room) / inch)
    ax.axhline(base, color=MUTED, lw=0.5, alpha=0.6, zorder=0)
    ax.plot(x, base + difference, color=MUTED, lw=0.7)
    label_pattern(ax, label, base, MUTED)
    ax.set_ylim(base + min(np.nanmin(difference), 0) - room, high)
