"""In how many directions the metal-halide network of a crystal extends."""

from collections import deque
from itertools import product

import gemmi
import numpy as np

_HALOGENS = {"F", "Cl", "Br", "I"}
_LARGE_CATIONS = {"H", "Li", "C", "N", "Na", "K", "Rb", "Cs", "Tl"}
_BOND = 1.3  # times the sum of covalent radii
_SELF = 0.01  # square angstrom; atoms at one place are not bonded
_SHELL = 1.1  # times the distance of its nearest halogen: what a metal is bonded to at least
_AT_ONCE = 500_000  # distances
_SHIFTS = np.array(list(product(range(-2, 3), repeat=3)))


def dimensionality(crystal, *, network="metal-halide"):
    """Dimensionality of the metal-halide network or of all bonds, ``"0D"`` to ``"3D"``.

    The dimensionality is the rank of the lattice translations that connect an atom with its images
    along bonds; the part of the crystal where it is largest counts.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    network : {"metal-halide", "all"}, default="metal-halide"
        ``"metal-halide"``: bonds between a metal and a halogen, below 1.3 times the sum of their
        covalent radii; a metal whose nearest neighbour is a halogen is bonded to all halogens
        within 1.1 times that distance. The large cations between the polyhedra (alkali metals,
        thallium, and carbon, nitrogen and hydrogen of molecules) do not count, except the smaller
        cation B' of an elpasolite A2BB'X6, so that Cs2NaBiCl6 is 3D.
        ``"all"``: bonds between any atoms below 1.3 times the sum of their covalent radii.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If ``network="metal-halide"`` and there is no halogen, or no metal beside the large
        cations.

    Examples
    --------
    >>> from skxrd.crystal import dimensionality, make_prototype
    >>> dimensionality(make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br"))
    '3D'
    >>> dimensionality(make_prototype("dimers", A="Cs", B="Bi", X="I"))
    '0D'
    """
    if network not in ("metal-halide", "all"):
        raise ValueError(f"network {network!r} is not known; use 'metal-halide' or 'all'.")
    atoms = crystal.expand()
    if network == "all":
        every = np.arange(len(atoms.elements))
        limit = (_BOND * _radius_sums(atoms, every, every)) ** 2
        return f"{_rank(_bonds(atoms, every, every, limit))}D"
    elements = np.array(atoms.elements)
    halogens = np.flatnonzero(np.isin(elements, list(_HALOGENS)))
    metals = np.flatnonzero(np.isin(elements, list(_network_metals(atoms))))
    for what, found in (("halogen", halogens), ("metal of a metal-halide network", metals)):
        if not found.size:
            raise ValueError(
                f"crystal {crystal.name!r} has no {what}; this dimensionality is defined for "
                "metal halides; network='all' is for any crystal."
            )
    limit = (_BOND * _radius_sums(atoms, metals, halogens)) ** 2
    nearest = _nearest(atoms, metals, halogens)
    others = np.flatnonzero(~np.isin(elements, [*_HALOGENS, *elements[metals]]))
    shell = np.where(_nearest(atoms, metals, others) > nearest, _SHELL**2 * nearest, 0.0)
    limit = np.maximum(limit, shell[:, None])
    return f"{_rank(_bonds(atoms, metals, halogens, limit))}D"


def _network_metals(atoms):
    """Elements of the network: all cations but the large ones between the polyhedra."""
    amount = {}
    for element, occupancy in zip(atoms.elements, atoms.occupancy, strict=True):
        amount[element] = amount.get(element, 0.0) + occupancy
    cations = {name: n for name, n in amount.items() if name not in _HALOGENS}
    metals = set(cations) - _LARGE_CATIONS
    halogen = sum(amount.values()) - sum(cations.values())
    if halogen <= 0:
        return metals
    shares = {name: round(6 * n / halogen, 3) for name, n in cations.items()}
    large = {name for name in _LARGE_CATIONS & set(cations) if shares[name] == 1}
    around = any(shares[name] == 2 for name in set(cations) & _LARGE_CATIONS)
    if around and sum(shares[name] for name in metals | large) == 2:
        metals |= large  # B' of A2BB'X6, and B too where it is thallium
    return metals


def _radius_sums(atoms, first, second):
    radius = np.array([gemmi.Element(element).covalent_r for element in atoms.elements])
    return radius[first][:, None] + radius[second]


def _squared_distances(atoms, first, second):
    """Blocks of lattice shifts of the second atoms, and all squared distances for each shift."""
    position = atoms.frac_coords % 1.0
    apart = position[second][None] - position[first][:, None]
    step = max(1, _AT_ONCE // max(1, apart.shape[0] * apart.shape[1]))
    for start in range(0, len(_SHIFTS), step):
        shifts = _SHIFTS[start : start + step]
        moved = apart + shifts[:, None, None]
        yield shifts, np.einsum("sijk,sijk->sij", moved @ atoms.metric, moved)


def _nearest(atoms, first, second):
    """Squared distance of each first atom to the nearest second one."""
    nearest = np.full(len(first), np.inf)
    if len(second):
        for _, squared in _squared_distances(atoms, first, second):
            nearest = np.minimum(nearest, squared.min(axis=(0, 2)))
    return nearest


def _bonds(atoms, first, second, limit):
    """Pairs of atoms and the lattice translation from the first's cell to the second's."""
    found = []
    for shifts, squared in _squared_distances(atoms, first, second):
        bonded = np.argwhere((squared < limit) & (squared > _SELF))
        found += [(first[i], second[j], shifts[s]) for s, i, j in bonded]
    return found


def _rank(bonds):
    """Largest rank of the translations along which a connected part repeats."""
    neighbours = {}
    for first, second, shift in bonds:
        neighbours.setdefault(first, []).append((second, shift))
        neighbours.setdefault(second, []).append((first, -shift))
    cell, rank = {}, 0
    for start in neighbours:
        if start in cell:
            continue
        cell[start], queue, repeats = np.zeros(3, dtype=int), deque([start]), []
        while queue:
            atom = queue.popleft()
            for other, shift in neighbours[atom]:
                place = cell[atom] + shift
                if other not in cell:
                    cell[other] = place
                    queue.append(other)
                elif (place != cell[other]).any():
                    repeats.append(place - cell[other])
        if repeats:
            rank = max(rank, int(np.linalg.matrix_rank(np.array(repeats))))
    return rank
