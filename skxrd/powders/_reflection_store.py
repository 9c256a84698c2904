"""Reflection lists of very many crystals in one folder."""

import inspect
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

import skxrd
from skxrd._files import replaced_file
from skxrd._hashing import short_hash
from skxrd._resumable import ResumableFolder
from skxrd.crystal import ReflectionList

_ARRAYS = ("cell", "damped", "hkl", "multiplicity", "strength", "rotations")
_COUNTED = {"hkl": "n_reflections", "multiplicity": "n_reflections", "strength": "n_reflections"}
_COUNTED["rotations"] = "n_rotations"
_CONTENT = "reflection lists"
_FINISHED = "finished"  # piece of the folder that is written last
_PARTS = "parts"


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
        self.labels = pd.read_parquet(self.path / "labels.parquet")
        self._open()

    def _open(self):
        self._columns = {column: self.labels[column].to_numpy() for column in self.labels}
        self._arrays = {name: np.load(self.path / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
        self._ends = {
            count: np.concatenate([[0], np.load(self.path / f"{count}.npy").cumsum()])
            for count in ("n_reflections", "n_rotations")
        }

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

    def __getitem__(self, index):
        """Reflection list of one crystal, or a list of them for a slice or an array of rows."""
        if isinstance(index, slice):
            index = range(len(self))[index]
        if not isinstance(index, (int, np.integer)):
            return [self[int(i)] for i in index]
        if not -len(self) <= index < len(self):
            raise IndexError(f"crystal {index} is not in a store of {len(self)}.")
        index = int(index) % len(self)
        arrays = {
            "cell": np.asarray(self._arrays["cell"][index]),
            "damped": bool(self._arrays["damped"][index]),
        }
        for name, count in _COUNTED.items():
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
    finished = folder.read(_FINISHED)
    if finished is None:
        (path / _PARTS).mkdir(exist_ok=True)
        listed = delayed(_list_batch)
    else:
        listed = delayed(_describe_batch)
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
    if finished is None:
        _join_parts(path, made_of["batches"])
        folder.write(_FINISHED, made_of)
    folder.compare(made_of, folder.read(_FINISHED))
    skipped = path / "skipped.csv"
    if on_error == "raise" and skipped.exists():
        raise ValueError(f"{skipped}: names crystals that were left out; pass on_error='skip'.")
    shutil.rmtree(path / _PARTS, ignore_errors=True)
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
    _, made_of = _describe_batch(crystals, number)
    path = folder.path / _PARTS / f"{number:06d}.npz"
    if path.exists():
        with np.load(path) as part:
            folder.compare(made_of, json.loads(str(part["made_of"])))
            if on_error == "skip" or str(part["skipped"]) == "[]":
                return len(part["cell"]), made_of
    lists, labels, skipped = [], [], []
    for position, crystal in enumerate(crystals):
        try:
            listed = ReflectionList.from_crystal(crystal, **settings)
        except ValueError as error:
            if on_error == "raise":
                raise
            skipped.append([position, str(error)])
            continue
        lists.append(listed)
        labels.append({"name": listed.name, **listed.metadata})
    columns = {
        name: np.concatenate([getattr(listed, name) for listed in lists])
        for name in _COUNTED
        if lists
    }
    with replaced_file(path) as temporary:
        np.savez(
            temporary,
            made_of=json.dumps(made_of),
            cell=np.array([listed.cell for listed in lists]).reshape(-1, 6),
            damped=np.array([listed.damped for listed in lists], bool),
            n_reflections=np.array([len(listed) for listed in lists], np.int32),
            n_rotations=np.array([len(listed.rotations) for listed in lists], np.int32),
            labels=json.dumps(labels, default=_plain),
            skipped=json.dumps(skipped),
            **columns,
        )
    return len(lists), made_of


def _plain(value):
    """Value that JSON can hold."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _join_parts(path, n_parts):
    """Write the arrays of all parts one after another, and the table of the labels."""
    import pandas as pd

    files = [path / _PARTS / f"{number:06d}.npz" for number in range(n_parts)]
    parts = [np.load(file) for file in files]
    labels = [label for part in parts for label in json.loads(str(part["labels"]))]
    if not labels:
        raise ValueError(f"{path}: no crystal has a reflection; see d_min and on_error.")
    for name in ("n_reflections", "n_rotations"):
        np.save(path / f"{name}.npy", np.concatenate([part[name] for part in parts]))
    for name in _ARRAYS:
        pieces = [part for part in parts if name in part]
        first = pieces[0][name]
        counts = [
            part[_COUNTED[name]].sum() if name in _COUNTED else len(part[name]) for part in pieces
        ]
        length = int(sum(counts))
        joined = np.lib.format.open_memmap(
            path / f"{name}.npy", "w+", first.dtype, (length, *first.shape[1:])
        )
        start = 0
        for part in pieces:
            piece = part[name]
            joined[start : start + len(piece)] = piece
            start += len(piece)
        joined.flush()
    skipped = [
        (number, *row)
        for number, part in enumerate(parts)
        for row in json.loads(str(part["skipped"]))
    ]
    for part in parts:
        part.close()
    if skipped:
        table = pd.DataFrame(skipped, columns=["batch", "position", "reason"])
        with replaced_file(path / "skipped.csv") as temporary:
            table.to_csv(temporary, index=False)
    with replaced_file(path / "labels.parquet") as temporary:
        pd.DataFrame(labels).to_parquet(temporary)
