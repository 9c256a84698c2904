"""The reflections of a crystal: indices, multiplicities, structure factors, intensities."""

from dataclasses import dataclass

import numpy as np

from skxrd._compiled import compiled
from skxrd._grid import check_wavelength, doublet_lines
from skxrd.crystal._reflection_sets import reflection_sets
from skxrd.crystal._symmetry_operations import index_rotations


@dataclass(frozen=True, eq=False)
class Reflections:
    """Symmetry-distinct reflections of one crystal, from small to large angles.

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
    intensity : ndarray of shape (n_reflections,)
        Multiplicity times squared structure factor (mean of the Friedel mates) times
        Lorentz-polarisation factor.
    wavelength : ndarray of shape (n_reflections,)
        Wavelength of each line in angstrom.
    """

    hkl: np.ndarray
    multiplicity: np.ndarray
    d_spacing: np.ndarray
    structure_factor: np.ndarray
    two_theta: np.ndarray
    intensity: np.ndarray
    wavelength: np.ndarray

    def __len__(self):
        return len(self.hkl)


def reflections(
    crystal,
    wavelength,
    two_theta_range=(5.0, 90.0),
    *,
    u_iso=0.0,
    dispersion=True,
    monochromator_two_theta=None,
    doublet=False,
):
    r"""Reflections of a crystal that a scan with this wavelength can reach.

    .. math:: I = m\,|F(hkl)|^2\,LP(2\theta)

    with the structure factors of :func:`structure_factors` and the factor of
    :func:`lorentz_polarization`. Reflections that the space group forbids are left out; those
    that vanish by special positions alone, such as (222) of silicon, are listed with a structure
    factor of zero.

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
    dispersion : bool, default=True
        Add the dispersion corrections f' and f'' to the form factors.
    monochromator_two_theta : float, default=None
        Diffraction angle of a monochromator in degrees; ``None`` means none.
    doublet : bool, default=False
        List the lines of K-alpha1 and of K-alpha2, with two and with one third of the intensity;
        ``wavelength`` is then a name such as ``"CuKa"``.

    Returns
    -------
    Reflections

    Raises
    ------
    ValueError
        If no reflection lies in the range.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, reflections
    >>> silicon = Crystal([5.431] * 3 + [90] * 3, ["Si"], [[0, 0, 0]], "Fd-3m:1")
    >>> found = reflections(silicon, "CuKa1", (20, 60))
    >>> found.hkl.tolist(), found.multiplicity.tolist()
    ([[1, 1, 1], [2, 2, 0], [3, 1, 1], [2, 2, 2]], [8, 12, 24, 8])
    """
    lines = doublet_lines(wavelength) if doublet else ((check_wavelength(wavelength), 1.0),)
    low, high = two_theta_range
    if not 0 <= low < high <= 180:
        raise ValueError(
            f"two_theta_range is {two_theta_range}; give two rising angles from 0 to 180 degrees."
        )
    mean = sum(length * share for length, share in lines)
    sets = reflection_sets(
        crystal,
        lines[0][0] / (2 * np.sin(np.radians(high / 2))),
        u_iso=u_iso,
        wavelength=mean if dispersion else None,
    )
    p = polarization(monochromator_two_theta)
    row, two_theta, intensity, length = lines_in_range(
        sets.squared, sets.strength, np.array(lines), np.radians([low, high]), p
    )
    if row.size == 0:
        raise ValueError(
            f"crystal {crystal.name!r} has no reflection from {low:g} to {high:g} degrees at "
            f"{mean:g} angstrom; widen two_theta_range or shorten the wavelength."
        )
    order = np.argsort(two_theta, kind="stable")
    row = row[order]
    return Reflections(
        hkl=sets.hkl[row],
        multiplicity=sets.multiplicity[row],
        d_spacing=1 / np.sqrt(sets.squared[row]),
        structure_factor=sets.structure_factor[row],
        two_theta=two_theta[order],
        intensity=intensity[order],
        wavelength=length[order],
    )


@compiled
def lines_in_range(squared, strength, lines, angles, p):
    """Lines between two angles.

    Parameters
    ----------
    squared, strength : ndarray of shape (n_reflections,)
        1/d^2, and multiplicity times squared structure factor.
    lines : ndarray of shape (n_lines, 2)
        Wavelengths and shares.
    angles : ndarray of shape (2,)
        Least and greatest 2 theta in radians.
    p : float
        Of :func:`lorentz_polarization`.

    Returns
    -------
    row, two_theta, intensity, wavelength : ndarray of shape (n_found,)
        Rows of the reflections, angles in degrees, intensities, wavelengths.
    """
    size = len(squared) * len(lines)
    row, length = np.empty(size, np.int64), np.empty(size)
    two_theta, intensity = np.empty(size), np.empty(size)
    count = 0
    for line in range(len(lines)):
        for i in range(len(squared)):
            sine2 = lines[line, 0] ** 2 * squared[i] / 4
            if sine2 > 1:
                continue
            angle = 2 * np.arcsin(np.sqrt(sine2))
            if angles[0] <= angle <= angles[1]:
                cosine = 1 - 2 * sine2
                factor = (1 + p * cosine**2) / ((1 + p) * sine2 * np.sqrt(1 - sine2))
                row[count], length[count] = i, lines[line, 0]
                two_theta[count] = np.degrees(angle)
                intensity[count] = lines[line, 1] * strength[i] * factor
                count += 1
    return row[:count], two_theta[:count], intensity[:count], length[:count]


def lorentz_polarization(two_theta, *, monochromator_two_theta=None):
    r"""Lorentz-polarisation factor of a powder diffractometer.

    .. math:: \frac{1 + P \cos^2 2\theta}{(1 + P)\,\sin^2\theta \cos\theta},
              \qquad P = \cos^2 2\theta_m

    Parameters
    ----------
    two_theta : array-like
        Degrees.
    monochromator_two_theta : float, default=None
        Diffraction angle of a crystal monochromator in degrees, e.g. 26.6 for graphite (002)
        with Cu K-alpha; ``None`` means none (P = 1).

    Returns
    -------
    ndarray
    """
    cosine = np.cos(np.radians(np.asarray(two_theta, dtype=np.float64)))
    p = polarization(monochromator_two_theta)
    # sin^2 theta = (1 - cos 2 theta) / 2 and cos^2 theta = (1 + cos 2 theta) / 2
    return (1 + p * cosine**2) * np.sqrt(8) / ((1 + p) * (1 - cosine) * np.sqrt(1 + cosine))


def polarization(monochromator_two_theta):
    """P of :func:`lorentz_polarization`."""
    if monochromator_two_theta is None:
        return 1.0
    return float(np.cos(np.radians(monochromator_two_theta)) ** 2)


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
        The images of each index, of two Friedel mates one, so an index on a symmetry element
        stands there several times.
    """
    return np.einsum("ni,rij->nrj", hkl, index_rotations(crystal.space_group))
