"""The physical conditions under which one pattern is measured, drawn from the user's ranges."""

from dataclasses import dataclass, field, fields
from numbers import Real

import numpy as np


def _drawn(least, greatest):
    """Field of a parameter that is drawn for each pattern, with its limits."""
    return field(metadata={"limits": (least, greatest)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Conditions:
    """One value of each parameter of :class:`~skxrd.simulation.PowderSimulator`."""

    fwhm: float = _drawn(1e-4, 180)
    eta: float = _drawn(0, 1)
    crystallite_size: float = _drawn(1, np.inf)
    microstrain: float = _drawn(0, 1)
    asymmetry: float = _drawn(0, 10)
    u_iso: float = _drawn(0, 10)
    lattice_strain: float = _drawn(-0.5, 0.5)
    anisotropic_strain: float = _drawn(0, 0.2)
    march_r: float = _drawn(0.01, 100)
    random_fraction: float = _drawn(0, 1)
    particle_statistics: float = _drawn(0, 10)
    zero_shift: float = _drawn(-90, 90)
    sample_displacement: float = _drawn(-100, 100)
    impurity_fraction: float = _drawn(0, np.inf)
    polynomial: float = _drawn(0, np.inf)
    hump: float = _drawn(0, np.inf)
    rise: float = _drawn(0, np.inf)
    max_counts: float = _drawn(0, np.inf)
    hump_angle: float = _drawn(-180, 180)
    caglioti_uvw: tuple | None
    profile: str
    preferred_orientation: object
    goniometer_radius: float
    monochromator_two_theta: float | None


#: Parameters that are drawn for each pattern, in this order, with the limits of each.
DRAWN = {entry.name: entry.metadata["limits"] for entry in fields(Conditions) if entry.metadata}
_FIXED = ("profile", "preferred_orientation", "goniometer_radius", "monochromator_two_theta")


def draw_conditions(parameters, rng):
    """Conditions of one pattern, drawn from the parameters of a simulator."""
    values = {
        name: draw_parameter(name, parameters[name], rng, low=low, high=high)
        for name, (low, high) in DRAWN.items()
    }
    uvw = parameters["caglioti_uvw"]
    if uvw is not None:
        if len(uvw) != 3:
            raise ValueError(f"caglioti_uvw has {len(uvw)} entries; give U, V and W.")
        uvw = tuple(
            draw_parameter(f"caglioti_uvw ({name})", value, rng)
            for name, value in zip("UVW", uvw, strict=True)
        )
    fixed = {name: parameters[name] for name in _FIXED}
    return Conditions(**values, caglioti_uvw=uvw, **fixed)


def draw_parameter(name, value, rng, *, low=-np.inf, high=np.inf):
    """One value of a parameter: a number itself, a draw from a (low, high) pair or distribution."""
    if isinstance(value, Real):
        drawn = float(value)
    elif hasattr(value, "rvs"):
        drawn = float(value.rvs(random_state=rng))
    elif isinstance(value, (tuple, list)) and len(value) == 2 and value[0] <= value[1]:
        drawn = float(rng.uniform(*value))
    else:
        raise ValueError(
            f"{name} is {value!r}; give a number, a (low, high) range or a scipy.stats "
            "distribution."
        )
    if not low <= drawn <= high:
        raise ValueError(f"{name} is {drawn:g}; it must lie from {low:g} to {high:g}.")
    return drawn
