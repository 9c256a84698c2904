"""Space groups: found by name or number, their labels, and the cells that they allow."""

from functools import cache, lru_cache

import gemmi
import numpy as np

from skxrd.crystal._metric import metric_tensor

_METRIC_TOLERANCE = 0.01  # of the product of two axes; files round cells, they do not invent them


def check_space_group(space_group):
    """:class:`gemmi.SpaceGroup` of a number or of a symbol as :func:`crystal_system` takes them."""
    if isinstance(space_group, gemmi.SpaceGroup):
        return space_group
    return _by_name(str(space_group).strip())


def crystal_system(space_group):
    """Crystal system of a space group.

    Parameters
    ----------
    space_group : int, str or gemmi.SpaceGroup
        Number from 1 to 230, or Hermann-Mauguin symbol in any setting that gemmi knows; case,
        spaces and underscores do not matter (``"Pm-3m"``, ``"P 1 21/n 1"``, ``"P6_3/mmc"``), and
        slashes may be left out, as in the name of a folder (``"P63mmc"``).

    Returns
    -------
    {"triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic"}
        Rhombohedral groups are trigonal.

    Raises
    ------
    ValueError
        If there is no such space group.

    Examples
    --------
    >>> from skxrd.crystal import crystal_system
    >>> crystal_system(14), crystal_system("R-3m"), crystal_system("Fm-3m")
    ('monoclinic', 'trigonal', 'cubic')
    """
    return check_space_group(space_group).crystal_system_str()


def point_group(space_group):
    """Point group of a space group: the crystal class, one of 32.

    Parameters
    ----------
    space_group : int, str or gemmi.SpaceGroup
        As for :func:`crystal_system`.

    Returns
    -------
    str
        Short Hermann-Mauguin symbol in its standard orientation: P -4 m 2 too has ``"-42m"``.

    Raises
    ------
    ValueError
        If there is no such space group.

    Examples
    --------
    >>> from skxrd.crystal import point_group
    >>> point_group(14), point_group("R-3m"), point_group("Fm-3m")
    ('2/m', '-3m', 'm-3m')
    """
    return check_space_group(space_group).point_group_hm()


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
    if found is None or not plain.strip("0"):  # to gemmi "0" is P 1
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
    """Extended Hermann-Mauguin symbol in the setting that fits a cell, else ValueError.

    A rhombohedral group whose axes are not given takes those of the cell.
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


@lru_cache(maxsize=600)
def _metric_average(symbol):
    """Matrix of shape (9, 9) that averages a metric tensor over the rotations of a group."""
    rotations = np.array([op.rot for op in _by_name(symbol).operations().sym_ops], float)
    rotations /= gemmi.Op.DEN
    return np.einsum("nki,nlj->ijkl", rotations, rotations).reshape(9, 9) / len(rotations)
