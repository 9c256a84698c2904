"""Scales of intensities, and axes of angles, spacings and scattering vectors."""

import numpy as np

from skxrd._grid import two_theta_to_d, two_theta_to_q
from skxrd.inspection._style import angle_label

SCALES = ("linear", "sqrt", "log")
SCALE_NAMES = {
    "linear": "intensity",
    "sqrt": "square root of intensity",
    "log": "logarithm of intensity",
}
UNITS = ("counts", "counts per second")
#: What an axis may show: its label.
X_LABELS = {"two_theta": None, "d_spacing": "d (Å)", "q": "q (1/Å)"}


def check_axes(scale, x, wavelength):
    """Raise if a scale or an axis is not known, or the wavelength that it needs."""
    for name, value, known in (("scale", scale, SCALES), ("x", x, X_LABELS)):
        if value not in known:
            raise ValueError(f"{name} is {value!r}; use one of {', '.join(map(repr, known))}.")
    if x != "two_theta" and wavelength is None:
        raise ValueError(
            f"x={x!r} needs the wavelength and it is unknown; read the patterns with their "
            "wavelength, or draw them with x='two_theta'."
        )


def x_values(two_theta, x, wavelength):
    """Angles in degrees as the axis shows them."""
    if x == "two_theta":
        return np.asarray(two_theta)
    convert = two_theta_to_d if x == "d_spacing" else two_theta_to_q
    with np.errstate(divide="ignore"):
        return convert(two_theta, wavelength)


def x_label(x, wavelength, *, in_degrees):
    """Label of the axis."""
    return X_LABELS[x] or angle_label(wavelength, in_degrees=in_degrees)


def scaled_rows(rows, scale):
    """Intensities as heights: themselves, their square roots, or their decimal logarithms.

    What is not positive is 0 in the first case of these two; in the other it is the lowest value
    above zero, or a millionth of the largest if that is more.
    """
    if scale == "linear":
        return rows
    if scale == "sqrt":
        return [np.sqrt(np.maximum(row, 0)) for row in rows]
    heights = []
    for row in rows:
        positive = row[row > 0]
        least = max(positive.min(), 1e-6 * positive.max()) if positive.size else 1.0
        heights.append(np.log10(np.maximum(row, least)))
    return heights


def label_heights(ax, scale):
    """Write intensities, not their roots or logarithms, at the ticks."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    if scale == "sqrt":
        low, high = ax.get_ylim()
        round_values = MaxNLocator(5).tick_values(0, max(high, 0) ** 2)
        roots = np.sqrt(round_values[round_values >= 0])
        ax.yaxis.set_major_locator(FixedLocator(roots[roots <= high]))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value**2:g}"))
    elif scale == "log":
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"$10^{{{value:g}}}$"))


def add_d_axis(ax, wavelength):
    """A second axis of spacings in angstrom on top of an axis of degrees."""
    from matplotlib.ticker import FixedLocator, NullLocator

    def to_d(two_theta):
        sine = np.sin(np.radians(np.clip(two_theta, 1e-3, 180) / 2))
        return wavelength / (2 * sine)

    def to_angle(spacing):
        sine = wavelength / (2 * np.maximum(spacing, 1e-9))
        return 2 * np.degrees(np.arcsin(np.minimum(sine, 1)))

    top = ax.secondary_xaxis("top", functions=(to_d, to_angle))
    low, high = sorted(ax.get_xlim())
    round_values = np.array([20, 10, 7, 5, 4, 3, 2.5, 2, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1, 0.9])
    round_values = np.append(round_values, [0.8, 0.7, 0.6, 0.5, 0.4])
    angles = to_angle(round_values)
    kept = []
    for spacing, angle in zip(round_values, angles, strict=True):
        apart = not kept or angle - kept[-1][1] > 0.045 * (high - low)
        if low <= angle <= high and apart and wavelength < 2 * spacing:
            kept.append((spacing, angle))
    top.xaxis.set_major_locator(FixedLocator([spacing for spacing, _ in kept]))
    top.xaxis.set_minor_locator(NullLocator())
    top.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    top.set_xlabel(X_LABELS["d_spacing"])
    return top


def check_one_each(display):
    """Number of patterns of a display; raise if there are not as many labels or classes."""
    n_patterns = len(display.intensity)
    for name, given in (("labels", display.labels), ("y", display.y)):
        if given is not None and len(given) != n_patterns:
            raise ValueError(
                f"{name} has {len(given)} entries but there are {n_patterns} patterns; give one "
                "each."
            )
    return n_patterns


def check_one_wavelength(patterns):
    """The wavelength of all patterns; raise if they differ, or only some are known."""
    first = patterns[0].wavelength
    for pattern in patterns:
        wavelength = pattern.wavelength
        unknown = (wavelength is None) != (first is None)
        if unknown or (first is not None and not np.isclose(wavelength, first, rtol=1e-3)):
            raise ValueError(
                f"pattern {pattern.name!r} has the wavelength {wavelength} but "
                f"{patterns[0].name!r} has {first}; bring them to one with PatternStacker, or "
                "draw them in two pictures."
            )
    return first


def in_one_unit(patterns, unit=None):
    """Intensities of patterns, and their unit ("" if they differ or state none).

    ``"counts"`` and ``"counts per second"`` convert by the counting time of each pattern.
    """
    stated = [pattern.metadata.get("intensity_unit", "") for pattern in patterns]
    intensities = [pattern.intensity for pattern in patterns]
    if unit is None:
        return intensities, stated[0] if len(set(stated)) == 1 else ""
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}; use one of {', '.join(map(repr, UNITS))}.")
    converted = []
    for pattern, own in zip(patterns, stated, strict=True):
        seconds = pattern.metadata.get("counting_time")
        if own != unit and (own not in UNITS or not seconds):
            raise ValueError(
                f"pattern {pattern.name!r} states "
                f"{own or 'no unit of intensity'}{'' if seconds else ' and no counting time'}; "
                f"intensities cannot be converted to {unit}. Leave the unit as it is."
            )
        factor = 1.0 if own == unit else seconds if unit == "counts" else 1 / seconds
        converted.append(factor * pattern.intensity)
    return converted, unit
