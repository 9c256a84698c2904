"""Which element each site of a CIF block is: its type symbol, or what its label begins with."""

import re
from functools import lru_cache

import gemmi

from skxrd.crystal._structure_factors import HEAVIEST
from skxrd.io._cif_content import cif_number

_DUMMIES = {"du", "dum", "dummy", "xx", "vac", "vacancy"}  # of type symbols and labels
_DUMMY_TYPES = _DUMMIES | {"va", "cg", "cnt", "cen", "centroid"}
_OPEN = {"x", "q"}  # a dummy, a peak of the residual density, or an element that is not named
_WATER = re.compile(r"(?i)wat|aq$")
_WATER_TYPE = re.compile(r"(?i)(h2o|hoh|h3o|oh2?|ho|ow|aq|wat\w*)[^a-z]*$")
_NO_HYDROGEN = re.compile(r"(?i)w|aq|h2o|hoh|h3o|o[-(]?h|ow|nh")
# What may follow the symbol in the type of a site: numbers, charges, names of form factors
_TYPE_END = re.compile(r"(?i)[^a-z]*(iso|ani|val|h\d?)?[^a-z]*")
_SHARE = r"\d*\.\d+|\d+/\d+"
_MIXTURE = re.compile(rf"({_SHARE})\s*\*?\s*([A-Za-z]+)[\d+-]*(?:\s*\+\s*|$)")
_MIXTURE_AFTER = re.compile(r"([A-Z][a-z]?)(\d*\.\d+)")
_MOST_NAMED = 6  # labels that a note names


def site_elements(labels, types, dummies, formula):
    """Element and share of what is on each site, and notes on what labels were taken for.

    ``types`` may be empty strings, ``dummies`` says which sites have no atom. A site without atoms
    has an empty list. Raises ValueError for an element that neither symbol nor formula tells.
    """
    allowed = formula.elements if formula else frozenset()
    mixed_case = any(letter.islower() for label in labels for letter in label)
    shares, unnamed = [], []
    for row, (label, kind) in enumerate(zip(labels, types, strict=True)):
        text = kind or label
        dummy = dummies[row] or _letters(text).lower() in (_DUMMY_TYPES if kind else _DUMMIES)
        found = [] if dummy else _mixture(text, allowed)
        if not dummy and not found:
            read = _type_element if kind else _label_element
            element = read(text, allowed, mixed_case)
            found = [(element, 1.0)] if element else []
            unnamed += [] if element else [row]
        shares.append(found)
    if unnamed:
        _fill_unnamed(shares, unnamed, labels, types, allowed)
    return shares, _notes(shares, labels, types)


def _letters(text):
    """First letters of a symbol, after the mass number of an isotope or a bracket."""
    match = re.match(r"[\s(\[\d]*([A-Za-z]*)", text)
    return match[1]


@lru_cache(maxsize=1000)
def _known(name):
    """Whether this is the symbol of an element that has form factors, or deuterium."""
    element = gemmi.Element(name)
    return element.name == name and 0 < element.atomic_number <= HEAVIEST


def _leading(letters, allowed):
    """Longest leading symbol, of any case, that is allowed."""
    for symbol in (letters[:2].capitalize(), letters[:1].upper()):
        if symbol and _known(symbol) and ("H" if symbol == "D" else symbol) in allowed:
            return symbol
    return ""


def _type_element(text, allowed, _):
    if re.search(r"[/,;&]", text):
        return ""  # several elements without their shares
    letters = _letters(text)
    if _WATER_TYPE.match(text.strip()) and letters != "Ho" and "Ho" not in allowed:
        return "O"
    symbol = letters.capitalize()
    exact = symbol if len(symbol) <= 2 and _known(symbol) else ""
    if exact and (letters == symbol or not allowed or exact in allowed):
        return exact
    rest = text.lstrip(" ([0123456789")
    for symbol in (_leading(letters, allowed), letters[:2], letters[:1]):
        if _known(symbol) and (symbol in allowed or _TYPE_END.fullmatch(rest[len(symbol) :])):
            return symbol
    return exact


def _label_element(text, allowed, mixed_case):
    letters = _letters(text)
    if _WATER.match(letters):
        return "O"
    symbol = _leading(letters, allowed)
    if symbol:
        return symbol
    two, one = letters[:2].capitalize(), letters[:1].upper()
    if one == "W" and "O" in allowed:
        return "O"  # water where the formula has no tungsten
    if len(two) == 2 and _known(two) and (letters[1].islower() or not mixed_case):
        return two
    return one if one and _known(one) else ""


def _mixture(text, allowed):
    """Elements and shares of ``0.75Si + 0.25Al`` or ``Si0.75Al0.25``; vacancies are left out."""
    for pattern, name, share in ((_MIXTURE, 2, 1), (_MIXTURE_AFTER, 1, 2)):
        parts = list(pattern.finditer(text.strip()))
        if not parts or "".join(part[0] for part in parts) != text.strip():
            continue
        if pattern is _MIXTURE_AFTER and len(parts) < 2:
            continue
        kept = [part for part in parts if part[name].lower() not in _DUMMY_TYPES]
        elements = [_type_element(part[name], allowed, True) for part in kept]
        if all(elements):
            shares = [cif_number(part[share]) for part in kept]
            return list(zip(elements, shares, strict=True))
    return []


def _fill_unnamed(shares, unnamed, labels, types, allowed):
    """Give sites such as T1 the only element of the formula that no other site has, else raise."""
    named = {element for found in shares for element, _ in found}
    left = allowed - {"D" if "H" in named else "", "H", *named}
    heads = {_letters(types[row] or labels[row]).lower() for row in unnamed}
    if len(left) == 1 and len(heads) == 1:
        for row in unnamed:
            shares[row] = [(next(iter(left)), 1.0)]
        return
    for row in unnamed:
        if allowed and not left and _letters(types[row] or labels[row]).lower() in _OPEN:
            continue
        text = types[row] or labels[row]
        several = f"; the formula leaves {', '.join(sorted(left))} open" if len(left) > 1 else ""
        raise ValueError(
            f"site {labels[row]!r} has the unknown element {text!r}{several}; give it a chemical "
            "symbol."
        )


def _notes(shares, labels, types):
    notes, taken, dummies, bare = [], {}, [], []
    hydrogen = any(element in ("H", "D") for found in shares for element, _ in found)
    for found, label, kind in zip(shares, labels, types, strict=True):
        text = kind or label
        if not found:
            dummies.append(label)
        elif len(found) == 1 and _letters(text).capitalize() != found[0][0]:
            taken.setdefault(found[0][0], []).append(text)
        if len(found) == 1 and not hydrogen and _NO_HYDROGEN.match(text) and found[0][0] in "ON":
            bare.append(text)
    for element, texts in taken.items():
        notes.append(f"{_list(texts)} read as {element}")
    if bare:
        notes.append(f"the hydrogen of {_list(bare)} is not listed")
    if dummies:
        notes.append(f"{_list(dummies)} left out as dummy or vacancy")
    return notes


def _list(texts):
    texts = list(dict.fromkeys(texts))
    more = len(texts) - _MOST_NAMED
    return ", ".join(texts[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
