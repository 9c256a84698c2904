"""The conventional cell of a structure that is listed in P 1, and its lines there."""

import gemmi
import numpy as np

from skxrd.crystal._close_pairs import places
from skxrd.crystal._metric import cell_volume
from skxrd.crystal._symmetry import _ask, _cell, _content

_SYMPREC = 0.1  # angstrom, as in the labels of computed structures
_CUBIC = 195  # first number of a cubic space group
_PARTS = 24  # of the cell, between whose multiples no position is mistaken for another
_EXACT = 1e-4  # of these parts
_MOST_KEPT = 10_000
_kept = {}  # indices in the conventional cell, by cubic arrangements of special positions


def conventional(crystal, hkl):
    """Cell, symbol, number and indices in it, and the ratio of its volume to that listed."""
    stated = crystal.space_group_number
    if crystal.space_group != "P 1" or crystal.metadata.get("space_group_number") == 1:
        return crystal.cell, crystal.space_group, stated, hkl, 1.0
    first = places(crystal.frac_coords, crystal.metric)
    occupied = np.unique(first)
    kinds = {}
    kind = [
        kinds.setdefault(_content(crystal, np.flatnonzero(first == place)), len(kinds))
        for place in occupied
    ]
    coords, metric = crystal.frac_coords[occupied], crystal.metric
    key = _arrangement(metric, coords, kind, stated) if stated >= _CUBIC else None
    if key is not None and key in _kept:
        change = _kept[key]
        basis = change.T @ np.linalg.cholesky(metric)
        cell = np.array([np.linalg.norm(basis, axis=1).mean()] * 3 + [90.0] * 3)
        return _in_cell(crystal, hkl, cell, stated, change)
    found = _found(metric, coords, kind)
    if found is None or (found.number != stated and "space_group_number" in crystal.metadata):
        return crystal.cell, crystal.space_group, stated, hkl, 1.0
    change = np.linalg.inv(found.transformation_matrix)
    if key is not None and found.number == stated and len(_kept) < _MOST_KEPT:
        _kept[key] = change
    return _in_cell(crystal, hkl, np.array(_cell(found.std_lattice)), int(found.number), change)


def _arrangement(metric, coords, kind, number):
    """What determines the setting of a cubic structure whose positions are simple fractions.

    Positions are multiples of 1/24 of axes of which no such part is within the tolerance, so that
    the same arrangement in a cell of another size has the same symmetry. ``None`` if they are not.
    """
    parts = coords * _PARTS
    whole = np.rint(parts)
    far = np.sqrt(metric.diagonal().min()) / _PARTS > 2 * _SYMPREC
    step = 1 if far else 2
    if np.abs(parts - whole).max() > _EXACT or (whole % step).any():
        return None
    shape = metric / np.linalg.det(metric) ** (1 / 3)
    return (
        np.rint(shape * 1e9).astype(np.int64).tobytes(),
        (whole.astype(int) % _PARTS).tobytes(),
        tuple(kind),
        number,
    )


def _found(metric, coords, kind):
    """Data of spglib on the symmetry."""
    import spglib

    lattice = np.linalg.cholesky(metric)
    return _ask(spglib.get_symmetry_dataset, (lattice, coords, kind), symprec=_SYMPREC)


def _in_cell(crystal, hkl, cell, number, change):
    symbol = gemmi.get_spacegroup_reference_setting(number).hm
    return (
        cell,
        symbol,
        number,
        np.rint(hkl @ change).astype(int),
        cell_volume(cell) / crystal.volume,
    )
