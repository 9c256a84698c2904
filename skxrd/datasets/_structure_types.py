"""Crystals of the common structure types of elements and simple compounds."""

from dataclasses import dataclass
from numbers import Integral, Real

import gemmi
import numpy as np
from sklearn.utils import Bunch, check_random_state

from skxrd._compat import Interval, validate_params
from skxrd.crystal import Crystal

_DESCR = """Structure types
---------------

{n_crystals} crystals of the structure types {types}. They are MODELS, not measured or computed:
elements are drawn freely, whatever their stable structure; the shortest bond is {low:g} to {high:g}
times the sum of two covalent radii, and axial ratios and free coordinates are drawn from ranges
around known members of each type. In compounds the atomic numbers of neighbours differ by {least:g}
to {most:g} of their sum: with less the pattern is that of an element, with more the light atoms
hardly contribute to it.
"""
_SHORTEST = 1.8  # angstrom; shortened by 15 %, the bond of diamond, the shortest of all elements
_FIRST, _LAST = 3, 94  # atomic numbers
_HALIDES_AND_OXIDES = ("O", "F", "Cl", "Br", "I")


@dataclass(frozen=True)
class _Type:
    """A structure type: space group, shape of the cell, sites by name.

    ``ratio`` is the range of c / a, or None in cubic cells; ``sites`` is a list, or a function of a
    free coordinate drawn from the range ``free``; the two letters of ``contact`` name neighbours.
    """

    space_group: str
    sites: object
    ratio: tuple | None = None
    gamma: float = 90.0
    free: tuple = (0.0, 0.0)
    contact: str = "AA"


def _arsenic(z):
    return [("A", (0, 0, z))]


def _selenium(x):
    return [("A", (x, 0, 1 / 3))]


def _wurtzite(z):
    return [("A", (1 / 3, 2 / 3, 0)), ("X", (1 / 3, 2 / 3, z))]


# Ranges around measured members: hcp from Be 1.57 to Mg 1.62 and Co 1.62; dhcp La 3.22, Ce 3.24;
# white tin 0.546; As 2.80, Sb 2.62, Bi 2.60 with z 0.227 to 0.237; In 1.52; omega Ti 0.61;
# Se 1.13, Te 1.33 with x 0.22 to 0.26; wurtzite ZnO 1.60, CdS 1.62; NiAs 1.39, FeS 1.7
_TYPES = {
    "fcc": _Type("F m -3 m", [("A", (0, 0, 0))]),
    "bcc": _Type("I m -3 m", [("A", (0, 0, 0))]),
    "sc": _Type("P m -3 m", [("A", (0, 0, 0))]),
    "diamond": _Type("F d -3 m :1", [("A", (0, 0, 0))]),
    "hcp": _Type("P 63/m m c", [("A", (1 / 3, 2 / 3, 0.25))], (1.55, 1.67), 120.0),
    "dhcp": _Type(
        "P 63/m m c",
        [("A", (0, 0, 0)), ("A", (1 / 3, 2 / 3, 0.25))],
        (3.15, 3.30),
        120.0,
    ),
    "beta-Sn": _Type("I 41/a m d :1", [("A", (0, 0, 0))], (0.53, 0.56)),
    "alpha-As": _Type("R -3 m :H", _arsenic, (2.55, 2.82), 120.0, (0.226, 0.237)),
    "bct": _Type("I 4/m m m", [("A", (0, 0, 0))], (1.50, 1.56)),
    "omega": _Type(
        "P 6/m m m",
        [("A", (0, 0, 0)), ("A", (1 / 3, 2 / 3, 0.5))],
        (0.60, 0.63),
        120.0,
    ),
    "gamma-Se": _Type("P 31 2 1", _selenium, (1.13, 1.34), 120.0, (0.22, 0.265)),
    "A15": _Type("P m -3 n", [("A", (0, 0, 0)), ("A", (0.25, 0, 0.5))]),
    "CsCl": _Type("P m -3 m", [("A", (0, 0, 0)), ("X", (0.5, 0.5, 0.5))], contact="AX"),
    "rocksalt": _Type("F m -3 m", [("A", (0, 0, 0)), ("X", (0.5, 0.5, 0.5))], contact="AX"),
    "zincblende": _Type("F -4 3 m", [("A", (0, 0, 0)), ("X", (0.25, 0.25, 0.25))], contact="AX"),
    "wurtzite": _Type("P 63 m c", _wurtzite, (1.60, 1.66), 120.0, (0.37, 0.382), "AX"),
    "fluorite": _Type("F m -3 m", [("A", (0, 0, 0)), ("X", (0.25, 0.25, 0.25))], contact="AX"),
    "NiAs": _Type(
        "P 63/m m c",
        [("A", (0, 0, 0)), ("X", (1 / 3, 2 / 3, 0.25))],
        (1.35, 1.70),
        120.0,
        contact="AX",
    ),
    "perovskite": _Type(
        "P m -3 m",
        [("B", (0, 0, 0)), ("A", (0.5, 0.5, 0.5)), ("X", (0.5, 0, 0))],
        contact="BX",
    ),
}


