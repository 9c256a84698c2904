"""Axes, colours and labels that all pictures share."""

from skxrd._grid import WAVELENGTHS

INK = "#333333"
#: Okabe and Ito's palette, distinct for any common colour vision, without its yellow and black.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#666666")
FOR = "#D55E00"
NEUTRAL = "#E4E4E4"
AGAINST = "#0072B2"
#: Calculated patterns; differences and phases that are mere hints; grids.
CALCULATED = "#E69F00"
MUTED = "#666666"
GRID = "#DDDDDD"
#: From weak to strong; its lightness falls evenly, so that it can be read without colours.
SEQUENTIAL = ("#FFFFFF", "#CFE3F2", "#8FBFE0", "#3F8FC4", "#0A5A94", "#062F55", "#04152A")
#: Of legends, which have no frame.
LEGEND = {"frameon": False, "fontsize": 8.5}


def axes_or_new(ax, width, height):
    """The given axes, or those of a new figure of this size in inches."""
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    return ax


def sequential_colors():
    """Colour map of intensities."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("intensity", SEQUENTIAL)


def hide_spines(ax, *sides):
    """Hide these sides of the frame, or all but the bottom."""
    ax.spines[list(sides or ("top", "right", "left"))].set_visible(False)


def label_pattern(ax, label, height, color):
    """Write a label to the right of a pattern that is drawn at this height."""
    ax.annotate(
        label,
        (1, height),
        xycoords=("axes fraction", "data"),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=8.5,
        color=color,
        annotation_clip=False,
    )


def angle_label(wavelength, *, in_degrees=True):
    """Label of the angle axis, with the wavelength where it is known."""
    if not in_degrees:
        return "column"
    if wavelength is None:
        return "2θ (degrees)"
    for name, value in WAVELENGTHS.items():
        if abs(wavelength - value) < 2e-5:
            anode, line = name.replace("a", "α").replace("b", "β").split("K")
            return f"2θ (degrees), {anode} K{line}, {wavelength:.4f} Å"
    return f"2θ (degrees), {wavelength:.4f} Å"


def prediction_title(name, predicted, probability):
    """Name of a pattern or image, its predicted class and the probability of that class."""
    start = f"{name}: " if name else ""
    return f"{start}{predicted}, probability {probability:.2f}"
