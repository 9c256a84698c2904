"""Training patterns that are rendered once, in a chunked array on disk."""

import contextlib
from functools import cached_property, lru_cache
from numbers import Integral
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

import skxrd
from skxrd._resumable import ResumableFolder, damage_named
from skxrd.powders._batch_source import BatchSource

_CONTENT = "patterns"
_WRITE_AGAIN = "delete it and run write_pattern_store with this path, which writes it anew"
_TASK = 4  # batches that a worker writes between two reports


class PatternStore(BatchSource):
    """Rendered patterns of several epochs, read from a folder batch by batch.

    Takes the place of :class:`PatternBatches` in :class:`skxrd.powders.BatchTrainer`. Epochs beyond
    the stored ones take these again, with their batches in another order that follows from the seed
    and the number of the epoch; the patterns of a batch stay together.

    The folder is a zarr group (format 3): ``patterns``, float16 of shape (n_epochs, n_rows,
    n_angles), ``rows``, int64 of shape (n_epochs, n_rows), and ``two_theta``. A chunk is a batch.
    Needs zarr, an optional dependency: ``pip install "skxrd[store]"``.

    Parameters
    ----------
    path : path-like
        Folder that :func:`write_pattern_store` has finished.

    Attributes
    ----------
    n_epochs : int
        Epochs that are stored.
    n_rows : int
        Patterns of an epoch.
    n_angles : int
        Columns of the patterns.
    n_crystals : int
        Structures from which the rows were taken.
    batch_size : int
        Patterns of a batch; the last one of a stored epoch may have fewer.
    random_state : int
        Seed of order and patterns.
    two_theta : ndarray of shape (n_angles,)
        Grid of the patterns in degrees.
    made_of : dict
        What the patterns follow from, by name: numbers, text and hashes.

    Raises
    ------
    ImportError
        If zarr is not installed.
    ValueError
        If the folder holds no finished pattern store.

    Examples
    --------
    >>> from skxrd.powders import PatternStore
    >>> store = PatternStore("patterns/")  # doctest: +SKIP
    >>> [X.shape for X, rows in store.epoch(0)]  # doctest: +SKIP
    [(2, 2001)]
    """

    def __init__(self, path):
        zarr = _zarr("PatternStore")
        self.path = Path(path)
        folder = ResumableFolder.find(path, _CONTENT)
        if folder is None or not (self.path / "zarr.json").exists():
            raise ValueError(_unfinished(self.path))
        with damage_named(self.path / "zarr.json", _WRITE_AGAIN):
            group = zarr.open_group(self.path, mode="r")
        self.n_epochs = group.attrs.get("n_epochs", 0)
        if not self.n_epochs:
            raise ValueError(_unfinished(self.path))
        self._patterns, self._rows = (_array(group, self.path, n) for n in ("patterns", "rows"))
        with damage_named(self.path / "two_theta" / "c" / "0", _WRITE_AGAIN):
            self.two_theta = _array(group, self.path, "two_theta")[:]
        _, self.n_rows, self.n_angles = self._patterns.shape
        self.made_of = {**folder.made_of, "n_epochs": self.n_epochs}
        for name in ("n_crystals", "batch_size", "random_state"):
            setattr(self, name, self.made_of[name])

    def __reduce__(self):
        return _opened, (self.path.absolute(),)  # a worker opens the folder by itself, once

    @cached_property
    def rows(self):
        """Rows of the structures, in the order of the first epoch, shape (n_rows,)."""
        read = [_read(self._rows, self.path, 0, n, self.batch_size) for n in range(len(self))]
        if min(rows.min() for rows in read) < 0:
            raise ValueError(_unfinished(self.path))
        return np.concatenate(read)

    def _make(self, epoch, number):
        """Read one batch."""
        if epoch >= self.n_epochs:
            order = np.random.default_rng([self.random_state, epoch]).permutation(len(self))
            number = int(order[number])
        epoch %= self.n_epochs
        X = _read(self._patterns, self.path, epoch, number, self.batch_size)
        rows = _read(self._rows, self.path, epoch, number, self.batch_size)
        if rows.min() < 0 or np.isnan(X[0]).all():
            raise ValueError(_unfinished(self.path))
        return X.astype(np.float32), rows


