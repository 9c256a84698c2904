"""Write crystal structures to CIF files and tables."""

from pathlib import Path

import gemmi
import numpy as np

from skxrd.crystal import Crystal
from skxrd.crystal._exchange import check_overlap
from skxrd.crystal._space_group import check_space_group
from skxrd.io._cif import LABEL_TAG

_CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")


def write_crystals(crystals, path):
    """Write structures to a CIF file or a parquet table that :func:`read_crystals` reads back.

    Parameters
    ----------
    crystals : Crystal or list of Crystal
        The structures.
    path : path-like
        ``.cif``: a block for each structure, with its symmetry. ``.parquet``: a row for each, all
        atoms of the cell listed, in the columns that :func:`read_crystals` describes; the space
        group number is the column ``sg_symprec0.1``.

    Raises
    ------
    ValueError
        If there is no structure, several whole atoms share a place (a molecule modelled as a point,
        as in some prototypes), or the ending is another one.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.io import read_crystals, write_crystals
    >>> crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_crystals([crystal], pathlib.Path(folder, "a.cif"))
    ...     read_crystals(pathlib.Path(folder, "a.cif"))
    [Crystal('CsPbBr3', Pm-3m (221), 3 sites, 202.2 cubic angstrom)]
    """
    path = Path(path)
    crystals = [crystals] if isinstance(crystals, Crystal) else list(crystals)
    if not crystals:
        raise ValueError(f"{path}: there is no crystal to write.")
    for crystal in crystals:
        check_overlap(crystal.expand())
    if path.suffix.lower() == ".cif":
        _cif_document(crystals).write_file(str(path))
    elif path.suffix.lower() == ".parquet":
        _crystal_table(crystals).to_parquet(path, index=False)
    else:
        raise ValueError(f"{path}: ending {path.suffix!r} is not known; use .cif or .parquet.")


def _cif_document(crystals):
    document = gemmi.cif.Document()
    taken = set()
    for number, crystal in enumerate(crystals):
        name = "".join(c if c.isascii() and c.isprintable() else "_" for c in crystal.name)
        name = name.replace(" ", "_") or f"crystal_{number + 1}"
        if name.lower() in taken:
            name = f"{name}_{number + 1}"
        taken.add(name.lower())
        _fill_block(document.add_new_block(name), crystal)
    return document


def _fill_block(block, crystal):
    for tag, value in zip(_CELL, crystal.cell, strict=True):
        block.set_pair(f"_cell_{tag}", f"{value:.8g}")
    group = check_space_group(crystal.space_group)
    block.set_pair("_space_group_name_H-M_alt", gemmi.cif.quote(group.hm))
    block.set_pair("_space_group_IT_number", str(group.number))
    if crystal.space_group_number != group.number:
        block.set_pair(LABEL_TAG, str(crystal.space_group_number))
    operations = block.init_loop("_space_group_symop_", ["operation_xyz"])
    for operation in group.operations():
        operations.add_row([gemmi.cif.quote(operation.triplet())])
    tags = ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy"]
    sites = block.init_loop("_atom_site_", [*tags, "U_iso_or_equiv"])
    for site, element in enumerate(crystal.elements):
        u_iso = crystal.u_iso[site]
        sites.add_row(
            [
                f"{element}{site + 1}",
                element,
                *(f"{x:.10g}" for x in crystal.frac_coords[site]),
                f"{crystal.occupancy[site]:.6g}",
                "?" if np.isnan(u_iso) else f"{u_iso:.6g}",
            ]
        )


def _crystal_table(crystals):
    import pandas as pd

    rows = []
    for crystal in crystals:
        atoms = crystal.expand()
        lengths_and_angles = zip(
            ("a", "b", "c", "alpha", "beta", "gamma"), map(float, atoms.cell), strict=True
        )
        rows.append(
            {
                **dict(lengths_and_angles),
                "species": list(atoms.elements),
                "frac_coords": atoms.frac_coords.ravel().tolist(),
                "occupancy": atoms.occupancy.tolist(),
                "u_iso": atoms.u_iso.tolist(),
                "material_id": str(crystal.metadata.get("material_id", crystal.name)),
                "reduced_formula": str(crystal.metadata.get("formula", "")),
                "sg_symprec0.1": crystal.space_group_number,
            }
        )
    return pd.DataFrame(rows)
