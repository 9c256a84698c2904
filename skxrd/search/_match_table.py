"""Matches of scans as a table."""

_CELL = ("a", "b", "c", "alpha", "beta", "gamma")
#: Columns of the command's CSV, in this order.
COLUMNS = (
    "scan", "place", "phase", "formula", "space_group_number", "figure_of_merit", *_CELL,
    "explained", "weight_fraction", "source", "space_group_symbol", *(f"{n}_su" for n in _CELL),
    "shift", "matched", "expected", "certain", "look_alikes", "reference", "remark",
)  # fmt: skip


def match_table(matches):
    """Table of :meth:`PhaseSearch.search`."""
    import pandas as pd

    rows = []
    for match in matches:
        for place, phase in enumerate(match.phases, start=1):
            rows.append(_row(match, place, phase))
        if not match.phases:
            rows.append({"scan": match.name, "place": 0, "remark": match.remark})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(match, place, phase):
    facts = phase.facts
    row = {
        "scan": match.name,
        "place": place,
        "phase": facts["name"],
        "formula": facts["formula"],
        "space_group_number": facts["space_group_number"],
        "figure_of_merit": phase.figure_of_merit,
        "explained": phase.explained,
        "weight_fraction": phase.weight_fraction,
        "source": facts["source"],
        "space_group_symbol": facts["space_group_symbol"],
        "shift": phase.shift,
        "matched": phase.n_matched,
        "expected": phase.n_expected,
        "certain": phase.certain,
        "look_alikes": "; ".join(phase.look_alikes),
        "reference": facts["reference"],
        "remark": match.remark,
    }
    row |= dict(zip(_CELL, phase.cell, strict=True))
    return row | {f"{name}_su": su for name, su in zip(_CELL, phase.cell_su, strict=True)}
