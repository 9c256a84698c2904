"""Monoclinic variants of the trigonal A3B2X9 layers, made by tilting their octahedra."""

import numpy as np

from skxrd.crystal._crystal import Crystal

_ANGLE = np.radians(7.0)  # of the tilt
_BOND = 1.2  # metal-halogen distances up to this multiple of the shortest are bonds
_BETA = 90.4  # degrees, as the monoclinic cells of the sources are close to orthogonal
# Axis of the tilt in the frame a*, b, c of the cell, for each symmetry-distinct octahedron. Signs
# that differ break the inversion centre where the space group has none.
_AXES = {
    "P 1 21/a 1": [(0.6, 0.6, 0.5)],
    "P 1 21/n 1": [(0.6, 0.6, 0.5), (0.6, -0.6, 0.5)],
    "P 1 c 1": [(0.6, 0.6, 0.5), (0.6, -0.6, 0.5), (-0.6, 0.3, 0.7), (0.6, 0.6, -0.5)],
}
_DOUBLED = {"P 1 21/a 1": 1, "P 1 21/n 1": 2, "P 1 c 1": 2}  # cells along c


def tilted_layers(cell, sites, space_group):
    """Cell and sites of the trigonal structure, its octahedra tilted into a monoclinic group.

    The hexagonal cell becomes its orthohexagonal one, (sqrt 3 a, a, c) or with c doubled, in which
    the monoclinic group is a subgroup of P-3m1. Every octahedron turns by the same angle about its
    own axis; a halogen shared by two octahedra moves by the mean of both turns. Sites are pairs
    (name, position), those of the trigonal structure named A, B and X.
    """
    n_cells = _DOUBLED[space_group]
    names, positions = _orthohexagonal(cell, sites, n_cells)
    lengths = np.array([np.sqrt(3) * cell[0], cell[0], n_cells * cell[2]])
    rotations, translations = Crystal(
        [*lengths, 90, 90, 90], ["H"], [[0, 0, 0]], space_group
    ).symmetry_operations()
    orbit, operation = _orbits(positions, rotations, translations)
    axes = _octahedron_axes(names, orbit, operation, rotations, _AXES[space_group])
    metals = np.flatnonzero(names == "B")
    distinct = []
    for atom in np.flatnonzero(orbit == np.arange(len(names))):
        position = positions[atom]
        if names[atom] == "X":
            bond = position - positions[metals]
            bond = (bond - np.round(bond)) * lengths
            distance = np.linalg.norm(bond, axis=1)
            near = distance < _BOND * distance.min()
            turn = np.cross(axes[metals[near]], bond[near]).mean(axis=0) * _ANGLE
            position = position + _allowed(turn / lengths, position, rotations, translations)
        distinct.append((str(names[atom]), tuple(position)))
    return (*lengths, 90, _BETA, 90), distinct


def _orthohexagonal(cell, sites, n_cells):
    """Names and positions of all atoms in the orthohexagonal cell."""
    names, positions = [], []
    for name, position in sites:
        atoms = Crystal(cell, ["H"], [position], "P-3m1").expand().frac_coords
        u, v, w = atoms.T
        base = np.column_stack([u / 2, v - u / 2, w / n_cells])
        for shift in [(0, 0), (0.5, 0.5)]:
            for layer in range(n_cells):
                positions.append(base + [*shift, layer / n_cells])
                names += [name] * len(base)
    return np.array(names), np.vstack(positions) % 1.0


def _orbits(positions, rotations, translations):
    """For each atom its first symmetry image in the list and the operation from that one."""
    orbit = np.full(len(positions), -1)
    operation = np.zeros(len(positions), dtype=int)
    for atom, position in enumerate(positions):
        if orbit[atom] >= 0:
            continue
        for number, image in enumerate(rotations @ position + translations):
            away = positions - image
            (found,) = np.flatnonzero((np.abs(away - np.round(away)) < 1e-6).all(axis=1))
            if orbit[found] < 0:
                orbit[found], operation[found] = atom, number
    return orbit, operation


def _octahedron_axes(names, orbit, operation, rotations, first):
    """Tilt axis at each metal: an axial vector, so improper operations keep its sign."""
    axes = np.zeros((len(names), 3))
    distinct = [atom for atom in np.unique(orbit) if names[atom] == "B"]
    for axis, atom in zip(first, distinct, strict=True):
        for image in np.flatnonzero(orbit == atom):
            rotation = rotations[operation[image]]
            axes[image] = np.linalg.det(rotation) * (rotation @ np.asarray(axis))
    return axes


def _allowed(shift, position, rotations, translations):
    """Part of a shift that keeps an atom on its special position."""
    away = rotations @ position + translations - position
    fixed = (np.abs(away - np.round(away)) < 1e-6).all(axis=1)
    return (rotations[fixed] @ shift).mean(axis=0)
