"""Read crystal structures from CIF files."""

from pathlib import Path

import gemmi
import numpy as np

from skxrd._errors import FormatError
from skxrd.crystal import Crystal


def read_cif(path):
    """Read the only structure of a CIF file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    Crystal

    Raises
    ------
    FormatError
        If the file is broken, or holds no structure or several.
    """
    crystals = read_cif_blocks(path)
    if len(crystals) > 1:
        names = ", ".join(crystal.name for crystal in crystals)
        raise FormatError(path, f"holds {len(crystals)} structures ({names}); use read_crystals.")
    return crystals[0]


def read_cif_blocks(path):
    """Read every structure of a CIF file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    list of Crystal
        One for each block that has atoms.
    """
    path = Path(path)
    try:
        document = gemmi.cif.read_string(path.read_bytes())
    except (ValueError, RuntimeError) as error:
        raise FormatError(path, f"is not a valid CIF file: {error}.") from error
    blocks = [block for block in document if block.find_values("_atom_site_fract_x")]
    if not blocks:
        raise FormatError(
            path, "has no atoms (_atom_site_fract_x in no block); a structure needs some."
        )
    return [_read_block(path, block) for block in blocks]


def _read_block(path, block):
    structure = gemmi.make_small_structure_from_block(block)
    where = f"block {block.name!r}"
    known = [site for site in structure.sites if not any(np.isnan(site.fract.tolist()))]
    if not known:
        raise FormatError(path, f"{where} has no atom with coordinates; it needs at least one.")
    for site in known:
        if site.element.atomic_number == 0:
            raise FormatError(
                path,
                f"{where}: site {site.label!r} has the unknown element {site.type_symbol!r}; "
                "give it a chemical symbol.",
            )
    space_group = structure.spacegroup or gemmi.find_spacegroup_by_ops(
        gemmi.GroupOps([gemmi.Op(text) for text in structure.symops])
        if structure.symops
        else gemmi.GroupOps([gemmi.Op()])
    )
    if space_group is None:
        raise FormatError(
            path,
            f"{where}: space group {structure.spacegroup_hm!r} is not known and its operations "
            "fit none; correct the symbol.",
        )
    cell = structure.cell
    try:
        return Crystal(
            (cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma),
            [_symbol(site) for site in known],
            np.array([site.fract.tolist() for site in known]),
            space_group=space_group.xhm(),
            occupancy=[site.occ for site in known],
            u_iso=[site.u_iso if site.u_iso > 0 else np.nan for site in known],
            name=block.name or path.stem,
            metadata={
                "path": str(path),
                "block": block.name,
                "n_sites_without_coordinates": len(structure.sites) - len(known),
            },
        )
    except ValueError as error:
        raise FormatError(path, f"{where}: {error}") from error


def _symbol(site):
    name = site.element.name
    return "H" if name == "D" else name
