"""Pieces of a report: escaped text, tables, matrices, patterns and bars as plain HTML and SVG."""

import base64
import io
from html import escape

import numpy as np

from skxrd._names import printable
from skxrd._repr_html import thinned
from skxrd.inspection._style import AGAINST, FOR, INK

_N_POINTS = 420  # points of a drawn pattern; a screen shows no more
_N_MAP_POINTS = 140
_WIDTH, _LEFT = 480, 6

STYLE = f"""
:root {{ --ink: {INK}; --soft: #6b6b6b; --line: #dcdcdc; --paper: #ffffff; --shade: #f5f5f3; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 0 16px 64px; max-width: 1080px; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  overflow-wrap: anywhere; }}
h1 {{ font-size: 1.7rem; line-height: 1.2; margin: 32px 0 4px; }}
h2 {{ font-size: 1.35rem; margin: 48px 0 4px; padding-top: 12px;
  border-top: 3px solid var(--ink); }}
h3 {{ font-size: 1.08rem; margin: 32px 0 6px; }}
p {{ margin: 6px 0; max-width: 75ch; }}
a {{ color: #00578a; }}
.soft, figcaption, .note {{ color: var(--soft); font-size: .88rem; }}
.banner {{ border-left: 5px solid {FOR}; background: #fdf1ea; padding: 8px 14px; margin: 14px 0; }}
.key {{ background: var(--shade); padding: 8px 14px; margin: 10px 0; }}
.scroll {{ overflow-x: auto; background: linear-gradient(to right, transparent, var(--paper)
  50%) right / 24px 100% no-repeat local, linear-gradient(to left, #0003, transparent) right /
  10px 100% no-repeat scroll; }}
table {{ border-collapse: separate; border-spacing: 0; font-size: .9rem;
  font-variant-numeric: tabular-nums; }}
th, td {{ padding: 4px 10px 4px 0; text-align: right; white-space: nowrap; overflow-wrap: normal;
  border-bottom: 1px solid var(--line); }}
td svg {{ vertical-align: middle; }}
th {{ font-weight: 600; vertical-align: bottom; }}
th:first-child, td:first-child {{ text-align: left; position: sticky; left: 0;
  background: var(--paper); }}
tr.baseline td {{ color: var(--soft); font-style: italic; }}
tr.best td {{ font-weight: 650; }}
table.matrix {{ font-size: .82rem; }}
table.matrix th, table.matrix td {{ padding: 5px; min-width: 2.9em; text-align: center; }}
table.matrix th:first-child {{ text-align: right; font-weight: 400; padding-right: 8px; }}
.matrices {{ display: flex; flex-wrap: wrap; gap: 8px 32px; }}
.matrices > div {{ max-width: 100%; }}
details {{ margin: 4px 0; }}
summary {{ cursor: pointer; }}
details.film {{ border-bottom: 1px solid var(--line); padding: 5px 0; }}
details.film summary {{ font-size: .92rem; }}
.whole {{ white-space: nowrap; }}
.right::before {{ content: "\\2713\\00a0"; color: #00745a; font-weight: 700; }}
.partly::before {{ content: "\\25D0\\00a0"; color: #8a6100; }}
.wrong::before {{ content: "\\2717\\00a0"; color: #b34700; font-weight: 700; }}
ul {{ margin: 4px 0; padding-left: 22px; }}
figure {{ margin: 14px 0; }}
svg.pattern, figure img {{ width: 100%; max-width: 640px; height: auto; display: block; }}
.for {{ color: #b34700; font-weight: 600; }} .against {{ color: {AGAINST}; font-weight: 600; }}
@media (max-width: 600px) {{ body {{ padding: 0 12px 48px; font-size: 15px; }}
  h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.2rem; }}
  table {{ font-size: .84rem; }}
  table.matrix th:not(:first-child) {{ writing-mode: vertical-rl; transform: rotate(180deg);
    text-align: left; padding: 4px 0; min-width: 0; }}
  table.matrix td {{ min-width: 2.3em; padding: 5px 1px; }} }}
@media print {{ details.film {{ break-inside: avoid; }} }}
"""


def page(title, body, *, style="", script=""):
    """Page with a plain title and the HTML of its body, a style and a script of its own."""
    script = f"<script>{script}</script>\n" if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n{body}\n"
        f"{script}</body>\n</html>\n"
    )


def text(value):
    """Plain text as HTML; space groups keep their plain symbols."""
    return escape(printable(str(value)), quote=True)


def number(value, digits=2):
    """A number, or a dash where there is none."""
    return "–" if value is None or not np.isfinite(value) else f"{value:.{digits}f}"


def with_interval(value, low, high, digits=2):
    """A number with its interval, e.g. ``0.90 [0.83, 0.95]``."""
    shown = number(value, digits)
    if low is None or not np.isfinite(low):
        return shown
    return f"{shown} <span class=soft>[{number(low, digits)}, {number(high, digits)}]</span>"


def table(head, rows, *, classes=None):
    """Table of HTML cells in a box that scrolls where it is too wide."""
    classes = [""] * len(rows) if classes is None else classes
    lines = ["<div class=scroll><table><thead><tr>"]
    lines += [f"<th>{cell}</th>" for cell in head]
    lines.append("</tr></thead><tbody>")
    for row, kind in zip(rows, classes, strict=True):
        cells = "".join(f"<td>{cell}</td>" for cell in row)
        lines.append(f'<tr class="{kind}">{cells}</tr>')
    return "".join(lines) + "</tbody></table></div>"


