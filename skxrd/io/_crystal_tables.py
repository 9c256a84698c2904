"""Parquet tables of crystal structures, one structure a row."""

from pathlib import Path

import numpy as np

from skxrd._files import FormatError
from skxrd.crystal import Crystal
from skxrd.crystal._exchange import check_overlap

_COLUMNS = ["a", "b", "c", "alpha", "beta", "gamma", "species", "frac_coords"]
_OPTIONAL = ["material_id", "reduced_formula", "sg_symprec0.1", "occupancy", "u_iso"]
_ROWS_AT_ONCE = 1000


def files_of_kinds(path, kinds):
    """The file itself, or all files of a folder whose endings (``.cif``) are keys of ``kinds``.

    A ``.cif`` may be compressed (``.cif.gz``).
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder.")
    if not path.is_dir():
        return [path]
    files = sorted(f for f in path.rglob("*") if _ending(f) in kinds and f.is_file())
    if not files:
        raise FormatError(path, f"is a folder without {' or '.join(kinds.values())}.")
    return files


def _ending(file):
    plain = file.name.lower().removesuffix(".gz").removesuffix(".bz2")
    return ".cif" if plain.endswith(".cif") else file.suffix.lower()


def read_crystal_columns(path, columns):
    """DataFrame of columns of a table or of a folder of tables, in the order of iter_crystals."""
    import pandas as pd
    import pyarrow
    import pyarrow.parquet

    tables = []
    for file in files_of_kinds(path, {".parquet": ".parquet tables"}):
        try:
            with pyarrow.parquet.ParquetFile(file) as table:
                _check_columns(file, table, columns)
                tables.append(_frame(table.read(columns=list(columns))))
        except (pyarrow.ArrowException, OSError, UnicodeError) as error:
            raise FormatError(file, f"is not a parquet table: {error}.") from error
    return pd.concat(tables, ignore_index=True)


def table_items(path):
    """Yield the crystal of each row of a table, or the FormatError that says what is wrong."""
    import pyarrow

    try:
        for number, row in _rows(path):
            try:
                yield _read_row(path, number, row)
            except FormatError as error:
                yield error
    except FormatError as error:
        yield error
    except (pyarrow.ArrowException, OSError, ValueError) as error:  # ValueError: no UTF-8
        yield FormatError(path, f"is not a parquet table: {error}.")


def _rows(path):
    """Numbers and rows of a table as dicts, a thousand at a time in memory."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as table:
        _check_columns(path, table, _COLUMNS)
        names = table.schema_arrow.names
        wanted = [*_COLUMNS, *(name for name in _OPTIONAL if name in names)]
        number = 0
        for batch in table.iter_batches(_ROWS_AT_ONCE, columns=wanted):
            for row in _frame(batch).to_dict("records"):
                yield number, row
                number += 1


def _frame(table):
    """DataFrame of a table or batch, without what pandas noted in the file: it may be damaged."""
    return table.replace_schema_metadata(None).to_pandas()


def _check_columns(path, table, columns):
    missing = [column for column in columns if column not in table.schema_arrow.names]
    if missing:
        raise FormatError(path, f"lacks the columns {', '.join(missing)}.")


def _read_row(path, number, row):
    formula = row.get("reduced_formula", "")
    metadata = {
        "path": str(path),
        "formula": formula,
        "material_id": row.get("material_id", ""),
    }
    try:
        if "sg_symprec0.1" in row:
            metadata["space_group_number"] = _label(row["sg_symprec0.1"])
        crystal = Crystal(
            [row[name] for name in _COLUMNS[:6]],
            row["species"],
            _rows_of_three(row["frac_coords"]),
            occupancy=row.get("occupancy"),
            u_iso=row.get("u_iso"),
            name=f"{row.get('material_id', number)} {formula}".strip(),
            metadata=metadata,
        )
        return check_overlap(crystal)
    except (ValueError, TypeError) as error:  # TypeError: an empty cell of the table
        raise FormatError(path, f"row {number}: {error}") from error


def _rows_of_three(values):
    """Coordinates of a flat list, one row a site."""
    coords = np.asarray(values, dtype=np.float64)
    if coords.ndim != 1 or coords.size % 3:
        raise ValueError(f"frac_coords has {coords.size} numbers; give a flat list, three a site.")
    return coords.reshape(-1, 3)


def _label(value):
    """Space group number of a cell of the table."""
    number = float(value)
    if number not in range(1, 231):
        raise ValueError(f"sg_symprec0.1 is {value}; give a space group number from 1 to 230.")
    return int(number)
