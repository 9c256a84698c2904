"""Reflection lists of very many crystals in one folder."""

import inspect
import shutil
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

import skxrd
from skxrd._hashing import short_hash
from skxrd._resumable import ResumableFolder, damage_named
from skxrd.crystal import ReflectionList
from skxrd.powders._reflection_parts import COUNTED, PARTS, join_parts, write_part

_CONTENT = "reflection lists"
_FINISHED = "finished"  # piece of the folder that is written last
_WRITE_AGAIN = "delete the folder and run write_reflection_store again"


class ReflectionStore(Sequence):
    """Reflection lists of many crystals, read from a folder as they are needed.

    A :class:`~skxrd.simulation.PowderSimulator` takes a store, or a list of its items, in place of
    a list of crystals. The arrays stay on disk and are mapped into memory, so opening a store takes
    no time and little memory, and items may be taken in any order.

    Parameters
    ----------
    path : path-like
        Folder that :func:`write_reflection_store` has finished.

    Attributes
    ----------
    labels : pandas.DataFrame
        One row a crystal: ``name`` and the metadata of the crystals.
    settings : dict
        ``d_min``, ``u_iso``, ``wavelength`` and ``weakest`` of the lists.
    made_of : dict
        The settings, a hash of the crystals and the version of skxrd that wrote the lists.
    nbytes : int
        Bytes of the arrays on disk.

    Raises
    ------
    ValueError
        If the folder holds no finished store.
    """

    def __init__(self, path):
        import pandas as pd

        self.path = Path(path)
        folder = ResumableFolder.find(path, _CONTENT)
        finished = None if folder is None else folder.read(_FINISHED)
        if finished is None:
            raise ValueError(
                f"{path}: holds no finished reflection store; run write_reflection_store with this "
                "path, which goes on where it stopped."
            )
        self.made_of = {**folder.made_of, "crystals": short_hash(finished)}
        path = self.path / "labels.parquet"
        with damage_named(path, _WRITE_AGAIN):
            self.labels = pd.read_parquet(path)
        self._open()

    def _open(self):
        self._columns = {column: self.labels[column].to_numpy() for column in self.labels}
        self._arrays = {name: self._read(name, len(self.labels)) for name in ("cell", "damped")}
        self._ends = {
            count: np.concatenate([[0], self._read(count, len(self.labels)).cumsum()])
            for count in ("n_reflections", "n_rotations")
        }
        for name, count in COUNTED.items():
            self._arrays[name] = self._read(name, self._ends[count][-1])

    def _read(self, name, length):
        """Array of a file, mapped into memory; its length is what the other files say."""
        path = self.path / f"{name}.npy"
        with damage_named(path, _WRITE_AGAIN):
            array = np.load(path, mmap_mode="r")
            if len(array) != length:
                raise ValueError(f"{len(array)} entries in place of {length}")
        return array

    def __getstate__(self):
        return {"path": self.path, "made_of": self.made_of, "labels": self.labels}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._open()

    @property
    def settings(self):
        """Arguments of :meth:`ReflectionList.from_crystal` that made the lists."""
        return {name: self.made_of[name] for name in _default_settings()}

    @property
    def nbytes(self):
        """Bytes of the arrays on disk."""
        return sum(array.nbytes for array in self._arrays.values())

    def __len__(self):
        return len(self._arrays["cell"])

    def _rows(self, index):
        """Row numbers of an array of these, or of a mask with one entry a crystal."""
        rows = np.asarray(index)
        if rows.dtype == bool and rows.shape == (len(self),):
            return np.flatnonzero(rows)
        if rows.ndim != 1 or (rows.size and not np.issubdtype(rows.dtype, np.integer)):
            raise IndexError(
                f"rows of the type {rows.dtype} and the shape {rows.shape} name no crystals; give "
                f"a row number, a slice, row numbers, or a mask of {len(self)} entries."
            )
        return rows

    def __getitem__(self, index):
        """Reflection list of one crystal; a list for a slice, an array of rows, or a mask."""
        if isinstance(index, slice):
            index = range(len(self))[index]
        if not isinstance(index, (int, np.integer)) or isinstance(index, bool):
            return [self[int(row)] for row in self._rows(index)]
        if not -len(self) <= index < len(self):
            raise IndexError(f"crystal {index} is not in a store of {len(self)}.")
        index = int(index) % len(self)
        arrays = {
            "cell": np.asarray(self._arrays["cell"][index]),
            "damped": bool(self._arrays["damped"][index]),
        }
        for name, count in COUNTED.items():
            first, last = self._ends[count][index : index + 2]
            arrays[name] = np.asarray(self._arrays[name][first:last])
        metadata = {column: values[index] for column, values in self._columns.items()}
        return ReflectionList(**arrays, name=metadata.pop("name"), metadata=metadata)


