"""Physical parameters that are a number, a range or a distribution."""

from numbers import Real

import numpy as np


def draw_parameter(name, value, rng, *, low=-np.inf, high=np.inf):
    """One value of a physical parameter.

    Parameters
    ----------
    name : str
        Name for the error message.
    value : float, tuple of (float, float) or scipy.stats distribution
        A number stays as it is; a pair is the range of a uniform draw; anything with ``rvs`` is
        drawn from.
    rng : numpy.random.Generator
        Source of the draw.
    low : float, default=-inf
        Lowest value allowed.
    high : float, default=inf
        Highest value allowed.

    Returns
    -------
    float
    """
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
