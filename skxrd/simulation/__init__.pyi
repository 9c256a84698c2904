from ._corrections import march_dollase
from ._fingerprint import DiffractionFingerprint
from ._powder import PowderSimulator

__all__ = ["DiffractionFingerprint", "PowderSimulator", "march_dollase"]
