"""Space group number of symmetry operations in any setting, tabulated or not."""

import itertools
from functools import cache, lru_cache

import gemmi
import numpy as np

from skxrd.crystal._longest_spacings import lattice_basis
from skxrd.crystal._symmetry_operations import integer_arrays

_DEN = gemmi.Op.DEN
_IDENTITY = np.eye(3, dtype=int)
_MOST = 400  # operations; a cubic F cell has 192
_MOST_CENTRED = 4  # lattice points in a tabulated cell
_MOST_IN_PLANE = 6  # short vectors of a plane that may be axes
_STEPS = sorted(itertools.product((-1, 0, 1), repeat=2), key=lambda pair: pair != (0, 0))


@lru_cache(maxsize=500)
def space_group_number(triplets):
    """Number of the space group with these operations ("x,y,z", ...), None if there is none.

    Short vectors along and across its axes are tried as axes of a cell, until the rotations are
    those of a tabulated setting; then an origin is sought that makes the translations those of the
    setting, too.
    """
    operations = [gemmi.Op(text) for text in triplets]
    if len(operations) > _MOST or (np.array([op.rot for op in operations]) % _DEN).any():
        return None
    rotations, translations = (array.astype(int) for array in integer_arrays(operations))
    if not _is_group(rotations, translations):
        return None
    centring = translations[(rotations == _IDENTITY).all(axis=(1, 2))]
    basis = lattice_basis(np.vstack([_DEN * _IDENTITY, centring])).T / _DEN
    first = np.unique(rotations, axis=0, return_index=True)[1]
    basis = _reduced(basis, rotations[first])
    inner = np.rint(np.linalg.inv(basis) @ rotations[first] @ basis).astype(int)
    shifts = translations[first] @ np.linalg.inv(basis).T / _DEN
    for cell, turned in _cells(inner):
        order = _order(turned)
        for number, tabulated, points in _settings().get(_key(turned[order]), ()):
            if points == _lattice_points(cell):
                differences = tabulated @ cell.T - shifts[order]
                if _has_origin(inner[order], differences):
                    return number
    return None


def _is_group(rotations, translations):
    """Whether products of operations are operations again, modulo the lattice of the cell."""
    if np.abs(rotations).max() > 50 or (np.abs(np.rint(np.linalg.det(rotations))) != 1).any():
        return False
    kinds, first = np.unique(rotations, axis=0, return_index=True)
    shifts = np.flatnonzero((rotations == _IDENTITY).all(axis=(1, 2)))
    known = {_key(row) for row in _rows(rotations, translations)}
    if len(kinds) > 48 or len(known) != len(kinds) * len(shifts):
        return False
    for row in {*first.tolist(), *shifts.tolist()}:
        moved = translations @ rotations[row].T + translations[row]
        if any(_key(product) not in known for product in _rows(rotations[row] @ rotations, moved)):
            return False
    return True


def _rows(rotations, translations):
    return np.hstack([rotations.reshape(-1, 9), translations % _DEN])


def _key(array):
    return array.astype(np.int16).tobytes()


def _reduced(basis, rotations):
    """Right-handed basis of a lattice, as columns: vectors short in a metric of the rotations."""
    metric = np.einsum("nki,nkj->ij", rotations, rotations)
    for _ in range(1000):
        before = basis.copy()
        for axis in range(3):
            others = [other for other in range(3) if other != axis]
            for other in others:
                product = basis.T @ metric @ basis
                steps = np.rint(product[axis, other] / product[other, other])
                basis[:, axis] -= steps * basis[:, other]
            sums = [basis[:, axis] + basis[:, others] @ steps for steps in _STEPS]
            basis[:, axis] = min(sums, key=lambda v: round(float(v @ metric @ v), 6))
        if np.array_equal(basis, before):
            break
    return basis * np.sign(np.linalg.det(basis))


