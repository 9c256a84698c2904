"""Write the lines of very many crystals to a library, in parallel and resumable."""

import json
import shutil
from pathlib import Path

import joblib
import numpy as np

from skxrd._files import check_outputs, replaced_file
from skxrd._hashing import content_hash
from skxrd._resumable import ResumableFolder, damage_named
from skxrd.crystal import Crystal
from skxrd.search._columns import columns_of, merged_columns
from skxrd.search._library_file import write_columns
from skxrd.search._phase_lines import D_MIN, phase_entry
from skxrd.search._screened_bins import with_bins

_BATCH = 50


def write_phase_library(
    crystals,
    path,
    *,
    max_lines=100,
    merge=True,
    compact=False,
    card=None,
    n_jobs=None,
    progress=None,
):
    """Write a library of the phases of crystals.

    A crystal in P 1 is written in the conventional cell of its symmetry, determined by spglib.
    Work that was stopped goes on: finished batches lie in a folder beside the file, whose name
    ends in ``.parts``, until the library is written.

    Parameters
    ----------
    crystals : iterable of Crystal, or of lists of them
        Such as what :func:`~skxrd.io.iter_crystals` yields.
    path : path-like
        File to write; by custom its name ends in ``.phases``.
    max_lines : int, default=100
        Lines kept of each phase, the strongest of a scan among those with spacings of 1 angstrom
        or more.
    merge : bool, default=True
        Whether phases of the same formula and space group with cells within 1 % become one, with
        all their sources; the first stays.
    compact : bool, default=False
        Whether the table for the screen, 96 bytes a phase, is left out; the first search of a
        process then takes five microseconds a phase longer.
    card : dict, default=None
        What the library is to say of itself: title, sources, licences. ``"cells": "computed"``
        tells searches that cells are about 0.6 % too large.
    n_jobs : int, default=None
        Processes, as in joblib.
    progress : callable, default=None
        Called with the number of crystals done after each batch.

    Returns
    -------
    skipped : list of (str, str)
        Names of the crystals that were left out, and why.

    Raises
    ------
    ValueError
        If no crystal has a line, or there is no crystal.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.search import PhaseLibrary, write_phase_library
    >>> crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=X) for X in ("Cl", "Br")]
    >>> write_phase_library(crystals, "mine.phases")  # doctest: +SKIP
    []
    >>> PhaseLibrary("mine.phases")  # doctest: +SKIP
    PhaseLibrary of 2 phases: mine.phases
    """
    check_outputs({"path": path})
    path = Path(path)
    settings = {"d_min": D_MIN, "max_lines": int(max_lines)}
    folder = ResumableFolder(path.with_name(f"{path.name}.parts"), "parts of a phase library")
    call = joblib.delayed(_write_part)
    parts, skipped, n_done = [], [], 0
    calls = (call(folder.path, batch, settings) for batch in _batches(crystals))
    for part, left_out, n_crystals in joblib.Parallel(n_jobs, return_as="generator")(calls):
        parts.append(part)
        skipped += left_out
        n_done += n_crystals
        if progress is not None:
            progress(n_done)
    columns = [part for part in parts if len(part["cell"])]
    if not columns:
        shutil.rmtree(folder.path, ignore_errors=True)
        if not n_done:
            raise ValueError(f"there is no crystal to write to {path}.")
        reason = f" ({skipped[0][0]}: {skipped[0][1]})" if skipped else ""
        raise ValueError(
            f"no crystal gives a phase for {path}{reason}; lines need spacings "
            f"of {D_MIN:g} angstrom or more."
        )
    joined = merged_columns(columns, duplicates=not merge)
    facts = {"phases": len(joined["cell"]), "crystals": n_done, "skipped": len(skipped)}
    write_columns(path, with_bins(joined, compact), {**(card or {}), **facts, **settings})
    shutil.rmtree(folder.path, ignore_errors=True)  # another call may remove it, too
    return skipped


def _batches(crystals):
    """Lists of some crystals, from crystals or lists of them."""
    batch = []
    for item in crystals:
        more = list(item) if isinstance(item, list | tuple) else [item]
        for crystal in more:
            if not isinstance(crystal, Crystal):
                raise TypeError(
                    f"crystals has {crystal!r:.60}, which is no Crystal; see iter_crystals."
                )
        batch += more
        while len(batch) >= _BATCH:
            yield batch[:_BATCH]
            batch = batch[_BATCH:]
    if batch:
        yield batch


def _write_part(folder, crystals, settings):
    """Columns of a batch, kept in a file of their own; what was left out; the number."""
    path = Path(folder) / f"{content_hash(settings, crystals)[:32]}.npz"
    if path.exists():
        with damage_named(path, "delete it and write the library again"), np.load(path) as part:
            columns = {name: part[name] for name in part.files}
        skipped = [tuple(one) for one in json.loads(str(columns.pop("skipped")))]
        return columns, skipped, len(crystals)
    entries, skipped = [], []
    for crystal in crystals:
        try:
            entries.append(phase_entry(crystal, **settings))
        except ValueError as error:
            skipped.append((crystal.name, str(error)))
    columns = columns_of(entries)
    try:
        with replaced_file(path) as temporary:
            np.savez(temporary, skipped=json.dumps(skipped), **columns)
    except FileNotFoundError:
        if path.parent.exists():
            raise  # else another call for the same library has ended
    return columns, skipped, len(crystals)
