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
_VOLUMES = (6.0, 40.0)  # cubic angstrom for each atom but hydrogen in nearly all crystals


@dataclass(frozen=True)
class Formula:
    """Elements of a formula, their counts without hydrogen (None if not numbers), and Z or None."""

    elements: frozenset
    counts: dict | None
    z: float | None

    def compare(self, found):
        """Comparison with the atoms found in the cell, by element, or None if there is no way."""
        found = {name: n for name, n in found.items() if name not in ("H", "D") and n > 0}
        if not self.counts or not found:
            return None
        stated, total = sum(self.counts.values()), sum(found.values())
        both = self.counts.keys() | found.keys()

        def difference(scale):
            apart = sum(abs(found.get(n, 0) - scale * self.counts.get(n, 0)) for n in both)
            return apart / max(total, scale * stated)

        ratio = None if self.z is None else total / (self.z * stated)
        composition = difference(total / stated) / 2  # an exchanged atom counts twice
        return Comparison(ratio, composition, composition if ratio is None else difference(self.z))


@dataclass(frozen=True)
class Comparison:
    """Atoms found over atoms stated (None without Z), and shares of atoms that differ.

    ``composition`` is the share at the same number of atoms, ``difference`` the one with Z.
    """

    ratio: float | None
    composition: float
    difference: float

    @property
    def agrees(self):
        """Whether the atoms are those of the formula, within what formulas leave out."""
        return self.difference <= _AGREES

    @property
    def too_many_or_few(self):
        """Whether the number of atoms is wrong by a factor."""
        return self.ratio is not None and not 1 / _FACTOR <= self.ratio <= _FACTOR

    @property
    def wrong_by_factor(self):
        """Whether the number of atoms, or their proportions, cannot be those of the formula."""
        return self.too_many_or_few or self.composition > _OTHER_COMPOSITION

    def only_z_differs(self, volume, found):
        """Whether composition and density are sound, so that Z must be wrong."""
        n_atoms = sum(n for name, n in found.items() if name not in ("H", "D"))
        low, high = _VOLUMES
        return self.composition < 0.1 and low <= volume / n_atoms <= high


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
    return Formula(elements, _counts(text), z if 0 < z <= 10_000 else None)


def _counts(text):
    """Atoms of a formula by element without hydrogen, or None if it is no plain formula."""
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
    counts = {name: n for name, n in levels[0].items() if name != "H" and n > 0}
    return counts or None


def _is_element(name):
    return gemmi.Element(name).name == name != "X"


def _number(text):
    return float(text) if text.strip(".") else 1.0


def _without_isotope(name):
    return "H" if name == "D" else name