def write_reflection_store(
    batches, path, *, on_error="raise", n_jobs=None, progress=None, **options
):
    """List the reflections of many crystals in a folder, or go on where that was stopped.

    Every batch becomes a file that is moved into place when it is whole; a second call with the
    same batches and settings leaves finished ones alone, so nothing is lost or doubled by a kill.
    Crystals are compared with those of finished batches by a hash of their content.

    Parameters
    ----------
    batches : iterable of list of Crystal
        The crystals, e.g. from :func:`skxrd.io.iter_crystals`. One batch for each worker is in
        memory at a time.
    path : path-like
        Folder to write; it is made if its parent is there.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a crystal that has no reflection: raise, or leave it out and name it in
        ``skipped.csv`` of the folder.
    n_jobs : int, default=None
        Number of joblib workers.
    progress : callable, default=None
        Called with the number of crystals done so far after each batch.
    **options : float
        ``d_min``, ``u_iso``, ``wavelength`` and ``weakest``, as for
        :meth:`skxrd.crystal.ReflectionList.from_crystal`.

    Returns
    -------
    ReflectionStore

    Raises
    ------
    TypeError
        If there is no such option.
    ValueError
        If the folder holds lists of other settings or crystals, or a crystal has no reflection.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import write_reflection_store
    >>> crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in ("Cl", "Br")]
    >>> store = write_reflection_store([crystals], "reflections/", d_min=1.2)  # doctest: +SKIP
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"on_error is {on_error!r}; use 'raise' or 'skip'.")
    settings = {
        name: None if value is None else float(value)
        for name, value in _default_settings(**options).items()
    }
    path = Path(path).absolute()  # workers may run in another folder
    folder = ResumableFolder(path, _CONTENT, {"skxrd": skxrd.__version__, **settings})
    is_finished = folder.read(_FINISHED) is not None
    if not is_finished:
        (path / PARTS).mkdir(exist_ok=True)
    listed = delayed(_describe_batch if is_finished else _list_batch)
    work = Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="2*n_jobs")
    done, made_of = 0, {}
    for count, described in work(
        listed(batch, number, folder, settings, on_error) for number, batch in enumerate(batches)
    ):
        done, made_of = done + count, made_of | described
        if progress is not None:
            progress(done)
    if not made_of:
        raise ValueError("batches is empty; give lists of at least one Crystal.")
    made_of = {"batches": len(made_of), **made_of}
    if not is_finished:
        with _unless_finished(folder):
            join_parts(folder, made_of)
            folder.write(_FINISHED, made_of)
    folder.compare(made_of, folder.read(_FINISHED))
    skipped = path / "skipped.csv"
    if on_error == "raise" and skipped.exists():
        raise ValueError(f"{skipped}: names crystals that were left out; pass on_error='skip'.")
    shutil.rmtree(path / PARTS, ignore_errors=True)
    return ReflectionStore(path)


def _default_settings(**options):
    """Arguments of ``ReflectionList.from_crystal`` besides the crystal, filled with defaults."""
    bound = inspect.signature(ReflectionList.from_crystal).bind(None, **options)
    bound.apply_defaults()
    return dict(list(bound.arguments.items())[1:])


def _describe_batch(crystals, number, *_):
    """Number of crystals of a batch, and what tells the batch from another one."""
    described = f"{len(crystals)} crystals, {short_hash(list(crystals))}"
    return len(crystals), {f"batch {number}": described}


def _list_batch(crystals, number, folder, settings, on_error):
    """Number of lists of a batch, which are written unless they are there, and its description."""
    count, made_of = _describe_batch(crystals, number)
    with _unless_finished(folder):
        count = write_part(folder, crystals, made_of, settings, on_error)
    return count, made_of


@contextmanager
def _unless_finished(folder):
    """Let pass the error of a file that is gone because another writer has finished the store."""
    try:
        yield
    except OSError:
        if folder.read(_FINISHED) is None:
            raise
