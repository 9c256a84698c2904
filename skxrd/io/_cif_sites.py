"""Sites of a CIF block: what is on them, whether they can be atoms, and which are the same."""

from dataclasses import dataclass

import gemmi
import numpy as np

from skxrd._compiled import compiled
from skxrd.crystal._close_pairs import MOST, SAME_PLACE, close_pairs, overlap
from skxrd.crystal._metric import squared_length
from skxrd.crystal._special_positions import SpecialPositionError, snap_to_special_positions
from skxrd.io._cif_content import cif_number, is_stated
from skxrd.io._cif_elements import site_elements

_SAME_ATOM = SAME_PLACE / 5  # angstrom between images of an atom on a special position
_MOST_TO_COMPARE = 5_000  # atoms of a cell whose symmetry is stated in two ways
NUMBER_TAGS = ("_space_group_IT_number", "_symmetry_Int_Tables_number")
_NUMBERS = ("fract_x", "fract_y", "fract_z", "occupancy")


@dataclass(frozen=True)
class Site:
    """An element on a site: label, fractional coordinates, occupancy and u_iso (NaN: unknown)."""

    label: str
    element: str
    position: tuple
    occupancy: float
    u_iso: float


@dataclass(frozen=True)
class Placed:
    """Sites, their coordinates and occupancies, labels of repeated ones, and atoms of the cell.

    ``atoms`` are the fractional coordinates of all atoms, ``row`` the site that each comes from.
    """

    sites: list
    coords: np.ndarray
    occupancy: np.ndarray
    repeated: list
    atoms: np.ndarray
    row: np.ndarray

    def counts(self):
        """Atoms in the cell by element."""
        found = {}
        for row, n_atoms in enumerate(np.bincount(self.row, minlength=len(self.sites))):
            element = self.sites[row].element
            found[element] = found.get(element, 0.0) + float(n_atoms * self.occupancy[row])
        return found


def read_sites(block, formula, metric):
    """Sites of a block with coordinates, how many have none, and notes on their elements."""
    _mend_numbers(block)
    structure = gemmi.make_small_structure_from_block(block)
    rows = structure.sites
    flags = block.find_values("_atom_site_calc_flag")
    if len(flags) == len(rows):
        dummies = [flag.strip("'\" ").lower() == "dum" for flag in flags]
    else:
        dummies = [False] * len(rows)
    kinds = [site.type_symbol if _has_type(block) else "" for site in rows]
    listed = [
        (site, kind if is_stated(kind) else "", dummy)
        for site, kind, dummy in zip(rows, kinds, dummies, strict=True)
        if is_stated(site.label) or np.isfinite(site.fract.tolist()).any()
    ]
    known = [item for item in listed if np.isfinite(item[0].fract.tolist()).all()]
    if not known:
        raise ValueError("has no atom with coordinates; it needs at least one.")
    shares, notes = site_elements(
        [site.label for site, *_ in known],
        [kind for _, kind, _ in known],
        [dummy for *_, dummy in known],
        formula,
    )
    sites = [
        Site(site.label, name, tuple(site.fract.tolist()), site.occ * share, _u_iso(site, metric))
        for (site, *_), found in zip(known, shares, strict=True)
        for name, share in found
    ]
    if not sites:
        raise ValueError("all its sites are dummies or vacancies; a structure needs an atom.")
    return sites, len(listed) - len(known), notes


def _has_type(block):
    return bool(block.find_values("_atom_site_type_symbol"))


def _mend_numbers(block):
    """Write fractions such as 1/3 as decimal numbers, and name sites that have only a type."""
    for tag in NUMBER_TAGS:
        if block.find_pair(tag) is not None:  # gemmi takes plain integers only
            number = block.find_value(tag).strip("'\" .")
            block.set_pair(tag, number if number.isdigit() else "?")
    for tag in _NUMBERS:
        column = block.find_values(f"_atom_site_{tag}")
        for row, value in enumerate(column):
            if "/" in value:
                number = cif_number(gemmi.cif.as_string(value))
                if np.isfinite(number):
                    column[row] = repr(number)
    column = block.find_values("_atom_site_type_symbol")
    if column and not block.find_values("_atom_site_label"):
        kinds = [gemmi.cif.as_string(kind) for kind in column]
        loop = block.find_loop("_atom_site_type_symbol").get_loop()
        if loop is None:
            block.set_pair("_atom_site_label", gemmi.cif.quote(kinds[0]))
            return
        loop.add_columns(["_atom_site_label"], "?")
        names = block.find_values("_atom_site_label")
        for row, kind in enumerate(kinds):
            names[row] = gemmi.cif.quote(f"{kind}{row + 1}")


