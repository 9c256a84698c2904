"""Elements of phases: masks of bits, the content of a cell, formulas."""

from functools import reduce
from math import gcd

import gemmi
import numpy as np

from skxrd.crystal._element_symbols import element_list

_N_WORDS = 2
_NEARLY_WHOLE = 0.02
_CATIONS_FIRST = (
    "Fr Cs Rb K Na Li Ra Ba Sr Ca Ac La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Y Sc Th Pa U Np "
    "Pu Am Cm Bk Cf Mg Zr Hf Be Al Ti Ta Nb Mn V Zn Cr Fe Cd Co In Ga Ni Cu Tl Ag Sn Pb Re Hg W Mo "
    "Tc Bi Ge Sb Ru Os Ir Pd Pt Rh Po At Au As B Si Te P H D Xe Kr Ar Ne He Rn Se C I S Br N Cl O F"
).split()
_RANK = {symbol: rank for rank, symbol in enumerate(_CATIONS_FIRST)}


def cell_content(crystal):
    """Atoms of each element in the cell, counted by occupancy, and their mass in daltons."""
    atoms = crystal.expand()
    content = {}
    for element, occupancy in zip(atoms.elements, atoms.occupancy, strict=True):
        content[element] = content.get(element, 0.0) + float(occupancy)
    mass = sum(count * gemmi.Element(element).weight for element, count in content.items())
    return content, mass


def reduced_formula(content):
    """Formula with the numbers of a cell divided by their common factor, anions last: TiO2."""
    symbols = sorted(content, key=lambda symbol: (_RANK.get(symbol, -1), symbol))
    counts = np.array([content[symbol] for symbol in symbols])
    whole = np.rint(counts).astype(int)
    if (np.abs(counts - whole) < _NEARLY_WHOLE).all() and whole.all():
        counts = whole // reduce(gcd, whole.tolist())
    else:  # mixed sites: the most abundant element has the number that makes most others whole
        tried = [counts * n / counts.max() for n in range(1, 25)]
        n_whole = [((np.abs(t - np.rint(t)) < _NEARLY_WHOLE) & (t > 0.5)).sum() for t in tried]
        counts = tried[int(np.argmax(n_whole))]
    texts = [f"{round(float(count), 2):g}" for count in counts]
    return "".join(
        symbol + ("" if text == "1" else text)
        for symbol, text in zip(symbols, texts, strict=True)
        if text != "0"
    )


def element_bits(symbols):
    """Two words of 64 bits with one bit for each element, by atomic number."""
    words = [0] * _N_WORDS
    for symbol in symbols:
        number = 1 if symbol == "D" else gemmi.Element(symbol).atomic_number
        words[number // 64] |= 1 << (number % 64)
    return np.array(words, np.uint64)


def check_elements(elements, name):
    """Mask of the elements that a user names, as a list or as text such as ``"Ti,O"``."""
    if elements is None:
        return None
    return element_bits(element_list(elements, name))


def element_symbols(words):
    """Symbols of the elements of a mask, by atomic number."""
    bits = int(words[0]) | int(words[1]) << 64
    return tuple(gemmi.Element(number).name for number in range(1, 119) if bits >> number & 1)


def allowed_phases(library, elements, required, excluded):
    """Mask of the phases that the elements allow; ``None`` if all are."""
    only = check_elements(elements, "elements")
    needed = check_elements(required, "required_elements")
    without = check_elements(excluded, "excluded_elements")
    if only is needed is without is None:
        return None
    words = np.concatenate([part["elements"] for part in library.parts])
    allowed = np.ones(len(words), bool)
    if only is not None:
        allowed &= ((words & ~only) == 0).all(axis=1)
    if needed is not None:
        allowed &= ((words & needed) == needed).all(axis=1)
    if without is not None:
        allowed &= ((words & without) == 0).all(axis=1)
    if not allowed.any():
        asked = {"elements": elements, "required_elements": required, "excluded_elements": excluded}
        text = ", ".join(f"{name}={value!r}" for name, value in asked.items() if value is not None)
        raise ValueError(f"no phase of the library has {text}; name other elements.")
    return allowed
