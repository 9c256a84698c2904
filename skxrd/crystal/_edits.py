"""Edited structures: other elements, vacancies, displaced atoms, supercells."""

from collections.abc import Mapping
from itertools import product
from numbers import Integral

import gemmi
import numpy as np
from sklearn.utils import check_random_state

from skxrd.crystal._close_pairs import places
from skxrd.crystal._crystal import Crystal
from skxrd.crystal._ions import IONS

_TWELVEFOLD = {"K", "Rb", "Cs"}  # their radii in IONS are for 12 neighbours, the others' for 6
_SHIFTS = np.array(list(product(range(-1, 2), repeat=3)))


def substitute(crystal, elements, *, rescale=True):
    """Put other elements on the sites of some, and let the lattice follow their radii.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    elements : dict
        Old element to new: ``{"I": "Br"}``, or to a mixture that shares each site,
        ``{"I": {"I": 0.7, "Br": 0.3}}``. Exchanges, ``{"A": "B", "B": "A"}``, are allowed.
    rescale : bool, default=True
        Multiply a, b and c by the factor of the Notes.

    Returns
    -------
    Crystal
        In the same space group, with a note in its name and in ``metadata["edits"]``.

    Raises
    ------
    ValueError
        If an element is not in the crystal, a new one is unknown, or fractions do not sum to 1.

    Notes
    -----
    Each atom contributes the sum of its radius and its nearest neighbour's; the factor is the
    mean of these sums after the substitution over the mean before (mixed sites count with their
    occupancies). Radii are ionic, mostly Shannon's [1]_, where every element concerned is an ion
    of the bundled halides and takes the place of one with as many neighbours; otherwise they are
    the covalent radii of gemmi, which suit ionic and covalent crystals but not metals. The shape
    of the cell and the fractional coordinates stay, so it is a starting model, not a relaxed
    structure: from one halide perovskite to another, cells are right within about 3 %.

    References
    ----------
    .. [1] R. D. Shannon, Acta Cryst. A32 (1976) 751, doi:10.1107/S0567739476001551.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype, substitute
    >>> iodide = make_prototype("cubic perovskite", A="Cs", B="Pb", X="I")
    >>> bromide = substitute(iodide, {"I": "Br"})
    >>> bromide.elements, round(float(bromide.cell[0] / iodide.cell[0]), 3)
    (('Cs', 'Pb', 'Br'), 0.932)
    """
    shares = {old: _shares(old, new) for old, new in elements.items()}
    absent = [old for old in shares if old not in crystal.elements]
    if absent:
        raise ValueError(
            f"crystal {crystal.name!r} has no {absent[0]}; it has "
            f"{', '.join(dict.fromkeys(crystal.elements))}."
        )
    rows, symbols, occupancy = [], [], []
    for site, element in enumerate(crystal.elements):
        for symbol, share in shares.get(element, {element: 1.0}).items():
            rows.append(site)
            symbols.append(symbol)
            occupancy.append(crystal.occupancy[site] * share)
    cell = np.array(crystal.cell)
    if rescale:
        cell[:3] *= _scale(crystal, shares)
    changed = edited(
        crystal,
        f"substitute {_text(shares)}",
        rows=rows,
        name=f"{crystal.name} ({_text(shares)})".strip(),
        cell=cell,
        elements=symbols,
        occupancy=occupancy,
    )
    changed.metadata.pop("formula", None)  # of the old elements
    return changed


