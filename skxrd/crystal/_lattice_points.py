"""Points of the reciprocal lattice: which there are, and which belong together."""

import numpy as np

from skxrd._compiled import compiled

_SAME_LENGTH = 2e-5  # relative; rotations that change a spacing by more are none


@compiled
def reciprocal_metric(cell):
    """Metric tensor of the reciprocal lattice, 1/d^2 = h G* h, from a, b, c and the angles."""
    a, b, c = cell[0], cell[1], cell[2]
    cos_a, cos_b, cos_c = np.cos(np.radians(cell[3:]))
    squared_volume = 1 - cos_a**2 - cos_b**2 - cos_c**2 + 2 * cos_a * cos_b * cos_c
    g = np.empty((3, 3))
    g[0, 0] = (1 - cos_a**2) / (a * a)
    g[1, 1] = (1 - cos_b**2) / (b * b)
    g[2, 2] = (1 - cos_c**2) / (c * c)
    g[0, 1] = g[1, 0] = (cos_a * cos_b - cos_c) / (a * b)
    g[0, 2] = g[2, 0] = (cos_a * cos_c - cos_b) / (a * c)
    g[1, 2] = g[2, 1] = (cos_b * cos_c - cos_a) / (b * c)
    return g / squared_volume


@compiled
def spacings(hkl, metric):
    """Lattice spacings in angstrom of Miller indices, from the reciprocal metric."""
    d = np.empty(len(hkl))
    for i in range(len(hkl)):
        h, k, ell = float(hkl[i, 0]), float(hkl[i, 1]), float(hkl[i, 2])
        squared = metric[0, 0] * h * h + metric[1, 1] * k * k + metric[2, 2] * ell * ell
        squared += 2 * (metric[0, 1] * h * k + metric[0, 2] * h * ell + metric[1, 2] * k * ell)
        d[i] = 1 / np.sqrt(squared)
    return d


@compiled
def largest_indices(cell, d_min):
    """Largest index along each axis: h d* . a <= a / d."""
    return (cell[:3] / d_min * (1 + 1e-9)).astype(np.int64)


@compiled
def half_sphere(metric, d_min, bounds):
    """Miller indices up to a spacing, one of each pair (h, -h), (0, 0, 0) left out.

    Parameters
    ----------
    metric : ndarray of shape (3, 3)
        Reciprocal metric, 1/square angstrom.
    d_min : float
        Least spacing in angstrom.
    bounds : ndarray of int, shape (3,)
        Largest index along each axis.

    Returns
    -------
    hkl : ndarray of int32, shape (n_reflections, 3)
        In rows of equal h and k.
    squared : ndarray of shape (n_reflections,)
        1/d^2.
    """
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
    """Integer matrices of indices -1, 0, 1 that keep the lengths and angles of a lattice.

    Parameters
    ----------
    metric : ndarray of shape (3, 3)
        Reciprocal metric.

    Returns
    -------
    ndarray of int32, shape (n_rotations, 3, 3)
        One of each pair (W, -W); row i is the image of the i-th reciprocal axis. A skew cell can
        have more than these.
    """
    g = metric
    rows = np.empty((3, 26, 3), np.int32)
    counts = np.zeros(3, np.int64)
    for h in range(-1, 2):
        for k in range(-1, 2):
            for ell in range(-1, 2):
                length = (
                    g[0, 0] * h * h
                    + g[1, 1] * k * k
                    + g[2, 2] * ell * ell
                    + 2 * (g[0, 1] * h * k + g[0, 2] * h * ell + g[1, 2] * k * ell)
                )
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
    """Position of each index, and of its Friedel mate, in the list; -1 where it is not in it."""
    shape = 2 * bounds + 1
    table = np.full((shape[0], shape[1], shape[2]), -1, np.int32)
    for i in range(hkl.shape[0]):
        h, k, ell = hkl[i]
        table[h + bounds[0], k + bounds[1], ell + bounds[2]] = i
        table[bounds[0] - h, bounds[1] - k, bounds[2] - ell] = i
    return table


