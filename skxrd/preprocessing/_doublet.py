"""The second line of a K-alpha doublet taken off a pattern."""

from dataclasses import replace

import numpy as np

from skxrd._grid import doublet_lines, is_doublet


def strip_doublet(pattern):
    r"""Take the K-alpha2 line off a pattern, as Rachinger did [1]_.

    .. math:: I_1(\theta) = I(\theta) - \tfrac{1}{2} I_1(\theta'), \qquad
              \sin\theta' = \frac{\lambda_1}{\lambda_2} \sin\theta

    from low to high angles: what K-alpha1 gives at :math:`\theta'`, K-alpha2 gives at
    :math:`\theta` with half the intensity. Noise grows by a tenth; where the first line was not
    measured, below the pattern, the intensity of the first angle stands in.

    Parameters
    ----------
    pattern : PowderPattern
        Background included or not; its wavelength is the mean of a doublet.

    Returns
    -------
    PowderPattern
        Of the wavelength of K-alpha1, with the background of two thirds.

    Raises
    ------
    ValueError
        If the wavelength is unknown or no doublet.

    References
    ----------
    .. [1] W. A. Rachinger, J. Sci. Instrum. 25 (1948) 254-255, doi:10.1088/0950-7671/25/7/125.
    """
    if pattern.wavelength is None or not is_doublet(pattern.wavelength):
        raise ValueError(
            f"pattern {pattern.name!r} has the wavelength {pattern.wavelength}, which is no mean "
            "of a K-alpha doublet; there is no second line to take off."
        )
    (alpha1, _), (alpha2, _) = doublet_lines(pattern.wavelength)
    x, y = pattern.two_theta, pattern.intensity
    source = 2 * np.degrees(np.arcsin(alpha1 / alpha2 * np.sin(np.radians(x / 2))))
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