def write_pattern_store(batches, path, *, n_epochs=10, n_jobs=None, progress=None):
    """Render the first epochs of batches into a folder, or go on where that was stopped.

    A batch is one file, moved into place when it is whole, and counts as done once its row numbers
    are written after it. A second call renders only what is missing, whatever was killed meanwhile,
    and a larger ``n_epochs`` adds epochs. The work runs through joblib, so that a cluster does it
    inside ``joblib.parallel_config("dask")``; its machines need the folder, and that of the
    reflections, at the same paths.

    Intensities are written as float16, which holds 11 bits: a row, whose largest value is 1, is
    off by at most 2.4e-4 of its largest value, and by 1/2048 of the value itself down to 6e-5.
    Values below 3e-8 become zero; missing angles stay NaN. Chunks are compressed.

    Parameters
    ----------
    batches : PatternBatches
        What to render.
    path : path-like
        Folder to write; it is made if its parent is there.
    n_epochs : int, default=10
        Epochs to write.
    n_jobs : int, default=None
        Number of joblib workers.
    progress : callable, default=None
        Called with the number of patterns done so far, those of earlier calls included.

    Returns
    -------
    PatternStore

    Raises
    ------
    ImportError
        If zarr is not installed.
    ValueError
        If the folder holds something else or patterns of other settings, or a parameter leaves its
        range.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import PatternBatches, write_pattern_store
    >>> from skxrd.simulation import PowderSimulator
    >>> crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in ("Cl", "Br")]
    >>> batches = PatternBatches(crystals, PowderSimulator(np.linspace(10, 110, 2001)))
    >>> store = write_pattern_store(batches, "patterns/", n_epochs=3)  # doctest: +SKIP
    >>> X, rows = store.batch(0, 0)  # doctest: +SKIP
    """
    zarr = _zarr("write_pattern_store")
    if not isinstance(n_epochs, Integral) or n_epochs < 1:
        raise ValueError(f"n_epochs is {n_epochs!r}; give an integer of 1 or more.")
    if np.abs(batches.fill_value) > np.finfo(np.float16).max:
        raise ValueError(
            f"fill_value is {batches.fill_value:g}, which float16 does not hold; use NaN or a "
            "number from -65504 to 65504."
        )
    path = Path(path).absolute()
    ResumableFolder(
        path, _CONTENT, {"rendered_by": f"skxrd {skxrd.__version__}", **batches.made_of}
    )
    n_epochs = int(n_epochs)
    group = _open_arrays(zarr, path, batches, n_epochs)
    n_batches, size = len(batches), batches.batch_size
    missing = [
        (epoch, number)
        for epoch in range(n_epochs)
        for number in range(n_batches)
        if not _is_written(path, epoch, number)
    ]
    sizes = [min(size, batches.n_rows - number * size) for _, number in missing]
    done = n_epochs * batches.n_rows - sum(sizes)
    tasks = (missing[first : first + _TASK] for first in range(0, len(missing), _TASK))
    work = Parallel(n_jobs, return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
    written = work(delayed(_write_some)(batches, path, task) for task in tasks)
    with contextlib.closing(written):
        for count in written:
            done += count
            if progress is not None:
                progress(done)
    group.attrs["n_epochs"] = max(n_epochs, group.attrs.get("n_epochs", 0))
    return PatternStore(path)


def _zarr(what):
    """The optional package, for ``what``."""
    try:
        import zarr
    except ImportError as error:
        remedy = 'install it with: pip install "skxrd[store]"'
        raise ImportError(f"{what} needs zarr; {remedy}") from error
    return zarr


def _unfinished(path):
    """Message for a folder whose patterns are not all there."""
    return (
        f"{path}: holds no finished pattern store; run write_pattern_store with this path, which "
        "goes on where it stopped."
    )


@lru_cache(maxsize=4)
def _opened(path):
    """Store of a folder, opened once in a process."""
    return PatternStore(path)


def _chunk(path, name, epoch, number):
    """File of a batch in one of the two arrays."""
    chunk = path / name / "c" / str(epoch) / str(number)
    return chunk / "0" if name == "patterns" else chunk


def _read(array, path, epoch, number, batch_size):
    """A batch of one of the two arrays."""
    with damage_named(_chunk(path, array.basename, epoch, number), _WRITE_AGAIN):
        return array[_place(epoch, number, batch_size)]


def _place(epoch, number, batch_size):
    """Index of a batch in both arrays."""
    return epoch, slice(number * batch_size, (number + 1) * batch_size)


def _is_written(path, epoch, number):
    """Whether the patterns of a batch are there, and its row numbers, which are written last."""
    return all(_chunk(path, name, epoch, number).is_file() for name in ("rows", "patterns"))


def _write_some(batches, path, task):
    """Number of patterns of some batches, which are rendered and written unless they are there."""
    group = _zarr("write_pattern_store").open_group(path, mode="r+")
    patterns, order = group["patterns"], group["rows"]
    count = 0
    for epoch, number in task:
        place = _place(epoch, number, batches.batch_size)
        if not _is_written(path, epoch, number):  # else written by a worker that was lost
            X, rows = batches.batch(epoch, number)
            patterns[place] = X.astype(np.float16)
            order[place] = rows
        count += len(order[place])
    return count


def _array(group, path, name):
    """One of the arrays of the group."""
    with damage_named(path / name / "zarr.json", _WRITE_AGAIN):
        return group[name]


def _open_arrays(zarr, path, batches, n_epochs):
    """Group with the arrays of these batches; what a killed call left out or half done is made."""
    with damage_named(path / "zarr.json", _WRITE_AGAIN):
        group = zarr.open_group(path, mode="a")
    chunk, n_angles = min(batches.batch_size, batches.n_rows), batches.n_angles
    # half to two thirds of the bytes, in less time than rendering takes by a factor of twenty
    packed = zarr.codecs.BloscCodec(cname="zstd", clevel=1, shuffle="bitshuffle", typesize=2)
    epochs = (n_epochs, batches.n_rows)
    for name, dtype, shape, chunks, empty, codec in (
        ("two_theta", "float64", (n_angles,), (n_angles,), np.nan, None),
        ("patterns", "float16", (*epochs, n_angles), (1, chunk, n_angles), np.nan, packed),
        ("rows", "int64", epochs, (1, chunk), -1, None),
    ):
        with damage_named(path / name / "zarr.json", _WRITE_AGAIN):
            if name not in group:
                options = {"shape": shape, "dtype": dtype, "chunks": chunks}
                group.create_array(name, **options, fill_value=empty, compressors=codec)
            elif len(shape) > 1 and group[name].shape[0] < n_epochs:
                group[name].resize(shape)
    with damage_named(path / "two_theta" / "c" / "0", _WRITE_AGAIN):
        if not np.array_equal(group["two_theta"][:], batches.two_theta):
            group["two_theta"][:] = batches.two_theta
    return group
