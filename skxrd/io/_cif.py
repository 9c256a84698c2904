"""Read crystal structures from CIF files."""

from pathlib import Path

import numpy as np

from skxrd._files import FormatError
from skxrd.crystal import Crystal
from skxrd.crystal._crystal import LONGEST_AXIS
from skxrd.crystal._metric import metric_tensor
from skxrd.io._cif_content import cif_blocks, cif_number, value_of
from skxrd.io._cif_formula import stated_formula
from skxrd.io._cif_origin import cif_origin
from skxrd.io._cif_sites import read_sites
from skxrd.io._cif_structure import choose_structure
from skxrd.io._cif_symmetry import readings, stated_system

_MOST_SITES = 20_000
_MOST_ATOMS = 100_000
_AXES = ("_cell_length_a", "_cell_length_b", "_cell_length_c")
_ANGLES = ("_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma")
# Tag of the space group number of a structure that is listed with less symmetry than its label
LABEL_TAG = "_skxrd_label_space_group_number"


def read_cif(path):
    """Read the only structure of a CIF file.

    Parameters
    ----------
    path : path-like
        The file, which may be compressed (``.cif.gz``).

    Returns
    -------
    Crystal
        As :func:`read_crystals` describes.

    Raises
    ------
    FormatError
        If the file is broken, or holds no structure or several.
    """
    crystals = []
    for item in cif_items(path):
        if isinstance(item, FormatError):
            raise item
        crystals.append(item)
    if len(crystals) > 1:
        names = ", ".join(crystal.name for crystal in crystals)
        raise FormatError(path, f"holds {len(crystals)} structures ({names}); use read_crystals.")
    return crystals[0]


def cif_items(path):
    """Yield for each block with atoms its Crystal, or the FormatError that says what is wrong.

    A file that cannot be parsed, or has no such block, gives one error.
    """
    path = Path(path)
    try:
        blocks = cif_blocks(path)
    except FormatError as error:
        yield error
        return
    except OSError as error:
        if not path.exists():
            raise
        yield FormatError(path, f"cannot be read: {error.strerror}.")
        return
    for block in blocks:
        try:
            yield _read_block(path, block)
        except (ValueError, RuntimeError) as error:  # gemmi raises RuntimeError on odd values
            yield FormatError(path, f"block {block.name!r}: {error}")


def _read_block(path, block):
    _check_size("sites", len(block.find_values("_atom_site_fract_x")), _MOST_SITES)
    cell = _read_cell(block)
    metric = metric_tensor(cell)
    formula = stated_formula(block)
    sites, n_unknown, notes = read_sites(block, formula, metric)
    ways = readings(block, cell)
    n_atoms = len(sites) * max(len(way.rotations) for way in ways)
    _check_size("atoms in its cell", n_atoms, _MOST_ATOMS // len(ways))
    if not np.linalg.det(metric) > 0.01:
        raise ValueError(f"cell {cell.tolist()} is singular; its axes must span a volume.")
    chosen = choose_structure(ways, sites, cell, formula, stated_system(block))
    metadata = {
        "path": str(path),
        "block": block.name.strip(),
        "n_sites_without_coordinates": n_unknown,
        **cif_origin(block),
    }
    if chosen.repeated:
        metadata["repeated_sites"] = chosen.repeated
    if notes or chosen.notes:
        metadata["notes"] = notes + chosen.notes
    number = chosen.number
    label = value_of(block, LABEL_TAG)
    if label.isdigit() and 1 <= int(label) <= 230:
        number = int(label)
    if number is not None:
        metadata["space_group_number"] = number
    return Crystal(
        cell,
        [site.element for site in chosen.sites],
        chosen.coords,
        space_group=chosen.group,
        occupancy=chosen.occupancy,
        u_iso=[site.u_iso for site in chosen.sites],
        name=block.name.strip() or path.stem,
        metadata=metadata,
    )


def _read_cell(block):
    cell = [cif_number(value_of(block, tag) or "?") for tag in _AXES]
    cell += [cif_number(value_of(block, tag) or "90") for tag in _ANGLES]
    if np.isnan(cell).any():
        tag = (*_AXES, *_ANGLES)[int(np.isnan(cell).argmax())]
        raise ValueError(f"{tag} is missing or no number; a structure needs its cell.")
    if not max(map(abs, cell)) <= LONGEST_AXIS:
        raise ValueError(f"cell {cell} has an axis above {LONGEST_AXIS:g} angstrom; correct it.")
    return np.array(cell)


def _check_size(what, count, most):
    if count > most:
        raise ValueError(f"has {count} {what}, more than the {most} that are read.")
