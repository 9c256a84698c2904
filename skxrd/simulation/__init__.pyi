from ._corrections import march_dollase
from ._fingerprint import DiffractionFingerprint
from ._powder import PowderSimulator
from ._rendering import render_peaks

__all__ = ["DiffractionFingerprint", "PowderSimulator", "march_dollase", "render_peaks"]
