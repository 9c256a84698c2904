"""Conditions of powder patterns for training networks, as parameters of the simulator."""

from scipy.stats import loguniform

_PAPER = {
    "monochromator_two_theta": 26.6,  # graphite
    "eta": (0.0, 1.0),
    # U tan^2 + V tan + W is positive for all draws: V^2 / 4U is at most 0.005
    "caglioti_uvw": ((0.02, 0.1), (-0.02, 0.0), (0.008, 0.05)),
    "polynomial": (0.0, 0.3),
    "max_counts": loguniform(500, 50_000),
}
_MEASURED = {
    **_PAPER,
    "caglioti_uvw": ((0.005, 0.05), (-0.008, 0.0), (0.004, 0.03)),
    "crystallite_size": loguniform(150, 5000),
    "microstrain": (0.0, 0.002),
    "lattice_strain": (-0.02, 0.02),
    "anisotropic_strain": (0.0, 0.003),
    "preferred_orientation": "random",
    "march_r": (0.5, 1.0),
    "zero_shift": (-0.05, 0.05),
    "sample_displacement": (-0.15, 0.15),
    "impurity_fraction": (0.0, 0.15),
    "hump": (0.0, 0.3),
    "hump_angle": (15.0, 35.0),
    "rise": (0.0, 0.3),
}
_PROCESSED = {
    **_MEASURED,
    "crystallite_size": loguniform(300, 10_000),
    "microstrain": (0.0, 0.0015),
    "particle_statistics": (0.0, 0.6),
    "polynomial": (0.0, 1.0),
    "max_counts": loguniform(100, 50_000),
    "subtract_background": True,
}
_KINDS = {"paper": _PAPER, "measured": _MEASURED, "processed": _PROCESSED}


def powder_conditions(kind):
    """Parameters of a simulator that renders training patterns.

    Parameters
    ----------
    kind : {"paper", "measured", "processed"}
        ``"paper"``: the disturbances of Park et al. [1]_: random mixing of the pseudo-Voigt
        profile, random Caglioti parameters, a background of random polynomials of the sixth order,
        Poisson noise, and the polarisation of a graphite monochromator. The paper states no ranges;
        these give widths of 0.09 to 0.5 degrees and 500 to 50,000 counts at the highest peak.
        ``"measured"``: what real scans show as well: crystallite size, microstrain, a cell up
        to 2 % off (computed cells are about 1 % too large), strain that keeps the symmetry,
        texture, misaligned specimens, an impurity phase, the hump of a glass and air scatter.
        ``"processed"``: scans as databases keep them: the background, as high as the highest peak
        or lower, was subtracted and what became negative set to zero, so that its noise remains.
        Besides, lines are sharper, counts fewer, and few crystallites scatter the intensities.

    Returns
    -------
    dict
        Keyword arguments for :class:`~skxrd.simulation.PowderSimulator`.

    Raises
    ------
    ValueError
        If there is no such kind.

    References
    ----------
    .. [1] W. B. Park et al., "Classification of crystal structure using a convolutional neural
       network", IUCrJ 4 (2017) 486-494, doi:10.1107/S205225251700714X.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.simulation import PowderSimulator
    >>> from skxrd.powders import powder_conditions
    >>> crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> simulator = PowderSimulator(np.linspace(10, 110, 2001), **powder_conditions("paper"))
    >>> simulator.fit_transform([crystal]).shape
    (1, 2001)
    """
    if kind not in _KINDS:
        raise ValueError(f"kind is {kind!r}; use 'paper', 'measured' or 'processed'.")
    return dict(_KINDS[kind])
