"""The reflections of a crystal: indices, multiplicities, structure factors."""

from dataclasses import dataclass

import gemmi
import numpy as np

from skxrd._grid import check_wavelength, d_to_two_theta
from skxrd.crystal._crystal import check_space_group

_PHASES_AT_ONCE = 2_000_000  # bounds the memory of one block of the structure-factor sum


@dataclass(frozen=True, eq=False)
class Reflections:
    """Symmetry-distinct reflections of one crystal, from large to small spacing.

    Parameters
    ----------
    hkl : ndarray of int, shape (n_reflections, 3)
        Miller indices, one representative of each set of equivalents.
    multiplicity : ndarray of int, shape (n_reflections,)
        Size of the set, Friedel mates included.
    d_spacing : ndarray of shape (n_reflections,)
        Lattice spacings in angstrom.
    structure_factor : ndarray of complex, shape (n_reflections,)
        In electrons, displacement factors included.
    two_theta : ndarray of shape (n_reflections,)
        Bragg angles in degrees.
    """

    hkl: np.ndarray
    multiplicity: np.ndarray
    d_spacing: np.ndarray
    structure_factor: np.ndarray
    two_theta: np.ndarray

    @property
    def intensity(self):
        """Multiplicity times squared structure factor, without angle-dependent corrections."""
        return self.multiplicity * np.abs(self.structure_factor) ** 2

    def __len__(self):
        return len(self.hkl)


def reflections(crystal, wavelength, two_theta_range=(5.0, 90.0), *, u_iso=0.0):
    r"""Reflections of a crystal that a scan with this wavelength can reach.

    .. math:: F(hkl) = \sum_j o_j f_j(s)\, e^{-8\pi^2 u_j s^2}\, e^{2\pi i (hx_j+ky_j+lz_j)},
              \qquad s = 1/2d

    with the sum over all atoms of the cell and the X-ray form factors of [1]_. Reflections that
    the space group forbids are left out; those that vanish by special positions alone, such as
    (222) of silicon, are listed with a structure factor of zero.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    wavelength : float or str
        Angstrom, or a name such as ``"CuKa"``.
    two_theta_range : tuple of (float, float), default=(5.0, 90.0)
        Lowest and highest Bragg angle in degrees.
    u_iso : float, default=0.0
        Isotropic displacement parameter in square angstrom of the sites that state none.

    Returns
    -------
    Reflections

    Raises
    ------
    ValueError
        If no reflection lies in the range.

    References
    ----------
    .. [1] International Tables for Crystallography, Volume C (1992), Table 6.1.1.4.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, reflections
    >>> silicon = Crystal([5.431] * 3 + [90] * 3, ["Si"], [[0, 0, 0]], "Fd-3m:1")
    >>> found = reflections(silicon, "CuKa1", (20, 60))
    >>> found.hkl.tolist(), found.multiplicity.tolist()
    ([[1, 1, 1], [2, 2, 0], [3, 1, 1], [2, 2, 2]], [8, 12, 24, 8])
    """
    wavelength = check_wavelength(wavelength)
    low, high = two_theta_range
    if not 0 <= low < high <= 180:
        raise ValueError(
            f"two_theta_range is {two_theta_range}; give two rising angles from 0 to 180 degrees."
        )
    d_min = wavelength / (2 * np.sin(np.radians(high / 2)))
    hkl = _distinct_hkl(crystal, d_min)
    d_spacing = 1 / np.sqrt(np.einsum("ij,jk,ik->i", hkl, crystal.reciprocal_metric, hkl))
    two_theta = d_to_two_theta(d_spacing, wavelength)
    keep = np.flatnonzero((two_theta >= low) & (two_theta <= high))
    keep = keep[np.argsort(two_theta[keep], kind="stable")]
    if keep.size == 0:
        raise ValueError(
            f"crystal {crystal.name!r} has no reflection from {low:g} to {high:g} degrees at "
            f"{wavelength:g} angstrom; widen two_theta_range or shorten the wavelength."
        )
    hkl, d_spacing, two_theta = hkl[keep], d_spacing[keep], two_theta[keep]
    multiplicity, hkl = _count_and_name(crystal, hkl)
    return Reflections(
        hkl=hkl,
        multiplicity=multiplicity,
        d_spacing=d_spacing,
        structure_factor=structure_factors(crystal, hkl, d_spacing, u_iso=u_iso),
        two_theta=two_theta,
    )


def structure_factors(crystal, hkl, d_spacing, *, u_iso=0.0):
    """Structure factors of given indices; see :func:`reflections` for the formula.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    hkl : ndarray of int, shape (n_reflections, 3)
        Miller indices.
    d_spacing : ndarray of shape (n_reflections,)
        Their spacings in angstrom.
    u_iso : float, default=0.0
        Displacement parameter in square angstrom of the sites that state none.

    Returns
    -------
    ndarray of complex, shape (n_reflections,)
    """
    atoms = crystal.expand()
    s_squared = 0.25 / d_spacing**2
    symbols = sorted(set(atoms.elements))
    form_factor = np.array([_form_factor(symbol, s_squared) for symbol in symbols])
    species = np.array([symbols.index(symbol) for symbol in atoms.elements])
    displacement = 8 * np.pi**2 * np.where(np.isnan(atoms.u_iso), u_iso, atoms.u_iso)
    total = np.empty(len(hkl), dtype=np.complex128)
    block = max(1, _PHASES_AT_ONCE // len(species))
    for start in range(0, len(hkl), block):
        rows = slice(start, start + block)
        amplitude = form_factor[species][:, rows] * np.exp(-np.outer(displacement, s_squared[rows]))
        phase = 2 * np.pi * (atoms.frac_coords @ hkl[rows].T)
        total[rows] = np.einsum("a,ah,ah->h", atoms.occupancy, amplitude, np.exp(1j * phase))
    return total


def equivalent_hkl(crystal, hkl):
    """Images of Miller indices under the point group of the crystal.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    hkl : ndarray of int, shape (n_reflections, 3)
        Miller indices.

    Returns
    -------
    ndarray of int, shape (n_reflections, n_rotations, 3)
        Every rotation once, so an index on a symmetry element stands there several times;
        Friedel mates are not added.
    """
    rotations = np.unique(crystal.symmetry_operations()[0], axis=0)
    return np.einsum("ni,rij->nrj", hkl, rotations)


def _distinct_hkl(crystal, d_min):
    cell = gemmi.UnitCell(*crystal.cell)
    hkl = gemmi.make_miller_array(cell, check_space_group(crystal.space_group), d_min, 0.0, True)
    return hkl[(hkl != 0).any(axis=1)].astype(np.int64)


def _count_and_name(crystal, hkl):
    """Multiplicities, and of each set the index with the fewest minus signs, largest first."""
    images = equivalent_hkl(crystal, hkl)
    images = np.concatenate([images, -images], axis=1)
    multiplicity = images.shape[1] // (images == hkl[:, None, :]).all(axis=2).sum(axis=1)
    rank = images @ [1_000_000, 1_000, 1] - 10**10 * (images < 0).sum(axis=2)
    return multiplicity, np.take_along_axis(images, rank.argmax(axis=1)[:, None, None], 1)[:, 0]


def _form_factor(symbol, s_squared):
    table = gemmi.Element(symbol).it92
    return table.c + np.exp(-np.outer(s_squared, table.b)) @ np.asarray(table.a)
