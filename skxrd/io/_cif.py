"""Read crystal structures from CIF files."""

import re
from pathlib import Path

import gemmi
import numpy as np

from skxrd._files import FormatError
from skxrd.crystal import Crystal
from skxrd.crystal._metric import metric_tensor
from skxrd.io._cif_sites import cell_atoms, check_sites
from skxrd.io._cif_symmetry import stated_symmetry

_MOST_MEBIBYTES = 100  # of a file; the largest published ones, with all intensities, have about 50
_MOST_SITES = 20_000
_MOST_ATOMS = 500_000
_AXES = ("_cell_length_a", "_cell_length_b", "_cell_length_c")
_ANGLES = ("_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma")
_NUMBERS = ("_space_group_IT_number", "_symmetry_Int_Tables_number")
# Tag of the space group number of a structure that is listed with less symmetry than its label
LABEL_TAG = "_skxrd_label_space_group_number"
# Newer dictionaries write _cell.length_a for _cell_length_a
_DOTTED = re.compile(rb"(?mi)^(\s*_(?:cell|symmetry|atom_site|space_group)\w*)\.")
_NOT_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))


def read_cif(path):
    """Read the only structure of a CIF file.

    Parameters
    ----------
    path : path-like
        The file.

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
        blocks = _blocks(path)
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


def _blocks(path):
    size = path.stat().st_size / 2**20
    if size > _MOST_MEBIBYTES:
        raise FormatError(
            path,
            f"has {size:.0f} MiB, more than the {_MOST_MEBIBYTES} that are read; keep only the "
            "blocks with atoms, without intensities.",
        )
    # Only names and comments have characters beyond ASCII; DOS editors end files with ^Z
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").rstrip(b"\x1a\0")
    content = content.translate(_NOT_ASCII)
    if b"_atom_site_fract_x" not in content.lower():
        content = _DOTTED.sub(rb"\1_", content)
    if not content.strip():
        raise FormatError(path, "has no atoms: it is empty.")
    document = gemmi.cif.Document()
    try:
        try:
            document = gemmi.cif.read_string(content)
        except RuntimeError as error:
            if "duplicate block name" not in str(error):
                raise
            document.parse_string(content.decode("ascii"))
    except (ValueError, RuntimeError) as error:
        problem = str(error).removeprefix("data:")
        raise FormatError(path, f"is not a valid CIF file: {problem}.") from error
    blocks = [block for block in document if block.find_values("_atom_site_fract_x")]
    if not blocks:
        raise FormatError(
            path, "has no atoms (_atom_site_fract_x in no block); a structure needs some."
        )
    return blocks


def _read_block(path, block):
    _check_size("sites", len(block.find_values("_atom_site_fract_x")), _MOST_SITES)
    for tag in _NUMBERS:
        if block.find_pair(tag) is not None:  # gemmi takes plain integers only
            number = block.find_value(tag).strip("'\" .")
            block.set_pair(tag, number if number.isdigit() else "?")
    structure = gemmi.make_small_structure_from_block(block)
    cell = [gemmi.cif.as_number(block.find_value(tag) or "?") for tag in _AXES]
    cell += [gemmi.cif.as_number(block.find_value(tag) or "90") for tag in _ANGLES]
    if np.isnan(cell).any():
        tag = (*_AXES, *_ANGLES)[int(np.isnan(cell).argmax())]
        raise ValueError(f"{tag} is missing or no number; a structure needs its cell.")
    known = [site for site in structure.sites if np.isfinite(site.fract.tolist()).all()]
    if not known:
        raise ValueError("has no atom with coordinates; it needs at least one.")
    n_unknown = len(structure.sites) - len(known)
    symmetry = stated_symmetry(structure)
    _check_size("atoms in its cell", len(known) * len(symmetry.rotations), _MOST_ATOMS)
    known, coords, occupancy, repeated = check_sites(known, cell, symmetry)
    group, number = symmetry.group, None
    if group is None or symmetry.named is not None:
        known, coords, occupancy, group, number = cell_atoms(
            known, coords, occupancy, cell, symmetry
        )
    metadata = {
        "path": str(path),
        "block": block.name.strip(),
        "n_sites_without_coordinates": n_unknown,
    }
    if repeated:
        metadata["repeated_sites"] = repeated
    label = block.find_value(LABEL_TAG) or ""
    if label.isdigit() and 1 <= int(label) <= 230:
        number = int(label)
    if number is not None:
        metadata["space_group_number"] = number
    metric = metric_tensor(np.array(cell))
    return Crystal(
        cell,
        [site.element.name for site in known],
        coords,
        space_group=group,
        occupancy=occupancy,
        u_iso=[_u_iso(site, metric) for site in known],
        name=block.name.strip() or path.stem,
        metadata=metadata,
    )


def _check_size(what, count, most):
    if count > most:
        raise ValueError(f"has {count} {what}, more than the {most} that are read.")


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
