"""Structure factors of the atoms of a cell."""

from functools import lru_cache

import gemmi
import numpy as np
from scipy.interpolate import CubicSpline

from skxrd._compiled import compiled
from skxrd.crystal._symmetry_operations import all_sites

_S_STEP, _S_MAX = 0.004, 4.0  # 1/angstrom: form factors are tabled in s = sin(theta) / wavelength


def structure_factors(crystal, hkl, *, u_iso=0.0, wavelength=None):
    r"""Structure factors of given Miller indices.

    .. math:: F(hkl) = \sum_j o_j\, (f_j(s) + f'_j + i f''_j)\, e^{-8\pi^2 u_j s^2}\,
              e^{2\pi i (hx_j+ky_j+lz_j)}, \qquad s = \frac{1}{2d}

    over all atoms of the cell, with the X-ray form factors of [1]_ and the dispersion corrections
    of [2]_.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    hkl : array-like of int, shape (n_reflections, 3)
        Miller indices.
    u_iso : float, default=0.0
        Displacement parameter in square angstrom of the sites that state none.
    wavelength : float, default=None
        Wavelength in angstrom for the dispersion corrections; ``None`` leaves them out.

    Returns
    -------
    ndarray of complex, shape (n_reflections,)
        In electrons.

    References
    ----------
    .. [1] International Tables for Crystallography, Volume C (1992), Table 6.1.1.4.
    .. [2] D. T. Cromer and D. Liberman, Acta Cryst. A37 (1981) 267-268,
       doi:10.1107/S0567739481000600.

    Examples
    --------
    >>> from skxrd.crystal import Crystal, structure_factors
    >>> nacl = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m")
    >>> structure_factors(nacl, [[2, 0, 0], [1, 1, 1]]).real.round(1)
    array([ 85.4, -18. ])
    """
    hkl = np.ascontiguousarray(hkl, dtype=np.int32).reshape(-1, 3)
    squared = np.einsum("ij,jk,ik->i", hkl, crystal.reciprocal_metric, hkl)
    check_spacing(1 / np.sqrt(squared.max(initial=0.01)))
    elastic, dispersive = sum_waves(hkl, squared, listed_atoms(crystal, u_iso, wavelength))
    return elastic + 1j * dispersive


def check_spacing(d_min):
    """Refuse spacings in angstrom for which there are no form factors."""
    if not 0.5 / d_min < _S_MAX:
        raise ValueError(
            f"spacing {d_min:.3g} angstrom is not above {0.5 / _S_MAX:g} angstrom, the least for "
            "which form factors are known; lower the largest angle."
        )


def listed_atoms(crystal, u_iso, wavelength):
    """Atoms of the cell in the form that :func:`sum_waves` takes.

    Parameters
    ----------
    crystal : Crystal
        The structure.
    u_iso : float
        Displacement parameter in square angstrom of the sites that state none.
    wavelength : float or None
        Angstrom, for dispersion.

    Returns
    -------
    tuple of ndarray
        Coordinates and occupancies of the atoms sorted by kind (element and displacement), first
        atom of each kind, and of the kinds atomic numbers, f' and f'', and -8 pi^2 u; last the
        form factors of all elements.
    """
    coords, site = all_sites(crystal)
    u_of_site = np.where(np.isnan(crystal.u_iso), u_iso, crystal.u_iso).tolist()
    kinds = {}
    names = zip(crystal.elements, u_of_site, strict=True)
    kind = np.array([kinds.setdefault(name, len(kinds)) for name in names])[site]
    order = kind.argsort(kind="stable")
    first = [0, *np.bincount(kind).cumsum().tolist()]
    factors = np.array([(*_scattering(element, wavelength), u) for element, u in kinds])
    return (
        coords[order],
        crystal.occupancy[site[order]],
        np.array(first),
        factors[:, 0].astype(np.int64),
        factors[:, 1:3].copy(),
        -8 * np.pi**2 * factors[:, 3],
        _form_factor_tables(),
    )


@lru_cache(maxsize=1)
def _form_factor_tables():
    """Cubic pieces of all form factors, (n_elements, n_steps, 4), highest power first."""
    s = np.arange(0, _S_MAX + _S_STEP / 2, _S_STEP)
    values = np.full((119, s.size), np.nan)
    for number in range(1, 119):
        table = gemmi.Element(number).it92
        if table is not None:
            values[number] = table.c + np.exp(-np.outer(s**2, table.b)) @ np.asarray(table.a)
    known = np.isfinite(values[:, 0])
    pieces = np.full((119, s.size - 1, 4), np.nan)
    spline = CubicSpline(s / _S_STEP, values[known].T, bc_type=("clamped", "not-a-knot"))
    pieces[known] = spline.c.transpose(2, 1, 0)
    return pieces


