"""Defects that leave the structure type of a crystal recognisable, or turn it into another."""

from itertools import product

import numpy as np
from scipy.spatial import KDTree
from sklearn.utils import check_random_state

from skxrd.crystal._close_pairs import places
from skxrd.crystal._crystal import element_symbol
from skxrd.crystal._edits import displace_atoms, edited


def substitute_at_random(crystal, fraction, elements, random_state=None):
    """Put atoms of other elements on places drawn at random: a disordered alloy.

    Parameters
    ----------
    crystal : Crystal
        The structure; make a supercell first where one cell has few atoms. To replace an element
        on all its sites, use :func:`substitute`.
    fraction : float
        Share of the places that change, from 0 to 1; the number is rounded.
    elements : str or sequence of str
        New elements: one makes a binary of an element, two a ternary. Several share the places
        equally, the first taking what is left over.
    random_state : int, RandomState instance or None, default=None
        Seed of the draw.

    Returns
    -------
    Crystal
        In P 1, with the label of the perfect crystal, the same cell and the same places.

    Raises
    ------
    ValueError
        If the fraction is out of range, an element is unknown, or there is none.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, conventional_supercell, substitute_at_random
    >>> copper = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")
    >>> alloy = substitute_at_random(conventional_supercell(copper), 0.25, "Zn", random_state=0)
    >>> alloy.elements.count("Zn"), alloy.elements.count("Cu")
    (27, 81)
    """
    _check_fraction(fraction)
    incoming = [element_symbol(e) for e in ([elements] if isinstance(elements, str) else elements)]
    if not incoming:
        raise ValueError("elements is empty; name at least one new element.")
    if fraction == 0:
        return crystal
    atoms = crystal.expand()
    first = places(atoms.frac_coords, atoms.metric)
    candidates = np.unique(first)
    n_changed = round(fraction * len(candidates))
    changed = check_random_state(random_state).permutation(candidates)[:n_changed]
    symbols = np.array(atoms.elements, dtype=object)
    occupancy = np.array(atoms.occupancy)
    for number, place in enumerate(changed):
        occupancy[place] = min(1.0, occupancy[first == place].sum())
        symbols[place] = incoming[number % len(incoming)]
    kept = ~np.isin(first, changed) | (first == np.arange(len(first)))
    alloy = edited(
        atoms,
        f"substitute {n_changed} of {len(candidates)} atoms by {', '.join(incoming)}",
        rows=kept,
        elements=symbols[kept].tolist(),
        occupancy=occupancy[kept],
    )
    alloy.metadata.pop("formula", None)  # of the old elements
    return alloy


def remove_body_centres(crystal, fraction, random_state=None):
    """Remove atoms from the centres of body-centred cubic cells, on the way to simple cubic.

    Parameters
    ----------
    crystal : Crystal
        Body-centred cubic, conventional cells repeated along their axes.
    fraction : float
        Share of the centres that become empty, from 0 to 1; the number is rounded. With 1 the
        crystal is simple cubic.
    random_state : int, RandomState instance or None, default=None
        Seed of the draw.

    Returns
    -------
    Crystal
        In P 1, with the label of the perfect crystal, whatever the fraction.

    Raises
    ------
    ValueError
        If the fraction is out of range, or the crystal is no block of body-centred cubic cells.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, conventional_supercell, remove_body_centres
    >>> iron = Crystal([2.87] * 3 + [90] * 3, ["Fe"], [[0, 0, 0]], "Im-3m", name="Fe")
    >>> len(remove_body_centres(conventional_supercell(iron), 0.5, random_state=0).elements)
    96
    """
    _check_fraction(fraction)
    atoms = crystal.expand()
    n_cells = len(atoms.elements) / 2
    axis = (atoms.volume / n_cells) ** (1 / 3)
    repeats = atoms.cell[:3] / axis
    # in units of half an axis, corners have even coordinates and centres odd ones
    halves = 2 * repeats * (atoms.frac_coords - atoms.frac_coords[0])
    odd = np.rint(halves).astype(int) % 2
    centre = odd.all(axis=1)
    cubic = np.allclose(atoms.cell[3:], 90, atol=0.1) and np.allclose(
        repeats, np.rint(repeats), atol=0.01
    )
    if not (
        cubic
        and np.allclose(halves, np.rint(halves), atol=0.02 * 2)
        and (centre | ~odd.any(axis=1)).all()
        and centre.sum() == n_cells
    ):
        raise ValueError(
            f"crystal {crystal.name!r} is no block of body-centred cubic cells; make one with "
            "conventional_supercell, before other defects."
        )
    removed = check_random_state(random_state).permutation(np.flatnonzero(centre))
    removed = removed[: round(fraction * n_cells)]
    if not removed.size:
        return crystal
    kept = np.setdiff1d(np.arange(len(centre)), removed)
    return edited(atoms, f"remove {removed.size} of {centre.sum()} body centres", rows=kept)


def _check_fraction(fraction):
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction is {fraction}; give a number from 0 to 1.")


def bond_length(crystal):
    """Mean distance of the atoms to their nearest neighbours.

    Parameters
    ----------
    crystal : Crystal
        The structure, taken as periodic.

    Returns
    -------
    float
        In angstrom. Atoms that share a place do not count as neighbours.

    Examples
    --------
    >>> from skxrd.crystal import Crystal
    >>> from skxrd.crystal._defects import bond_length
    >>> copper = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")
    >>> round(bond_length(copper), 3)
    2.553
    """
    atoms = crystal.expand()
    basis = np.linalg.cholesky(atoms.metric)
    occupied = np.unique(places(atoms.frac_coords, atoms.metric))
    positions = atoms.frac_coords[occupied] % 1.0 @ basis
    # neighbours may belong to cells around; a lone atom has images of itself
    shifts = np.array(list(product(range(-1, 2), repeat=3))) @ basis
    images = KDTree((positions[:, None] + shifts).reshape(-1, 3))
    return float(images.query(positions, k=2)[0][:, 1].mean())


def add_thermal_disorder(crystal, lindemann, random_state=None):
    r"""Displace all atoms by a given share of the bond length.

    .. math:: \sqrt{\langle u^2 \rangle} = L\, d, \qquad \sigma = L\, d / \sqrt{3}

    with the Lindemann parameter L, the mean distance d of nearest neighbours and the standard
    deviation :math:`\sigma` along each of three directions. Most crystals melt where L reaches
    0.1 to 0.2.

    Parameters
    ----------
    crystal : Crystal
        The structure; make a supercell first, or all cells move alike.
    lindemann : float
        Root mean square displacement over bond length, from 0 on.
    random_state : int, RandomState instance or None, default=None
        Seed of the draw.

    Returns
    -------
    Crystal
        In P 1, with the label of the perfect crystal; positions are frozen Gaussian draws, not
        those of a liquid.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, add_thermal_disorder, conventional_supercell
    >>> iron = Crystal([2.87] * 3 + [90] * 3, ["Fe"], [[0, 0, 0]], "Im-3m", name="Fe")
    >>> hot = add_thermal_disorder(conventional_supercell(iron), 0.1, random_state=0)
    >>> hot.metadata["edits"][-1]
    'displace by 0.1435 angstrom'
    """
    if not (lindemann >= 0 and np.isfinite(lindemann)):
        raise ValueError(f"lindemann is {lindemann}; give a number from 0 on.")
    return displace_atoms(crystal, lindemann * bond_length(crystal) / np.sqrt(3), random_state)
