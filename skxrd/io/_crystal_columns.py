"""Columns of large crystal tables, without the atoms."""

from pathlib import Path

from skxrd._errors import FormatError


def read_crystal_columns(path, columns):
    """Read columns of parquet tables, one row a structure.

    The rows are in the order in which :func:`iter_crystals` reads the structures, of which the
    columns can be labels or sets that it does not keep.

    Parameters
    ----------
    path : path-like
        A ``.parquet`` table, or a folder with many at any depth; they are read in the order of
        their names.
    columns : list of str
        Names of the columns.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    FormatError
        If there are no tables, or one of them lacks a column.
    """
    import pandas as pd
    import pyarrow
    import pyarrow.parquet

    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder.")
    files = [path]
    if path.is_dir():
        files = sorted(f for f in path.rglob("*") if f.suffix.lower() == ".parquet" and f.is_file())
    if not files:
        raise FormatError(path, "is a folder without .parquet tables.")
    tables = []
    for file in files:
        try:
            with pyarrow.parquet.ParquetFile(file) as table:
                missing = [name for name in columns if name not in table.schema_arrow.names]
                if missing:
                    raise FormatError(file, f"lacks the columns {', '.join(missing)}.")
                tables.append(table.read(columns=list(columns)).to_pandas())
        except (pyarrow.ArrowException, OSError) as error:
            raise FormatError(file, f"is not a parquet table: {error}.") from error
    return pd.concat(tables, ignore_index=True)
