"""Rows on a grid of angles: checks, and conversion between 2theta, d, q and wavelengths."""

import difflib
import re
from numbers import Real

import numpy as np

# K-alpha doublets and K-beta in angstrom. Cr, Fe, Co, Cu: Hoelzer et al., Phys. Rev. A 56 (1997)
# 4554, doi:10.1103/PhysRevA.56.4554. Mo, Ag, and the K-beta lines: the measured energies in
# Deslattes et al., Rev. Mod. Phys. 75 (2003) 35, doi:10.1103/RevModPhys.75.35 (K-beta1, of the four
# metals blended with K-beta3).
_K_LINES = {
    "Cr": (2.2897260, 2.2936510, 2.0848810),
    "Fe": (1.9360410, 1.9399730, 1.7566040),
    "Co": (1.7889960, 1.7928350, 1.6208260),
    "Cu": (1.5405929, 1.5444274, 1.3922340),
    "Mo": (0.7093172, 0.7136070, 0.6323030),
    "Ag": (0.5594218, 0.5638131, 0.4970817),
}
_SAME_LINE = 1e-3  # angstrom; tables of wavelengths agree this well, anodes differ by far more
#: Degrees that a scan usually spans; stands in where columns have no angles.
USUAL_RANGE = 50.0
_DOUBLETS = {f"{anode}Ka": lines[:2] for anode, lines in _K_LINES.items()}
#: Wavelengths in angstrom by name; ``"CuKa"`` is the mean of the doublet weighted 2:1.
WAVELENGTHS = {
    f"{anode}K{line}": value
    for anode, (ka1, ka2, kb) in _K_LINES.items()
    for line, value in (("a", (2 * ka1 + ka2) / 3), ("a1", ka1), ("a2", ka2), ("b", kb))
}
_BY_PLAIN_NAME = {name.lower(): name for name in WAVELENGTHS}
_NUMBER = re.compile(r"\d+(?:[.,]\d*)?")


def check_wavelength(wavelength):
    """Wavelength in angstrom from a number or a name; None is an error, no anode is assumed."""
    if isinstance(wavelength, str):
        return _wavelength_of_text(wavelength)
    if wavelength is None:
        raise ValueError(
            "wavelength is unknown and this step needs it; pass wavelength in angstrom or a "
            "name such as 'CuKa'."
        )
    if isinstance(wavelength, bool) or not (
        isinstance(wavelength, Real) and np.isfinite(wavelength) and wavelength > 0
    ):
        raise ValueError(
            f"wavelength is {wavelength!r}; it must be a positive number of angstrom or a name "
            "such as 'CuKa'."
        )
    return float(wavelength)


def _wavelength_of_text(text):
    """Wavelength in angstrom of a name however it is spelt, or of a number with a decimal comma."""
    if _NUMBER.fullmatch(text.strip()):
        return check_wavelength(float(text.strip().replace(",", ".")))
    name = wavelength_name(text)
    if name is None:
        alike = {
            other: difflib.SequenceMatcher(None, _plain(text), plain).ratio()
            for plain, other in _BY_PLAIN_NAME.items()
        }
        nearest = max(alike, key=alike.get)
        hint = f"did you mean {nearest!r}? Use" if alike[nearest] > 0.6 else "use"
        raise ValueError(
            f"wavelength {text!r} is not known; {hint} angstrom or one of {', '.join(WAVELENGTHS)}."
        )
    return WAVELENGTHS[name]


def wavelength_name(text):
    """Key of WAVELENGTHS that a text such as ``"Cu K-alpha"`` or ``"cukb1"`` means, or None."""
    return _BY_PLAIN_NAME.get(_plain(text).replace("kb1", "kb"))


def _plain(text):
    text = text.lower().replace("\u03b1", "a").replace("\u03b2", "b")
    text = text.replace("alpha", "a").replace("beta", "b")
    return re.sub(r"[^a-z0-9]", "", text)


def doublet_lines(wavelength):
    """K-alpha1 and K-alpha2 of a doublet, each as (wavelength in angstrom, share of intensity)."""
    for name, (ka1, ka2) in _DOUBLETS.items():
        if _is_line(wavelength, name):
            return (ka1, 2 / 3), (ka2, 1 / 3)
    raise ValueError(
        f"wavelength is {wavelength!r}, which is no doublet; name one of "
        f"{', '.join(_DOUBLETS)}, or leave the doublet out."
    )


