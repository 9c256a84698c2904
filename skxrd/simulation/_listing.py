"""The crystals that a simulator is given: checked, and listed once each."""

from collections.abc import Sequence

import numpy as np

from skxrd.crystal import Crystal, ReflectionList


def check_crystals(X):
    """Raise ValueError if X is no list of crystals or reflection lists, nor a ReflectionStore."""
    if not isinstance(X, Sequence) or isinstance(X, str) or not X:
        raise ValueError(f"X is {type(X).__name__}; pass a list of at least one Crystal.")
    if isinstance(X, (list, tuple)):
        for position, item in enumerate(X):
            if not isinstance(item, (Crystal, ReflectionList)):
                raise ValueError(f"X[{position}] is {type(item).__name__}; pass a list of Crystal.")


def list_once(crystal, u_iso, shortest, listed):
    """Reflections of a crystal, and the displacement still to be applied to all of them.

    ``u_iso`` is for sites without one: if no site has one, it is a factor for the whole crystal, so
    that one list serves every draw. ``shortest`` has the least spacing and the wavelength of the
    dispersion corrections, both in angstrom; ``listed`` keeps the lists.
    """
    if isinstance(crystal, ReflectionList):
        return crystal, 0.0 if crystal.damped else u_iso
    undamped = np.isnan(crystal.u_iso).all()
    used = 0.0 if undamped else u_iso
    key = (id(crystal), used)
    if key not in listed:
        d_min, wavelength = shortest
        listed[key] = ReflectionList.from_crystal(crystal, d_min, u_iso=used, wavelength=wavelength)
    return listed[key], u_iso if undamped else 0.0
