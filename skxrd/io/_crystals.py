"""Read collections of crystal structures."""

import warnings
from pathlib import Path

import numpy as np

from skxrd._compat import StrOptions, validate_params
from skxrd._errors import FormatError
from skxrd.crystal import Crystal
from skxrd.io._cif import read_cif_blocks
from skxrd.io._patterns import SkippedFileWarning

_COLUMNS = ["a", "b", "c", "alpha", "beta", "gamma", "species", "frac_coords"]


@validate_params({"on_error": [StrOptions({"raise", "skip"})]}, prefer_skip_nested_validation=True)
def read_crystals(path, *, on_error="raise"):
    """Read the crystal structures of a CIF file, a folder of CIF files or a parquet table.

    Parameters
    ----------
    path : path-like
        A ``.cif`` file, a folder whose ``.cif`` files are read at any depth, or a ``.parquet``
        table with the columns a, b, c, alpha, beta, gamma, species (list of symbols) and
        frac_coords (flat list), one structure a row, listed without symmetry. Its columns
        ``material_id``, ``reduced_formula`` and ``sg_symprec0.1`` (space group number), where
        present, go to ``name`` and ``metadata``.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a structure that cannot be read: raise its error, or leave it out with a
        :class:`~skxrd.io.SkippedFileWarning`.

    Returns
    -------
    list of Crystal

    Raises
    ------
    FormatError
        If a structure is broken and ``on_error="raise"``, or nothing is left.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder.")
    crystals = []
    for read, arguments in _sources(path):
        try:
            crystals += read(*arguments)
        except FormatError as error:
            if on_error == "raise":
                raise
            warnings.warn(f"left out {error}", SkippedFileWarning, stacklevel=2)
    if not crystals:
        raise FormatError(path, "holds no crystal structure that can be read.")
    return crystals


def _sources(path):
    """Readers and arguments, one for each structure or file."""
    if path.is_dir():
        files = sorted(path.rglob("*.cif"))
        if not files:
            raise FormatError(path, "is a folder without .cif files.")
        return [(read_cif_blocks, (file,)) for file in files]
    if path.suffix.lower() == ".parquet":
        return [(_read_row, (path, number, row)) for number, row in enumerate(_rows(path))]
    return [(read_cif_blocks, (path,))]


def _rows(path):
    import pandas as pd
    import pyarrow

    try:
        table = pd.read_parquet(path)
    except pyarrow.ArrowInvalid as error:
        raise FormatError(path, f"is not a parquet table: {error}.") from error
    missing = [column for column in _COLUMNS if column not in table]
    if missing:
        raise FormatError(path, f"lacks the columns {', '.join(missing)}.")
    return table.to_dict("records")


def _read_row(path, number, row):
    formula = row.get("reduced_formula", "")
    metadata = {
        "path": str(path),
        "formula": formula,
        "material_id": row.get("material_id", ""),
    }
    if "sg_symprec0.1" in row:
        metadata["space_group_number"] = int(row["sg_symprec0.1"])
    try:
        crystal = Crystal(
            [row[name] for name in _COLUMNS[:6]],
            list(row["species"]),
            np.asarray(row["frac_coords"], dtype=np.float64),
            name=f"{row.get('material_id', number)} {formula}".strip(),
            metadata=metadata,
        )
    except ValueError as error:
        raise FormatError(path, f"row {number}: {error}") from error
    return [crystal]
