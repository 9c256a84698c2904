"""The physical conditions under which one pattern is taken, drawn from what the user allows."""

from dataclasses import dataclass

import numpy as np

from skxrd.simulation._parameters import draw_parameter

#: Parameters that are drawn for each pattern, with the least and greatest value each may have.
DRAWN = {
    "fwhm": (1e-4, 180),
    "eta": (0, 1),
    "crystallite_size": (1, np.inf),
    "microstrain": (0, 1),
    "asymmetry": (0, 10),
    "u_iso": (0, 10),
    "lattice_strain": (-0.5, 0.5),
    "anisotropic_strain": (0, 0.2),
    "march_r": (0.01, 100),
    "random_fraction": (0, 1),
    "zero_shift": (-90, 90),
    "sample_displacement": (-100, 100),
    "impurity_fraction": (0, np.inf),
    "polynomial": (0, np.inf),
    "hump": (0, np.inf),
    "rise": (0, np.inf),
    "max_counts": (0, np.inf),
    "hump_angle": (-180, 180),
}


@dataclass(frozen=True, eq=False)
class Conditions:
    """One value of each parameter of :class:`~skxrd.simulation.PowderSimulator`."""

    fwhm: float
    eta: float
    crystallite_size: float
    microstrain: float
    asymmetry: float
    u_iso: float
    lattice_strain: float
    anisotropic_strain: float
    march_r: float
    random_fraction: float
    zero_shift: float
    sample_displacement: float
    impurity_fraction: float
    polynomial: float
    hump: float
    rise: float
    max_counts: float
    hump_angle: float
    caglioti_uvw: tuple | None
    profile: str
    preferred_orientation: object
    goniometer_radius: float
    monochromator_two_theta: float | None


def draw_conditions(simulator, rng):
    """Draw the conditions of one pattern.

    Parameters
    ----------
    simulator : PowderSimulator
        Its parameters are numbers, ranges or distributions.
    rng : numpy.random.Generator
        Source of the draws, one a parameter, in the order of ``DRAWN``.

    Returns
    -------
    Conditions
    """
    values = {
        name: draw_parameter(name, getattr(simulator, name), rng, low=low, high=high)
        for name, (low, high) in DRAWN.items()
    }
    uvw = simulator.caglioti_uvw
    if uvw is not None:
        if len(uvw) != 3:
            raise ValueError(f"caglioti_uvw has {len(uvw)} entries; give U, V and W.")
        uvw = tuple(
            draw_parameter(f"caglioti_uvw ({name})", value, rng)
            for name, value in zip("UVW", uvw, strict=True)
        )
    return Conditions(
        **values,
        caglioti_uvw=uvw,
        profile=simulator.profile,
        preferred_orientation=simulator.preferred_orientation,
        goniometer_radius=simulator.goniometer_radius,
        monochromator_two_theta=simulator.monochromator_two_theta,
    )