def _cells(rotations):
    """Right-handed cells, columns in the basis of the rotations, and the rotations in them."""
    for vectors in _axes(rotations):
        rows = np.array(list(itertools.permutations(range(len(vectors)), 3)))
        cells = vectors[rows].transpose(0, 2, 1)
        cells = np.concatenate([cells, cells * [1, -1, 1]])
        determinant = np.rint(np.linalg.det(cells))
        cells[:, :, 2] *= np.sign(determinant).astype(int)[:, None]
        cells = cells[(determinant != 0) & (np.abs(determinant) <= _MOST_CENTRED)]
        inverse = np.linalg.inv(cells)
        for rotation in rotations:
            if not len(cells):
                break
            turned = inverse @ rotation @ cells
            whole = (np.abs(turned - np.rint(turned)) < 1e-6).all(axis=(1, 2))
            cells, inverse = cells[whole], inverse[whole]
        for cell, back in zip(cells, inverse, strict=True):
            yield cell, np.rint(back @ rotations @ cell).astype(int)


def _axes(rotations):
    """Sets of vectors that may be axes: along those of rotations, then also short ones across."""
    metric = np.einsum("nki,nkj->ij", rotations, rotations)
    vectors = np.array(list(itertools.product(range(-3, 4), repeat=3)))
    vectors = vectors[len(vectors) // 2 + 1 :]  # one of v and -v
    vectors = vectors[np.gcd.reduce(vectors, axis=1) == 1]
    length = np.einsum("ni,ij,nj->n", vectors, metric, vectors)
    vectors = vectors[np.argsort(length, kind="stable")]
    along, across = [], []
    for rotation in rotations * np.rint(np.linalg.det(rotations)).astype(int)[:, None, None]:
        if not np.array_equal(rotation, _IDENTITY):
            along += vectors[(vectors @ rotation.T == vectors).all(axis=1)].tolist()
            total = _sum_of_powers(rotation)
            plane = vectors[~(vectors @ total.T).any(axis=1)]
            across += plane[:_MOST_IN_PLANE].tolist()
    for found in (along, along + across or vectors[:_MOST_IN_PLANE].tolist()):
        if len(axes := list(dict.fromkeys(map(tuple, found)))) >= 3:
            yield np.array(axes)


def _sum_of_powers(rotation):
    power, total = rotation, _IDENTITY
    while not np.array_equal(power, _IDENTITY):
        total, power = total + power, power @ rotation
    return total


@cache
def _settings():
    """Number, translations and lattice points of the tabulated settings with the same rotations."""
    settings = {}
    for group in gemmi.spacegroup_table():
        operations = group.operations()
        rotations, translations = integer_arrays(list(operations.sym_ops))
        order = _order(rotations)
        points = frozenset(tuple(shift) for shift in np.array(operations.cen_ops) % _DEN)
        settings.setdefault(_key(rotations[order]), []).append(
            (group.number, translations[order] / _DEN, points)
        )
    return settings


def _order(rotations):
    return np.lexsort(rotations.reshape(-1, 9).T)


def _lattice_points(cell):
    """Points of the lattice within a cell, in twenty-fourths of its axes."""
    steps = np.array(list(itertools.product(range(_MOST_CENTRED), repeat=3))).T
    points = np.rint(np.linalg.inv(cell) @ steps * _DEN).astype(int) % _DEN
    return frozenset(map(tuple, points.T.tolist()))


def _has_origin(rotations, differences):
    """Whether another origin p makes up for differences of translations, in a primitive basis.

    (W - 1) p = difference, modulo 1 and for every rotation W: row operations bring the equations to
    echelon form, and those left without p must hold by themselves.
    """
    right = np.rint(differences * _DEN).astype(int) % _DEN
    rows = np.hstack([np.vstack(rotations - _IDENTITY), right.reshape(-1, 1)])
    rows = [list(row) for row in {tuple(row) for row in rows.tolist()}]
    for column in range(3):
        while len(active := [row for row in rows if row[column]]) > 1:
            pivot = min(active, key=lambda row: abs(row[column]))
            for row in active:
                if row is not pivot:
                    factor = row[column] // pivot[column]
                    row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        rows = [row for row in rows if not row[column]]
    return all(row[3] % _DEN == 0 for row in rows)
