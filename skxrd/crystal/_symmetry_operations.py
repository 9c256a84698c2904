"""Operations of a space group, and the atoms that they generate from the sites of a crystal."""

from functools import lru_cache

import gemmi
import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._metric import squared_length
from skxrd.crystal._space_group import check_space_group

_SAME_SITE = 0.01  # angstrom; images of an atom on a special position are closer than this


def integer_arrays(operations):
    """Rotations and translations (in twenty-fourths) of gemmi's operations, as int32."""
    rotations = np.array([op.rot for op in operations], np.int32).reshape(-1, 3, 3)
    translations = np.array([op.tran for op in operations], np.int32).reshape(-1, 3)
    return rotations // gemmi.Op.DEN, translations


@lru_cache(maxsize=600)
def integer_operations(space_group):
    """Rotations and translations (in twenty-fourths) of a space group, centring included."""
    return integer_arrays(list(check_space_group(space_group).operations()))


@lru_cache(maxsize=600)
def index_rotations(space_group):
    """Rotations of the Laue group for row indices h W, one of each pair (W, -W), as int32."""
    proper = {}
    for rotation in integer_operations(space_group)[0]:
        proper_rotation = rotation * round(np.linalg.det(rotation))
        proper.setdefault(proper_rotation.tobytes(), proper_rotation)
    return np.array(list(proper.values()), np.int32)


def all_sites(crystal):
    """Coordinates from 0 to 1 of all atoms, special positions once, and the row of their site."""
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
                x, y, z = x - np.rint(x), y - np.rint(y), z - np.rint(z)
                if squared_length(metric, x, y, z) < limit:
                    known = True
                    break
            if not known:
                site[count] = j
                count += 1
    return coords[:count], site[:count]