@lru_cache(maxsize=1000)
def _scattering(element, wavelength):
    """Atomic number, f' and f''; the last two zero for H, He and elements past uranium."""
    number = gemmi.Element(element).atomic_number
    if wavelength is None:
        return number, 0.0, 0.0
    return number, *gemmi.cromer_liberman(z=number, energy=gemmi.hc / wavelength)


@compiled(fastmath={"reassoc", "contract", "nsz"})
def sum_waves(hkl, squared, atoms):
    """Sums over the atoms of the real and of the imaginary scattering factors.

    Parameters
    ----------
    hkl : ndarray of int32, shape (n_reflections, 3)
        Miller indices; fastest where neighbours share h and k.
    squared : ndarray of shape (n_reflections,)
        1/d^2.
    atoms : tuple of ndarray
        From :func:`listed_atoms`.

    Returns
    -------
    elastic, dispersive : ndarray of complex, shape (n_reflections,)
        F(hkl) is the first plus i times the second, and the mean of the squared structure factors
        of a Friedel pair is the sum of the two squared.
    """
    coords, weight, first, element, anomalous, damping, tables = atoms
    n, n_atoms = hkl.shape[0], coords.shape[0]
    elastic, dispersive = np.zeros(n, np.complex128), np.zeros(n, np.complex128)
    low, high = np.zeros(3, np.int64), np.zeros(3, np.int64)
    for i in range(n):
        for axis in range(3):
            low[axis] = min(low[axis], hkl[i, axis])
            high[axis] = max(high[axis], hkl[i, axis])
    size = (high - low).max() + 1
    wave_re, wave_im = np.empty((3, size, n_atoms)), np.empty((3, size, n_atoms))
    for axis in range(3):
        zero = -low[axis]
        for j in range(n_atoms):
            turn = 2 * np.pi * (coords[j, axis] - np.round(coords[j, axis]))
            step_re, step_im = np.cos(turn), np.sin(turn)
            re, im = 1.0, 0.0
            for index in range(max(high[axis], zero) + 1):
                if index <= high[axis]:
                    wave_re[axis, zero + index, j], wave_im[axis, zero + index, j] = re, im
                if index <= zero:
                    wave_re[axis, zero - index, j], wave_im[axis, zero - index, j] = re, -im
                re, im = re * step_re - im * step_im, re * step_im + im * step_re
    plane_re, plane_im = np.empty(n_atoms), np.empty(n_atoms)
    last_h, last_k = low[0] - 1, 0
    for i in range(n):
        h, k, ell = hkl[i, 0], hkl[i, 1], hkl[i, 2]
        if h != last_h or k != last_k:
            a_re, a_im = wave_re[0, h - low[0]], wave_im[0, h - low[0]]
            b_re, b_im = wave_re[1, k - low[1]], wave_im[1, k - low[1]]
            for j in range(n_atoms):
                plane_re[j] = weight[j] * (a_re[j] * b_re[j] - a_im[j] * b_im[j])
                plane_im[j] = weight[j] * (a_re[j] * b_im[j] + a_im[j] * b_re[j])
            last_h, last_k = h, k
        c_re, c_im = wave_re[2, ell - low[2]], wave_im[2, ell - low[2]]
        t = 0.5 * np.sqrt(squared[i]) / _S_STEP
        cell = int(t)
        t -= cell
        for kind in range(first.size - 1):
            re, im = 0.0, 0.0
            for j in range(first[kind], first[kind + 1]):
                re += plane_re[j] * c_re[j] - plane_im[j] * c_im[j]
                im += plane_re[j] * c_im[j] + plane_im[j] * c_re[j]
            c = tables[element[kind], cell]
            form = ((c[0] * t + c[1]) * t + c[2]) * t + c[3]
            damp = np.exp(0.25 * damping[kind] * squared[i]) if damping[kind] != 0.0 else 1.0
            elastic[i] += damp * (form + anomalous[kind, 0]) * complex(re, im)
            dispersive[i] += damp * anomalous[kind, 1] * complex(re, im)
    return elastic, dispersive
