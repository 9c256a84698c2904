"""Read collections of crystal structures."""

import warnings
from pathlib import Path

import numpy as np

from skxrd._compat import StrOptions, validate_params
from skxrd._errors import FormatError
from skxrd.crystal import Crystal
from skxrd.crystal._exchange import check_overlap
from skxrd.io._cif import cif_items
from skxrd.io._patterns import SkippedFileWarning

_COLUMNS = ["a", "b", "c", "alpha", "beta", "gamma", "species", "frac_coords"]
_OPTIONAL = ["material_id", "reduced_formula", "sg_symprec0.1", "occupancy", "u_iso"]
_ROWS_AT_ONCE = 1000


@validate_params({"on_error": [StrOptions({"raise", "skip"})]}, prefer_skip_nested_validation=True)
def read_crystals(path, *, on_error="raise"):
    """Read the crystal structures of a CIF file, a parquet table, or a folder of them.

    Parameters
    ----------
    path : path-like
        A ``.cif`` file, a ``.parquet`` table, or a folder whose files of these kinds are read at
        any depth. A table has the columns a, b, c, alpha, beta, gamma, species (list of symbols)
        and frac_coords (flat list), one structure a row, listed without symmetry; occupancy and
        u_iso (lists) where it has them. Its columns ``material_id``, ``reduced_formula`` and
        ``sg_symprec0.1`` (space group number), where present, go to ``name`` and ``metadata``.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a structure that cannot be read: raise its error, or leave it out and go
        on; one :class:`~skxrd.io.SkippedFileWarning` then names every structure left out.

    Returns
    -------
    list of Crystal
        With the name of the CIF block, and file and block in ``metadata``.

    Raises
    ------
    FormatError
        If a structure is broken and ``on_error="raise"``, or nothing is left. The message names
        the file and the block or row.

    Notes
    -----
    Of a CIF block, symmetry operations count more than the symbol, which may be of any setting. If
    they belong to different space groups, the atoms decide: where they have the higher symmetry,
    as a list of all atoms beside the operation x,y,z has, it is the label
    (``metadata["space_group_number"]``); where they have not, the block is an error. Sites beside
    a symmetry element by rounding (0.333 for 1/3) are moved onto it. Atoms that the list repeats
    are read once (``metadata["repeated_sites"]``); different atoms at one place are an error if
    their occupancies sum to more than one. Atoms without coordinates are left out and counted.
    """
    path = Path(path)
    crystals, skipped, n_items = [], [], 0
    for item in crystal_items(path):
        n_items += 1
        if not isinstance(item, FormatError):
            crystals.append(item)
        elif on_error == "raise":
            raise item
        else:
            skipped.append(item)
    if skipped:
        warn_of_skipped(skipped, n_items, stacklevel=4)  # the caller, past the decorator
    if not crystals:
        first = f", to begin with {skipped[0]}" if skipped else "; it is empty."
        raise FormatError(path, f"holds no crystal structure that can be read{first}")
    return crystals


def warn_of_skipped(skipped, n_items, *, stacklevel=2):
    """Report all structures that were left out in one warning.

    Parameters
    ----------
    skipped : list of FormatError
        What was wrong with each; the warning has them as its attribute ``skipped``.
    n_items : int
        Number of structures in all.
    stacklevel : int, default=2
        As for :func:`warnings.warn`.
    """
    lines = "\n  ".join(map(str, skipped))
    warning = SkippedFileWarning(f"left out {len(skipped)} of {n_items} structures:\n  {lines}")
    warning.skipped = skipped
    warnings.warn(warning, stacklevel=stacklevel)


def crystal_items(path):
    """Read structures one by one; nothing is in memory but the one at hand.

    Parameters
    ----------
    path : path-like
        As for :func:`read_crystals`.

    Yields
    ------
    Crystal or FormatError
        Each structure, or what is wrong with it, in the order of the file names.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder.")
    files = [path]
    if path.is_dir():
        endings = (".cif", ".parquet")
        files = sorted(f for f in path.rglob("*") if f.suffix.lower() in endings and f.is_file())
        if not files:
            raise FormatError(path, "is a folder without .cif files or .parquet tables.")
    for file in files:
        yield from _table_items(file) if file.suffix.lower() == ".parquet" else cif_items(file)


def _table_items(path):
    import pyarrow

    try:
        for number, row in _rows(path):
            try:
                yield from _read_row(path, number, row)
            except FormatError as error:
                yield error
    except FormatError as error:
        yield error
    except (pyarrow.ArrowException, OSError) as error:
        yield FormatError(path, f"is not a parquet table: {error}.")


def _rows(path):
    """Rows of a table as dicts, a thousand at a time in memory."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as table:
        names = table.schema_arrow.names
        missing = [column for column in _COLUMNS if column not in names]
        if missing:
            raise FormatError(path, f"lacks the columns {', '.join(missing)}.")
        wanted = [*_COLUMNS, *(name for name in _OPTIONAL if name in names)]
        number = 0
        for batch in table.iter_batches(_ROWS_AT_ONCE, columns=wanted):
            for row in batch.to_pandas().to_dict("records"):
                yield number, row
                number += 1


def _read_row(path, number, row):
    formula = row.get("reduced_formula", "")
    metadata = {
        "path": str(path),
        "formula": formula,
        "material_id": row.get("material_id", ""),
    }
    try:
        if "sg_symprec0.1" in row:
            metadata["space_group_number"] = int(row["sg_symprec0.1"])
        crystal = Crystal(
            [row[name] for name in _COLUMNS[:6]],
            row["species"],
            np.asarray(row["frac_coords"], dtype=np.float64),
            occupancy=row.get("occupancy"),
            u_iso=row.get("u_iso"),
            name=f"{row.get('material_id', number)} {formula}".strip(),
            metadata=metadata,
        )
        return [check_overlap(crystal)]
    except (ValueError, TypeError) as error:  # TypeError: an empty cell of the table
        raise FormatError(path, f"row {number}: {error}") from error
