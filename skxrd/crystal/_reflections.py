"""The reflections of a crystal: indices, multiplicities, structure factors, intensities."""

from dataclasses import dataclass

import numpy as np

from skxrd._compiled import compiled
from skxrd._grid import check_wavelength, doublet_lines
from skxrd.crystal._reflection_sets import reflection_sets


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

    def to_frame(self):
        """The reflections as a table.

        Returns
        -------
        pandas.DataFrame
            One row a reflection: ``h``, ``k``, ``l``, ``multiplicity``, ``d`` in angstrom,
            ``two_theta`` in degrees, ``structure_factor`` (modulus, electrons), ``intensity``,
            ``relative`` (percent of the largest) and ``wavelength`` in angstrom.
        """
        import pandas as pd

        columns = dict(zip("hkl", self.hkl.T, strict=True)) | {
            "multiplicity": self.multiplicity,
            "d": self.d_spacing,
            "two_theta": self.two_theta,
            "structure_factor": np.abs(self.structure_factor),
            "intensity": self.intensity,
            "relative": 100 * self.intensity / (self.intensity.max(initial=0.0) or 1.0),
            "wavelength": self.wavelength,
        }
        return pd.DataFrame(columns)


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

    .. math:: I = m\,|F(hkl)|^2\,LP(2\theta), \qquad
              LP = \frac{1 + P \cos^2 2\theta}{(1 + P)\,\sin^2\theta \cos\theta}

    .. math:: F(hkl) = \sum_j o_j\, (f_j(s) + f'_j + i f''_j)\, e^{-8\pi^2 u_j s^2}\,
              e^{2\pi i (hx_j+ky_j+lz_j)}, \qquad s = \frac{1}{2d}

    with multiplicities m, sums over all atoms of the cell, X-ray form factors f of [1]_ and
    dispersion corrections of [2]_. P is 1, or the squared cosine of a monochromator's diffraction
    angle. Reflections that the space group forbids are left out; those that vanish by special
    positions alone, such as (222) of silicon, are listed with a structure factor of zero.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    wavelength : float or str
        Angstrom, or a name such as ``"CuKa"``.
    two_theta_range : tuple of (float, float), default=(5.0, 90.0)
        Lowest and highest Bragg angle in degrees.
    u_iso : float, default=0.0
        Isotropic displacement parameter in square angstrom of the sites that have none.
    dispersion : bool, default=True
        Add the dispersion corrections f' and f'' to the form factors.
    monochromator_two_theta : float, default=None
        Diffraction angle of a crystal monochromator in degrees, e.g. 26.6 for graphite (002) with
        Cu K-alpha; ``None`` means none.
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

    References
    ----------
    .. [1] International Tables for Crystallography, Volume C (1992), Table 6.1.1.4.
    .. [2] D. T. Cromer and D. Liberman, Acta Cryst. A37 (1981) 267-268,
       doi:10.1107/S0567739481000600.

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
    """Rows, angles in degrees, intensities and wavelengths of the lines between two angles.

    ``strength`` is multiplicity times squared structure factor, ``lines`` of shape (n_lines, 2)
    has wavelengths and shares, ``angles`` are the limits of 2 theta in radians and ``p`` is the
    polarisation of :func:`polarization`.
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
    """Lorentz-polarisation factor as in :func:`reflections`, of angles in degrees."""
    cosine = np.cos(np.radians(np.asarray(two_theta, dtype=np.float64)))
    p = polarization(monochromator_two_theta)
    # sin^2 theta = (1 - cos 2 theta) / 2 and cos^2 theta = (1 + cos 2 theta) / 2
    return (1 + p * cosine**2) * np.sqrt(8) / ((1 + p) * (1 - cosine) * np.sqrt(1 + cosine))


def polarization(monochromator_two_theta):
    """P of the Lorentz-polarisation factor of :func:`reflections`."""
    if monochromator_two_theta is None:
        return 1.0
    return float(np.cos(np.radians(monochromator_two_theta)) ** 2)
