"""What the axis of a scan is, and angles from scattering vectors, spacings and radians."""

import re

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import check_stated

_WHAT = {"q": "a scattering vector", "d": "a lattice spacing", "inverse d": "an inverse spacing"}
_TWO_THETA = re.compile(r"(2|two)[\s_.-]*(th\b|theta|\u03b8)|tth|coupled|gonio|detector ?scan|psd")
_FIXED = re.compile(
    r"\b(omega|om|phi|chi|khi|psi|eta|theta([\s_-]*[sd])?|rocking|tilt|azimuth\w*|pole|texture"
    r"|[xyz]([\s_-]*(drive|axis|scan))?|aux\d*|time|still|temperature)\b|rocking|pole ?figure"
)
KEV_ANGSTROM = 12.398419843320026  # h c
#: Points of a list of lines without indices, at most
MOST_LINES = 300
_FEWEST_POINTS = 10  # of a scan that carries the spacings or indices of its points


def angles_of(path, values, role, stated, wavelength):
    """Angles in degrees from a column; one that needs the wavelength is refused without it."""
    if role.kind in (None, "two_theta"):
        return values if role.factor == 1 else values * role.factor
    if role.kind not in _WHAT:
        raise FormatError(path, f"its axis is {role.name!r}, not 2 theta.")
    if np.isnan(role.factor):
        raise FormatError(
            path,
            f"its axis is {role.name!r}, {_WHAT[role.kind]} in a unit that is not known, not 2 "
            "theta; write 1/angstrom, 1/nm, angstrom or nm.",
        )
    known = check_stated(path, stated, wavelength)
    what = f"its axis is {role.name!r}, {_WHAT[role.kind]}, not 2 theta"
    if known is None:
        raise FormatError(path, f"{what}; pass wavelength to convert it.")
    values = values * role.factor
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if role.kind == "q":
            sine = values * known / (4 * np.pi)
        else:
            sine = values * known / 2 if role.kind == "inverse d" else known / (2 * values)
    if not (np.abs(sine) < 1).all():
        raise FormatError(
            path,
            f"{what}, and runs from {values.min():g} to {values.max():g}, which {known:.5g} "
            "angstrom cannot reach; check its unit and the wavelength.",
        )
    return 2 * np.degrees(np.arcsin(sine))


def is_peak_list(kinds, axis):
    """Whether a table lists lines: its columns are of ``kinds`` such as spacing, its steps uneven.

    A scan may carry the spacing or the indices of each point, too, but its steps are even. Without
    names of columns few points far apart are a list.
    """
    listed = "list" in kinds
    if kinds and not listed and not {"d", "inverse d"} & set(kinds):
        return False
    if axis.size < 3 or (axis.size > MOST_LINES and not listed):
        return listed and axis.size < 3
    steps = np.abs(np.diff(axis))
    usual = np.median(steps)
    uneven = np.mean(np.abs(steps - usual) > 0.2 * usual) > 0.3
    if not kinds:
        return bool(uneven and usual > 0.5 and axis.size > 3)
    return bool(uneven or axis.size < _FEWEST_POINTS)


def moves_two_theta(name):
    """Whether a scan along an axis of this name is one over 2 theta; None if the name says neither.

    The symmetric ``"Theta/2-Theta"`` and ``"Omega-2Theta"`` are; ``"Omega"`` and ``"ThetaS"`` are
    not, nor are rocking curves and pole figures.
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.strip()).lower()
    if _TWO_THETA.search(words) and not re.search(r"rocking|pole ?figure", words):
        return True
    return False if _FIXED.search(words) else None
