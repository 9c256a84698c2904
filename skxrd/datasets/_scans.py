"""Single scans: where they come from, and at another wavelength."""

from dataclasses import replace

import numpy as np

from skxrd._grid import check_wavelength, convert_two_theta
from skxrd.preprocessing._common_grid import is_same_wavelength


def where(pattern):
    """Path of a pattern, and the number of its scan in a file of several; or its name."""
    path = pattern.metadata.get("path", pattern.name)
    return f"{path} (scan {pattern.metadata['scan']})" if "scan" in pattern.metadata else path


def converted(pattern, wavelength):
    """Pattern with its angles at another wavelength, if its own is known and differs."""
    if wavelength is None or pattern.wavelength is None:
        return pattern
    wavelength = check_wavelength(wavelength)
    if is_same_wavelength(pattern.wavelength, wavelength):
        return pattern
    angles = convert_two_theta(pattern.two_theta, pattern.wavelength, wavelength)
    reached = ~np.isnan(angles)
    if reached.sum() < 2:
        return pattern  # the stacker says why it cannot be used
    return replace(
        pattern,
        two_theta=angles[reached],
        intensity=pattern.intensity[reached],
        wavelength=wavelength,
    )
