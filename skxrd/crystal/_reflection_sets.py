"""Sets of equivalent reflections of a crystal."""

from dataclasses import dataclass

import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._lattice_points import (
    forbidden,
    half_sphere,
    index_table,
    largest_indices,
    lattice_rotations,
    laue_rotations,
    orbits,
)
from skxrd.crystal._metric import reciprocal_metric
from skxrd.crystal._structure_factors import check_spacing, listed_atoms, sum_waves
from skxrd.crystal._symmetry_operations import index_rotations, integer_operations

_SAME_INTENSITY = 1e-4  # of the largest |F|^2; a crystal relaxed by computation is this symmetric
_MOST = 2_000_000  # reflections of the half sphere; each takes some 200 bytes
_MOST_WAVES = 10_000_000  # atoms times indices along the longest axis; each takes 48 bytes
_FIRST_LOOK = 64  # reflections on which a rotation is tried before all are compared


@dataclass(frozen=True, eq=False)
class ReflectionSets:
    """Sets of equivalent reflections, in no order: one index each, sizes, 1/d^2, F(hkl), strengths.

    The strength is the multiplicity times |F|^2, the mean of the Friedel mates. The rotations,
    shape (n_rotations, 3, 3), make members of a set equivalent, one of each pair (W, -W).
    """

    hkl: np.ndarray
    multiplicity: np.ndarray
    squared: np.ndarray
    structure_factor: np.ndarray
    strength: np.ndarray
    rotations: np.ndarray


def reflection_sets(crystal, d_min, *, u_iso, wavelength, by_intensity=False):
    """Sets of equivalent reflections of a crystal down to a spacing.

    ``u_iso`` is that of sites that have none, ``wavelength`` in angstrom or None for no dispersion.
    With ``by_intensity``, reflections of a crystal in P 1 are equivalent if a rotation of the
    lattice that leaves all intensities as they are maps them onto each other.
    """
    check_spacing(d_min)
    _check_number(crystal, d_min)
    atoms = listed_atoms(crystal, u_iso, wavelength)
    _check_waves(crystal, d_min, len(atoms[0]))
    if by_intensity and crystal.space_group == "P 1":
        return ReflectionSets(*_sets_by_intensity(crystal.cell, float(d_min), atoms))
    return ReflectionSets(
        *_sets_by_symmetry(
            crystal.cell,
            float(d_min),
            atoms,
            index_rotations(crystal.space_group),
            *integer_operations(crystal.space_group),
        )
    )


def _check_number(crystal, d_min):
    """Raise ValueError for cells of so many reflections that their list would not fit in memory."""
    with np.errstate(over="ignore"):
        sides = 2 * np.floor(crystal.cell[:3] / d_min) + 1
        # the box of all indices holds more than the sphere in skew cells
        count = max(2 * np.pi / 3 * crystal.volume / d_min**3, sides.prod() / 8)
    if count > _MOST:
        raise ValueError(
            f"crystal {crystal.name!r}: its cell {crystal.cell.round(3).tolist()} has about "
            f"{count:.2g} reflections of {d_min:.3g} angstrom or more, but at most {_MOST:,} are "
            "listed; correct the cell, raise d_min or lower the largest angle."
        )


def _check_waves(crystal, d_min, n_atoms):
    largest = int(crystal.cell[:3].max() / d_min)
    if 2 * largest * n_atoms > _MOST_WAVES:
        raise ValueError(
            f"crystal {crystal.name!r}: {n_atoms:,} atoms and indices up to {largest:,} are too "
            "many for its structure factors; correct the cell, raise d_min or lower the largest "
            "angle."
        )


@compiled
def _sets_by_symmetry(cell, d_min, atoms, rotations, operations, translations):
    bounds = largest_indices(cell, d_min)
    hkl, squared = half_sphere(reciprocal_metric(cell), d_min, bounds)
    first, name, multiplicity, _ = orbits(hkl, index_table(hkl, bounds), bounds, rotations)
    absent, n_kept = forbidden(name, operations, translations), 0
    for i in range(absent.size):  # in place, as arrays of rows take seconds to compile
        if not absent[i]:
            for axis in range(3):
                name[n_kept, axis] = name[i, axis]
            multiplicity[n_kept] = multiplicity[i]
            first[n_kept] = first[i]
            n_kept += 1
    name, multiplicity, kept = name[:n_kept], multiplicity[:n_kept], np.empty(n_kept)
    for i in range(n_kept):
        kept[i] = squared[first[i]]
    elastic, dispersive = sum_waves(name, kept, atoms)
    strength, factor = _squared_modulus(elastic, dispersive)
    for i in range(n_kept):
        strength[i] *= multiplicity[i]
    return name, multiplicity, kept, factor, strength, rotations


@compiled
def _sets_by_intensity(cell, d_min, atoms):
    metric, bounds = reciprocal_metric(cell), largest_indices(cell, d_min)
    hkl, squared = half_sphere(metric, d_min, bounds)
    table = index_table(hkl, bounds)
    elastic, dispersive = sum_waves(hkl, squared, atoms)
    strength, factor = _squared_modulus(elastic, dispersive)
    limit = _SAME_INTENSITY * strength.max() if strength.size else 0.0
    candidates = lattice_rotations(metric)
    for step in (max(1, strength.size // _FIRST_LOOK), 1):
        rotations = laue_rotations(hkl, table, bounds, strength, candidates, limit, step)
        first, name, multiplicity, member_of = orbits(hkl, table, bounds, rotations)
        total = np.zeros(len(first))
        alike = True
        for i in range(len(hkl)):
            total[member_of[i]] += 2 * strength[i]
            alike &= abs(strength[i] - strength[first[member_of[i]]]) <= 2 * limit
        if alike:
            break
    return name, multiplicity, squared[first], factor[first], total, rotations


@compiled
def _squared_modulus(elastic, dispersive):
    """Mean squares of structure factors of Friedel pairs, and the structure factors."""
    strength, factor = np.empty(elastic.size), np.empty(elastic.size, np.complex128)
    for i in range(elastic.size):
        a, b = elastic[i], dispersive[i]
        strength[i] = a.real**2 + a.imag**2 + b.real**2 + b.imag**2
        factor[i] = complex(a.real - b.imag, a.imag + b.real)
    return strength, factor
