"""K-alpha2 subtracted from a pattern."""

from dataclasses import replace

import numpy as np

from skxrd._grid import convert_two_theta, doublet_lines, is_doublet


def strip_doublet(pattern):
    """Pattern of K-alpha1 alone, after Rachinger, as :class:`PatternStacker` explains."""
    if pattern.wavelength is None or not is_doublet(pattern.wavelength):
        raise ValueError(
            f"pattern {pattern.name!r} has the wavelength {pattern.wavelength}, which is not the "
            "mean of a K-alpha doublet; there is no second line to subtract."
        )
    (alpha1, _), (alpha2, _) = doublet_lines(pattern.wavelength)
    x, y = pattern.two_theta, pattern.intensity
    source = convert_two_theta(x, alpha2, alpha1)
    left = np.clip(np.searchsorted(x, source, side="right") - 1, 0, x.size - 2)
    share = np.clip((source - x[left]) / (x[left + 1] - x[left]), 0.0, 1.0)
    first = np.empty_like(y)
    for i in range(x.size):
        j, t = left[i], share[i]
        if source[i] < x[0]:
            first[i] = y[i] - y[0] / 3  # of a level intensity two thirds are K-alpha1
        elif j + 1 >= i:  # the two lines are closer than a step: solve for this angle
            before = first[j] if j < i else 0.0
            own = t if j + 1 == i else 1.0 - t if j == i else 0.0
            other = (1 - t) * before if j < i else 0.0
            first[i] = (y[i] - 0.5 * other) / (1 + 0.5 * own)
        else:
            first[i] = y[i] - 0.5 * ((1 - t) * first[j] + t * first[j + 1])
    return replace(pattern, intensity=first, wavelength=alpha1)
