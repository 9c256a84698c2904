"""The 101 extinction groups, computed from the operations of the space groups."""

from collections.abc import Mapping
from functools import cache
from itertools import permutations

import gemmi
import numpy as np

from skxrd.crystal._space_group import check_space_group

_LARGEST = 6  # index; screw axes 6_1 repeat after 6, diamond glides after 4
_AXES = np.arange(-_LARGEST, _LARGEST + 1, dtype=np.int32)
_HKL = np.stack(np.meshgrid(_AXES, _AXES, _AXES, indexing="ij"), axis=-1).reshape(-1, 3)
# Symmetry directions in the order of the symbol, for the settings that gemmi takes as reference.
_DIRECTIONS = {
    "triclinic": [],
    "monoclinic": [(1, 0, 0), (0, 1, 0), (0, 0, 1)],
    "orthorhombic": [(1, 0, 0), (0, 1, 0), (0, 0, 1)],
    "tetragonal": [(0, 0, 1), (1, 0, 0), (1, -1, 0)],
    "trigonal": [(0, 0, 1), (1, 0, 0), (1, -1, 0)],
    "hexagonal": [(0, 0, 1), (1, 0, 0), (1, -1, 0)],
    "cubic": [(1, 0, 0), (1, 1, 1), (1, -1, 0)],
}


def extinction_group(space_group):
    """Extinction group of a space group.

    A reflection h is systematically absent if an operation (W, t) of the space group leaves it
    where it is and shifts its phase: h W = h, and h t is no integer. Two space groups belong to
    one extinction group if they have the same crystal system and, in some order of the axes where
    the system leaves it open, the same absences. That makes 101, as in [1]_.

    The absences of lines in a powder pattern divide the space groups in the same way. Four
    trigonal groups share lattice and absences with a hexagonal one: ``P - - -``, ``P - c -``,
    ``P - - c``, and ``P 31 - -`` with ``P 62 - -``; absences alone distinguish 97 groups.

    The name is the crystal system and the extinction symbol: the lattice letter, then for each
    symmetry direction the glide plane or screw axis that forbids reflections, ``-`` where none
    does; a screw axis is left out where centring and glide planes already imply its absences, and
    ``(ab)`` is a plane with both glides.

    Parameters
    ----------
    space_group : int, str or gemmi.SpaceGroup
        Number or symbol as for :func:`crystal_system`; the setting does not matter.

    Returns
    -------
    str
        One of ``symmetry_classes("extinction_group")``: crystal system and extinction symbol.

    Raises
    ------
    ValueError
        If there is no such space group.

    References
    ----------
    .. [1] W. B. Park et al., "Classification of crystal structure using a convolutional neural
       network", IUCrJ 4 (2017) 486-494, doi:10.1107/S205225251700714X.

    Examples
    --------
    >>> from skxrd.crystal import extinction_group
    >>> extinction_group("Fm-3m"), extinction_group("P 21/c"), extinction_group(62)
    ('cubic F - - -', 'monoclinic P 1 21/c 1', 'orthorhombic P n - a')
    """
    return _groups()[1][check_space_group(space_group).number]


class _ExtinctionGroups(Mapping):
    """Read-only mapping that is computed when it is first used."""

    def __getitem__(self, name):
        return _groups()[0][name]

    def __iter__(self):
        return iter(_groups()[0])

    def __len__(self):
        return len(_groups()[0])

    def __repr__(self):
        return f"<{len(self)} extinction groups: {', '.join(list(self)[:4])}, ...>"


#: The 101 extinction groups: name to the numbers of their space groups, in the order of the first.
EXTINCTION_GROUPS = _ExtinctionGroups()


@cache
def _groups():
    """Numbers of each extinction group, and the extinction group of each number."""
    members = {}
    for number in range(1, 231):
        group = gemmi.find_spacegroup_by_number(number)
        key = group.crystal_system_str(), _signature(group)
        members.setdefault(key, []).append(group)
    names = {
        f"{system} {_symbol(system, groups)}": tuple(group.number for group in groups)
        for (system, _), groups in members.items()
    }
    return names, {number: name for name, numbers in names.items() for number in numbers}


