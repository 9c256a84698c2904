"""What the result of a search shows of itself in a notebook."""

from skxrd._cell_text import cell_text
from skxrd._repr_html import as_html, curves


def match_html(match):
    """Scan with the sum of the phases, and the phases, as HTML."""
    facts = {}
    for place, phase in enumerate(match.phases, start=1):
        own = phase.facts
        parts = [own["name"], own["formula"]]
        parts.append(f"{own['space_group_symbol']} ({own['space_group_number']})")
        if len(match.phases) > 1:
            parts.append(f"{phase.weight_fraction:.2f} by weight")
        parts += [cell_text(phase.cell, phase.cell_su), "certain" if phase.certain else ""]
        facts[f"phase {place}"] = "; ".join(filter(None, parts))
    facts["explained"] = f"{match.explained:.2f} of the scan" if match.phases else ""
    facts["peaks not explained"] = len(match.unexplained) if match.phases else ""
    facts["remark"] = match.remark
    picture = ""
    if match.measured.size:
        rows = [match.measured] + [match.calculated] * bool(len(match.calculated))
        picture = curves(match.two_theta, rows)
    return as_html(match.name or "PhaseMatch", facts, picture)