def interval_bar(value, low, high):
    """A share from 0 to 1 as a dot on a line, with its interval."""
    if low is None or not np.isfinite(low):
        low = high = value
    x = [4 + 112 * float(np.clip(part, 0, 1)) for part in (low, value, high)]
    return (
        '<svg width="120" height="14" viewBox="0 0 120 14" role="img" aria-label="interval">'
        '<line x1="4" x2="116" y1="7" y2="7" stroke="#dcdcdc"/>'
        f'<line x1="{x[0]:.1f}" x2="{x[2]:.1f}" y1="7" y2="7" stroke="{AGAINST}" '
        f'stroke-width="4"/><circle cx="{x[1]:.1f}" cy="7" r="3.6" fill="{INK}"/></svg>'
    )


def matrix(confusion):
    """Confusion matrix (true classes in rows), shaded by the share of the true class."""
    lines = ["<div class=scroll><table class=matrix><tr><th>true \\ predicted</th>"]
    lines += [f"<th>{text(label)}</th>" for label in confusion.columns]
    lines.append("</tr>")
    for label, counts in confusion.iterrows():
        lines.append(f"<tr><th>{text(label)}</th>")
        whole = counts.sum()
        for other, count in counts.items():
            share = count / whole if whole else 0.0
            color = "0, 114, 178" if other == label else "213, 94, 0"
            shown = "" if count == 0 else f"{count:.1f}".removesuffix(".0")
            lines.append(f'<td style="background: rgba({color}, {0.75 * share:.2f})">{shown}</td>')
        lines.append("</tr>")
    return "".join(lines) + "</table></div>"


def pattern(two_theta, intensity, *, label, maps=()):
    """A pattern above its activation maps.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Angles.
    intensity : ndarray of shape (n_angles,)
        The pattern.
    label : str
        Plain text of the angle axis.
    maps : sequence of (str, ndarray of shape (n_angles,)), default=()
        Title (plain text) and values of maps, drawn on one scale.

    Returns
    -------
    str
    """
    two_theta = np.asarray(two_theta, dtype=np.float64)
    inside = _WIDTH - 2 * _LEFT
    span = two_theta[-1] - two_theta[0] or 1.0
    high, strip, axis = 120, 52, 34
    height = 8 + high + strip * len(maps) + axis
    parts = [
        f'<svg class=pattern viewBox="0 0 {_WIDTH} {height}" role="img" '
        'aria-label="pattern and maps" font-family="system-ui, sans-serif" font-size="14">'
    ]
    x, y = thinned(two_theta, np.asarray(intensity, dtype=np.float64), _N_POINTS)
    low, top = min(0.0, y.min()), y.max() if y.max() > 0 else 1.0
    px = _LEFT + inside * (x - two_theta[0]) / span
    py = 8 + high * (1 - (y - low) / (top - low))
    parts.append(f'<path d="{_line(px, py)}" fill="none" stroke="{INK}" stroke-width="1"/>')
    largest = max((float(np.abs(values).max()) for _, values in maps), default=0.0) or 1.0
    for place, (title, values) in enumerate(maps):
        middle = 8 + high + strip * place + 34
        x = np.linspace(two_theta[0], two_theta[-1], _N_MAP_POINTS)  # maps are smooth
        y = np.interp(x, two_theta, values)
        px = _LEFT + inside * (x - two_theta[0]) / span
        for sign, color in ((1, FOR), (-1, AGAINST)):
            py = middle - sign * 17 * np.maximum(sign * y, 0) / largest
            if (py != middle).any():
                area = f"M{px[0]:.1f} {middle} L{_line(px, py)[1:]} L{px[-1]:.1f} {middle}Z"
                parts.append(f'<path d="{area}" fill="{color}" stroke="none"/>')
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _LEFT}" y1="{middle}" y2="{middle}" '
            f'stroke="{INK}" stroke-width=".6"/>'
            f'<text x="{_LEFT}" y="{middle - 20}" fill="{INK}">{text(title)}</text>'
        )
    base = height - axis + 2
    parts.append(
        f'<line x1="{_LEFT}" x2="{_WIDTH - _LEFT}" y1="{base}" y2="{base}" stroke="{INK}"/>'
    )
    for tick in _ticks(two_theta[0], two_theta[-1]):
        at = _LEFT + inside * (tick - two_theta[0]) / span
        anchor = "start" if at < 15 else "end" if at > _WIDTH - 15 else "middle"
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{base}" y2="{base + 4}" stroke="{INK}"/>'
            f'<text x="{at:.1f}" y="{base + 16}" text-anchor="{anchor}" fill="{INK}">'
            f"{tick:g}</text>"
        )
    parts.append(
        f'<text x="{_WIDTH / 2}" y="{base + 30}" text-anchor="middle" fill="{INK}">'
        f"{text(label)}</text></svg>"
    )
    return "".join(parts)


def picture(figure, caption):
    """Figure of matplotlib, which stays open, with a plain caption."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=160, bbox_inches="tight")
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<figure><img src="data:image/png;base64,{data}" alt="{text(caption)}">'
        f"<figcaption>{text(caption)}</figcaption></figure>"
    )


def _line(x, y):
    return "M" + " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))


def _ticks(first, last):
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000):
        if (last - first) / step <= 8:
            break
    return np.arange(np.ceil(first / step) * step, last + 1e-9, step)