def _signature(group):
    """Bytes that are equal for equal absences; the axes of orthorhombic groups have no order."""
    absent = _absent(group.operations()).reshape(3 * (len(_AXES),))
    orders = [(0, 1, 2)]
    if group.crystal_system_str() == "orthorhombic":
        orders = list(permutations(range(3)))
    return min(absent.transpose(order).tobytes() for order in orders)


def _absent(operations):
    """Which indices from -6 to 6 the given operations forbid; without a kernel to compile."""
    absent = np.zeros(len(_HKL), dtype=bool)
    for operation in operations:
        if not any(operation.tran):
            continue
        rotation = np.array(operation.rot) // gemmi.Op.DEN
        shifted = (_HKL @ operation.tran) % gemmi.Op.DEN != 0
        absent |= shifted & (_HKL @ rotation == _HKL).all(axis=1)
    return absent


def _symbol(system, groups):
    """Symbol of the most symmetric member without the elements that forbid nothing new.

    A glide plane is written if it forbids more than the centring does, a screw axis if it forbids
    more than centring and glide planes together.
    """
    group = max(groups, key=lambda one: (len(one.operations().sym_ops), -one.number))
    centring, *parts = group.hm.split()
    operations = list(group.operations())
    by_centring = _absent(op for op in operations if _trace(op) == 3)
    by_planes = by_centring | _absent(op for op in operations if _is_mirror(op))
    directions = [np.array(direction) for direction in _DIRECTIONS[system]]
    symbols = [centring]
    ties = [
        _axial_glides(operations, direction, by_centring) if system == "orthorhombic" else ""
        for direction in directions
    ]
    for direction, part, tie in zip(directions, parts, ties, strict=False):
        planes = [op for op in operations if _is_mirror(op) and _maps(op, direction, -direction)]
        glide = part[-1] if (_absent(planes) & ~by_centring).any() else ""
        if tie and sum(map(bool, ties)) == 1:
            glide = f"({tie})"
        axes = [op for op in operations if _det(op) == 1 and _maps(op, direction, direction)]
        screw = _screw(axes, direction) if (_absent(axes) & ~by_planes).any() else ""
        blank = "1" if part == "1" and system == "monoclinic" else "-"
        symbols.append("/".join(filter(None, [screw, glide])) or blank)
    n_places = {"triclinic": 1, "trigonal": 2 if centring == "R" else 3}.get(system, 3)
    return " ".join(symbols + ["-"] * (n_places + 1 - len(symbols)))


def _axial_glides(operations, direction, by_centring):
    """Both letters, if the centring makes a plane a glide plane along both of its axes."""
    zone = _HKL @ direction == 0
    planes = [op for op in operations if _is_mirror(op) and _maps(op, direction, -direction)]
    absent = (_absent(planes) | by_centring) & zone
    if not (absent & ~by_centring).any():
        return ""
    along = [axis for axis in range(3) if not direction[axis]]
    odd = [((_HKL[:, axis] % 2 != 0) | by_centring) & zone for axis in along]
    return "".join("abc"[axis] for axis in along) if (absent == odd).all() else ""


def _screw(axes, direction):
    """Screw axis N_q, from the least multiple of the direction that is not forbidden."""
    absent = _absent(axes)
    multiples = [absent[(_HKL == n * direction).all(axis=1)].item() for n in range(1, _LARGEST + 1)]
    order = len({tuple(map(tuple, op.rot)) for op in axes})
    return f"{order}{order // (multiples.index(False) + 1)}"


def _trace(operation):
    return sum(operation.rot[axis][axis] for axis in range(3)) // gemmi.Op.DEN


def _det(operation):
    return operation.det_rot() // gemmi.Op.DEN**3


def _is_mirror(operation):
    return _det(operation) == -1 and _trace(operation) == 1


def _maps(operation, direction, image):
    return (np.array(operation.rot) @ direction == gemmi.Op.DEN * np.asarray(image)).all()
