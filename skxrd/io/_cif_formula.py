"""The chemical formula and Z that a CIF block states, compared with the atoms of its cell."""

import re
from dataclasses import dataclass

import gemmi

from skxrd.io._cif_content import values_of

_SUMS = ("_chemical_formula_sum", "_chemical_formula_iupac", "_chemical_formula_structural")
_OTHERS = ("_chemical_formula_moiety", "_chemical_formula_analytical")
_PART = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)|([(\[{])|[)\]}](\d*\.?\d*)")
_AGREES = 0.25  # share of atoms that may differ: formulas round, and leave out what is not located
_FACTOR = 1.45  # atoms in the cell over those stated; more is not an error of occupancies
_OTHER_COMPOSITION = 0.3  # share of atoms of another element that no formula is wrong by
_FACTOR_OF_ONE = 1.8  # the same as _FACTOR for an element that is a tenth of all atoms
_LARGEST = 60.0  # cubic angstrom for each atom but hydrogen; caesium iodides have 50


@dataclass(frozen=True)
class Formula:
    """Elements of a formula, their counts without hydrogen (None if not numbers), and Z or None.

    ``of_cell`` says that all counts are multiples of Z: they may be those of the whole cell.
    """

    elements: frozenset
    counts: dict | None
    z: float | None
    of_cell: bool

    def compare(self, found):
        """Comparison with the atoms found in the cell, by element, or None if there is no way."""
        found = {name: n for name, n in found.items() if name not in ("H", "D") and n > 0}
        if not self.counts or not found:
            return None
        if self.of_cell:  # some programs state the sum of the cell beside Z
            ways = [self._compare(found, z) for z in (self.z, 1)]
            return min(ways, key=lambda way: way.difference)
        return self._compare(found, self.z)

    def _compare(self, found, z):
        stated, total = sum(self.counts.values()), sum(found.values())
        both = self.counts.keys() | found.keys()

        def difference(scale):
            apart = sum(abs(found.get(n, 0) - scale * self.counts.get(n, 0)) for n in both)
            return apart / max(total, scale * stated)

        composition = difference(total / stated) / 2  # an exchanged atom counts twice
        scale = z or total / stated
        factors = [
            max(found[n] / (scale * count), scale * count / found[n])
            for n, count in self.counts.items()
            if found.get(n) and count > 0.1 * stated
        ]
        return Comparison(
            total / (z * stated) if z else None,
            composition,
            difference(z) if z else composition,
            max(factors, default=1.0),
        )


@dataclass(frozen=True)
class Comparison:
    """Atoms found over atoms stated (None without Z), and shares of atoms that differ.

    ``composition`` is the share at the same number of atoms, ``difference`` the one with Z;
    ``factor`` is the largest by which a main element has too many or too few atoms.
    """

    ratio: float | None
    composition: float
    difference: float
    factor: float

    @property
    def agrees(self):
        """Whether the atoms are those of the formula, within what formulas leave out."""
        return self.difference <= _AGREES and not self.wrong_by_factor

    @property
    def too_many_or_few(self):
        """Whether the number of atoms is wrong by a factor."""
        return self.ratio is not None and not 1 / _FACTOR <= self.ratio <= _FACTOR

    @property
    def wrong_by_factor(self):
        """Whether the number of atoms, or their proportions, cannot be those of the formula."""
        return (
            self.too_many_or_few
            or self.composition > _OTHER_COMPOSITION
            or self.factor > _FACTOR_OF_ONE
        )

    @property
    def proportionate(self):
        """Whether the elements have the proportions of the formula."""
        return self.composition < 0.1


def is_dense(counts, volume):
    """Whether so many atoms, by element, fill a volume (cubic angstrom) as atoms of crystals do."""
    n_atoms = sum(n for name, n in counts.items() if name not in ("H", "D"))
    most = _LARGEST if len(counts) > 1 else 2 * _LARGEST  # alkali metals and noble gases
    return volume <= most * n_atoms


def stated_formula(block):
    """The Formula of a block, or None if it states none."""
    texts = values_of(block, *_SUMS, *_OTHERS)
    text = texts[0] if len(set(texts)) == 1 else ""  # several belong to parts or phases
    found = re.findall(r"[A-Z][a-z]?", text)
    if text.isupper():  # CA may be calcium, or carbon and a letter
        found += [name.capitalize() for name in re.findall(r"[A-Z]{2}", text)]
    elements = frozenset(_without_isotope(name) for name in found if _is_element(name))
    if not elements:
        return None
    z = gemmi.cif.as_number((values_of(block, "_cell_formula_units_Z") or ["?"])[0])
    z = z if 0 < z <= 10_000 else None
    counts = _counts(text) or {}
    of_cell = z is not None and z > 1 and all(count % z == 0 for count in counts.values())
    counts = {name: n for name, n in counts.items() if name != "H" and n > 0}
    return Formula(elements, counts or None, z, of_cell)


def _counts(text):
    """Atoms of a formula by element, or None if it is no plain formula."""
    text = re.sub(r"\s+\d*[+-]$", "", text)  # a charge
    text = re.sub(r"\s", "", text)
    levels, end = [{}], 0
    for match in _PART.finditer(text):
        if match.start() != end:
            return None
        end = match.end()
        name, number, opening, factor = match.groups()
        if name is not None:
            if not _is_element(name):
                return None
            name = _without_isotope(name)
            levels[-1][name] = levels[-1].get(name, 0.0) + _number(number)
        elif opening:
            levels.append({})
        elif len(levels) == 1:
            return None
        else:
            for inner, count in levels.pop().items():
                levels[-1][inner] = levels[-1].get(inner, 0.0) + count * _number(factor)
    if end < len(text) or len(levels) > 1:
        return None
    return levels[0]


def _is_element(name):
    return gemmi.Element(name).name == name != "X"


def _number(text):
    return float(text) if text.strip(".") else 1.0


def _without_isotope(name):
    return "H" if name == "D" else name
