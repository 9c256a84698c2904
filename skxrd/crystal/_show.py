"""What a crystal shows of itself in a notebook."""

from collections import Counter

from skxrd._repr_html import as_html, sticks
from skxrd.crystal._reflections import reflections

_SPAN = (5.0, 90.0)


def crystal_html(crystal):
    """Lines with copper radiation, cell and sites as HTML."""
    counts = Counter(crystal.elements)
    a, b, c, alpha, beta, gamma = crystal.cell
    sites = ", ".join(f"{element} {count}" for element, count in counts.items())
    facts = {
        "space group": f"{crystal.space_group_symbol} ({crystal.space_group_number})",
        "crystal system": crystal.crystal_system,
        "cell": f"{a:.6g}, {b:.6g}, {c:.6g} Å; {alpha:.6g}, {beta:.6g}, {gamma:.6g}°",
        "volume": f"{crystal.volume:.2f} Å³",
        "sites": f"{len(crystal.elements)}: {sites}",
    }
    try:
        lines = reflections(crystal, "CuKa", _SPAN)
    except ValueError:
        return as_html(crystal.name or "Crystal", facts)
    picture = sticks(lines.two_theta, lines.intensity, _SPAN)
    return as_html(crystal.name or "Crystal", {**facts, "lines": "with Cu K-alpha"}, picture)
