"""Colours and labels that all pictures share."""

from skxrd._grid import WAVELENGTHS

INK = "#333333"
#: Okabe and Ito's palette, told apart with any common colour vision, without its yellow and black.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#666666")
FOR = "#D55E00"
NEUTRAL = "#E4E4E4"
AGAINST = "#0072B2"


def angle_label(wavelength, *, in_degrees=True):
    """Label of the angle axis, with the wavelength where it is known."""
    if not in_degrees:
        return "column"
    if wavelength is None:
        return "2θ (degrees)"
    for name, value in WAVELENGTHS.items():
        if abs(wavelength - value) < 2e-5:
            anode, line = name.split("K")
            return f"2θ (degrees), {anode} K{line.replace('a', 'α')}, {wavelength:.4f} Å"
    return f"2θ (degrees), {wavelength:.4f} Å"


def clear_spines(ax):
    """Leave only the bottom axis."""
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
