"""Read collections of crystal structures, all at once or a batch at a time."""

import itertools
import warnings

from skxrd._compat import StrOptions, validate_params
from skxrd._files import FormatError
from skxrd.io._cif import cif_items
from skxrd.io._crystal_tables import files_of_kinds, table_items
from skxrd.io._skipped_parts import SkippedFileWarning


@validate_params({"on_error": [StrOptions({"raise", "skip"})]}, prefer_skip_nested_validation=True)
def read_crystals(path, *, on_error="raise"):
    """Read the crystal structures of a CIF file, a parquet table, or a folder of them.

    Parameters
    ----------
    path : path-like
        A ``.cif`` file (also ``.cif.gz``), a ``.parquet`` table, or a folder whose files of these
        kinds are read at any depth. A table has the columns a, b, c, alpha, beta, gamma, species
        (list of symbols) and frac_coords (flat list), one structure a row, listed without symmetry;
        occupancy and u_iso (lists) where it has them. Its columns ``material_id``,
        ``reduced_formula`` and ``sg_symprec0.1`` (space group number), where present, go to
        ``name`` and ``metadata``.
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
    Of a CIF block, symmetry operations count more than the symbol and are used in whatever setting
    they are. If they belong to different space groups, the atoms decide: if they have the higher
    symmetry, as a list of all atoms beside the operation x,y,z has, it is the label
    (``metadata["space_group_number"]``); otherwise the block is an error. Where no operations are
    listed and the symbol leaves the origin open, the formula and Z decide. Statements that
    contradict each other are an error where the number of atoms would be wrong by a factor, or a
    line in ``metadata["notes"]`` otherwise; the notes also say what labels such as ``Wat1`` were
    taken for. Sites that miss a symmetry element by rounding (0.333 for 1/3) are moved onto it.
    Atoms that the list repeats are read once (``metadata["repeated_sites"]``); different atoms at
    one place are an error if their occupancies sum to more than one. Atoms without coordinates are
    left out and counted.
    """
    crystals, skipped, n_items = [], [], 0
    for item in _crystal_items(path):
        n_items += 1
        if not isinstance(item, FormatError):
            crystals.append(item)
        elif on_error == "raise":
            raise item
        else:
            skipped.append(item)
    if skipped:
        _warn_of_skipped(skipped, n_items, stacklevel=4)  # the caller, past the decorator
    if not crystals:
        first = f", to begin with {skipped[0]}" if skipped else "; it is empty."
        raise FormatError(path, f"holds no crystal structure that can be read{first}")
    return crystals


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
    skipped, n_items, items = [], 0, _crystal_items(path)
    while batch := list(itertools.islice(items, batch_size)):
        n_items += len(batch)
        errors = [item for item in batch if isinstance(item, FormatError)]
        if errors and on_error == "raise":
            raise errors[0]
        skipped += errors
        yield [item for item in batch if not isinstance(item, FormatError)]
    if skipped:
        _warn_of_skipped(skipped, n_items, stacklevel=3)


def _crystal_items(path):
    """Yield each structure, or the FormatError that says what is wrong, by order of file names."""
    for file in files_of_kinds(path, {".cif": ".cif files", ".parquet": ".parquet tables"}):
        yield from table_items(file) if file.suffix.lower() == ".parquet" else cif_items(file)


def _warn_of_skipped(skipped, n_items, *, stacklevel):
    """One warning for all structures left out; ``skipped``, their errors, is its attribute."""
    lines = "\n  ".join(map(str, skipped))
    warning = SkippedFileWarning(f"left out {len(skipped)} of {n_items} structures:\n  {lines}")
    warning.skipped = skipped
    warnings.warn(warning, stacklevel=stacklevel)
