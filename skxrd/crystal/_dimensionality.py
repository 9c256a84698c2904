"""In how many directions the metal-halide network of a crystal extends."""

from collections import deque
from itertools import product

import gemmi
import numpy as np

_HALOGENS = {"F", "Cl", "Br", "I"}
_LARGE_CATIONS = {"H", "Li", "C", "N", "Na", "K", "Rb", "Cs", "Tl"}
_BOND = 1.3  # times the sum of covalent radii
_SHIFTS = np.array(list(product(range(-2, 3), repeat=3)))


def dimensionality(crystal):
    """Dimensionality of the metal-halide network, ``"0D"`` to ``"3D"``.

    Atoms of a metal and a halogen are bonded below 1.3 times the sum of their covalent radii. The
    large cations between the polyhedra (alkali metals, thallium, and carbon, nitrogen and hydrogen
    of molecules) do not count, except the smaller cation B' of an elpasolite A2BB'X6. The
    dimensionality is the rank of the lattice translations that connect an atom with its images
    along bonds.

    Parameters
    ----------
    crystal : Crystal
        A metal halide.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no halogen, or no metal beside the large cations.

    Examples
    --------
    >>> from skxrd.crystal import dimensionality, make_prototype
    >>> dimensionality(make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br"))
    '3D'
    >>> dimensionality(make_prototype("dimers", A="Cs", B="Bi", X="I"))
    '0D'
    """
    atoms = crystal.expand()
    elements = np.array(atoms.elements)
    halogens = np.flatnonzero(np.isin(elements, list(_HALOGENS)))
    metals = np.flatnonzero(np.isin(elements, list(_network_metals(atoms))))
    for what, found in (("halogen", halogens), ("metal of a metal-halide network", metals)):
        if not found.size:
            raise ValueError(
                f"crystal {crystal.name!r} has no {what}; dimensionality is defined for metal "
                "halides only."
            )
    return f"{_rank(_bonds(atoms, metals, halogens))}D"


def _network_metals(atoms):
    """Elements of the network: all cations but the large ones between the polyhedra."""
    amount = {}
    for element, occupancy in zip(atoms.elements, atoms.occupancy, strict=True):
        amount[element] = amount.get(element, 0.0) + occupancy
    cations = {name: n for name, n in amount.items() if name not in _HALOGENS}
    metals = set(cations) - _LARGE_CATIONS
    halogen = sum(amount.values()) - sum(cations.values())
    if metals and halogen > 0:
        shares = {name: round(6 * n / halogen, 3) for name, n in cations.items()}
        large = set(cations) - metals
        if sum(shares[name] for name in metals) == 1 and any(shares[name] == 2 for name in large):
            metals |= {name for name in large if shares[name] == 1}  # B' of A2BB'X6
    return metals


def _bonds(atoms, metals, halogens):
    """Pairs of atoms and the lattice translation from the first's cell to the second's."""
    radius = {name: gemmi.Element(name).covalent_r for name in set(atoms.elements)}
    reach = _BOND * np.array(
        [[radius[atoms.elements[m]] + radius[atoms.elements[h]] for h in halogens] for m in metals]
    )
    position = atoms.frac_coords % 1.0
    apart = position[halogens][None, :, None] - position[metals][:, None, None] + _SHIFTS
    squared = np.einsum("mhsi,ij,mhsj->mhs", apart, atoms.metric, apart)
    found = np.argwhere(squared < reach[:, :, None] ** 2)
    return [(metals[m], halogens[h], _SHIFTS[s]) for m, h, s in found]


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
