"""What objects show of themselves in a notebook: a small picture and a few facts."""

from html import escape

import numpy as np

from skxrd._names import printable

_WIDTH, _HEIGHT = 420, 90
_NAME = "text-align:left;color:gray;padding:0 12px 0 0;white-space:nowrap"
_COLORS = ("currentColor", "#D55E00")


def as_html(title, facts, picture=""):
    """A title, a picture and a table of facts, a dict by name; empty ones are left out."""
    rows = "".join(
        f'<tr><td style="{_NAME}">{escape(name)}</td>'
        f'<td style="text-align:left">{_cell(value)}</td></tr>'
        for name, value in facts.items()
        if value not in (None, "")
    )
    return (
        f'<div style="display:inline-block"><div><b>{_cell(title)}</b></div>{picture}'
        f"<table>{rows}</table></div>"
    )


def curves(x, rows):
    """Curves over one axis as a picture, drawn as square roots so that weak peaks show."""
    x = np.asarray(x, dtype=np.float64)
    roots = [np.sqrt(np.maximum(np.asarray(row, dtype=np.float64), 0)) for row in rows]
    top = max((row.max(initial=0.0) for row in roots), default=0.0) or 1.0
    paths = []
    for row, color in zip(roots, _COLORS, strict=False):
        places, heights = _places(x, x[0], x[-1]), _HEIGHT - 18 - (_HEIGHT - 22) * row / top
        px, py = thinned(places, heights, 2 * _WIDTH)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(px, py, strict=True))
        paths.append(f'<polyline points="{points}" fill="none" stroke="{color}"/>')
    return _picture(paths, x[0], x[-1])


def sticks(x, heights, span):
    """Lines over an axis of degrees as a picture, drawn as square roots."""
    high = np.sqrt(np.asarray(heights) / (np.max(heights, initial=0.0) or 1.0))
    path = "".join(
        f"M{a:.1f} {_HEIGHT - 18}v{-(_HEIGHT - 22) * h:.1f}"
        for a, h in zip(_places(np.asarray(x), *span), high, strict=True)
        if h > 0.02
    )
    return _picture([f'<path d="{path}" stroke="currentColor" fill="none"/>'], *span)


def _picture(paths, first, last):
    """Picture with its axis."""
    base = _HEIGHT - 18
    axis = f'<path d="M0 {base}H{_WIDTH}" stroke="gray" fill="none"/>' + "".join(
        f'<text x="{at}" y="{_HEIGHT - 4}" font-size="11" fill="gray" text-anchor="{anchor}">'
        f"{label}</text>"
        for at, anchor, label in (
            (0, "start", f"{first:g}"),
            (_WIDTH / 2, "middle", "2θ (degrees), square root of intensity"),
            (_WIDTH, "end", f"{last:g}"),
        )
    )
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="pattern" style="max-width:100%">{"".join(paths)}{axis}</svg>'
    )


def _places(x, first, last):
    return _WIDTH * (x - first) / ((last - first) or 1.0)


def thinned(x, y, n_points):
    """About so many points: of each run the lowest and the highest, so that no peak is lost."""
    run = -(-2 * len(x) // n_points)
    if run <= 2:
        return x, y
    chosen = []
    for start in range(0, len(x), run):
        part = y[start : start + run]
        chosen += sorted({start + int(part.argmin()), start + int(part.argmax())})
    return x[chosen], y[chosen]


def _cell(value):
    return escape(printable(str(value)))