def remove_atoms(crystal, fraction, random_state=None, *, elements=None):
    """Take atoms out of the cell at random.

    Parameters
    ----------
    crystal : Crystal
        The structure; make a supercell first where one cell has few atoms.
    fraction : float
        Share of the places that become empty, from 0 to below 1; the number is rounded.
    random_state : int, RandomState instance or None, default=None
        Seed of the draw.
    elements : sequence of str, default=None
        Elements that may go; ``None`` means all. A place goes with everything that shares it.

    Returns
    -------
    Crystal
        In P 1. ``metadata["space_group_number"]`` keeps the label of the perfect crystal;
        :func:`find_symmetry` finds that of the damaged one.

    Raises
    ------
    ValueError
        If the fraction is out of range, would leave nothing, or is less than half an atom.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype, make_supercell, remove_atoms
    >>> cell = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> remove_atoms(make_supercell(cell, (2, 2, 2)), 0.1, random_state=0)
    Crystal('CsPbBr3', Pm-3m (221), 36 sites, 1617.3 cubic angstrom)
    """
    if not 0 <= fraction < 1:
        raise ValueError(f"fraction is {fraction}; give a number from 0 to below 1.")
    if fraction == 0:
        return crystal
    atoms = crystal.expand()
    first = places(atoms.frac_coords, atoms.metric)
    symbols = np.array(atoms.elements)
    allowed = np.ones(len(symbols), bool) if elements is None else np.isin(symbols, list(elements))
    candidates = np.unique(first[allowed])
    n_removed = round(fraction * len(candidates))
    if n_removed == 0:
        raise ValueError(
            f"crystal {crystal.name!r}: fraction {fraction:g} of {len(candidates)} atoms is less "
            "than half an atom; make a supercell first."
        )
    removed = check_random_state(random_state).choice(candidates, n_removed, replace=False)
    kept = np.flatnonzero(~np.isin(first, removed))
    if not kept.size:
        raise ValueError(
            f"crystal {crystal.name!r}: fraction {fraction:g} leaves no atom; remove fewer."
        )
    return edited(atoms, f"remove {n_removed} of {len(candidates)} atoms", rows=kept)


def displace_atoms(crystal, sigma, random_state=None):
    """Move every atom by a random step.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    sigma : float
        Standard deviation in angstrom of the step along each of three orthogonal directions, so
        that the mean squared step is 3 sigma^2 (an ``u_iso`` of sigma^2, but frozen).
    random_state : int, RandomState instance or None, default=None
        Seed of the draw.

    Returns
    -------
    Crystal
        In P 1; atoms that share a place move together. ``metadata["space_group_number"]`` keeps
        the label of the perfect crystal.

    Examples
    --------
    >>> from skxrd.crystal import displace_atoms, make_prototype
    >>> cell = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> displace_atoms(cell, 0.05, random_state=0)
    Crystal('CsPbBr3', Pm-3m (221), 5 sites, 202.2 cubic angstrom)
    """
    if not (sigma >= 0 and np.isfinite(sigma)):
        raise ValueError(f"sigma is {sigma}; give a length from 0 angstrom on.")
    if sigma == 0:
        return crystal
    atoms = crystal.expand()
    step = check_random_state(random_state).normal(scale=sigma, size=(len(atoms.elements), 3))
    step = step[places(atoms.frac_coords, atoms.metric)]
    basis = np.linalg.cholesky(atoms.metric)
    return edited(
        atoms,
        f"displace by {sigma:g} angstrom",
        frac_coords=atoms.frac_coords + step @ np.linalg.inv(basis),
    )


def make_supercell(crystal, repeats):
    """Repeat the cell along its axes.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    repeats : tuple of (int, int, int)
        How often along a, b and c.

    Returns
    -------
    Crystal
        In P 1, all atoms listed; ``metadata["space_group_number"]`` keeps the label, since the
        crystal is the same. With (1, 1, 1) the crystal itself.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype, make_supercell
    >>> cell = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> make_supercell(cell, (2, 2, 2))
    Crystal('CsPbBr3', Pm-3m (221), 40 sites, 1617.3 cubic angstrom)
    """
    counts = list(repeats) if np.ndim(repeats) == 1 else []
    if len(counts) != 3 or not all(isinstance(n, Integral) and n > 0 for n in counts):
        raise ValueError(f"repeats is {repeats}; give three positive integers, such as (2, 2, 2).")
    if counts == [1, 1, 1]:
        return crystal
    atoms = crystal.expand()
    shifts = np.array(list(product(*map(range, counts))))
    coords = (atoms.frac_coords[None] + shifts[:, None]) / counts
    return edited(
        atoms,
        f"repeat {' x '.join(map(str, counts))}",
        cell=atoms.cell * [*counts, 1, 1, 1],
        elements=atoms.elements * len(shifts),
        frac_coords=coords.reshape(-1, 3),
        occupancy=np.tile(atoms.occupancy, len(shifts)),
        u_iso=np.tile(atoms.u_iso, len(shifts)),
    )


