"""Space groups: found by name, and whether a cell can have one."""

from functools import cache, lru_cache

import gemmi
import numpy as np

_METRIC_TOLERANCE = 0.01  # of the product of two axes; files round cells, they do not invent them


def check_space_group(space_group):
    """Return the :class:`gemmi.SpaceGroup` of a symbol or number.

    Parameters
    ----------
    space_group : int, str or gemmi.SpaceGroup
        Number, or Hermann-Mauguin symbol in any setting gemmi knows; case, spaces and
        underscores do not matter (``"Pm-3m"``, ``"P 1 21/n 1"``, ``"P6_3/mmc"``), and slashes may
        be left out, as in the name of a folder (``"P63mmc"``).

    Returns
    -------
    gemmi.SpaceGroup

    Raises
    ------
    ValueError
        If there is no such space group.

    Examples
    --------
    >>> from skxrd.crystal import check_space_group
    >>> check_space_group("I 2/a").number
    15
    """
    if isinstance(space_group, gemmi.SpaceGroup):
        return space_group
    return _by_name(str(space_group).strip())


def space_group_symbol(number):
    """Short Hermann-Mauguin symbol of a space group in its standard setting.

    Parameters
    ----------
    number : int
        From 1 to 230.

    Returns
    -------
    str
        Rhombohedral groups begin with R, whatever their axes.

    Examples
    --------
    >>> from skxrd.crystal import space_group_symbol
    >>> space_group_symbol(166), space_group_symbol(221)
    ('R-3m', 'Pm-3m')
    """
    group = gemmi.find_spacegroup_by_number(check_space_group(int(number)).number)
    return group.short_name().replace("H", "R") if group.ext == "H" else group.short_name()


@lru_cache(maxsize=4096)
def _by_name(name):
    plain = name.replace("_", "")
    found = gemmi.find_spacegroup_by_name(plain) or _without_slashes().get(plain.lower())
    if found is None:
        raise ValueError(
            f"space group {name!r} is not known; use a number from 1 to 230 or a "
            "Hermann-Mauguin symbol such as 'Pm-3m'."
        )
    return found


@cache
def _without_slashes():
    """Space groups by their short symbol without slashes, the standard setting first."""
    groups = sorted(gemmi.spacegroup_table(), key=lambda group: not group.is_reference_setting())
    names = {}
    for group in groups:
        names.setdefault(group.short_name().replace("/", "").lower(), group)
    return names


def setting_for_cell(space_group, cell):
    """Symbol of a space group in the setting that fits a cell.

    Parameters
    ----------
    space_group : int, str or gemmi.SpaceGroup
        As for :func:`check_space_group`. A rhombohedral group whose axes are not stated takes
        those of the cell.
    cell : ndarray of shape (6,)
        Axes in angstrom, angles in degrees.

    Returns
    -------
    str
        Extended Hermann-Mauguin symbol.

    Raises
    ------
    ValueError
        If the group is unknown, or no lattice of its symmetry has such a cell.
    """
    group = check_space_group(space_group)
    if group.xhm() == "P 1":
        return "P 1"
    stated = isinstance(space_group, gemmi.SpaceGroup) or ":" in str(space_group)
    if group.ext == "H" and not stated and not np.allclose(cell[3:], [90, 90, 120], atol=1):
        group = gemmi.find_spacegroup_by_name(group.hm, prefer="R")
    symbol = group.xhm()
    metric = metric_tensor(cell)
    average = (_metric_average(symbol) @ metric.ravel()).reshape(3, 3)
    product = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    if (np.abs(average - metric) > _METRIC_TOLERANCE * product).any():
        raise ValueError(
            f"cell {[round(float(x), 4) for x in cell]} cannot have the symmetry of {symbol}; "
            "correct the cell or the space group."
        )
    return symbol


def metric_tensor(cell):
    """Metric tensor of a cell, shape (3, 3), square angstrom."""
    lengths, cosines = cell[:3], np.cos(np.radians(cell[3:]))
    angles = np.array(
        [[1, cosines[2], cosines[1]], [cosines[2], 1, cosines[0]], [cosines[1], cosines[0], 1]]
    )
    return np.outer(lengths, lengths) * angles


@lru_cache(maxsize=600)
def _metric_average(symbol):
    """Matrix of shape (9, 9) that averages a metric tensor over the rotations of a group."""
    rotations = np.array([op.rot for op in _by_name(symbol).operations().sym_ops], float)
    rotations /= gemmi.Op.DEN
    return np.einsum("nki,nlj->ijkl", rotations, rotations).reshape(9, 9) / len(rotations)
