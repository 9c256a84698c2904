"""Structures of pymatgen and ASE: read through their attributes, written with their classes."""

import numpy as np

from skxrd.crystal._close_pairs import overlap, places


def check_overlap(crystal):
    """Return a crystal in P 1 if its atoms can be where they are, else raise ValueError."""
    wrong = overlap(crystal.frac_coords, crystal.metric, crystal.occupancy)
    if wrong is None:
        return crystal
    first, second, distance = wrong
    label = f"crystal {crystal.name!r}" if crystal.name else "crystal"
    raise ValueError(
        f"{label}: atoms {first} ({crystal.elements[first]}) and {second} "
        f"({crystal.elements[second]}) overlap: they are {distance:.2f} angstrom apart and "
        "their occupancies sum to more than 1; correct positions or occupancies."
    )


def _together(crystal):
    """Sites of each place of a crystal in P 1."""
    first = places(crystal.frac_coords, crystal.metric)
    return [np.flatnonzero(first == site) for site in np.unique(first)]


def _mixture(crystal, sites):
    """Occupancy of each element at a place."""
    mixture = {}
    for site in sites:
        element = crystal.elements[site]
        mixture[element] = mixture.get(element, 0.0) + float(crystal.occupancy[site])
    return mixture


def read_pymatgen(structure, name):
    """Arguments of a Crystal for a pymatgen ``Structure``."""
    sites = [
        (species.symbol, float(occupancy), site)
        for site in structure
        for species, occupancy in site.species.items()
    ]
    properties = getattr(structure, "properties", None) or {}
    known = [_number(site.properties.get("u_iso")) for _, _, site in sites]
    return {
        "cell": structure.lattice.parameters,
        "elements": [symbol for symbol, _, _ in sites],
        "frac_coords": [site.frac_coords for _, _, site in sites],
        "occupancy": [occupancy for _, occupancy, _ in sites],
        "u_iso": known,
        "name": name or properties.get("name") or structure.composition.reduced_formula,
        "metadata": _label(properties.get("space_group_number")),
    }


def write_pymatgen(crystal):
    """Pymatgen ``Structure`` of a crystal in P 1."""
    try:
        from pymatgen.core import Lattice, Structure
    except ImportError as error:
        raise ImportError(
            "to_pymatgen needs pymatgen; install it with: pip install pymatgen"
        ) from error
    together = _together(check_overlap(crystal))
    species = [_mixture(crystal, sites) for sites in together]
    first = [sites[0] for sites in together]
    u_iso = [None if np.isnan(u) else float(u) for u in crystal.u_iso[first]]
    return Structure(
        Lattice.from_parameters(*crystal.cell),
        species,
        crystal.frac_coords[first],
        site_properties={"u_iso": u_iso} if any(u is not None for u in u_iso) else None,
        properties={"name": crystal.name, "space_group_number": crystal.space_group_number},
    )


def read_ase(atoms, name):
    """Arguments of a Crystal for ASE ``Atoms``."""
    shares = atoms.info.get("occupancy") or {}
    kinds = atoms.arrays.get("spacegroup_kinds", np.full(len(atoms), -1))
    u_iso = atoms.arrays.get("u_iso", np.full(len(atoms), np.nan))
    sites = [
        (element, float(share), site)
        for site, symbol in enumerate(atoms.get_chemical_symbols())
        for element, share in _shares(shares, kinds[site], symbol).items()
    ]
    position = atoms.get_scaled_positions(wrap=False)
    number = getattr(atoms.info.get("spacegroup"), "no", atoms.info.get("space_group_number"))
    return {
        "cell": atoms.cell.cellpar(),
        "elements": [element for element, _, _ in sites],
        "frac_coords": [position[site] for _, _, site in sites],
        "occupancy": [share for _, share, _ in sites],
        "u_iso": [u_iso[site] for _, _, site in sites],
        "name": name or atoms.info.get("name") or atoms.get_chemical_formula(),
        "metadata": _label(number),
    }


def write_ase(crystal):
    """ASE ``Atoms`` of a crystal in P 1."""
    try:
        from ase import Atoms
    except ImportError as error:
        raise ImportError("to_ase needs ASE; install it with: pip install ase") from error
    together = _together(check_overlap(crystal))
    main = [sites[np.argmax(crystal.occupancy[sites])] for sites in together]
    atoms = Atoms(
        [crystal.elements[site] for site in main],
        cell=crystal.cell,
        scaled_positions=crystal.frac_coords[main],
        pbc=True,
        info={"name": crystal.name, "space_group_number": crystal.space_group_number},
    )
    if (crystal.occupancy < 1).any():
        atoms.info["occupancy"] = {
            str(kind): _mixture(crystal, sites) for kind, sites in enumerate(together)
        }
        atoms.set_array("spacegroup_kinds", np.arange(len(together)))
    if np.isfinite(crystal.u_iso).any():
        atoms.set_array("u_iso", crystal.u_iso[main])
    return atoms


def _shares(shares, kind, symbol):
    """Occupancies at a place; the keys are strings, in older versions of ASE integers."""
    return shares.get(str(kind)) or shares.get(int(kind)) or {symbol: 1.0}


def _label(number):
    return {} if number is None else {"space_group_number": int(number)}


def _number(value):
    return np.nan if value is None else float(value)
