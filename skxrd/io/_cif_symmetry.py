"""The symmetry that a CIF block states, by operations, symbol, Hall symbol and number."""

import re
from dataclasses import dataclass

import gemmi
import numpy as np

from skxrd.crystal._space_group import check_space_group
from skxrd.io._cif_content import cif_number, tags_of, value_of, values_of
from skxrd.io._cif_setting import space_group_number
from skxrd.io._cif_sites import NUMBER_TAGS

_OPERATIONS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_MAGNETIC = "_space_group_symop_magn_operation_xyz"
_CENTRING = "_space_group_symop_magn_centering_xyz"
_SYMBOLS = (
    "_space_group_name_H-M_alt",
    "_symmetry_space_group_name_H-M",
    "_space_group_name_H-M_full",
    "_space_group_name_H-M_ref",
)
_HALL = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
_SYSTEMS = ("_space_group_crystal_system", "_symmetry_cell_setting")
_KINDS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic")
_MOST_OPERATIONS = 1_000  # a cubic F cell has 192


@dataclass(frozen=True)
class Reading:
    """One way to read the symmetry that a block states.

    Its ``operations`` (of gemmi), as ``rotations`` of shape (n, 3, 3) and ``translations`` of shape
    (n, 3) in fractions of the axes, generate the cell from the listed atoms. ``group`` is the gemmi
    space group with exactly these operations, or None if no listed setting has them, and ``number``
    its number. ``others`` are the space groups that symbol and number state, if they differ;
    ``agreed`` says that one of them does not. ``listed`` says that the operations are, and
    ``doubt``, if any, why the formula must confirm the reading; ``note`` is for the reader.
    """

    operations: list
    rotations: np.ndarray
    translations: np.ndarray
    group: object
    number: int
    others: tuple = ()
    agreed: bool = True
    listed: bool = False
    doubt: str = ""
    note: str = ""


def readings(block, cell):
    """Readings of the symmetry of a block; several where it leaves the origin open."""
    _refuse_modulated(block)
    operations = _listed_operations(block)
    if operations:
        return [_by_operations(operations, _stated_groups(block, cell))]
    stated = _stated_groups(block, cell)
    system = stated_system(block)
    if not stated:
        _refuse_unknown(block)
        doubt = f"its symmetry is not stated, but its crystal system is {system}"
        doubt = "" if system in ("", "triclinic") else doubt
        note = "" if doubt else "its symmetry is not stated; read as P 1"
        return [_by_group(gemmi.find_spacegroup_by_number(1), (), doubt, note)]
    groups, doubt = _origins(block, stated[0]), ""
    others = [group for group in stated[1:] if group.number != groups[0].number]
    if groups[0].number == 1 and others:
        doubt = f"it is called P 1, but its number is {others[0].number}"
        groups += _origins(block, others[0])
    elif groups[0].number == 1 and system not in ("", "triclinic"):
        doubt = f"it is called P 1, but its crystal system is {system}"
    elif len(groups) > 1:
        doubt = f"{groups[0].hm} may have either of two origins"
    return [
        _by_group(group, tuple(g for g in others if g.number != group.number), doubt)
        for group in groups
    ]


def stated_system(block):
    """Crystal system that a block states in words, or an empty string."""
    words = " ".join(values_of(block, *_SYSTEMS)).lower().replace("rhombohedral", "trigonal")
    return next((system for system in _KINDS if system in words.split()), "")


def _by_group(group, others, doubt, note=""):
    arrays = _arrays(group.operations())
    return Reading(*arrays, group, group.number, others=others, doubt=doubt, note=note)


def _by_operations(operations, stated):
    listed = gemmi.GroupOps(operations)
    group = gemmi.find_spacegroup_by_ops(listed) or _completed(listed)
    if group is not None:
        number = group.number
    else:
        number = space_group_number(tuple(sorted(operation.triplet() for operation in operations)))
    if number is None:
        raise ValueError(
            f"its {len(operations)} symmetry operations belong to no known setting and form no "
            "space group; correct the operations."
        )
    others = tuple(other for other in stated if other.number != number)
    agreed = len(others) < max(1, len(stated))
    return Reading(*_arrays(listed), group, number, others=others, agreed=agreed, listed=True)


def _completed(listed):
    """Space group of operations of which some are left out, None if it is not found."""
    try:
        listed.add_missing_elements()
    except RuntimeError:  # their products do not come to an end
        return None
    return gemmi.find_spacegroup_by_ops(listed)


