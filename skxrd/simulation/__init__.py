"""Simulated diffraction patterns."""

from skxrd.simulation._corrections import march_dollase
from skxrd.simulation._fingerprint import DiffractionFingerprint
from skxrd.simulation._powder import PowderSimulator
from skxrd.simulation._rendering import render_peaks

__all__ = ["DiffractionFingerprint", "PowderSimulator", "march_dollase", "render_peaks"]
