"""Elemental cubic crystals: four structure types over the elements and a range of cells."""

from itertools import product
from numbers import Integral, Real

import gemmi
import numpy as np
from sklearn.utils import Bunch, check_random_state

from skxrd._compat import Interval, validate_params
from skxrd.crystal import Crystal, make_supercell

_DESCR = """Elemental cubic crystals
------------------------

{n_crystals} cubic crystals of {n_elements} elements in the structure types fcc (Fm-3m), diamond
(Fd-3m), bcc (Im-3m) and simple cubic (Pm-3m). They are MODELS, not measured or computed: whatever
its stable structure, each element takes each type, with bonds from {low:g} to {high:g} times the
sum of two covalent radii (1.8 angstrom where that is more), described in conventional, primitive or
multiple cells whose origin lies anywhere. Class, element, bond length and kind of cell are drawn
independently.
"""
# Space group, bond length over the cubic axis, and axes of the primitive cell
_TYPES = {
    "fcc": ("F m -3 m", 2**-0.5, [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
    "diamond": ("F d -3 m :1", 3**0.5 / 4, [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]),
    "bcc": ("I m -3 m", 3**0.5 / 2, [[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]),
    "sc": ("P m -3 m", 1.0, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
}
_CELLS = ("symmetry", "conventional", "primitive", "multiple")
_SHORTEST = 1.8  # angstrom; shortened by 15 %, the bond of diamond, the shortest of all elements
_LAST = 94  # atomic number; form factors and radii are known up to here
_STEPS = 1000  # bond lengths to choose from: crystals that differ by less are not distinct


@validate_params(
    {
        "n_crystals": [Interval(Integral, 4, None, closed="left")],
        "elements": [list, tuple, None],
        "strain": [Interval(Real, 0, 0.5, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_cubic_crystals(n_crystals=6345, *, elements=None, strain=0.15, random_state=None):
    """Make elemental fcc, bcc, diamond and simple cubic crystals (models).

    They replace the 6,345 crystals of [1]_, which are not published as a set.

    Parameters
    ----------
    n_crystals : int, default=6345
        Number of crystals, shared equally by the four classes.
    elements : list of str, default=None
        Elements; ``None`` takes those from hydrogen to plutonium.
    strain : float, default=0.15
        Bonds are up to this much shorter or longer than the sum of two covalent radii, or than
        1.8 angstrom where that is more: with the default none is shorter than that of diamond.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    data : Bunch
        With the attributes

        data, crystals : list of Crystal
            No two have the same class, element, kind of cell and bond length. ``metadata`` has
            ``"structure_type"``, ``"cell"`` and ``"bond_length"`` in angstrom.
        target : ndarray of str, shape (n_crystals,)
            ``"Fm-3m"``, ``"Fd-3m"``, ``"Im-3m"`` or ``"Pm-3m"``.
        target_names : list of str
            Distinct labels, sorted.
        two_theta : None
            Crystals have no angles.
        groups : ndarray of str, shape (n_crystals,)
            Element of each crystal, to split by.
        DESCR : str
            Description.

    Raises
    ------
    ValueError
        If there are fewer distinct crystals than asked for.

    References
    ----------
    .. [1] A. Ziletti, D. Kumar, M. Scheffler and L. M. Ghiringhelli, "Insightful classification
       of crystal structures using deep learning", Nature Communications 9 (2018) 2775,
       doi:10.1038/s41467-018-05169-6.

    Examples
    --------
    >>> from skxrd.datasets import make_cubic_crystals
    >>> cubic = make_cubic_crystals(8, random_state=0)
    >>> len(cubic.crystals), cubic.target_names
    (8, ['Fd-3m', 'Fm-3m', 'Im-3m', 'Pm-3m'])
    """
    if elements is None:
        elements = [gemmi.Element(number).name for number in range(1, _LAST + 1)]
    rng = check_random_state(random_state)
    names = list(_TYPES)
    per_class = -(-n_crystals // len(names))
    n_distinct = len(elements) * len(_CELLS) * _STEPS
    if per_class > n_distinct:
        raise ValueError(
            f"n_crystals is {n_crystals}, but {len(elements)} elements give only "
            f"{n_distinct * len(names)} distinct crystals; ask for fewer or name more elements."
        )
    drawn = [rng.choice(n_distinct, per_class, replace=False) for _ in names]
    crystals = []
    for number in range(n_crystals):
        place, kind = divmod(number, len(names))
        element, cell, step = np.unravel_index(
            drawn[kind][place], (len(elements), len(_CELLS), _STEPS)
        )
        factor = 1 + strain * (2 * step / (_STEPS - 1) - 1)
        crystals.append(_crystal(elements[element], names[kind], _CELLS[cell], factor, rng))
    order = rng.permutation(n_crystals)
    crystals = [crystals[i] for i in order]
    target = np.array([crystal.space_group_symbol for crystal in crystals])
    groups = np.array([crystal.elements[0] for crystal in crystals])
    return Bunch(
        data=crystals,
        crystals=crystals,
        target=target,
        target_names=sorted(set(target.tolist())),
        two_theta=None,
        groups=groups,
        DESCR=_DESCR.format(
            n_crystals=n_crystals, n_elements=len(elements), low=1 - strain, high=1 + strain
        ),
    )


def _crystal(element, structure_type, cell, factor, rng):
    """One crystal in one kind of cell."""
    group, bond_over_axis, primitive = _TYPES[structure_type]
    bond = max(2 * gemmi.Element(element).covalent_r, _SHORTEST) * factor
    axis = bond / bond_over_axis
    crystal = Crystal(
        [axis] * 3 + [90] * 3,
        [element],
        [[0, 0, 0]],
        group,
        name=f"{element} {structure_type}",
        metadata={"structure_type": structure_type, "cell": cell, "bond_length": float(bond)},
    )
    if cell == "symmetry":
        return crystal
    crystal = crystal.expand()
    if cell == "primitive":
        crystal = _primitive(crystal, np.array(primitive))
    elif cell == "multiple":
        choices = list(product((1, 2), repeat=3))[1:-1]
        crystal = make_supercell(crystal, choices[rng.randint(len(choices))])
    return Crystal(
        crystal.cell,
        crystal.elements,
        (crystal.frac_coords + rng.uniform(size=3)) % 1.0,
        name=crystal.name,
        metadata={**crystal.metadata, "cell": cell},
    )


def _primitive(crystal, axes):
    """The same crystal in other axes, given as combinations of its own."""
    basis = axes * crystal.cell[0]
    lengths = np.linalg.norm(basis, axis=1)
    unit = basis / lengths[:, None]
    cosines = [unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]]
    coords = crystal.frac_coords @ np.linalg.inv(axes)
    coords = np.round(coords - np.floor(coords + 1e-6), 12)
    kept = np.unique(coords, axis=0)
    return Crystal(
        [*lengths, *np.degrees(np.arccos(cosines))],
        crystal.elements[:1] * len(kept),
        kept,
        name=crystal.name,
        metadata=crystal.metadata,
    )
