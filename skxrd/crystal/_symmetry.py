"""Space group of a structure that is listed without it."""

import os
import warnings

import gemmi
import numpy as np

from skxrd.crystal._close_pairs import places
from skxrd.crystal._crystal import Crystal
from skxrd.crystal._symmetry_operations import integer_arrays


def find_symmetry(crystal, symprec=0.01, *, angle_tolerance=None):
    """Find the space group of a structure and write it in its conventional cell.

    By spglib [1]_.

    Parameters
    ----------
    crystal : Crystal
        In P 1, or in a space group below its own; the full cell is searched either way.
    symprec : float, default=0.01
        Distance in angstrom by which an image may miss its atom. Relaxed structures of the
        Materials Project are labelled with 0.1.
    angle_tolerance : float, default=None
        Degrees by which the angles of the lattice may miss their values; ``None`` derives them
        from ``symprec``.

    Returns
    -------
    Crystal
        The symmetry-distinct sites in the conventional cell, positions and cell freed from
        their deviations. Atoms that share a place, mixed occupancy, stay together. ``metadata``
        has the new space group number; no other key changes.

    Raises
    ------
    ValueError
        If no space group is found.

    References
    ----------
    .. [1] A. Togo, K. Shinohara and I. Tanaka, "Spglib: a software library for crystal symmetry
       search", Sci. Technol. Adv. Mater. Methods 4 (2024) 2384822,
       doi:10.1080/27660400.2024.2384822.

    Examples
    --------
    >>> from skxrd.crystal import find_symmetry, make_prototype
    >>> listed = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br").expand()
    >>> find_symmetry(listed)  # doctest: +SKIP
    Crystal('CsPbBr3', Pm-3m (221), 3 sites, 202.3 cubic angstrom)
    """
    import spglib

    if not symprec > 0:
        raise ValueError(f"symprec is {symprec}; give a distance above 0 angstrom.")
    atoms = crystal.expand()
    first = places(atoms.frac_coords, atoms.metric)
    occupied = np.unique(first)
    contents = [_content(atoms, np.flatnonzero(first == place)) for place in occupied]
    kinds = {}
    kind = [kinds.setdefault(content, len(kinds)) for content in contents]
    found = _ask(
        spglib.get_symmetry_dataset,
        (np.linalg.cholesky(atoms.metric), atoms.frac_coords[occupied], kind),
        symprec=symprec,
        angle_tolerance=-1.0 if angle_tolerance is None else angle_tolerance,
    )
    if found is None:
        raise ValueError(
            f"crystal {crystal.name!r}: no space group is found at symprec={symprec:g} angstrom; "
            "choose a smaller one, below half the shortest distance between atoms."
        )
    group = _group(_ask(spglib.get_symmetry_from_database, found.hall_number))
    kept = _distinct(found.std_positions, group, found.std_lattice)
    elements, coords, occupancy, u_iso = [], [], [], []
    for atom in kept:
        place = np.flatnonzero(found.mapping_to_primitive == found.std_mapping_to_primitive[atom])
        for site in np.flatnonzero(first == occupied[place[0]]):
            elements.append(atoms.elements[site])
            coords.append(found.std_positions[atom])
            occupancy.append(atoms.occupancy[site])
            u_iso.append(atoms.u_iso[site])
    return Crystal(
        _cell(found.std_lattice),
        elements,
        coords,
        group,
        occupancy=occupancy,
        u_iso=u_iso,
        name=crystal.name,
        metadata={**crystal.metadata, "space_group_number": int(found.number)},
    )


def _ask(function, *arguments, **options):
    """Answer of spglib, None where it finds nothing."""
    import spglib

    os.environ.setdefault("SPGLIB_WARNING", "OFF")  # else its library writes on stderr
    with warnings.catch_warnings():
        # spglib 2.7 warns at every call unless a global switch of its own is set, which is the
        # user's to set; with it, failures are exceptions
        warnings.filterwarnings("ignore", "Set OLD_ERROR_HANDLING", DeprecationWarning)
        try:
            return function(*arguments, **options)
        except getattr(spglib, "SpglibError", ()):
            return None


def _content(atoms, sites):
    """Elements and occupancies at a place, sorted."""
    return tuple(sorted((atoms.elements[s], round(float(atoms.occupancy[s]), 3)) for s in sites))


def _cell(basis):
    lengths = np.linalg.norm(basis, axis=1)
    unit = basis / lengths[:, None]
    cosines = [unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]]
    return [*lengths, *np.degrees(np.arccos(cosines))]


def _group(operations):
    """Space group in the setting of these operations."""
    listed = gemmi.GroupOps(
        [
            _operation(rotation, translation)
            for rotation, translation in zip(
                operations["rotations"], operations["translations"], strict=True
            )
        ]
    )
    return gemmi.find_spacegroup_by_ops(listed)


def _operation(rotation, translation):
    operation = gemmi.Op()
    operation.rot = (rotation * gemmi.Op.DEN).tolist()
    operation.tran = np.rint(translation * gemmi.Op.DEN).astype(int).tolist()
    return operation.wrap()


def _distinct(positions, group, basis):
    """One atom of each set that the operations map onto each other."""
    rotations, translations = integer_arrays(list(group.operations()))
    known = np.zeros(len(positions), dtype=bool)
    kept = []
    for atom, position in enumerate(positions):
        if known[atom]:
            continue
        kept.append(atom)
        for image in rotations @ position + translations / gemmi.Op.DEN:
            away = positions - image
            away -= np.round(away)
            known |= np.linalg.norm(away @ basis, axis=1) < 1e-3
    return kept
