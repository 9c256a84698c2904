"""Check the sites of a CIF block: whether they can be atoms, and which of them are the same."""

import gemmi
import numpy as np

from skxrd.crystal._close_pairs import MOST, SAME_PLACE, close_pairs, overlap
from skxrd.crystal._metric import metric_tensor
from skxrd.crystal._special_positions import SpecialPositionError, snap_to_special_positions

_MOST_TO_COMPARE = 5_000  # atoms of a cell whose symmetry is stated in two ways


def check_sites(sites, cell, symmetry):
    """Sites as a Crystal takes them; raises ValueError if they cannot all be atoms.

    Returns the sites without those that another one already generates, their fractional
    coordinates (on special positions where that is meant), their occupancies (at most 1; up to 1.02
    counts as rounding), and the labels of the sites left out.
    """
    for site in sites:
        if site.element.atomic_number == 0:
            raise ValueError(
                f"site {site.label!r} has the unknown element {site.type_symbol!r}; give it a "
                "chemical symbol."
            )
        if not 0 <= site.occ <= MOST:
            raise ValueError(
                f"site {site.label!r}: occupancy {site.occ:g} lies outside 0 to 1; give chemical "
                "occupancies."
            )
    occupancy = np.minimum([site.occ for site in sites], 1.0)
    metric = metric_tensor(np.asarray(cell, float))
    if not np.linalg.det(metric) > 0.01:
        raise ValueError(f"cell {list(cell)} is singular; its axes must span a volume.")
    coords = np.array([site.fract.tolist() for site in sites])
    operations = symmetry.rotations, symmetry.translations
    try:
        coords = snap_to_special_positions(coords, occupancy, *operations, metric)
    except SpecialPositionError as error:
        raise ValueError(
            f"site {sites[error.site].label!r} is {error.distance:.2f} angstrom from its own "
            "image by symmetry; move it onto the special position or state its occupancy."
        ) from None
    elements = np.array([site.element.name for site in sites])
    kept = _without_repeated(coords, elements, occupancy, *operations, metric)
    atoms, row = all_images(coords[kept], *operations, metric)
    wrong = overlap(atoms, metric, occupancy[kept][row])
    if wrong is not None:
        first, second = (sites[kept[row[atom]]].label for atom in wrong[:2])
        raise ValueError(
            f"sites {first!r} and {second!r} overlap: they are {wrong[2]:.2f} angstrom apart "
            "and their occupancies sum to more than 1; correct positions or occupancies."
        )
    repeated = [sites[row].label for row in np.setdiff1d(np.arange(len(sites)), kept)]
    return [sites[row] for row in kept], coords[kept], occupancy[kept], repeated


def all_images(coords, rotations, translations, metric):
    """Every atom of the cell once, and the site each comes from."""
    atoms, rows = [], []
    for row, position in enumerate(coords):
        images = (rotations @ position + translations) % 1.0
        pairs, _ = close_pairs(images, metric, SAME_PLACE / 5)
        distinct = np.delete(images, np.unique(pairs[:, 1]), axis=0) if len(pairs) else images
        atoms.append(distinct)
        rows += [row] * len(distinct)
    return np.vstack(atoms), np.array(rows)


def _without_repeated(coords, elements, occupancy, rotations, translations, metric):
    """Rows of sites that no earlier site of the same element already generates."""
    atoms, row = all_images(coords, rotations, translations, metric)
    pairs, _ = close_pairs(atoms, metric, SAME_PLACE)
    first, second = np.sort(row[pairs], axis=1).T
    same = (
        (first != second)
        & (elements[first] == elements[second])
        & (occupancy[first] + occupancy[second] > MOST)
    )
    return np.setdiff1d(np.arange(len(coords)), second[same])


def cell_atoms(sites, coords, occupancy, cell, symmetry):
    """Sites, coordinates, occupancies, gemmi group and number where operations and symbol differ.

    Both hold if the symbol's operations map the atoms of the cell onto atoms: the listed
    operations may be those of P 1 beside a list of all atoms, or of a setting that no table has;
    all atoms of the cell are then returned. Otherwise they contradict each other: a ValueError.
    """
    metric = metric_tensor(np.asarray(cell, float))
    atoms, row = all_images(coords, symmetry.rotations, symmetry.translations, metric)
    named, group = symmetry.named, symmetry.group
    if group is None:
        return (
            [sites[r] for r in row],
            atoms,
            occupancy[row],
            gemmi.find_spacegroup_by_number(1),
            named.number,
        )
    elements = np.array([site.element.name for site in sites])[row]
    listed = {operation.triplet() for operation in group.operations()}
    if {operation.triplet() for operation in named.operations()} <= listed:
        return sites, coords, occupancy, group, group.number
    if len(atoms) > _MOST_TO_COMPARE or not _maps_onto_itself(atoms, elements, named, metric):
        raise ValueError(
            f"its symmetry operations are those of {group.xhm()}, but it is called "
            f"{named.xhm()}; correct one of them."
        )
    larger = max((named, group), key=lambda one: len(one.operations()))
    return sites, coords, occupancy, group, larger.number


def _maps_onto_itself(atoms, elements, group, metric):
    for operation in group.operations():
        rotation = np.array(operation.rot) / gemmi.Op.DEN
        images = atoms @ rotation.T + np.array(operation.tran) / gemmi.Op.DEN
        pairs, _ = close_pairs(np.vstack([atoms, images]), metric, 2 * SAME_PLACE)
        pairs = pairs[(pairs[:, 0] < len(atoms)) & (pairs[:, 1] >= len(atoms))]
        atom, image = pairs[:, 0], pairs[:, 1] - len(atoms)
        if len(np.unique(image[elements[atom] == elements[image]])) < len(atoms):
            return False
    return True
