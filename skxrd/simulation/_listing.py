"""Crystals on their way into the simulator: checked, and listed once each."""

from collections.abc import Sequence

import numpy as np

from skxrd.crystal import Crystal, ReflectionList


def check_crystals(X):
    """Raise if ``X`` is no sequence of crystals or reflection lists.

    Parameters
    ----------
    X : list of Crystal or ReflectionList, or ReflectionStore
        What a simulator was given.
    """
    if not isinstance(X, Sequence) or isinstance(X, str) or not X:
        raise ValueError(f"X is {type(X).__name__}; pass a list of at least one Crystal.")
    if isinstance(X, (list, tuple)):
        for position, item in enumerate(X):
            if not isinstance(item, (Crystal, ReflectionList)):
                raise ValueError(f"X[{position}] is {type(item).__name__}; pass a list of Crystal.")


def list_once(crystal, u_iso, shortest, listed):
    """Reflections of a crystal, and the displacement that is still to be applied to all of them.

    Parameters
    ----------
    crystal : Crystal or ReflectionList
        The structure.
    u_iso : float
        Displacement parameter in square angstrom of the sites that state none.
    shortest : tuple of (float, float or None)
        Least spacing, and wavelength of the dispersion corrections.
    listed : dict
        Lists made before, which is added to.

    Returns
    -------
    reflections : ReflectionList
    u_iso : float
        Of a crystal whose sites all state none, the displacement is one factor for the whole
        crystal, so that one list serves every draw.
    """
    if isinstance(crystal, ReflectionList):
        return crystal, 0.0 if crystal.damped else u_iso
    nobody_states = np.isnan(crystal.u_iso).all()
    used = 0.0 if nobody_states else u_iso
    key = (id(crystal), used)
    if key not in listed:
        d_min, wavelength = shortest
        listed[key] = ReflectionList.from_crystal(crystal, d_min, u_iso=used, wavelength=wavelength)
    return listed[key], u_iso if nobody_states else 0.0