def _u_iso(site, metric):
    """Isotropic displacement parameter, or the mean of the anisotropic ones, NaN if unknown."""
    if site.u_iso > 0:
        return site.u_iso
    if site.aniso.nonzero():
        star = np.sqrt(np.diag(np.linalg.inv(metric)))
        u = np.array(site.aniso.as_mat33().tolist())
        mean = float((u * np.outer(star, star) * metric).sum() / 3)
        if mean > 0:
            return mean
    return np.nan


def place_sites(sites, operations, metric):
    """Sites placed by rotations and translations; raises ValueError if they cannot all be atoms.

    Sites that another one already generates are left out, coordinates are moved onto special
    positions where that is meant, and occupancies are at most 1 (up to 1.02 is rounding).
    """
    for site in sites:
        if not 0 <= site.occupancy <= MOST:
            raise ValueError(
                f"site {site.label!r}: occupancy {site.occupancy:g} lies outside 0 to 1; give "
                "chemical occupancies."
            )
    occupancy = np.minimum([site.occupancy for site in sites], 1.0)
    coords = np.array([site.position for site in sites])
    try:
        coords = snap_to_special_positions(coords, occupancy, *operations, metric)
    except SpecialPositionError as error:
        raise ValueError(
            f"site {sites[error.site].label!r} is {error.distance:.2f} angstrom from its own "
            "image by symmetry; move it onto the special position or state its occupancy."
        ) from None
    elements = np.array([site.element for site in sites])
    atoms, row = _all_images(coords, *operations, metric)
    kept = _without_repeated(atoms, row, elements, occupancy, metric)
    if len(kept) < len(sites):
        atoms, row = _all_images(coords[kept], *operations, metric)
    wrong = overlap(atoms, metric, occupancy[kept][row])
    if wrong is not None:
        first, second = (sites[kept[row[atom]]].label for atom in wrong[:2])
        raise ValueError(
            f"sites {first!r} and {second!r} overlap: they are {wrong[2]:.2f} angstrom apart "
            "and their occupancies sum to more than 1; correct positions or occupancies."
        )
    repeated = [sites[row].label for row in np.setdiff1d(np.arange(len(sites)), kept)]
    return Placed([sites[r] for r in kept], coords[kept], occupancy[kept], repeated, atoms, row)


@compiled
def _all_images(coords, rotations, translations, metric):
    """Every atom of the cell once, and the site each comes from."""
    n = len(rotations)
    atoms = np.empty((len(coords) * n, 3))
    rows = np.empty(len(atoms), np.int64)
    images = np.empty((n, 3))
    count = 0
    for row in range(len(coords)):
        x, y, z = coords[row, 0], coords[row, 1], coords[row, 2]
        for r in range(n):
            for axis in range(3):
                value = rotations[r, axis, 0] * x + rotations[r, axis, 1] * y
                value += rotations[r, axis, 2] * z
                value += translations[r, axis]
                images[r, axis] = value - np.floor(value)
        special = False  # an image on the first is one on others, too
        for r in range(1, n):
            special |= _is_same(images[r], images[0], metric)
        for r in range(n):
            known = False
            if special:
                for earlier in range(r):
                    if _is_same(images[r], images[earlier], metric):
                        known = True
                        break
            if not known:
                for axis in range(3):
                    atoms[count, axis] = images[r, axis]
                rows[count] = row
                count += 1
    return atoms[:count].copy(), rows[:count].copy()


@compiled
def _is_same(one, other, metric):
    u, v, w = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    u, v, w = u - np.rint(u), v - np.rint(v), w - np.rint(w)
    return squared_length(metric, u, v, w) < _SAME_ATOM * _SAME_ATOM


def _without_repeated(atoms, row, elements, occupancy, metric):
    """Rows of sites that no earlier site of the same element already generates."""
    pairs, _ = close_pairs(atoms, metric, SAME_PLACE)
    first, second = np.sort(row[pairs], axis=1).T
    same = (
        (first != second)
        & (elements[first] == elements[second])
        & (occupancy[first] + occupancy[second] > MOST)
    )
    return np.setdiff1d(np.arange(len(elements)), second[same])


def maps_onto_itself(placed, group, metric):
    """Whether the operations of a gemmi space group map the atoms of a cell onto like atoms."""
    atoms = placed.atoms
    if len(atoms) > _MOST_TO_COMPARE:
        return False
    elements = np.array([site.element for site in placed.sites])[placed.row]
    for operation in group.operations():
        rotation = np.array(operation.rot) / gemmi.Op.DEN
        images = atoms @ rotation.T + np.array(operation.tran) / gemmi.Op.DEN
        pairs, _ = close_pairs(np.vstack([atoms, images]), metric, 2 * SAME_PLACE)
        pairs = pairs[(pairs[:, 0] < len(atoms)) & (pairs[:, 1] >= len(atoms))]
        atom, image = pairs[:, 0], pairs[:, 1] - len(atoms)
        if len(np.unique(image[elements[atom] == elements[image]])) < len(atoms):
            return False
    return True
