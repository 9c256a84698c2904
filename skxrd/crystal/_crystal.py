"""Crystal structures as arrays."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import gemmi
import numpy as np

from skxrd.crystal import _exchange
from skxrd.crystal._extinction import extinction_group
from skxrd.crystal._metric import cell_volume, metric_tensor
from skxrd.crystal._space_group import (
    check_space_group,
    crystal_system,
    point_group,
    setting_for_cell,
    space_group_symbol,
)
from skxrd.crystal._symmetry_operations import all_sites, integer_operations

LONGEST_AXIS = 1e6  # angstrom; longer ones are misprints, and their squares may overflow
_ION = re.compile(r"([A-Z][a-z]?)(?:\d?[+-])?")  # a symbol, perhaps with a charge


@dataclass(frozen=True, eq=False)
class Crystal:
    """A crystal structure: cell, symmetry and the sites of its asymmetric unit.

    Parameters
    ----------
    cell : array-like of shape (6,)
        a, b, c in angstrom and alpha, beta, gamma in degrees.
    elements : sequence of str, length n_sites
        Chemical symbols; a charge (``"Pb2+"``) is dropped and deuterium counts as hydrogen, since
        X-rays see electrons.
    frac_coords : array-like of shape (n_sites, 3)
        Fractional coordinates.
    space_group : int or str, default="P 1"
        Space group that generates the full cell from the sites, as number or symbol. A
        rhombohedral group takes hexagonal or rhombohedral axes as the cell has them.
    occupancy : array-like of shape (n_sites,), default=None
        Chemical occupancies from 0 to 1; ``None`` means fully occupied.
    u_iso : array-like of shape (n_sites,), default=None
        Isotropic displacement parameters in square angstrom; NaN where unknown, ``None``
        means all unknown.
    name : str, default=""
        Name for messages and plots.
    metadata : dict, default={}
        What else is known. ``metadata["space_group_number"]`` overrides the number of
        ``space_group``, for structures that are stored without their symmetry.

    Raises
    ------
    ValueError
        If the cell is singular or cannot have the symmetry of the space group, a site is
        incomplete, an array has another shape, an occupancy or displacement parameter is
        impossible, an element or the space group is unknown, or there is no atom at all.

    Examples
    --------
    >>> from skxrd.crystal import Crystal
    >>> cspbbr3 = Crystal(
    ...     [5.87, 5.87, 5.87, 90, 90, 90],
    ...     ["Cs", "Pb", "Br"],
    ...     [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]],
    ...     space_group="Pm-3m",
    ...     name="CsPbBr3",
    ... )
    >>> cspbbr3
    Crystal('CsPbBr3', Pm-3m (221), 3 sites, 202.3 cubic angstrom)
    >>> cspbbr3.crystal_system
    'cubic'
    """

    cell: np.ndarray
    elements: tuple
    frac_coords: np.ndarray
    space_group: str = "P 1"
    occupancy: np.ndarray | None = None
    u_iso: np.ndarray | None = None
    name: str = ""
    metadata: dict = field(default_factory=dict)

    def __post_init__(self):
        label = f"crystal {self.name!r}" if self.name else "crystal"
        cell = np.array(self.cell, dtype=np.float64)
        if cell.shape != (6,) or not np.isfinite(cell).all() or (cell <= 0).any():
            raise ValueError(
                f"{label}: cell is {cell.tolist()}; give six positive numbers a, b, c (angstrom) "
                "and alpha, beta, gamma (degrees)."
            )
        if cell[:3].max() > LONGEST_AXIS:
            raise ValueError(
                f"{label}: cell {cell.tolist()} has an axis above {LONGEST_AXIS:g} angstrom; give "
                "lengths in angstrom."
            )
        if not cell_volume(cell) > 0.1:
            raise ValueError(
                f"{label}: cell {cell.tolist()} is singular; its axes must span a volume."
            )
        try:
            elements = tuple(map(element_symbol, self.elements))
            space_group = setting_for_cell(self.space_group, cell)
        except ValueError as error:
            raise ValueError(f"{label}: {error}") from error
        if not elements:
            raise ValueError(f"{label}: there are no atoms; a structure needs at least one site.")
        n_sites = len(elements)
        occupancy = np.ones(n_sites) if self.occupancy is None else self.occupancy
        u_iso = np.full(n_sites, np.nan) if self.u_iso is None else self.u_iso
        frac_coords = _of_sites(label, "frac_coords", self.frac_coords, (n_sites, 3))
        occupancy = _of_sites(label, "occupancy", occupancy, (n_sites,))
        u_iso = _of_sites(label, "u_iso", u_iso, (n_sites,))
        if not np.isfinite(frac_coords).all():
            raise ValueError(f"{label}: frac_coords has missing values; every site needs a place.")
        _check_amounts(label, occupancy, u_iso)
        number = self.metadata.get("space_group_number", 1)
        if not 1 <= number <= 230:
            raise ValueError(
                f"{label}: metadata['space_group_number'] is {number}; give 1 to 230 or "
                "leave it out."
            )
        set_read_only(
            self,
            cell=cell,
            elements=elements,
            frac_coords=frac_coords,
            space_group=space_group,
            occupancy=occupancy,
            u_iso=u_iso,
        )

    def __setstate__(self, state):
        set_read_only(self, **state)  # pickle does not keep arrays read-only

    def __repr__(self):
        return (
            f"Crystal({self.name!r}, {self.space_group_symbol} ({self.space_group_number}), "
            f"{len(self.elements)} sites, {self.volume:.1f} cubic angstrom)"
        )

    def _repr_html_(self):
        from skxrd.crystal._show import crystal_html

        return crystal_html(self)

    @property
    def volume(self):
        """Volume of the cell in cubic angstrom."""
        return cell_volume(self.cell)

    @property
    def metric(self):
        """Metric tensor of the direct lattice, shape (3, 3), square angstrom."""
        return metric_tensor(self.cell)

    @property
    def reciprocal_metric(self):
        """Metric tensor of the reciprocal lattice without 2 pi: 1/d^2 = h G* h."""
        return np.linalg.inv(self.metric)

    @property
    def space_group_number(self):
        """Number of the space group, as labelled in ``metadata`` or else of ``space_group``."""
        return int(
            self.metadata.get("space_group_number", check_space_group(self.space_group).number)
        )

    @property
    def space_group_symbol(self):
        """Short Hermann-Mauguin symbol of :attr:`space_group_number`, e.g. ``"Pm-3m"``."""
        return space_group_symbol(self.space_group_number)

    @property
    def crystal_system(self):
        """Crystal system of :attr:`space_group_number`, e.g. ``"cubic"``."""
        return crystal_system(self.space_group_number)

    @property
    def point_group(self):
        """Hermann-Mauguin symbol of the crystal class of :attr:`space_group_number`: ``"m-3m"``."""
        return point_group(self.space_group_number)

    @property
    def extinction_group(self):
        """Extinction group of :attr:`space_group_number`, e.g. ``"cubic F - - -"``.

        See :func:`~skxrd.crystal.extinction_group`.
        """
        return extinction_group(self.space_group_number)

    def symmetry_operations(self):
        """Rotations and translations of the space group, centring included.

        Returns
        -------
        rotations : ndarray of int, shape (n_operations, 3, 3)
        translations : ndarray of float, shape (n_operations, 3)
        """
        rotations, translations = integer_operations(self.space_group)
        return rotations.astype(np.int64), translations / gemmi.Op.DEN

    def expand(self):
        """Return the same crystal with every atom of the cell listed, in P 1.

        Images that fall onto each other (special positions) are kept once.

        Returns
        -------
        Crystal
        """
        if self.space_group == "P 1":
            return self
        coords, sites = all_sites(self)
        return Crystal(
            self.cell,
            [self.elements[site] for site in sites],
            coords,
            occupancy=self.occupancy[sites],
            u_iso=self.u_iso[sites],
            name=self.name,
            metadata={**self.metadata, "space_group_number": self.space_group_number},
        )

    @classmethod
    def from_pymatgen(cls, structure, *, name=None):
        """Crystal of a pymatgen ``Structure``; pymatgen itself is not imported.

        Parameters
        ----------
        structure : pymatgen.core.Structure
            Ordered or disordered. Every species of a mixed site becomes a site with its occupancy.
        name : str, default=None
            Name of the crystal; ``None`` takes the reduced formula.

        Returns
        -------
        Crystal
            In P 1, as a ``Structure`` keeps no symmetry; a ``"space_group_number"`` among its
            ``properties`` goes to ``metadata``, a site property ``"u_iso"`` to ``u_iso``.
        """
        return _exchange.check_overlap(cls(**_exchange.read_pymatgen(structure, name)))

    def to_pymatgen(self):
        """Return the pymatgen ``Structure`` of the full cell; needs pymatgen.

        Sites of several elements at one place become one disordered site. Name and space group
        number go to ``properties``.

        Returns
        -------
        pymatgen.core.Structure
        """
        return _exchange.write_pymatgen(self.expand())

    @classmethod
    def from_ase(cls, atoms, *, name=None):
        """Crystal of ASE ``Atoms``; ASE itself is not imported.

        Parameters
        ----------
        atoms : ase.Atoms
            With a cell. Occupancies are read from ``atoms.info["occupancy"]``, where ASE's own CIF
            reader puts them.
        name : str, default=None
            Name of the crystal; ``None`` takes the chemical formula.

        Returns
        -------
        Crystal
            In P 1, as ``Atoms`` list the full cell; the number of ``atoms.info["spacegroup"]``,
            if there is one, goes to ``metadata``.
        """
        return _exchange.check_overlap(cls(**_exchange.read_ase(atoms, name)))

    def to_ase(self):
        """Return ASE ``Atoms`` of the full cell; needs ASE.

        Where several elements share a place, the atom is the one with the largest occupancy;
        ``info["occupancy"]`` and the array ``"spacegroup_kinds"`` give all of them, as ASE's own
        CIF reader does.

        Returns
        -------
        ase.Atoms
        """
        return _exchange.write_ase(self.expand())


def _of_sites(label, what, values, shape):
    """Array of the sites of a crystal, of this shape."""
    array = np.array(values, dtype=np.float64)
    if array.shape == shape:
        return array
    if array.ndim == len(shape) and array.shape[1:] == shape[1:]:
        raise ValueError(
            f"{label}: {what} has {len(array)} rows for {shape[0]} elements; give one each."
        )
    raise ValueError(f"{label}: {what} has shape {array.shape}; give an array of shape {shape}.")


def _check_amounts(label, occupancy, u_iso):
    outside = ~((occupancy >= 0) & (occupancy <= 1 + 1e-6))
    if outside.any():
        raise ValueError(
            f"{label}: occupancy {occupancy[outside][0]:g} lies outside 0 to 1; give chemical "
            "occupancies."
        )
    if not occupancy.any():
        raise ValueError(f"{label}: all occupancies are 0; a structure needs an atom.")
    negative = (u_iso < 0) | np.isinf(u_iso)
    if negative.any():
        raise ValueError(
            f"{label}: u_iso {u_iso[negative][0]:g} is no mean square displacement; give 0 or "
            "more, NaN where it is unknown."
        )


def set_read_only(instance, /, **values):
    """Set attributes of a frozen dataclass, arrays read-only."""
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        object.__setattr__(instance, name, value)


@lru_cache(maxsize=1024)
def element_symbol(text):
    """Symbol of an element that may be written with a charge; hydrogen for deuterium."""
    match = _ION.fullmatch(str(text))
    element = gemmi.Element(match[1]) if match else gemmi.Element("X")
    if element.atomic_number == 0 or element.name != match[1]:
        raise ValueError(f"element {str(text)!r} is not known; use its symbol, such as 'Pb'.")
    return "H" if element.name == "D" else element.name
