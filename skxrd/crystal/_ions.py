"""Ions of metal halides: their radii, and the atoms that scatter in their place."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Ion:
    """Radius in angstrom, scattering elements (hydrogen left out), u_iso in square angstrom."""

    radius: float
    atoms: tuple
    u_iso: float


# Radii of R. D. Shannon, Acta Cryst. A32 (1976) 751, doi:10.1107/S0567739476001551, with
# coordination 12 for A and 6 otherwise; of methylammonium (MA) and formamidinium (FA) from
# G. Kieslich, S. Sun and A. K. Cheetham, Chem. Sci. 5 (2014) 4712, doi:10.1039/C4SC02211D.
# Sn2+, Sb3+, Te4+, In3+ and Ag+, lone-pair or covalent, have effective radii instead, fitted
# to the measured cells that the rules of the prototypes name.
IONS = {
    "K": Ion(1.64, ("K",), 0.06),
    "Rb": Ion(1.72, ("Rb",), 0.06),
    "Cs": Ion(1.88, ("Cs",), 0.06),
    "MA": Ion(2.17, ("C", "N"), 0.15),
    "FA": Ion(2.53, ("C", "N", "N"), 0.15),
    "Na": Ion(1.02, ("Na",), 0.03),
    "Ag": Ion(0.96, ("Ag",), 0.03),
    "Ge": Ion(0.73, ("Ge",), 0.03),
    "Sn": Ion(1.04, ("Sn",), 0.03),
    "Pb": Ion(1.19, ("Pb",), 0.03),
    "In": Ion(0.87, ("In",), 0.02),
    "Sb": Ion(0.97, ("Sb",), 0.03),
    "Bi": Ion(1.03, ("Bi",), 0.03),
    "Ti4": Ion(0.605, ("Ti",), 0.02),
    "Zr4": Ion(0.72, ("Zr",), 0.02),
    "Hf4": Ion(0.71, ("Hf",), 0.02),
    "Sn4": Ion(0.69, ("Sn",), 0.02),
    "Pt4": Ion(0.625, ("Pt",), 0.02),
    "Te4": Ion(0.735, ("Te",), 0.02),
    "Cl": Ion(1.81, ("Cl",), 0.05),
    "Br": Ion(1.96, ("Br",), 0.05),
    "I": Ion(2.20, ("I",), 0.05),
}
_PART = re.compile(r"([A-Z][A-Za-z]?4?)(0\.\d+)?")


def parse_mixture(text):
    """Fractions of the ions on a site: ``"FA0.6MA0.4"`` is 0.6 FA and 0.4 MA."""
    parts = {name: float(share or 1) for name, share in _PART.findall(text)}
    rest = _PART.sub("", text)
    unknown = [name for name in parts if name not in IONS]
    if rest or unknown or abs(sum(parts.values()) - 1) > 1e-6:
        raise ValueError(
            f"site {text!r} is no mixture of known ions with fractions that sum to 1; write for "
            f"example 'Cs' or 'FA0.6MA0.4' with ions among {', '.join(IONS)}."
        )
    return parts


def mean_radius(text):
    """Mean radius in angstrom of the ions on a site, by Vegard's rule."""
    return sum(share * IONS[name].radius for name, share in parse_mixture(text).items())


def scatterers(text):
    """Element, occupancy and u_iso of the atoms on a site; those of a molecule share its place."""
    return [
        (element, share, IONS[name].u_iso)
        for name, share in parse_mixture(text).items()
        for element in IONS[name].atoms
    ]
