"""Points of the reciprocal lattice: those in a sphere, the equivalent, the forbidden."""

import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._metric import squared_length

_SAME_LENGTH = 2e-5  # relative; rotations that change a spacing by more are none


@compiled
def largest_indices(cell, d_min):
    """Largest index along each axis down to a spacing: h d* . a <= a / d."""
    bounds = np.empty(3, np.int64)
    for axis in range(3):
        bounds[axis] = int(cell[axis] / d_min * (1 + 1e-9))
    return bounds


@compiled
def half_sphere(metric, d_min, bounds):
    """Indices, int32 in rows of equal h and k, and 1/d^2 down to a spacing; no Friedel mates."""
    limit = (1.0 + 1e-12) / (d_min * d_min)
    g = metric
    count = 0
    hkl, squared = np.empty((0, 3), np.int32), np.empty(0)
    for fill in (False, True):
        if fill:
            hkl, squared = np.empty((count, 3), np.int32), np.empty(count)
        count = 0
        for h in range(bounds[0] + 1):
            for k in range(-bounds[1] if h > 0 else 0, bounds[1] + 1):
                # g_22 l^2 + 2 b l + c <= limit
                b = g[0, 2] * h + g[1, 2] * k
                c = g[0, 0] * h * h + 2 * g[0, 1] * h * k + g[1, 1] * k * k
                root = b * b - g[2, 2] * (c - limit)
                if root < 0:
                    continue
                root = np.sqrt(root)
                first = int(np.ceil((-b - root) / g[2, 2]))
                last = int(np.floor((-b + root) / g[2, 2]))
                if h == 0 and k == 0:
                    first = 1
                if not fill:
                    count += max(0, last - first + 1)
                    continue
                for ell in range(first, last + 1):
                    hkl[count, 0], hkl[count, 1], hkl[count, 2] = h, k, ell
                    squared[count] = (g[2, 2] * ell + 2 * b) * ell + c
                    count += 1
    return hkl, squared


@compiled
def lattice_rotations(metric):
    """Matrices of -1, 0, 1 that keep lengths and angles of a reciprocal lattice, one of (W, -W).

    Row i of each, int32 of shape (3, 3), is the image of the i-th reciprocal axis. A skew cell can
    have rotations with other indices.
    """
    g = metric
    rows = np.empty((3, 26, 3), np.int32)
    counts = np.zeros(3, np.int64)
    for h in range(-1, 2):
        for k in range(-1, 2):
            for ell in range(-1, 2):
                length = squared_length(g, h, k, ell)
                for axis in range(3):
                    if abs(length - g[axis, axis]) < 2 * _SAME_LENGTH * g[axis, axis]:
                        rows[axis, counts[axis], 0] = h
                        rows[axis, counts[axis], 1] = k
                        rows[axis, counts[axis], 2] = ell
                        counts[axis] += 1
    found = np.empty((48, 3, 3), np.int32)
    n = 0
    for i in range(counts[0]):
        a = rows[0, i]
        for j in range(counts[1]):
            b = rows[1, j]
            if not _same_product(g, a, b, 0, 1):
                continue
            for m in range(counts[2]):
                c = rows[2, m]
                if not (_same_product(g, a, c, 0, 2) and _same_product(g, b, c, 1, 2)):
                    continue
                determinant = (
                    a[0] * (b[1] * c[2] - b[2] * c[1])
                    - a[1] * (b[0] * c[2] - b[2] * c[0])
                    + a[2] * (b[0] * c[1] - b[1] * c[0])
                )
                if determinant == 1 and n < 48:
                    found[n, 0], found[n, 1], found[n, 2] = a, b, c
                    n += 1
    return found[:n].copy()


@compiled
def _same_product(g, a, b, i, j):
    product = 0.0
    for p in range(3):
        for q in range(3):
            product += a[p] * g[p, q] * b[q]
    return abs(product - g[i, j]) < 2 * _SAME_LENGTH * np.sqrt(g[i, i] * g[j, j])


