"""The symmetry that a CIF block states, by operations, symbol, Hall symbol and number."""

import re
from dataclasses import dataclass

import gemmi
import numpy as np

from skxrd.crystal._space_group import check_space_group


@dataclass(frozen=True)
class StatedSymmetry:
    """The symmetry that a block states.

    ``rotations``, shape (n, 3, 3), and ``translations``, shape (n, 3) in fractions of the axes,
    generate the cell from the listed atoms; ``group`` is the gemmi space group with exactly these
    operations, or None if no listed setting has them; ``named`` that of the symbol or number, if it
    is another one.
    """

    rotations: np.ndarray
    translations: np.ndarray
    group: object
    named: object


def stated_symmetry(structure):
    """StatedSymmetry of a gemmi small structure; operations count more than names."""
    named = _named(structure)
    operations = _parse_operations(structure.symops)
    if not operations:
        if named is None and structure.spacegroup_hm.strip(" ?."):
            raise ValueError(
                f"space group {structure.spacegroup_hm!r} is not known and no operations are "
                "listed; correct the symbol."
            )
        named = named or gemmi.find_spacegroup_by_number(1)
        return StatedSymmetry(*_arrays(named.operations()), named, None)
    listed = gemmi.GroupOps(operations)
    group = gemmi.find_spacegroup_by_ops(listed)
    if group is None and len(listed):
        listed.add_missing_elements()
        group = gemmi.find_spacegroup_by_ops(listed)
    if group is None and (
        named is None or _rotation_kinds(listed) != _rotation_kinds(named.operations())
    ):
        stated = repr(named.xhm()) if named else repr(structure.spacegroup_hm)
        raise ValueError(
            f"its {len(operations)} symmetry operations belong to no known setting and do not fit "
            f"the space group {stated}; correct the operations or the symbol."
        )
    other = named if group is None or (named and named.number != group.number) else None
    return StatedSymmetry(*_arrays(listed), group, other)


def _named(structure):
    """Space group by Hermann-Mauguin symbol, Hall symbol or number, the first that is known."""
    cell = structure.cell
    symbol = structure.spacegroup_hm.strip("'\"? .")
    if symbol:
        found = gemmi.find_spacegroup_by_name(_without_marks(symbol), cell.alpha, cell.gamma)
        if found is not None:
            return found
        try:
            return check_space_group(_without_marks(symbol))
        except ValueError:
            pass  # another statement may be known
    hall = structure.spacegroup_hall.strip("'\"? .")
    if hall:
        try:
            found = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(hall))
        except (RuntimeError, ValueError):
            found = None  # another statement may be known
        if found is not None:
            return found
    number = structure.spacegroup_number
    # With an unknown symbol the setting is open, so the number is only a label
    if 1 <= number <= 230 and (not symbol or structure.symops):
        return gemmi.find_spacegroup_by_number(number)
    return None


def _without_marks(symbol):
    """Symbol without the marks that some programs add: P2(1)/c, P 2_1/c, F d -3 m S."""
    symbol = re.sub(r"[_()]", "", symbol)
    return re.sub(r"\s*:?\s*([SZsz])$", lambda m: ":1" if m[1] in "Ss" else ":2", symbol)


def _parse_operations(symops):
    operations = {}
    for text in symops:
        try:
            operation = gemmi.Op(text.strip().strip("'\"").lower()).wrap()
        except (RuntimeError, ValueError) as error:
            raise ValueError(
                f"symmetry operation {text!r} cannot be read; write it as 'x,y,z'."
            ) from error
        operations[operation.triplet()] = operation
    return list(operations.values())


def _rotation_kinds(operations):
    """Determinants and traces of the rotations, which are the same in every setting."""
    kinds = [
        (operation.det_rot(), sum(operation.rot[axis][axis] for axis in range(3)))
        for operation in operations.sym_ops
    ]
    return sorted(kinds)


def _arrays(operations):
    operations = list(operations)
    rotations = np.array([op.rot for op in operations], float) / gemmi.Op.DEN
    translations = np.array([op.tran for op in operations], float) / gemmi.Op.DEN
    return rotations, translations
