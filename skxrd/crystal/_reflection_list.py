"""The compact form of a crystal from which patterns are drawn."""

from dataclasses import dataclass, field

import numpy as np

from skxrd._grid import check_wavelength
from skxrd.crystal._metric import reciprocal_metric, spacings
from skxrd.crystal._reflection_sets import reflection_sets
from skxrd.crystal._reflections import lines_in_range, polarization


@dataclass(frozen=True, eq=False)
class ReflectionList:
    """Reflections of a crystal in the few bytes that drawing its patterns takes.

    A pattern of any wavelength, width, texture and strain is drawn from it without the atoms. In
    a crystal that is listed without symmetry (P 1), reflections are equivalent if a rotation of
    the lattice that leaves all intensities as they are maps them onto each other.

    Parameters
    ----------
    cell : ndarray of shape (6,)
        a, b, c in angstrom and alpha, beta, gamma in degrees.
    hkl : ndarray of int16, shape (n_reflections, 3)
        One Miller index of each set of equivalents, from large to small spacing.
    multiplicity : ndarray of uint8, shape (n_reflections,)
        Sizes of the sets, Friedel mates included.
    strength : ndarray of float32, shape (n_reflections,)
        Multiplicity times squared structure factor.
    rotations : ndarray of int8, shape (n_rotations, 3, 3)
        Rotations of row indices under which a set is equivalent, one of each pair (W, -W).
    damped : bool, default=True
        Whether the strengths contain displacement factors; they do not if no site has any.
    name : str, default=""
        Name of the crystal.
    metadata : dict, default={}
        What else is known of the crystal.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, ReflectionList
    >>> nacl = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m")
    >>> listed = ReflectionList.from_crystal(nacl, d_min=1.6)
    >>> listed.hkl.tolist(), listed.d_spacing.round(3).tolist()
    ([[1, 1, 1], [2, 0, 0], [2, 2, 0], [3, 1, 1], [2, 2, 2]], [3.256, 2.82, 1.994, 1.701, 1.628])
    """

    cell: np.ndarray
    hkl: np.ndarray
    multiplicity: np.ndarray
    strength: np.ndarray
    rotations: np.ndarray
    damped: bool = True
    name: str = ""
    metadata: dict = field(default_factory=dict)

    @classmethod
    def from_crystal(cls, crystal, d_min=0.9, *, u_iso=0.0, wavelength=None, weakest=1e-6):
        """List the reflections of a crystal.

        Parameters
        ----------
        crystal : Crystal
            The structure.
        d_min : float, default=0.9
            Least spacing in angstrom; 0.9 reaches 117 degrees with Cu K-alpha.
        u_iso : float, default=0.0
            Displacement parameter in square angstrom of the sites that have none.
        wavelength : float, default=None
            Wavelength in angstrom for the dispersion corrections; ``None`` leaves them out.
        weakest : float, default=1e-6
            Reflections of less than this share of the largest strength are left out.

        Returns
        -------
        ReflectionList

        Raises
        ------
        ValueError
            If the crystal has no reflection with a spacing of ``d_min`` or more.
        """
        sets = reflection_sets(
            crystal, d_min, u_iso=u_iso, wavelength=wavelength, by_intensity=True
        )
        if not sets.strength.max(initial=0.0) > 0:
            raise ValueError(
                f"crystal {crystal.name!r} has no reflection of {d_min:g} angstrom or more; "
                "lower d_min or raise the largest angle."
            )
        kept = np.flatnonzero(sets.strength > weakest * sets.strength.max())
        kept = kept[np.argsort(sets.squared[kept], kind="stable")]
        return cls(
            cell=crystal.cell,
            hkl=sets.hkl[kept].astype(np.int16),
            multiplicity=sets.multiplicity[kept].astype(np.uint8),
            strength=sets.strength[kept].astype(np.float32),
            rotations=sets.rotations.astype(np.int8),
            damped=bool(u_iso > 0 or not np.isnan(crystal.u_iso).all()),
            name=crystal.name,
            metadata={**crystal.metadata, "space_group_number": crystal.space_group_number},
        )

    @property
    def reciprocal_metric(self):
        """Metric tensor of the reciprocal lattice without 2 pi: 1/d^2 = h G* h."""
        return reciprocal_metric(self.cell)

    @property
    def d_spacing(self):
        """Lattice spacings in angstrom, shape (n_reflections,)."""
        return spacings(self.hkl, self.reciprocal_metric)

    def sticks(self, wavelength, two_theta_range=(5.0, 90.0), *, monochromator_two_theta=None):
        """Angles and heights of the lines of a random powder.

        Parameters
        ----------
        wavelength : float or str
            Angstrom or a name.
        two_theta_range : tuple of (float, float), default=(5.0, 90.0)
            Lowest and highest angle in degrees; angles that take spacings below the ``d_min`` of
            the list have no lines.
        monochromator_two_theta : float, default=None
            Diffraction angle of a monochromator in degrees; ``None`` means none.

        Returns
        -------
        two_theta : ndarray of shape (n_lines,)
            Degrees, rising.
        intensity : ndarray of shape (n_lines,)
            Multiplicity times squared structure factor times Lorentz-polarisation factor.
        """
        _, two_theta, intensity, _ = lines_in_range(
            self.d_spacing**-2.0,
            self.strength,
            np.array([[check_wavelength(wavelength), 1.0]]),
            np.radians(two_theta_range),
            polarization(monochromator_two_theta),
        )
        return two_theta, intensity

    @property
    def nbytes(self):
        """Bytes of the arrays."""
        arrays = (self.cell, self.hkl, self.multiplicity, self.strength, self.rotations)
        return sum(array.nbytes for array in arrays)

    def __len__(self):
        return len(self.hkl)
