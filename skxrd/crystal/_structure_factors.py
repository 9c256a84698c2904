"""Structure factors of the atoms of a cell."""

from functools import lru_cache

import gemmi
import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._symmetry_operations import all_sites

HEAVIEST = 98  # californium, the last element with a form factor
_S_STEP, _S_MAX = 0.004, 4.0  # 1/angstrom: form factors are tabled in s = sin(theta) / wavelength


def structure_factors(crystal, hkl, *, u_iso=0.0, wavelength=None):
    """Structure factors of Miller indices in electrons, as :func:`reflections` defines them."""
    hkl = np.ascontiguousarray(hkl, dtype=np.int32).reshape(-1, 3)
    squared = np.einsum("ij,jk,ik->i", hkl, crystal.reciprocal_metric, hkl)
    check_spacing(1 / np.sqrt(squared.max(initial=0.01)))
    elastic, dispersive = sum_waves(hkl, squared, listed_atoms(crystal, u_iso, wavelength))
    return elastic + 1j * dispersive


def check_spacing(d_min):
    """Raise ValueError for spacings in angstrom that no form factors are known for."""
    if not 0.5 / d_min < _S_MAX:
        raise ValueError(
            f"spacing {d_min:.3g} angstrom is not above {0.5 / _S_MAX:g} angstrom, the least for "
            "which form factors are known; lower the largest angle."
        )


def listed_atoms(crystal, u_iso, wavelength):
    """Arrays that :func:`sum_waves` takes: the atoms by kind (element and displacement parameter).

    Coordinates and occupancies; first atom of each kind; of each kind the atomic number, f' and
    f'', and -8 pi^2 u; last the form factors of all elements. ``u_iso`` is for sites without one.
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
    from scipy.interpolate import CubicSpline  # here, as most need none

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
    """Atomic number, f' and f''; the last two are zero for H, He and elements after uranium."""
    number = gemmi.Element(element).atomic_number
    if number > HEAVIEST:
        raise ValueError(f"no form factor of {element} is known; the last is that of Cf.")
    if wavelength is None:
        return number, 0.0, 0.0
    return number, *gemmi.cromer_liberman(z=number, energy=gemmi.hc / wavelength)


@compiled(fastmath={"reassoc", "contract", "nsz"})
def sum_waves(hkl, squared, atoms):
    """Sums over the atoms of the real and of the imaginary scattering factors, complex.

    F(hkl) is the first plus i times the second; the mean of the squared structure factors of a
    Friedel pair is the sum of the squared moduli. Fastest where neighbours in ``hkl`` share h and
    k; ``squared`` is 1/d^2 and ``atoms`` comes from :func:`listed_atoms`.
    """
    coords, weight, first, element, anomalous, damping, tables = atoms
    n, n_atoms = hkl.shape[0], coords.shape[0]
    elastic, dispersive = np.zeros(n, np.complex128), np.zeros(n, np.complex128)
    low, high = np.zeros(3, np.int64), np.zeros(3, np.int64)
    for i in range(n):
        for axis in range(3):
            low[axis] = min(low[axis], hkl[i, axis])
            high[axis] = max(high[axis], hkl[i, axis])
    size = 1
    for axis in range(3):
        size = max(size, high[axis] - low[axis] + 1)
    wave_re, wave_im = np.empty((3, size, n_atoms)), np.empty((3, size, n_atoms))
    for axis in range(3):
        zero = -low[axis]
        for j in range(n_atoms):
            turn = 2 * np.pi * (coords[j, axis] - np.rint(coords[j, axis]))
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
