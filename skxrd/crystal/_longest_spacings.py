"""The longest spacings of a lattice, which identify it."""

import gemmi
import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._lattice_points import half_sphere

_N_REFLECTIONS = 200  # reflections from which the primitive lattice is found


def longest_spacings(listed, n_spacings=12):
    """Longest spacings of the primitive lattice of a crystal.

    They are the inverse lengths of the shortest vectors of its reciprocal lattice, higher orders
    such as (200) included, whether the reflection is observed or absent. Of h and -h one counts, of
    equivalent vectors every one: primitive cubic lattices begin with three equal spacings, face
    centred ones with four. The first twelve distinguish a lattice from others, and change little
    if the cell changes little.

    Parameters
    ----------
    listed : ReflectionList
        The crystal; centring is recognised by the reflections that it lists.
    n_spacings : int, default=12
        Number of spacings.

    Returns
    -------
    ndarray of shape (n_spacings,)
        Angstrom, from the longest on.

    Raises
    ------
    ValueError
        If ``n_spacings`` is below 1, or the reflections lie in a plane of the reciprocal lattice.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, ReflectionList, longest_spacings
    >>> nacl = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m")
    >>> longest_spacings(ReflectionList.from_crystal(nacl), 8).round(3).tolist()
    [3.256, 3.256, 3.256, 3.256, 2.82, 2.82, 2.82, 1.994]
    """
    if n_spacings < 1:
        raise ValueError(f"n_spacings is {n_spacings}; give an integer of 1 or more.")
    rotations = listed.rotations.astype(np.int64)
    found = np.einsum("ni,rij->nrj", listed.hkl[:_N_REFLECTIONS].astype(np.int64), rotations)
    basis = lattice_basis(found.reshape(-1, 3))
    if not basis.diagonal().all():
        raise ValueError(
            f"crystal {listed.name!r}: its reflections lie in a plane; lower d_min of the list."
        )
    metric = _reduced(basis @ listed.reciprocal_metric @ basis.T)
    # the multiples of one vector alone are n_spacings vectors up to this length
    longest = n_spacings * np.sqrt(metric.diagonal().min()) * (1 + 1e-9)
    bounds = (np.sqrt(np.linalg.inv(metric).diagonal()) * longest).astype(np.int64)
    _, squared = half_sphere(metric, 1 / longest, bounds)
    return 1 / np.sqrt(np.sort(squared)[:n_spacings])


def _reduced(metric):
    """Metric of the Niggli-reduced basis."""
    a, b, c = np.sqrt(metric.diagonal())
    angles = np.degrees(
        np.arccos([metric[1, 2] / (b * c), metric[0, 2] / (a * c), metric[0, 1] / (a * b)])
    )
    vector = gemmi.GruberVector(gemmi.UnitCell(a, b, c, *angles), "P")
    vector.niggli_reduce()
    aa, bb, cc, xi, eta, zeta = vector.parameters
    return np.array([[aa, zeta / 2, eta / 2], [zeta / 2, bb, xi / 2], [eta / 2, xi / 2, cc]])


@compiled
def lattice_basis(vectors):
    """Upper triangular basis of the lattice that integer vectors span."""
    basis = np.zeros((3, 3), np.int64)
    for n in range(len(vectors)):
        vector = vectors[n].copy()
        for axis in range(3):
            while vector[axis] != 0:
                if basis[axis, axis] == 0:
                    basis[axis] = vector
                    vector = np.zeros(3, np.int64)
                    break
                vector = vector - vector[axis] // basis[axis, axis] * basis[axis]
                if vector[axis] != 0:
                    smaller = vector
                    vector = basis[axis].copy()
                    basis[axis] = smaller
    return basis
