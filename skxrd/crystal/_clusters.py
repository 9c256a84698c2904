"""Finite blocks of crystals: conventional cells, repeated until there are enough atoms."""

from dataclasses import dataclass, field
from itertools import product
from numbers import Integral

import gemmi
import numpy as np

from skxrd.crystal._edits import make_supercell
from skxrd.crystal._symmetry import find_symmetry

_MOST_REPEATS = 64  # along one axis


@dataclass(frozen=True, eq=False)
class AtomCluster:
    """A finite group of atoms that nothing repeats.

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
        If there is no atom, an element is unknown, or the arrays do not fit each other.

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
        for array in (positions, occupancy):
            array.flags.writeable = False
        object.__setattr__(self, "elements", elements)
        object.__setattr__(self, "positions", positions)
        object.__setattr__(self, "occupancy", occupancy)

    def __setstate__(self, state):
        self.__dict__.update(state)
        for array in (self.positions, self.occupancy):
            array.flags.writeable = False  # pickle does not keep it

    def __repr__(self):
        return f"AtomCluster({self.name!r}, {len(self.elements)} atoms)"

    @classmethod
    def from_crystal(cls, crystal):
        """Cut one cell of a crystal out, as it is.

        Its first axis lies along x and its second in the plane of x and y. Make a supercell, and
        whatever defects are wanted in it, before.

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
        """Cluster of ASE ``Atoms``, whose cell is left aside; ASE itself is not imported.

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
    """Describe a crystal in the standard conventional cell of its space group.

    Parameters
    ----------
    crystal : Crystal
        The structure. In P 1, its symmetry is sought with spglib, which is an optional
        dependency: ``pip install "skxrd[symmetry]"``. Stated in the standard setting of another
        space group, it is taken at its word.
    symprec : float, default=0.01
        Distance in angstrom by which an image may miss its atom.

    Returns
    -------
    Crystal
        Hexagonal axes for rhombohedral crystals. Orthorhombic, monoclinic and triclinic axes are
        those of spglib.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, conventional_cell
    >>> copper = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")
    >>> conventional_cell(copper)
    Crystal('Cu', Fm-3m (225), 1 sites, 47.0 cubic angstrom)
    """
    group = gemmi.find_spacegroup_by_name(crystal.space_group)
    # the two choices of origin have the same axes
    standard = group is not None and (group.is_reference_setting() or group.ext == "1")
    if standard and group.number > 1:
        return crystal
    return find_symmetry(crystal, symprec)


def repeats_for(crystal, n_atoms=128, *, shape="cells"):
    """How often to repeat a cell so that it has about as many atoms as wanted.

    Parameters
    ----------
    crystal : Crystal
        The cell.
    n_atoms : int, default=128
        Wanted number of atoms.
    shape : {"cells", "cube"}, default="cells"
        ``"cells"`` repeats equally often along all axes; ``"cube"`` makes edges of about equal
        length.

    Returns
    -------
    tuple of (int, int, int)
        The number of atoms comes as near to ``n_atoms`` as it can; of two equally near the lower.
    """
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
        Wanted number of atoms; 125 in simple cubic, 128 in body-centred cubic, 108 in
        face-centred cubic and 64 in diamond are the nearest there are.
    shape : {"cells", "cube"}, default="cells"
        ``"cells"`` repeats equally often along all axes; ``"cube"`` makes edges of about equal
        length.
    standardize : bool, default=True
        Whether to go to the conventional cell first (see :func:`conventional_cell`).
    symprec : float, default=0.01
        Distance in angstrom by which an image may miss its atom.

    Returns
    -------
    Crystal
        In P 1, with the space group of the perfect crystal as label: the place to put defects in.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, conventional_supercell
    >>> copper = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")
    >>> conventional_supercell(copper)
    Crystal('Cu', Fm-3m (225), 108 sites, 1270.2 cubic angstrom)
    """
    cell = conventional_cell(crystal, symprec=symprec) if standardize else crystal
    cell = cell.expand()  # once, as everything below asks for all atoms
    return make_supercell(cell, repeats_for(cell, n_atoms, shape=shape))


def make_cluster(crystal, n_atoms=128, *, shape="cells", standardize=True, symprec=0.01):
    """Cut a block of about as many atoms as wanted out of a crystal.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    n_atoms : int, default=128
        Wanted number of atoms.
    shape : {"cells", "cube"}, default="cells"
        ``"cells"`` repeats equally often along all axes; ``"cube"`` makes edges of about equal
        length.
    standardize : bool, default=True
        Whether to go to the conventional cell first (see :func:`conventional_cell`).
    symprec : float, default=0.01
        Distance in angstrom by which an image may miss its atom.

    Returns
    -------
    AtomCluster

    Examples
    --------
    >>> from skxrd.crystal import Crystal, make_cluster
    >>> iron = Crystal([2.87] * 3 + [90] * 3, ["Fe"], [[0, 0, 0]], "Im-3m", name="Fe")
    >>> make_cluster(iron)
    AtomCluster('Fe', 128 atoms)
    """
    return AtomCluster.from_crystal(
        conventional_supercell(
            crystal, n_atoms, shape=shape, standardize=standardize, symprec=symprec
        )
    )
