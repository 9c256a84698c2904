"""Operations of a space group, and what they make of the sites of a crystal."""

from functools import lru_cache

import gemmi
import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._space_group import check_space_group

_SAME_SITE = 0.01  # angstrom; images of a special position are this close or they are not images


@lru_cache(maxsize=600)
def integer_operations(space_group):
    """Rotations and translations of a space group as integers.

    Parameters
    ----------
    space_group : str
        Extended Hermann-Mauguin symbol, as a Crystal keeps it.

    Returns
    -------
    rotations : ndarray of int32, shape (n_operations, 3, 3)
        Centring included.
    translations : ndarray of int32, shape (n_operations, 3)
        In twenty-fourths.
    """
    operations = list(check_space_group(space_group).operations())
    rotations = np.array([op.rot for op in operations], np.int32) // gemmi.Op.DEN
    translations = np.array([op.tran for op in operations], np.int32)
    return rotations, translations


@lru_cache(maxsize=600)
def index_rotations(space_group):
    """Rotations of Miller indices, each once, one of each pair (W, -W).

    Parameters
    ----------
    space_group : str
        Extended Hermann-Mauguin symbol.

    Returns
    -------
    ndarray of int32, shape (n_rotations, 3, 3)
        The rotations of the Laue group; row vectors h turn to h W.
    """
    proper = {}
    for rotation in integer_operations(space_group)[0]:
        proper_rotation = rotation * round(np.linalg.det(rotation))
        proper.setdefault(proper_rotation.tobytes(), proper_rotation)
    return np.array(list(proper.values()), np.int32)


def all_sites(crystal):
    """Every atom of the cell, those on special positions once.

    Parameters
    ----------
    crystal : Crystal
        The structure.

    Returns
    -------
    coords : ndarray of shape (n_atoms, 3)
        Fractional coordinates from 0 to 1.
    site : ndarray of int, shape (n_atoms,)
        Row of the crystal's sites that each atom comes from.
    """
    if crystal.space_group == "P 1":
        return crystal.frac_coords, np.arange(len(crystal.elements))
    rotations, translations = integer_operations(crystal.space_group)
    return _images(rotations, translations / gemmi.Op.DEN, crystal.frac_coords, crystal.metric)


@compiled
def _images(rotations, translations, positions, metric):
    limit = _SAME_SITE * _SAME_SITE
    coords = np.empty((len(rotations) * len(positions), 3))
    site = np.empty(len(coords), np.int64)
    count = 0
    for j in range(len(positions)):
        begin = count
        for r in range(len(rotations)):
            for axis in range(3):
                value = translations[r, axis]
                for other in range(3):
                    value += rotations[r, axis, other] * positions[j, other]
                coords[count, axis] = value - np.floor(value)
            known = False
            for earlier in range(begin, count):
                x = coords[count, 0] - coords[earlier, 0]
                y = coords[count, 1] - coords[earlier, 1]
                z = coords[count, 2] - coords[earlier, 2]
                x, y, z = x - np.round(x), y - np.round(y), z - np.round(z)
                squared = (
                    metric[0, 0] * x * x
                    + metric[1, 1] * y * y
                    + metric[2, 2] * z * z
                    + 2 * (metric[0, 1] * x * y + metric[0, 2] * x * z + metric[1, 2] * y * z)
                )
                if squared < limit:
                    known = True
                    break
            if not known:
                site[count] = j
                count += 1
    return coords[:count], site[:count]