def _stated_groups(block, cell):
    """Space groups by Hermann-Mauguin symbol, Hall symbol and number, as far as they are known."""
    groups = []
    symbol = value_of(block, *_SYMBOLS).strip("'\"? .")
    if symbol:
        named = _by_symbol(symbol, cell)
        groups += [named] if named else []
    hall = value_of(block, *_HALL).strip("'\"? .")
    if hall:
        try:
            found = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(hall))
        except (RuntimeError, ValueError):
            found = None  # another statement may be known
        groups += [found] if found else []
    if symbol and not groups and not _listed_operations(block):
        raise ValueError(
            f"space group {symbol!r} is not known and no operations are listed; correct the symbol."
        )
    number = value_of(block, *NUMBER_TAGS).strip("'\" .")
    if number.isdigit() and 1 <= int(number) <= 230:
        found = gemmi.find_spacegroup_by_number(int(number))
        groups.append(_by_symbol(found.hm, cell) if found.ext == "H" else found)
    return groups


def _by_symbol(symbol, cell):
    """Space group of a symbol, in the axes of the cell where it leaves them open, or None."""
    plain = _without_marks(symbol)
    found = gemmi.find_spacegroup_by_name(plain, cell[3], cell[5])
    if found is None:
        try:
            return check_space_group(plain)
        except ValueError:
            return None  # another statement may be known
    return found


def _without_marks(symbol):
    """Symbol without the marks that some programs add: P2(1)/c, P 2_1/c, F d -3 m S, %var1%."""
    symbol = re.sub(r"[_()]|%\w*%", "", symbol)
    symbol = re.sub(r"(?i)[,;:]?\s*origin\s*(choice|at)?\s*([12])$", r":\2", symbol)
    return re.sub(r"\s*:?\s*([SZsz])$", lambda m: ":1" if m[1] in "Ss" else ":2", symbol)


def _origins(block, group):
    """The setting of a group, or both origins if the block does not say which."""
    symbol = value_of(block, *_SYMBOLS)
    if group.ext not in ("1", "2") or ":" in _without_marks(symbol):
        return [group]
    both = [g for g in gemmi.spacegroup_table() if g.hm == group.hm and g.ext in ("1", "2")]
    code = value_of(block, "_space_group_IT_coordinate_system_code")[:1]
    hall = value_of(block, *_HALL).replace("_", " ").strip("'\"? .").lower()
    for known in ([g for g in both if g.ext == code], [g for g in both if g.hall.lower() == hall]):
        if known:
            return known
    return both


def _listed_operations(block):
    """Operations of a block, those of magnetic groups without time reversal."""
    magnetic = values_of(block, _MAGNETIC)
    texts = [_without_time(text) for text in magnetic] or values_of(block, *_OPERATIONS)
    shifts = [_without_time(text) for text in values_of(block, _CENTRING)] if magnetic else []
    if len(texts) * max(1, len(shifts)) > _MOST_OPERATIONS:
        raise ValueError(
            f"has {len(texts) * max(1, len(shifts))} symmetry operations, more than the "
            f"{_MOST_OPERATIONS} that are read."
        )
    operations = [_operation(text) for text in texts]
    if shifts:
        centring = [_operation(text) for text in shifts]
        operations = [shift * operation for shift in centring for operation in operations]
    return list({op.wrap().triplet(): op.wrap() for op in operations}.values())


def _without_time(text):
    return ",".join(text.split(",")[:3])


def _operation(text):
    try:
        return gemmi.Op(text.strip("'\"").lower())
    except (RuntimeError, ValueError) as error:
        raise ValueError(
            f"symmetry operation {text!r} cannot be read; write it as 'x,y,z'."
        ) from error


def _refuse_modulated(block):
    """Raise ValueError for structures in superspace, whose operations act on more than x, y, z."""
    stated = [tag for tag in tags_of(block) if "_ssg_" in tag and values_of(block, tag)]
    for tag in ("_cell_modulation_dimension", "_cell_subsystems_number"):
        if cif_number((values_of(block, tag) or ["0"])[0]) > (tag == "_cell_subsystems_number"):
            stated.append(tag)
    if stated:
        raise ValueError(
            f"is a modulated structure ({stated[0]}); only structures periodic in three dimensions "
            "are read, so give a commensurate approximant."
        )


def _refuse_unknown(block):
    """Raise ValueError if operations or a magnetic group are stated that nothing was read of."""
    for tag in tags_of(block):
        named = tag.startswith("_space_group_magn_")
        listed = "symop" in tag or "symmetry_equiv" in tag
        values = values_of(block, tag) if named or listed else []
        if values and (named or any(text.count(",") >= 2 for text in values)):
            raise ValueError(
                f"its symmetry is stated only by {tag}, which is not understood; list the "
                f"operations as {_OPERATIONS[0]}."
            )


def _arrays(operations):
    operations = list(operations)
    rotations = np.array([op.rot for op in operations], float) / gemmi.Op.DEN
    translations = np.array([op.tran for op in operations], float) / gemmi.Op.DEN
    return operations, rotations, translations