@validate_params(
    {
        "n_crystals": [Interval(Integral, 2, None, closed="left")],
        "types": [list, tuple, None],
        "strain": [Interval(Real, 0, 0.5, closed="left")],
        "contrast": [tuple],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_structure_types(
    n_crystals=3800, *, types=None, strain=0.1, contrast=(0.2, 0.6), random_state=None
):
    """Make crystals of common structure types (models).

    Elemental: fcc, bcc, simple cubic, diamond, hcp, double hcp, white tin (beta-Sn), grey arsenic
    (alpha-As), body-centred tetragonal as indium, omega, grey selenium (gamma-Se) and A15.
    Compounds: CsCl, rocksalt, zincblende, wurtzite, fluorite, NiAs and cubic perovskite.

    Parameters
    ----------
    n_crystals : int, default=3800
        Number of crystals, shared equally by the types.
    types : list of str, default=None
        Structure types; ``None`` takes all nineteen.
    strain : float, default=0.1
        Shortest bonds are up to this much shorter or longer than the sum of two covalent radii, or
        than 1.8 angstrom where that is more.
    contrast : tuple of (float, float), default=(0.2, 0.6)
        Range of the difference of the atomic numbers of neighbours over their sum, in compounds:
        rocksalt has 0.21, magnesia 0.20, fluorspar 0.38, titanium carbide 0.57. With too little,
        as in KCl (0.06), the pattern is that of an element; with too much, as in UO2 (0.84), the
        light atoms hardly contribute to it.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    data : Bunch
        With the attributes

        data, crystals : list of Crystal
            In their space groups, with ``"structure_type"`` and ``"formula"`` in ``metadata``.
        target : ndarray of str, shape (n_crystals,)
            Structure types.
        target_names : list of str
            Distinct types, sorted.
        two_theta : None
            Crystals have no angles.
        groups : ndarray of str, shape (n_crystals,)
            Formula of each crystal, to split by.
        DESCR : str
            Description.

    Raises
    ------
    ValueError
        If a type is not known, or the contrast is not a range between 0 and 1.

    Examples
    --------
    >>> from skxrd.datasets import make_structure_types
    >>> kinds = make_structure_types(4, types=["hcp", "CsCl"], random_state=0)
    >>> len(kinds.crystals), kinds.target_names
    (4, ['CsCl', 'hcp'])
    """
    names = list(_TYPES) if types is None else list(types)
    unknown = [name for name in names if name not in _TYPES]
    if unknown or not names:
        raise ValueError(
            f"types has {unknown[0] if unknown else 'nothing'!r}; choose from {', '.join(_TYPES)}."
        )
    if len(contrast) != 2 or not 0 <= contrast[0] < contrast[1] <= 1:
        raise ValueError(f"contrast is {contrast}; give two numbers, low and high, from 0 to 1.")
    rng = check_random_state(random_state)
    target = np.array([names[number % len(names)] for number in range(n_crystals)])
    crystals = [_draw_crystal(str(name), strain, contrast, rng) for name in target]
    return Bunch(
        data=crystals,
        crystals=crystals,
        target=target,
        target_names=sorted(set(target.tolist())),
        two_theta=None,
        groups=np.array([crystal.metadata["formula"] for crystal in crystals]),
        DESCR=_DESCR.format(
            n_crystals=n_crystals,
            types=", ".join(names),
            low=1 - strain,
            high=1 + strain,
            least=contrast[0],
            most=contrast[1],
        ),
    )


def _draw_crystal(name, strain, contrast, rng):
    """One crystal of a type."""
    kind = _TYPES[name]
    free = rng.uniform(*kind.free)
    sites = kind.sites(free) if callable(kind.sites) else kind.sites
    elements = _draw_elements({site for site, _ in sites}, kind.contact, contrast, rng)
    ratio = 1.0 if kind.ratio is None else rng.uniform(*kind.ratio)
    unit = Crystal(
        [4, 4, 4 * ratio, 90, 90, kind.gamma],
        [elements[site] for site, _ in sites],
        [place for _, place in sites],
        kind.space_group,
    )
    radii = [gemmi.Element(elements[site]).covalent_r for site in kind.contact]
    bond = max(sum(radii), _SHORTEST) * rng.uniform(1 - strain, 1 + strain)
    factor = bond / _shortest_distance(unit)
    formula = "".join(dict.fromkeys(unit.elements))
    return Crystal(
        unit.cell * [factor, factor, factor, 1, 1, 1],
        unit.elements,
        unit.frac_coords,
        kind.space_group,
        name=f"{formula} {name}",
        metadata={"structure_type": name, "formula": formula},
    )


def _draw_elements(sites, contact, contrast, rng):
    """Elements of the sites, with enough contrast between neighbours."""
    symbols = [gemmi.Element(number).name for number in range(_FIRST, _LAST + 1)]
    while True:
        chosen = {site: str(rng.choice(symbols)) for site in sorted(sites)}
        if "B" in sites:
            chosen["X"] = str(rng.choice(_HALIDES_AND_OXIDES))
        if len(set(chosen.values())) < len(chosen):
            continue
        first, second = (gemmi.Element(chosen[site]).atomic_number for site in contact)
        between = abs(first - second) / (first + second)
        if contact[0] == contact[1] or contrast[0] <= between <= contrast[1]:
            return chosen


def _shortest_distance(crystal):
    """Shortest distance between two atoms in angstrom."""
    atoms = crystal.expand()
    apart = atoms.frac_coords[None] - atoms.frac_coords[:, None]
    shifts = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3), axis=-1).reshape(-1, 1, 1, 3)
    squared = np.einsum("sijk,kl,sijl->sij", apart + shifts, atoms.metric, apart + shifts)
    return float(np.sqrt(squared[squared > 1e-6].min()))
