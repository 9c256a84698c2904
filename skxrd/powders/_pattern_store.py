"""Training patterns that are rendered once, in a chunked array on disk."""

import contextlib
import zlib
from functools import cached_property, lru_cache
from numbers import Integral, Real
from pathlib import Path

import joblib
import numpy as np
from joblib import Parallel, delayed

from skxrd.powders._epoch_batches import BatchedPatterns
from skxrd.powders._reflection_store import ReflectionStore

_CONTENT = ("name", "cell", "frac_coords", "strength")  # of crystals and reflection lists
_TASK = 4  # batches that a worker writes between two reports
_NO_INFLUENCE = {"two_theta", "n_variants", "n_jobs", "random_state"}  # the grid is named once


class PatternStore(BatchedPatterns):
    """Rendered patterns of several epochs, read from a folder batch by batch.

    Takes the place of :class:`PatternBatches` in :func:`skxrd.powders.train_on_batches` and
    :func:`skxrd.powders.predict_on_batches`. Epochs beyond the stored ones take these again, with
    their batches in another order that follows from the seed and the number of the epoch; what
    stands together in a batch stays together.

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
    settings : dict
        What the patterns follow from, as text where it is no number.

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
        if not (self.path / "zarr.json").exists():
            raise ValueError(_unfinished(self.path))
        group = zarr.open_group(self.path, mode="r")
        self.settings = group.attrs.get("settings", {})
        self.n_epochs = group.attrs.get("n_epochs", 0)
        if not self.n_epochs:
            raise ValueError(_unfinished(self.path))
        self._patterns, self._rows = group["patterns"], group["rows"]
        self.two_theta = group["two_theta"][:]
        _, self.n_rows, self.n_angles = self._patterns.shape
        self.n_crystals = self.settings["n_crystals"]
        self.batch_size = self.settings["batch_size"]
        self.random_state = self.settings["random_state"]

    def __reduce__(self):
        return _opened, (self.path.absolute(),)  # a worker opens the folder by itself, once

    @cached_property
    def rows(self):
        """Rows of the structures, in the order of the first epoch, shape (n_rows,)."""
        return self._checked(self._rows[0])

    def batch(self, epoch, number):
        """Read one batch.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0.
        number : int
            Number of the batch in the epoch, from 0.

        Returns
        -------
        X : ndarray of float32, shape (n_patterns, n_angles)
            The patterns.
        rows : ndarray of int, shape (n_patterns,)
            The rows of their structures.
        """
        if not 0 <= number < len(self):
            raise IndexError(f"batch {number} is not in an epoch of {len(self)}.")
        if epoch >= self.n_epochs:
            order = np.random.default_rng([self.random_state, epoch]).permutation(len(self))
            number = int(order[number])
        place = _place(epoch % self.n_epochs, number, self.batch_size)
        return self._patterns[place].astype(np.float32), self._checked(self._rows[place])

    def _checked(self, rows):
        if rows.min() < 0:
            raise ValueError(_unfinished(self.path))
        return rows


def write_pattern_store(batches, path, *, n_epochs=10, n_jobs=None, progress=None):
    """Render the first epochs of batches into a folder, or go on where that was stopped.

    A batch is one file, moved into place when it is whole, and counts as done when its row numbers
    stand behind it. A second call renders only what is missing, whoever was killed meanwhile, and
    a larger ``n_epochs`` adds epochs. The work runs through joblib, so that a cluster does it
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
        Folder to write; made if it is not there.
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
        If the folder holds something else, or a parameter leaves its range.

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
    group = _made(zarr, path, batches, int(n_epochs))
    there = group["rows"][:]
    missing = np.argwhere(there[:n_epochs, :: batches.batch_size] < 0).tolist()
    done = int((there[:n_epochs] >= 0).sum())
    tasks = (missing[first : first + _TASK] for first in range(0, len(missing), _TASK))
    work = Parallel(n_jobs, return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
    written = work(delayed(_write_some)(batches, path, task) for task in tasks)
    with contextlib.closing(written):
        for count in written:
            done += count
            if progress is not None:
                progress(done)
    group.attrs["n_epochs"] = max(int(n_epochs), group.attrs.get("n_epochs", 0))
    return PatternStore(path)


def _zarr(what):
    try:
        import zarr
    except ImportError as error:
        remedy = 'install it with: pip install "skxrd[store]"'
        raise ImportError(f"{what} needs zarr; {remedy}") from error
    return zarr


def _unfinished(path):
    return (
        f"{path}: holds no finished pattern store; run write_pattern_store with this path, which "
        "goes on where it stopped."
    )


@lru_cache(maxsize=4)
def _opened(path):
    return PatternStore(path)


def _place(epoch, number, batch_size):
    """Index of a batch in both arrays."""
    return epoch, slice(number * batch_size, (number + 1) * batch_size)


def _write_some(batches, path, task):
    group = _zarr("write_pattern_store").open_group(path, mode="r+")
    patterns, order = group["patterns"], group["rows"]
    count = 0
    for epoch, number in task:
        place = _place(epoch, number, batches.batch_size)
        rows = order[place]
        if rows.min() < 0:  # else written before by a worker that was lost
            X, rows = batches.batch(epoch, number)
            patterns[place] = X.astype(np.float16)
            order[place] = rows
        count += len(rows)
    return count


def _made(zarr, path, batches, n_epochs):
    """Group with arrays for these batches; what stands there already must be for the same."""
    settings = _settings(batches)
    if not (path / "zarr.json").exists():
        if path.exists() and any(path.iterdir()):
            raise ValueError(f"{path}: holds something else; name an empty or a new folder.")
        zarr.create_group(path, attributes={"settings": settings})
    group = zarr.open_group(path, mode="r+")
    there = group.attrs.get("settings", {})
    for name in settings | there:
        if settings.get(name) != there.get(name):
            raise ValueError(
                f"{path}: holds patterns with {name} = {there.get(name)}, not "
                f"{settings.get(name)}; use the same settings or another folder."
            )
    chunk, n_angles = min(batches.batch_size, batches.n_rows), batches.n_angles
    if "two_theta" not in group:
        group.create_array("two_theta", data=batches.two_theta)
    # half to two thirds of the bytes, in less time than rendering takes by a factor of twenty
    packed = zarr.codecs.BloscCodec(cname="zstd", clevel=1, shuffle="bitshuffle", typesize=2)
    for name, tail, dtype, empty, codec in (
        ("patterns", (n_angles,), "float16", np.nan, packed),
        ("rows", (), "int64", -1, None),
    ):
        shape = (n_epochs, batches.n_rows, *tail)
        if name not in group:
            options = {"shape": shape, "dtype": dtype, "chunks": (1, chunk, *tail)}
            group.create_array(name, **options, fill_value=empty, compressors=codec)
        elif group[name].shape[0] < n_epochs:
            group[name].resize(shape)
    return group


def _settings(batches):
    """All that the patterns follow from, as numbers and text that JSON keeps."""
    settings = {"n_angles": batches.n_angles, "two_theta": _described(batches.two_theta)}
    for name, value in vars(batches).items():
        if name == "store":
            settings["n_crystals"] = len(value)
            settings["crystals"] = _described(value)
        elif name == "simulators":
            for number, simulator in enumerate(value):
                prefix = f"simulator {number}: " if len(value) > 1 else ""
                for parameter, given in simulator.get_params().items():
                    if parameter not in _NO_INFLUENCE:
                        settings[prefix + parameter] = _described(given)
        else:
            settings[name] = _described(value)
    return settings


def _described(value):
    """Number, text or list that is the same for values from which the same patterns follow."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if np.isfinite(value) else repr(float(value))
    if isinstance(value, ReflectionStore):
        named = _check_sum([value._arrays["cell"], *value.labels["name"]])
        return [_described(value.settings), f"{len(value)} crystals, {named}"]
    if isinstance(value, dict):
        return {str(key): _described(value[key]) for key in sorted(value)}
    if isinstance(value, np.ndarray):
        return f"{value.size} values, {_check_sum([value])}"
    if hasattr(value, "dist"):  # a frozen distribution of scipy also holds its random numbers
        return [value.dist.name, _described(value.args), _described(value.kwds)]
    if isinstance(value, (list, tuple)):
        if value and hasattr(value[0], "cell"):
            parts = [getattr(item, name, "") for item in value for name in _CONTENT]
            return f"{len(value)} crystals, {_check_sum(parts)}"
        return [_described(item) for item in value]
    return joblib.hash(value)


def _check_sum(parts):
    total = 0
    for part in parts:
        array = part if isinstance(part, np.ndarray) else np.array(str(part))
        total = zlib.crc32(array.tobytes(), total)
    return f"{total:08x}"
