"""Sites close to symmetry elements, moved onto them."""

import numpy as np

from skxrd.crystal._close_pairs import CLOSEST, MOST, SAME_PLACE

_EXACT = 1e-4  # angstrom between images of an atom on a special position
_AT_ONCE = 2_000_000  # bounds the memory of the images of many sites


def snap_to_special_positions(coords, occupancy, rotations, translations, metric):
    """Move sites onto the symmetry elements from which rounding has taken them.

    A coordinate of 0.333 is meant as 1/3: the images of such a site by the threefold axis lie close
    together but not at one point, and would count as three atoms. Images within 0.05 angstrom are
    one atom. Images within 0.4 angstrom are one atom where they cannot be several, because their
    occupancies sum to more than one; otherwise the site is split, as disordered atoms are. Raises
    SpecialPositionError if a site and its image are too close to be two atoms and there is no
    symmetry element between them.
    """
    coords = np.array(coords, dtype=np.float64)
    block = max(1, _AT_ONCE // (3 * len(rotations)))
    for start in range(0, len(coords), block):
        rows = np.arange(start, min(start + block, len(coords)))
        step = _steps(coords[rows], rotations, translations)
        distance = _lengths(step, metric)
        near = (distance > _EXACT) & (distance < CLOSEST)
        for row in rows[near.any(axis=1)]:
            coords[row] = _snap(row, coords[row], occupancy[row], rotations, translations, metric)
    return coords


class SpecialPositionError(ValueError):
    """A site (its row) that is too close to its own image, and their distance in angstrom."""

    def __init__(self, site, distance):
        super().__init__(site, distance)
        self.site, self.distance = int(site), float(distance)


def _snap(row, position, occupancy, rotations, translations, metric):
    for reach in (SAME_PLACE, CLOSEST):
        step = _steps(position[None], rotations, translations)[0]
        distance = _lengths(step, metric)
        near = distance < reach
        images = 1 + _n_distinct(step[near & (distance > _EXACT)], metric)
        if reach == CLOSEST and occupancy * images <= MOST:
            break
        moved = position + step[near].mean(axis=0)
        left = _lengths(_steps(moved[None], rotations[near], translations[near])[0], metric)
        if (left < _EXACT).all():
            position = moved
    step = _steps(position[None], rotations, translations)[0]
    distance = _lengths(step, metric)
    apart = distance[(distance > _EXACT) & (distance < CLOSEST)]
    if apart.size and 2 * occupancy > MOST:
        raise SpecialPositionError(row, apart.min())
    return position


def _n_distinct(steps, metric):
    """Number of different images among these."""
    kept = []
    for step in steps:
        if all(_lengths(step - other, metric) > _EXACT for other in kept):
            kept.append(step)
    return len(kept)


def _steps(coords, rotations, translations):
    """From each site to the nearest copy of each of its images."""
    step = np.einsum("nij,sj->sni", rotations, coords) + translations - coords[:, None]
    return step - np.round(step)


def _lengths(steps, metric):
    return np.sqrt(np.maximum(np.einsum("...i,ij,...j->...", steps, metric, steps), 0.0))
