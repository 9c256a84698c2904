"""The extinction groups computed from the operations of the space groups."""

from itertools import permutations

import gemmi
import numpy as np

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


def computed_groups():
    """Numbers of the space groups of each extinction group, in the order of the first."""
    members = {}
    for number in range(1, 231):
        group = gemmi.find_spacegroup_by_number(number)
        key = group.crystal_system_str(), _signature(group)
        members.setdefault(key, []).append(group)
    return {
        f"{system} {_symbol(system, groups)}": tuple(group.number for group in groups)
        for (system, _), groups in members.items()
    }


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
