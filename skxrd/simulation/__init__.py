"""Simulated diffraction patterns."""

from skxrd.crystal import lorentz_polarization
from skxrd.simulation._background import (
    count_photons,
    glass_hump,
    low_angle_rise,
    polynomial_background,
)
from skxrd.simulation._corrections import (
    axial_divergence,
    displacement_shift,
    march_dollase,
    strained_metric,
)
from skxrd.simulation._fingerprint import DiffractionFingerprint
from skxrd.simulation._lines import PatternLines
from skxrd.simulation._parameters import draw_parameter
from skxrd.simulation._powder import PowderSimulator
from skxrd.simulation._profiles import pseudo_voigt, thompson_cox_hastings
from skxrd.simulation._rendering import render_peaks
from skxrd.simulation._widths import caglioti_width, microstrain_width, scherrer_width

__all__ = [
    "DiffractionFingerprint",
    "PatternLines",
    "PowderSimulator",
    "axial_divergence",
    "caglioti_width",
    "count_photons",
    "displacement_shift",
    "draw_parameter",
    "glass_hump",
    "lorentz_polarization",
    "low_angle_rise",
    "march_dollase",
    "microstrain_width",
    "polynomial_background",
    "pseudo_voigt",
    "render_peaks",
    "scherrer_width",
    "strained_metric",
    "thompson_cox_hastings",
]
