"""Three levels of symmetry labels: crystal systems, extinction groups, space groups."""

from functools import cache

import numpy as np

from skxrd.crystal._extinction import EXTINCTION_GROUPS
from skxrd.crystal._space_group import crystal_system

#: The levels, from coarse to fine.
SYMMETRY_LEVELS = ("crystal_system", "extinction_group", "space_group")
_SYSTEMS = (
    "triclinic",
    "monoclinic",
    "orthorhombic",
    "tetragonal",
    "trigonal",
    "hexagonal",
    "cubic",
)
_N_GROUPS = 230


def symmetry_classes(level):
    """Names of the classes of one level of symmetry.

    Parameters
    ----------
    level : {"crystal_system", "extinction_group", "space_group"}
        The level.

    Returns
    -------
    ndarray of shape (n_classes,)
        The 7 crystal systems from triclinic to cubic, the 101 extinction groups such as
        ``"cubic I a - d"``, or the space-group numbers 1 to 230.

    Raises
    ------
    ValueError
        If there is no such level.

    Examples
    --------
    >>> from skxrd.crystal import symmetry_classes
    >>> [len(symmetry_classes(level)) for level in ("crystal_system", "extinction_group")]
    [7, 101]
    """
    return _classes_and_codes(level)[0].copy()


def symmetry_codes(space_group_number, level):
    """Positions of space groups among the classes of a level.

    Parameters
    ----------
    space_group_number : array-like of int, shape (n_crystals,)
        Numbers from 1 to 230.
    level : {"crystal_system", "extinction_group", "space_group"}
        The level.

    Returns
    -------
    ndarray of int, shape (n_crystals,)
        Positions in :func:`symmetry_classes`.

    Raises
    ------
    ValueError
        If a number is not one of the space groups, or there is no such level.

    Examples
    --------
    >>> from skxrd.crystal import symmetry_classes, symmetry_codes
    >>> codes = symmetry_codes([2, 14, 225], "crystal_system")
    >>> symmetry_classes("crystal_system")[codes].tolist()
    ['triclinic', 'monoclinic', 'cubic']
    """
    numbers = np.asarray(space_group_number)
    wrong = ~np.isin(numbers, np.arange(1, _N_GROUPS + 1))
    if wrong.any():
        raise ValueError(
            f"space_group_number has {numbers[wrong].flat[0]}; give numbers from 1 to 230."
        )
    return _classes_and_codes(level)[1][numbers.astype(np.intp) - 1]


def sum_symmetry(probabilities, level):
    """Probabilities of a coarser level from those of the space groups.

    A class gets the sum of its space groups, so that the probabilities of all levels agree.

    Parameters
    ----------
    probabilities : array-like of shape (n_patterns, 230)
        Of the space groups 1 to 230.
    level : {"crystal_system", "extinction_group", "space_group"}
        The level.

    Returns
    -------
    ndarray of shape (n_patterns, n_classes)
        Columns in the order of :func:`symmetry_classes`.

    Raises
    ------
    ValueError
        If there are not 230 columns, or there is no such level.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import sum_symmetry
    >>> sum_symmetry(np.full((1, 230), 1 / 230), "crystal_system").round(2).tolist()
    [[0.01, 0.06, 0.26, 0.3, 0.11, 0.12, 0.16]]
    """
    probabilities = np.asarray(probabilities)
    if probabilities.ndim != 2 or probabilities.shape[1] != _N_GROUPS:
        raise ValueError(
            f"probabilities has the shape {probabilities.shape}; give one row a pattern and a "
            "column for each of the 230 space groups."
        )
    classes, codes = _classes_and_codes(level)
    summed = np.zeros((len(probabilities), len(classes)), np.result_type(probabilities, np.float32))
    np.add.at(summed.T, codes, probabilities.T)
    return summed


@cache
def _classes_and_codes(level):
    """Names of the classes of a level, and the class of each space group."""
    numbers = np.arange(1, _N_GROUPS + 1)
    if level == "space_group":
        return numbers, numbers - 1
    if level == "crystal_system":
        return np.array(_SYSTEMS), np.array([_SYSTEMS.index(crystal_system(n)) for n in numbers])
    if level == "extinction_group":
        codes = np.empty(_N_GROUPS, np.intp)
        for code, members in enumerate(EXTINCTION_GROUPS.values()):
            codes[np.array(members) - 1] = code
        return np.array(list(EXTINCTION_GROUPS)), codes
    raise ValueError(f"level is {level!r}; use one of {', '.join(SYMMETRY_LEVELS)}.")
