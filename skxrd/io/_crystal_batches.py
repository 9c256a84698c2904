"""Read very many crystal structures a batch at a time."""

import itertools
import warnings
from pathlib import Path

from skxrd._errors import FormatError
from skxrd.io._cif import read_cif_blocks
from skxrd.io._crystals import _COLUMNS, _read_row
from skxrd.io._patterns import SkippedFileWarning


def iter_crystals(path, *, batch_size=1000, on_error="raise"):
    """Read the crystal structures of tables or CIF files, a list of some at a time.

    Parameters
    ----------
    path : path-like
        A ``.parquet`` table or ``.cif`` file as for :func:`read_crystals`, or a folder with many of
        either; they are read in the order of their names.
    batch_size : int, default=1000
        Rows of a table, or files, that make a batch.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a structure that cannot be read: raise its error, or leave it out with a
        :class:`~skxrd.io.SkippedFileWarning`.

    Yields
    ------
    list of Crystal
        The same batches whenever the same files are read.

    Raises
    ------
    FormatError
        If a structure is broken and ``on_error="raise"``, or there are no files.
    """
    path = Path(path)
    files = [path]
    if path.is_dir():
        files = sorted(path.rglob("*.parquet")) or sorted(path.rglob("*.cif"))
        if not files:
            raise FormatError(path, "is a folder without .parquet or .cif files.")
    elif not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file or folder.")
    jobs = (
        ((_read_row, (file, number, row)) for file in files for number, row in _table_rows(file))
        if files[0].suffix == ".parquet"
        else ((read_cif_blocks, (file,)) for file in files)
    )
    for batch in _batched(jobs, batch_size):
        crystals = []
        for read, arguments in batch:
            try:
                crystals += read(*arguments)
            except FormatError as error:
                if on_error == "raise":
                    raise
                warnings.warn(f"left out {error}", SkippedFileWarning, stacklevel=2)
        yield crystals


def _batched(items, size):
    items = iter(items)
    while batch := list(itertools.islice(items, size)):
        yield batch


def _table_rows(path):
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.ParquetFile(path)
    except pyarrow.ArrowInvalid as error:
        raise FormatError(path, f"is not a parquet table: {error}.") from error
    missing = [column for column in _COLUMNS if column not in table.schema_arrow.names]
    if missing:
        raise FormatError(path, f"lacks the columns {', '.join(missing)}.")
    number = 0
    for piece in table.iter_batches(500):
        for row in piece.to_pandas().to_dict("records"):
            yield number, row
            number += 1