@compiled
def laue_rotations(hkl, table, bounds, intensity, rotations, limit, step):
    """Those rotations of a lattice that leave the intensities as they are.

    Parameters
    ----------
    hkl : ndarray of int32, shape (n_reflections, 3)
        Half of the reflections.
    table : ndarray of int32
        Their :func:`index_table`.
    bounds : ndarray of int, shape (3,)
        Largest index along each axis.
    intensity : ndarray of shape (n_reflections,)
        Squared structure factors.
    rotations : ndarray of int32, shape (n_rotations, 3, 3)
        The candidates.
    limit : float
        Largest difference of intensities that counts as none.
    step : int
        Every how many reflections are compared.

    Returns
    -------
    ndarray of int32, shape (n_kept, 3, 3)
    """
    kept = np.ones(len(rotations), np.bool_)
    for r in range(len(rotations)):
        w = rotations[r]
        for i in range(0, hkl.shape[0], step):
            h = hkl[i, 0] * w[0, 0] + hkl[i, 1] * w[1, 0] + hkl[i, 2] * w[2, 0]
            k = hkl[i, 0] * w[0, 1] + hkl[i, 1] * w[1, 1] + hkl[i, 2] * w[2, 1]
            ell = hkl[i, 0] * w[0, 2] + hkl[i, 1] * w[1, 2] + hkl[i, 2] * w[2, 2]
            if abs(h) > bounds[0] or abs(k) > bounds[1] or abs(ell) > bounds[2]:
                continue
            j = table[h + bounds[0], k + bounds[1], ell + bounds[2]]
            if j >= 0 and abs(intensity[i] - intensity[j]) > limit:
                kept[r] = False
                break
    return rotations[kept]


@compiled
def orbits(hkl, table, bounds, rotations):
    """Sets of equivalent reflections.

    Parameters
    ----------
    hkl, table, bounds, rotations
        As for :func:`laue_rotations`; the rotations form a group.

    Returns
    -------
    first : ndarray of int, shape (n_orbits,)
        A member of each set, by its position in ``hkl``.
    name : ndarray of int32, shape (n_orbits, 3)
        The member with the fewest minus signs, of those the one with the largest indices.
    multiplicity : ndarray of int, shape (n_orbits,)
        Size of the set, Friedel mates included.
    member_of : ndarray of int, shape (n_reflections,)
        Set to which each reflection belongs.
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
            w = rotations[r]
            h = hkl[i, 0] * w[0, 0] + hkl[i, 1] * w[1, 0] + hkl[i, 2] * w[2, 0]
            k = hkl[i, 0] * w[0, 1] + hkl[i, 1] * w[1, 1] + hkl[i, 2] * w[2, 1]
            ell = hkl[i, 0] * w[0, 2] + hkl[i, 1] * w[1, 2] + hkl[i, 2] * w[2, 2]
            for sign in (1, -1):
                minus = (sign * h < 0) + (sign * k < 0) + (sign * ell < 0)
                rank = sign * (h * 1_000_000 + k * 1_000 + ell) - minus * 10_000_000_000
                if rank > best:
                    best = rank
                    name[count, 0], name[count, 1], name[count, 2] = sign * h, sign * k, sign * ell
            if abs(h) > bounds[0] or abs(k) > bounds[1] or abs(ell) > bounds[2]:
                continue
            j = table[h + bounds[0], k + bounds[1], ell + bounds[2]]
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
    """Which reflections a space group forbids.

    A reflection is systematically absent if an operation maps it onto itself and shifts its phase:
    h W = h, and h t is no integer.

    Parameters
    ----------
    hkl : ndarray of int32, shape (n_reflections, 3)
        Miller indices.
    rotations : ndarray of int32, shape (n_operations, 3, 3)
        W of every operation, centring included.
    translations : ndarray of int32, shape (n_operations, 3)
        t of every operation in twenty-fourths.

    Returns
    -------
    ndarray of bool, shape (n_reflections,)
    """
    absent = np.zeros(hkl.shape[0], np.bool_)
    for i in range(hkl.shape[0]):
        h, k, ell = hkl[i]
        for r in range(len(rotations)):
            w = rotations[r]
            shift = h * translations[r, 0] + k * translations[r, 1] + ell * translations[r, 2]
            if (
                shift % 24 != 0
                and h * w[0, 0] + k * w[1, 0] + ell * w[2, 0] == h
                and h * w[0, 1] + k * w[1, 1] + ell * w[2, 1] == k
                and h * w[0, 2] + k * w[1, 2] + ell * w[2, 2] == ell
            ):
                absent[i] = True
                break
    return absent
