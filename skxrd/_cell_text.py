"""Cells and their uncertainties in words."""

_CELL = ("a", "b", "c", "alpha", "beta", "gamma")
_FIXED = 1e-4  # degrees; the uncertainty of an angle that symmetry fixes is rounding
_SAME = 1e-6  # of a length; lengths that symmetry makes equal differ by rounding
_ABSURD = 0.01  # of a length; with a larger uncertainty a cell says nothing


def cell_text(cell, cell_su):
    """Free parameters of a cell with their uncertainties: a 3.2468(9), c 5.203(2)."""
    if any(su > _ABSURD * value for value, su in zip(cell[:3], cell_su[:3], strict=True)):
        return "cell not determined"
    texts = []
    for name, value, su in zip(_CELL, cell, cell_su, strict=True):
        if name in "bc" and abs(value - cell[0]) < _SAME * value:
            continue
        if len(name) > 1 and not su > _FIXED:
            continue
        texts.append(f"{name} {with_uncertainty(value, su)}")
    return ", ".join(texts)


def with_uncertainty(value, su):
    """Number with its standard uncertainty in units of the last digit: 5.203(2)."""
    if not su > 0:
        return f"{value:.4f}"
    digits = 0
    while su * 10**digits < 1.95 and digits < 5:
        digits += 1
    return f"{value:.{digits}f}({max(1, round(su * 10**digits))})"
