"""What a library keeps of a crystal: its cell, its lines and what they scatter."""

from dataclasses import dataclass

import numpy as np

from skxrd.crystal import ReflectionList
from skxrd.search._conventional_cell import conventional
from skxrd.search._phase_elements import cell_content, element_bits, reduced_formula
from skxrd.search._screened_bins import D_MAX

#: Square angstrom, for sites whose displacement is not stated: B = 0.63.
U_ISO = 0.008
#: Least spacing in angstrom: 100 degrees with Cu K-alpha.
D_MIN = 1.0
_WEAKEST = 1e-3  # of the largest strength times d^2
_SAME_SPACING = 1e-6
_GRAMS = 1.66053907  # of a dalton a cubic angstrom, in grams a cubic centimetre


@dataclass(frozen=True)
class PhaseEntry:
    """One phase: texts, cell, and lines by falling spacing.

    ``codes`` are 255 sqrt(s d^2 / scale) of the strengths s (multiplicity times |F|^2).
    """

    name: str
    formula: str
    source: str
    reference: str
    symbol: str
    number: int
    cell: np.ndarray
    elements: np.ndarray
    density: float
    scale: float
    hkl: np.ndarray
    codes: np.ndarray


def phase_entry(crystal, *, d_min=D_MIN, max_lines=100):
    """Entry of a crystal, in a conventional cell."""
    listed = ReflectionList.from_crystal(crystal, d_min, u_iso=U_ISO)
    content, mass = cell_content(crystal)
    cell, symbol, number, hkl, ratio = conventional(crystal, listed.hkl)
    strength = listed.strength.astype(float) * ratio**2
    d = listed.d_spacing
    kept = (np.abs(hkl) < 128).all(axis=1) & (d < D_MAX)
    hkl, d, strength = _merged(hkl[kept], d[kept], strength[kept])
    weight = strength * d**2
    if not weight.size:
        raise ValueError(f"crystal {crystal.name!r} has no line of less than {D_MAX:g} angstrom.")
    strongest = np.sort(weight.argsort()[::-1][:max_lines])
    strongest = strongest[weight[strongest] > _WEAKEST * weight.max()]
    share = np.sqrt(weight[strongest] / weight.max())
    return PhaseEntry(
        name=str(crystal.metadata.get("mineral", "")),
        formula=reduced_formula(content),
        source=str(crystal.metadata.get("material_id") or crystal.name),
        reference=str(crystal.metadata.get("reference", "")),
        symbol=symbol,
        number=number,
        cell=cell,
        elements=element_bits(content),
        density=mass * _GRAMS / crystal.volume,
        scale=float(weight.max()),
        hkl=hkl[strongest].astype(np.int8),
        codes=np.maximum(np.rint(255 * share), 1).astype(np.uint8),
    )


def _merged(hkl, d, strength):
    """Lines of equal spacing as one, by falling spacing, with the index of the strongest."""
    order = np.lexsort((-strength, -d))
    hkl, d, strength = hkl[order], d[order], strength[order]
    first = np.flatnonzero(np.diff(np.log(d), prepend=np.inf) < -_SAME_SPACING)
    if not first.size:
        return hkl[:0], d[:0], strength[:0]
    total = np.add.reduceat(strength, first)
    best = np.maximum.reduceat(strength, first)
    group = np.repeat(np.arange(first.size), np.diff([*first, d.size]))
    chosen = np.flatnonzero(strength == best[group])
    chosen = chosen[np.unique(group[chosen], return_index=True)[1]]
    return hkl[chosen], d[first], total