@compiled
def index_table(hkl, bounds):
    """Row of each index in the list, for Friedel mates too: -1 where it has none."""
    table = np.full((2 * bounds[0] + 1, 2 * bounds[1] + 1, 2 * bounds[2] + 1), -1, np.int32)
    for i in range(hkl.shape[0]):
        h, k, ell = hkl[i, 0], hkl[i, 1], hkl[i, 2]
        table[h + bounds[0], k + bounds[1], ell + bounds[2]] = i
        table[bounds[0] - h, bounds[1] - k, bounds[2] - ell] = i
    return table


@compiled
def _row(table, bounds, h, k, ell):
    """Row of an index in the list of an :func:`index_table`, -1 outside."""
    if abs(h) > bounds[0] or abs(k) > bounds[1] or abs(ell) > bounds[2]:
        return -1
    return table[h + bounds[0], k + bounds[1], ell + bounds[2]]


@compiled
def _image(hkl, w):
    """Image h W of an index."""
    return (
        hkl[0] * w[0, 0] + hkl[1] * w[1, 0] + hkl[2] * w[2, 0],
        hkl[0] * w[0, 1] + hkl[1] * w[1, 1] + hkl[2] * w[2, 1],
        hkl[0] * w[0, 2] + hkl[1] * w[1, 2] + hkl[2] * w[2, 2],
    )


@compiled
def laue_rotations(hkl, table, bounds, intensity, rotations, limit, step):
    """Rotations that change no intensity by more than a limit, compared on every ``step``-th row.

    ``table`` is the :func:`index_table` of ``hkl``, ``bounds`` its largest index along each axis.
    """
    kept = np.ones(len(rotations), np.bool_)
    for r in range(len(rotations)):
        for i in range(0, hkl.shape[0], step):
            h, k, ell = _image(hkl[i], rotations[r])
            j = _row(table, bounds, h, k, ell)
            if j >= 0 and abs(intensity[i] - intensity[j]) > limit:
                kept[r] = False
                break
    return rotations[kept]


@compiled
def orbits(hkl, table, bounds, rotations):
    """Sets of equivalent reflections under a group of rotations.

    ``table`` and ``bounds`` are as for :func:`laue_rotations`. Of each set: the row of one member;
    the index with the fewest minus signs and then the largest indices; the size, Friedel mates
    included. Last the set of each reflection, shape (n_reflections,).
    """
    n = hkl.shape[0]
    member_of = np.full(n, -1, np.int64)
    first, name = np.empty(n, np.int64), np.empty((n, 3), np.int32)
    multiplicity = np.zeros(n, np.int64)
    count = 0
    for i in range(n):
        if member_of[i] >= 0:
            continue
        first[count] = i
        best = -(1 << 62)
        for r in range(len(rotations)):
            h, k, ell = _image(hkl[i], rotations[r])
            for sign in (1, -1):
                minus = (sign * h < 0) + (sign * k < 0) + (sign * ell < 0)
                rank = sign * (h * 1_000_000 + k * 1_000 + ell) - minus * 10_000_000_000
                if rank > best:
                    best = rank
                    name[count, 0], name[count, 1], name[count, 2] = sign * h, sign * k, sign * ell
            j = _row(table, bounds, h, k, ell)
            if j >= 0 and member_of[j] < 0:
                member_of[j] = count
                multiplicity[count] += 2
        if member_of[i] < 0:  # no identity among the rotations
            member_of[i] = count
            multiplicity[count] += 2
        count += 1
    return first[:count], name[:count], multiplicity[:count], member_of


@compiled
def forbidden(hkl, rotations, translations):
    """Which reflections are systematically absent: h W = h but h t is no integer for an operation.

    ``translations`` t, shape (n_operations, 3), are in twenty-fourths.
    """
    absent = np.zeros(hkl.shape[0], np.bool_)
    for i in range(hkl.shape[0]):
        h, k, ell = hkl[i, 0], hkl[i, 1], hkl[i, 2]
        for r in range(len(rotations)):
            shift = h * translations[r, 0] + k * translations[r, 1] + ell * translations[r, 2]
            if shift % 24 != 0 and _image(hkl[i], rotations[r]) == (h, k, ell):
                absent[i] = True
                break
    return absent
