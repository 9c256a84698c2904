"""Simulated diffraction patterns."""

from skxrd.simulation._background import count_photons, glass_hump, low_angle_rise
from skxrd.simulation._corrections import (
    displacement_shift,
    lorentz_polarization,
    march_dollase,
    scherrer_width,
)
from skxrd.simulation._parameters import draw_parameter
from skxrd.simulation._powder import PowderSimulator
from skxrd.simulation._profiles import pseudo_voigt, render_peaks

__all__ = [
    "PowderSimulator",
    "count_photons",
    "displacement_shift",
    "draw_parameter",
    "glass_hump",
    "lorentz_polarization",
    "low_angle_rise",
    "march_dollase",
    "pseudo_voigt",
    "render_peaks",
    "scherrer_width",
]
