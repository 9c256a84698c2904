"""Read very many crystal structures a batch at a time."""

import itertools

from skxrd._errors import FormatError
from skxrd.io._crystals import crystal_items, warn_of_skipped


def iter_crystals(path, *, batch_size=1000, on_error="raise"):
    """Read the crystal structures of tables or CIF files, a list of some at a time.

    Parameters
    ----------
    path : path-like
        A ``.parquet`` table or ``.cif`` file as for :func:`read_crystals`, or a folder with many of
        either; they are read in the order of their names.
    batch_size : int, default=1000
        Structures that make a batch.
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
    skipped, n_items, items = [], 0, crystal_items(path)
    while batch := list(itertools.islice(items, batch_size)):
        n_items += len(batch)
        errors = [item for item in batch if isinstance(item, FormatError)]
        if errors and on_error == "raise":
            raise errors[0]
        skipped += errors
        yield [item for item in batch if not isinstance(item, FormatError)]
    if skipped:
        warn_of_skipped(skipped, n_items)
