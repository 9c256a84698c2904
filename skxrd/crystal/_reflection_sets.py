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
    reciprocal_metric,
)
from skxrd.crystal._structure_factors import check_spacing, listed_atoms, sum_waves
from skxrd.crystal._symmetry_operations import index_rotations, integer_operations

_SAME_INTENSITY = 1e-4  # of the largest |F|^2; a crystal relaxed by computation is this symmetric
_FIRST_LOOK = 64  # reflections on which a rotation is tried before all are compared


@dataclass(frozen=True, eq=False)
class ReflectionSets:
    """Sets of equivalent reflections, in no order.

    Parameters
    ----------
    hkl : ndarray of int32, shape (n_sets, 3)
        One Miller index of each set.
    multiplicity : ndarray of int, shape (n_sets,)
        Sizes, Friedel mates included.
    squared : ndarray of shape (n_sets,)
        1/d^2.
    structure_factor : ndarray of complex, shape (n_sets,)
        F(hkl).
    strength : ndarray of shape (n_sets,)
        Multiplicity times |F|^2, the mean of the Friedel mates.
    rotations : ndarray of int32, shape (n_rotations, 3, 3)
        What makes members of a set equivalent, one of each pair (W, -W).
    """

    hkl: np.ndarray
    multiplicity: np.ndarray
    squared: np.ndarray
    structure_factor: np.ndarray
    strength: np.ndarray
    rotations: np.ndarray


def reflection_sets(crystal, d_min, *, u_iso, wavelength, by_intensity=False):
    """Sets of equivalent reflections of a crystal down to a spacing.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    d_min : float
        Least spacing in angstrom.
    u_iso : float
        Displacement parameter in square angstrom of the sites that state none.
    wavelength : float or None
        Angstrom, for the dispersion corrections; ``None`` leaves them out.
    by_intensity : bool, default=False
        Of a crystal that is listed without symmetry (P 1), take for equivalent what a rotation of
        the lattice that leaves all intensities as they are connects.

    Returns
    -------
    ReflectionSets
    """
    check_spacing(d_min)
    atoms = listed_atoms(crystal, u_iso, wavelength)
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


@compiled
def _sets_by_symmetry(cell, d_min, atoms, rotations, operations, translations):
    bounds = largest_indices(cell, d_min)
    hkl, squared = half_sphere(reciprocal_metric(cell), d_min, bounds)
    first, name, multiplicity, _ = orbits(hkl, index_table(hkl, bounds), bounds, rotations)
    kept = np.flatnonzero(~forbidden(name, operations, translations))
    name, multiplicity, squared = name[kept], multiplicity[kept], squared[first[kept]]
    elastic, dispersive = sum_waves(name, squared, atoms)
    strength = _squared_modulus(elastic, dispersive)
    factor = elastic + 1j * dispersive
    return name, multiplicity, squared, factor, multiplicity * strength, rotations


@compiled
def _sets_by_intensity(cell, d_min, atoms):
    metric, bounds = reciprocal_metric(cell), largest_indices(cell, d_min)
    hkl, squared = half_sphere(metric, d_min, bounds)
    table = index_table(hkl, bounds)
    elastic, dispersive = sum_waves(hkl, squared, atoms)
    strength = _squared_modulus(elastic, dispersive)
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
    factor = elastic[first] + 1j * dispersive[first]
    return name, multiplicity, squared[first], factor, total, rotations


@compiled
def _squared_modulus(a, b):
    return a.real**2 + a.imag**2 + b.real**2 + b.imag**2
