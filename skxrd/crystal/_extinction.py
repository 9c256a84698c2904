"""The 101 extinction groups."""

from types import MappingProxyType

from skxrd.crystal._extinction_table import MEMBERS
from skxrd.crystal._space_group import check_space_group

#: The 101 extinction groups: name to the numbers of their space groups, in the order of the first.
EXTINCTION_GROUPS = MappingProxyType(MEMBERS)
_GROUP_OF = {number: name for name, numbers in MEMBERS.items() for number in numbers}


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
    return _GROUP_OF[check_space_group(space_group).number]
