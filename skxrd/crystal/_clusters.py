"""Finite blocks of crystals: conventional cells, repeated until there are enough atoms."""

from dataclasses import dataclass, field
from itertools import product
from numbers import Integral

import gemmi
import numpy as np

from skxrd.crystal._crystal import set_read_only
from skxrd.crystal._edits import make_supercell
from skxrd.crystal._symmetry import find_symmetry

_MOST_REPEATS = 64  # along one axis


@dataclass(frozen=True, eq=False)
class AtomCluster:
    """A finite group of atoms, without periodicity.

    Parameters
    ----------
    elements : sequence of str, length n_atoms
        Chemical symbols.
    positions : array-like of shape (n_atoms, 3)
        Cartesian coordinates in angstrom.
    occupancy : array-like of shape (n_atoms,), default=None
        Occupancies from 0 to 1; ``None`` means all atoms are there.
    name : str, default=""
        Name for messages and plots.
    metadata : dict, default={}
        What else is known.

    Raises
    ------
    ValueError
        If there is no atom, an element is unknown, or the arrays differ in length.

    Examples
    --------
    >>> from skxrd.crystal import AtomCluster
    >>> AtomCluster(["Na", "Cl"], [[0, 0, 0], [2.8, 0, 0]], name="a pair")
    AtomCluster('a pair', 2 atoms)
    """

    elements: tuple
    positions: np.ndarray
    occupancy: np.ndarray | None = None
    name: str = ""
    metadata: dict = field(default_factory=dict)

    def __post_init__(self):
        label = f"cluster {self.name!r}" if self.name else "cluster"
        elements = tuple(map(str, self.elements))
        positions = np.array(self.positions, dtype=np.float64)
        if not elements:
            raise ValueError(f"{label}: there are no atoms; give at least one.")
        for symbol in set(elements):
            if gemmi.Element(symbol).name != symbol or symbol == "X":
                raise ValueError(
                    f"{label}: element {symbol!r} is not known; use its symbol, such as 'Pb'."
                )
        if positions.shape != (len(elements), 3) or not np.isfinite(positions).all():
            raise ValueError(
                f"{label}: positions of shape {positions.shape} do not give {len(elements)} atoms "
                "three finite coordinates each."
            )
        if self.occupancy is None:
            occupancy = np.ones(len(elements))
        else:
            occupancy = np.array(self.occupancy, dtype=np.float64)
        if occupancy.shape != (len(elements),) or not ((occupancy >= 0) & (occupancy <= 1)).all():
            raise ValueError(
                f"{label}: occupancy must be {len(elements)} numbers from 0 to 1, one an atom."
            )
        set_read_only(self, elements=elements, positions=positions, occupancy=occupancy)

    def __setstate__(self, state):
        set_read_only(self, **state)  # pickle does not keep arrays read-only

    def __repr__(self):
        return f"AtomCluster({self.name!r}, {len(self.elements)} atoms)"

    @classmethod
    def from_crystal(cls, crystal):
        """Cluster of the atoms in one cell of a crystal, as it is.

        The first axis of the cell lies along x and the second in the plane of x and y. Make a
        supercell, and the defects that it is to have, first.

        Parameters
        ----------
        crystal : Crystal
            The structure.

        Returns
        -------
        AtomCluster
        """
        atoms = crystal.expand()
        return cls(
            atoms.elements,
            atoms.frac_coords @ np.linalg.cholesky(atoms.metric),
            np.minimum(atoms.occupancy, 1.0),
            atoms.name,
            dict(atoms.metadata),
        )

    @classmethod
    def from_ase(cls, atoms, *, name=None):
        """Cluster of ASE ``Atoms``, whose cell is ignored; ASE itself is not imported.

        Parameters
        ----------
        atoms : ase.Atoms
            The atoms.
        name : str, default=None
            Name of the cluster; ``None`` takes the chemical formula.

        Returns
        -------
        AtomCluster
        """
        return cls(
            atoms.get_chemical_symbols(),
            atoms.get_positions(),
            name=atoms.get_chemical_formula() if name is None else name,
        )


def conventional_cell(crystal, *, symprec=0.01):
    """Crystal in the standard conventional cell of its space group, rhombohedral on hexagonal axes.

    In P 1 the symmetry is determined with spglib, which may miss an atom by ``symprec`` angstrom.
    """
    group = gemmi.find_spacegroup_by_name(crystal.space_group)
    # the two choices of origin have the same axes
    standard = group is not None and (group.is_reference_setting() or group.ext == "1")
    if standard and group.number > 1:
        return crystal
    return find_symmetry(crystal, symprec)


def _repeats(crystal, n_atoms, shape):
    """Repeats of a cell along its axes that bring the number of atoms closest to ``n_atoms``."""
    if shape not in ("cells", "cube"):
        raise ValueError(f"shape is {shape!r}; choose 'cells' or 'cube'.")
    if not isinstance(n_atoms, Integral) or n_atoms < 1:
        raise ValueError(f"n_atoms is {n_atoms!r}; give a positive integer.")
    in_cell = len(crystal.expand().elements)
    if shape == "cells":
        each = np.arange(1, _MOST_REPEATS + 1)
        return (int(each[np.abs(in_cell * each**3 - n_atoms).argmin()]),) * 3
    edge = (crystal.volume * n_atoms / in_cell) ** (1 / 3)
    ranges = [
        range(max(1, int(edge / axis)), min(_MOST_REPEATS, int(edge / axis) + 1) + 1)
        for axis in crystal.cell[:3]
    ]
    # the block nearest to a cube, and to the wanted volume
    choices = np.array(list(product(*ranges)))
    off = np.log(choices * crystal.cell[:3] / edge)
    off = (off**2).sum(axis=1) + off.sum(axis=1) ** 2
    return tuple(map(int, choices[off.argmin()]))


def conventional_supercell(crystal, n_atoms=128, *, shape="cells", standardize=True, symprec=0.01):
    """Repeat the conventional cell until it has about as many atoms as wanted.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    n_atoms : int, default=128
        Wanted number of atoms; the result has the number closest to it that whole cells give: 125
        in simple cubic, 128 in body-centred cubic, 108 in face-centred cubic, 64 in diamond.
    shape : {"cells", "cube"}, default="cells"
        ``"cells"`` repeats equally often along all axes; ``"cube"`` makes edges of about equal
        length.
    standardize : bool, default=True
        Whether to start from the standard conventional cell of the space group: hexagonal axes
        for rhombohedral crystals; orthorhombic, monoclinic and triclinic axes as spglib has them.
        In P 1 the symmetry is determined with spglib. A crystal in the standard setting of
        another space group is repeated as it is.
    symprec : float, default=0.01
        Distance in angstrom by which an image may miss its atom, for spglib.

    Returns
    -------
    Crystal
        In P 1, with the space group of the perfect crystal as label; defects can be put into it.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, conventional_supercell
    >>> copper = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")
    >>> conventional_supercell(copper)
    Crystal('Cu', Fm-3m (225), 108 sites, 1270.2 cubic angstrom)
    """
    cell = conventional_cell(crystal, symprec=symprec) if standardize else crystal
    cell = cell.expand()  # once, as everything below asks for all atoms
    return make_supercell(cell, _repeats(cell, n_atoms, shape))


def make_cluster(crystal, n_atoms=128, **settings):
    """Cluster of about ``n_atoms``, with the settings of :func:`conventional_supercell`."""
    return AtomCluster.from_crystal(conventional_supercell(crystal, n_atoms, **settings))