def is_doublet(wavelength):
    """Whether a wavelength, by name or in angstrom, is the mean of a K-alpha doublet."""
    return any(_is_line(wavelength, name) for name in _DOUBLETS)


def _is_line(wavelength, name):
    if isinstance(wavelength, str):
        return wavelength_name(wavelength) == name
    return isinstance(wavelength, Real) and abs(wavelength - WAVELENGTHS[name]) < _SAME_LINE


def check_increasing(two_theta, *, name="two_theta"):
    """Angles as a one-dimensional, finite, strictly increasing float64 array."""
    angles = np.asarray(two_theta, dtype=np.float64)
    if angles.ndim != 1 or angles.size == 0:
        raise ValueError(f"{name} has shape {angles.shape}; pass a one-dimensional array.")
    if not np.isfinite(angles).all():
        row = int(np.flatnonzero(~np.isfinite(angles))[0])
        raise ValueError(f"{name} is {angles[row]} at position {row}; remove missing angles.")
    falling = np.flatnonzero(np.diff(angles) <= 0)
    if falling.size:
        row = int(falling[0])
        word = "repeats" if angles[row] == angles[row + 1] else "falls"
        raise ValueError(
            f"{name} {word} at position {row + 1} ({angles[row]:g}, then {angles[row + 1]:g}); "
            "angles must be strictly increasing: sort them and merge repeated ones."
        )
    return angles


def check_two_theta(two_theta, *, n_angles):
    """Grid of ``X``, which has ``n_angles`` columns: the given angles, or column numbers."""
    if two_theta is None:
        return np.arange(n_angles, dtype=np.float64)
    angles = check_increasing(two_theta)
    if angles.size != n_angles:
        raise ValueError(
            f"two_theta has {angles.size} angles but X has {n_angles} columns; pass the grid "
            "that X was resampled to."
        )
    return angles


def two_theta_to_d(two_theta, wavelength):
    """Lattice spacing in angstrom from Bragg's law, d = wavelength / (2 sin theta)."""
    return check_wavelength(wavelength) / (2 * np.sin(np.radians(np.asarray(two_theta) / 2)))


def d_to_two_theta(d_spacing, wavelength):
    """Angle in degrees from Bragg's law; NaN where the wavelength cannot reach the spacing."""
    sine = check_wavelength(wavelength) / (2 * np.asarray(d_spacing, dtype=np.float64))
    return 2 * np.degrees(np.arcsin(np.where(sine <= 1, sine, np.nan)))


def two_theta_to_q(two_theta, wavelength):
    """Momentum transfer q = 4 pi sin(theta) / wavelength, in 1/angstrom."""
    return 2 * np.pi / two_theta_to_d(two_theta, wavelength)


def median_step(two_theta):
    """Median distance between neighbouring angles (1 for a single angle)."""
    return float(np.median(np.diff(two_theta))) if len(two_theta) > 1 else 1.0


def convert_two_theta(two_theta, from_wavelength, to_wavelength):
    """Angles of the same lattice spacings at another wavelength; NaN where it cannot reach them."""
    sine = np.sin(np.radians(two_theta / 2)) * (to_wavelength / from_wavelength)
    return 2 * np.degrees(np.arcsin(np.where(np.abs(sine) < 1, sine, np.nan)))


def degrees_or_columns(value, two_theta, n_angles, *, default):
    """``value``, or ``default`` degrees; without angles the same share of columns as of a scan."""
    if value is not None:
        return value
    return default if two_theta is not None else default * n_angles / USUAL_RANGE


def window_points(window, two_theta, n_angles, *, default):
    """Length of a window in grid points, at least 1, from degrees (columns without angles)."""
    points = degrees_or_columns(window, two_theta, n_angles, default=default)
    if two_theta is not None:
        points = points / median_step(two_theta)
    return max(1, int(round(points)))


def keep_float32(values):
    """Array of floats: float32 stays float32, all else becomes float64."""
    values = np.asarray(values)
    return values if values.dtype == np.float32 else values.astype(np.float64, copy=False)