def edited(crystal, note, *, rows=slice(None), **changes):
    """Crystal of some of the sites, with changed arrays, the same label and a note of the edit."""
    arrays = {
        "cell": crystal.cell,
        "elements": np.array(crystal.elements)[rows],
        "frac_coords": crystal.frac_coords[rows],
        "space_group": crystal.space_group,
        "occupancy": crystal.occupancy[rows],
        "u_iso": crystal.u_iso[rows],
        "name": crystal.name,
    }
    metadata = {**crystal.metadata, "edits": [*crystal.metadata.get("edits", []), note]}
    return Crystal(**{**arrays, **changes}, metadata=metadata)


def _shares(old, new):
    """Fractions of the elements that replace one."""
    shares = {new: 1.0} if isinstance(new, str) else new
    if not isinstance(shares, Mapping) or abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(
            f"{old} cannot be replaced by {new!r}; give an element, or a dict of elements and "
            "fractions that sum to 1."
        )
    for symbol in shares:
        if gemmi.Element(symbol).name != symbol:
            raise ValueError(f"element {symbol!r} is not known; use its symbol, such as 'Pb'.")
    return dict(shares)


def _text(shares):
    mixtures = {
        old: "".join(f"{symbol}{share:g}" if share < 1 else symbol for symbol, share in new.items())
        for old, new in shares.items()
    }
    return ", ".join(f"{old} by {new}" for old, new in mixtures.items())


def _scale(crystal, shares):
    """Ratio of the mean contact, radius plus radius of the nearest neighbour, after to before."""
    atoms = crystal.expand()
    first = places(atoms.frac_coords, atoms.metric)
    occupied, place = np.unique(first, return_inverse=True)
    weight = np.maximum(np.bincount(place, atoms.occupancy), 1e-9)
    neighbour, distance = _nearest(atoms.frac_coords[occupied], atoms.metric)
    length = dict(zip(reversed(atoms.elements), reversed(distance[place]), strict=True))
    radius = _radii(atoms.elements, shares, length)
    contact = []
    for which in (0, 1):
        each = np.array([radius[element][which] for element in atoms.elements])
        mean = np.bincount(place, atoms.occupancy * each) / weight
        contact.append(mean + mean[neighbour])
    return np.average(contact[1], weights=weight) / np.average(contact[0], weights=weight)


def _radii(elements, shares, length):
    """Radii (before, after) in angstrom on the sites of each element, from its shortest contact."""
    everything = {*elements, *(symbol for mixture in shares.values() for symbol in mixture)}
    ionic = all(symbol in IONS or symbol + "4" in IONS for symbol in everything) and all(
        (symbol in _TWELVEFOLD) == (old in _TWELVEFOLD) for old in shares for symbol in shares[old]
    )
    halide = max((IONS[x].radius for x in ("Cl", "Br", "I") if x in elements), default=0.0)

    def radius(symbol, tetravalent):
        if not ionic:
            return gemmi.Element(symbol).covalent_r
        names = (symbol + "4", symbol) if tetravalent else (symbol, symbol + "4")
        return next(IONS[name].radius for name in names if name in IONS)

    before_and_after = {}
    for element in set(elements):
        two, four = (radius(element, tetravalent) + halide for tetravalent in (False, True))
        # only tin has two radii: of its two ions the one whose contact is closer to the real one
        tetravalent = abs(four - length[element]) < abs(two - length[element])
        new = shares.get(element, {element: 1.0}).items()
        before_and_after[element] = (
            radius(element, tetravalent),
            sum(share * radius(symbol, tetravalent) for symbol, share in new),
        )
    return before_and_after


def _nearest(coords, metric):
    """Nearest other place of each, and its distance; of a lone atom an image of itself."""
    best = np.full(len(coords), np.inf)
    nearest = np.zeros(len(coords), dtype=int)
    for shift in _SHIFTS:
        apart = coords[None] + shift - coords[:, None]
        squared = np.einsum("ijk,kl,ijl->ij", apart, metric, apart)
        squared[squared < 1e-6] = np.inf
        closest = squared.argmin(axis=1)
        distance = squared[np.arange(len(coords)), closest]
        better = distance < best
        best[better], nearest[better] = distance[better], closest[better]
    return nearest, np.sqrt(best)
