"""Reflection lists of very many crystals in one folder."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from skxrd._files import replaced_file
from skxrd.crystal import ReflectionList

_ARRAYS = ("cell", "damped", "hkl", "multiplicity", "strength", "rotations")
_COUNTED = {"hkl": "n_reflections", "multiplicity": "n_reflections", "strength": "n_reflections"}
_COUNTED["rotations"] = "n_rotations"
_SETTINGS = "settings.json"
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
        if not (self.path / "labels.parquet").exists():
            raise ValueError(
                f"{path}: holds no finished reflection store; run write_reflection_store with this "
                "path, which goes on where it stopped."
            )
        self.settings = json.loads((self.path / _SETTINGS).read_text())
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
        return {"path": self.path, "settings": self.settings, "labels": self.labels}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._open()

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
    batches,
    path,
    *,
    d_min=0.9,
    u_iso=0.0,
    wavelength=None,
    weakest=1e-6,
    on_error="raise",
    n_jobs=None,
    progress=None,
):
    """List the reflections of many crystals in a folder, or go on where that was stopped.

    Every batch becomes a file that is moved into place when it is whole; a second call with the
    same batches and settings leaves finished ones alone, so nothing is lost or doubled by a kill.

    Parameters
    ----------
    batches : iterable of list of Crystal
        The crystals, e.g. from :func:`skxrd.io.iter_crystals`. One batch for each worker is in
        memory at a time.
    path : path-like
        Folder to write; made if it is not there.
    d_min : float, default=0.9
        Least spacing in angstrom; this and the next three as for
        :meth:`skxrd.crystal.ReflectionList.from_crystal`.
    u_iso : float, default=0.0
        Displacement parameter in square angstrom of the sites that state none.
    wavelength : float, default=None
        Wavelength in angstrom for the dispersion corrections; ``None`` leaves them out.
    weakest : float, default=1e-6
        Least share of the largest strength.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a crystal that has no reflection: raise, or leave it out and name it in
        ``skipped.csv`` of the folder.
    n_jobs : int, default=None
        Number of joblib workers.
    progress : callable, default=None
        Called with the number of crystals done so far after each batch.

    Returns
    -------
    ReflectionStore

    Raises
    ------
    ValueError
        If the folder holds lists of other settings, or a crystal has no reflection.
    """
    path = Path(path).absolute()  # workers may stand in another folder
    if on_error not in ("raise", "skip"):
        raise ValueError(f"on_error is {on_error!r}; use 'raise' or 'skip'.")
    settings = {
        "d_min": float(d_min),
        "u_iso": float(u_iso),
        "wavelength": None if wavelength is None else float(wavelength),
        "weakest": float(weakest),
    }
    _check_settings(path, settings)
    if (path / "labels.parquet").exists():
        return ReflectionStore(path)
    (path / _PARTS).mkdir(parents=True, exist_ok=True)
    with replaced_file(path / _SETTINGS) as temporary:
        temporary.write_text(json.dumps(settings, indent=1))
    work = Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="2*n_jobs")
    done, parts = 0, 0
    for count in work(
        delayed(_write_part)(batch, path / _PARTS / f"{number:06d}.npz", settings, on_error)
        for number, batch in enumerate(batches)
    ):
        done, parts = done + count, parts + 1
        if progress is not None:
            progress(done)
    if parts == 0:
        raise ValueError("batches is empty; give lists of at least one Crystal.")
    _join_parts(path, parts)
    return ReflectionStore(path)


def _check_settings(path, settings):
    if not (path / _SETTINGS).exists():
        return
    there = json.loads((path / _SETTINGS).read_text())
    for name, value in settings.items():
        if there.get(name) != value:
            raise ValueError(
                f"{path}: holds reflection lists with {name} = {there.get(name)}, not {value}; "
                "use the same settings or another folder."
            )


def _write_part(crystals, path, settings, on_error):
    if path.exists():
        with np.load(path) as part:
            return len(part["cell"])
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
            cell=np.array([listed.cell for listed in lists]).reshape(-1, 6),
            damped=np.array([listed.damped for listed in lists], bool),
            n_reflections=np.array([len(listed) for listed in lists], np.int32),
            n_rotations=np.array([len(listed.rotations) for listed in lists], np.int32),
            labels=json.dumps(labels, default=_plain),
            skipped=json.dumps(skipped),
            **columns,
        )
    return len(lists)


def _plain(value):
    return value.item() if isinstance(value, np.generic) else str(value)


def _join_parts(path, n_parts):
    """Write the arrays of all parts behind one another; the labels last, as they say it is done."""
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
    shutil.rmtree(path / _PARTS)
