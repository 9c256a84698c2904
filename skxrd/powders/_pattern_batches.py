"""Training patterns that are rendered while a network trains, no two of them alike."""

import copy
from functools import lru_cache
from numbers import Integral

import numpy as np
from sklearn.base import clone

from skxrd.powders._batch_settings import batch_settings
from skxrd.powders._batch_source import BatchSource
from skxrd.powders._reflection_store import ReflectionStore
from skxrd.simulation._conditions import draw_parameter
from skxrd.simulation._listing import check_crystals
from skxrd.simulation._pattern_renderer import PatternRenderer

_IMPURITIES = 8  # different phases that one batch may draw its impurities from


class PatternBatches(BatchSource):
    """Batches of patterns, rendered from reflection lists when they are needed.

    Every batch follows from ``random_state``, the number of the epoch and its own number alone:
    epochs differ from one another, a run that was stopped goes on with the patterns it would have
    had, and neither depends on the number of workers. No more than a few batches are in memory.

    Each row is divided by its largest value.

    Parameters
    ----------
    store : ReflectionStore, or list of Crystal or ReflectionList
        The structures.
    simulator : PowderSimulator, or list of them
        Grid and conditions; each pattern draws one of a list, all of which have the same grid.
        ``random_state``, ``n_variants`` and ``n_jobs`` have no influence.
    rows : array-like of int, default=None
        Rows of the store to take; ``None`` takes all.
    batch_size : int, default=128
        Patterns of a batch; the last one of an epoch may have fewer.
    first_angle : float, range or distribution, default=None
        Angle in degrees at which the measurement begins, drawn for each pattern; below the first
        angle of the grid nothing is cut. ``None`` is the whole grid.
    last_angle : float, range or distribution, default=None
        Angle in degrees at which the measurement ends.
    fill_value : float, default=0.0
        Value outside the measurement; NaN for networks that take a mask of measured angles.
    impurity_rows : array-like of int, default=None
        Rows of the store whose patterns are added as impurities as the ``impurity_fraction`` of the
        simulator says. ``None`` leaves that to its ``impurities``.
    shuffle : bool, default=True
        Take the rows in another order in each epoch.
    random_state : int, default=0
        Seed of order and patterns.

    Attributes
    ----------
    n_angles : int
        Columns of the patterns.
    n_rows : int
        Patterns of an epoch.

    Raises
    ------
    ValueError
        If a parameter leaves its range.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import PatternBatches, powder_conditions
    >>> from skxrd.simulation import PowderSimulator
    >>> halides = ("Cl", "Br", "I")
    >>> crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in halides]
    >>> simulator = PowderSimulator(np.linspace(10, 110, 2001), **powder_conditions("paper"))
    >>> batches = PatternBatches(crystals, simulator, batch_size=2)
    >>> [X.shape for X, rows in batches.epoch(0)]
    [(2, 2001), (1, 2001)]
    """

    def __init__(
        self,
        store,
        simulator,
        *,
        rows=None,
        batch_size=128,
        first_angle=None,
        last_angle=None,
        fill_value=0.0,
        impurity_rows=None,
        shuffle=True,
        random_state=0,
    ):
        check_crystals(store)
        for name, value, least in (
            ("batch_size", batch_size, 1),
            ("random_state", random_state, 0),
        ):
            if not isinstance(value, Integral) or value < least:
                raise ValueError(f"{name} is {value!r}; give an integer of {least} or more.")
        self.store = store
        self.simulators = _check_simulators(simulator)
        self.rows = _check_rows("rows", rows, len(store))
        self.batch_size = int(batch_size)
        self.first_angle, self.last_angle = first_angle, last_angle
        self.fill_value = float(fill_value)
        self.impurity_rows = None
        if impurity_rows is not None:
            self.impurity_rows = _check_rows("impurity_rows", impurity_rows, len(store))
        self.shuffle = bool(shuffle)
        self.random_state = int(random_state)

    def __getstate__(self):
        state = dict(self.__dict__)
        if isinstance(self.store, ReflectionStore):
            state["store"] = self.store.path.absolute()  # a worker maps the files by itself
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        if not isinstance(self.store, (list, tuple)):
            self.store = _opened(self.store)

    @property
    def n_angles(self):
        """Columns of the patterns."""
        return self.two_theta.size

    @property
    def two_theta(self):
        """Grid of the patterns in degrees, shape (n_angles,)."""
        return self.simulators[0].two_theta_

    @property
    def n_crystals(self):
        """Structures of the store."""
        return len(self.store)

    @property
    def n_rows(self):
        """Patterns of an epoch."""
        return len(self.rows)

    @property
    def made_of(self):
        """What the patterns follow from, by name: numbers, text and hashes."""
        return batch_settings(self)

    def _make(self, epoch, number):
        """Render one batch."""
        first = number * self.batch_size
        rows = self._order(epoch)[first : first + self.batch_size]
        rng = np.random.default_rng([self.random_state, epoch, number + 1])
        # scipy's distributions hold the generator they draw with: no two threads may share one
        simulators = copy.deepcopy(self.simulators)
        if self.impurity_rows is not None:
            impurities = self._take(rng.choice(self.impurity_rows, _IMPURITIES))
            for simulator in simulators:
                simulator.impurities = impurities
        renderers = [PatternRenderer(simulator) for simulator in simulators]
        X = np.empty((len(rows), self.n_angles), np.float32)
        for values, crystal in zip(X, self._take(rows), strict=True):
            chosen = rng.integers(len(renderers)) if len(renderers) > 1 else 0
            pattern, _ = renderers[chosen].render(crystal, rng)
            inside = self._measured(self.two_theta, rng)
            highest = pattern[inside].max(initial=0.0)
            values[:] = self.fill_value
            values[inside] = pattern[inside] / (highest if highest > 0 else 1.0)
        return X, rows

    def _order(self, epoch):
        """Rows of the patterns of an epoch, one after another."""
        if not self.shuffle:
            return self.rows
        return np.random.default_rng([self.random_state, epoch]).permutation(self.rows)

    def _take(self, rows):
        """Structures of some rows of the store."""
        return [self.store[int(row)] for row in rows]

    def _measured(self, grid, rng):
        """Slice of the columns that a scan of a drawn range has."""
        first, last = grid[0], grid[-1]
        if self.first_angle is not None:
            first = draw_parameter("first_angle", self.first_angle, rng)
        if self.last_angle is not None:
            last = draw_parameter("last_angle", self.last_angle, rng)
        inside = slice(*np.searchsorted(grid, [first, np.nextafter(last, np.inf)]))
        if inside.stop - inside.start < 2:
            raise ValueError(
                f"first_angle {first:g} and last_angle {last:g} leave fewer than two angles of "
                f"the grid from {grid[0]:g} to {grid[-1]:g} degrees; change their ranges."
            )
        return inside


def _check_simulators(simulators):
    """Fitted copies of one simulator or several, which must have one grid."""
    if not isinstance(simulators, (list, tuple)):
        simulators = [simulators]
    if not simulators:
        raise ValueError("simulator is an empty list; give at least one PowderSimulator.")
    fitted = [clone(simulator).fit() for simulator in simulators]
    for number, simulator in enumerate(fitted):
        if not np.array_equal(simulator.two_theta_, fitted[0].two_theta_):
            raise ValueError(
                f"simulator {number} has another two_theta than simulator 0; the patterns of a "
                "batch need one grid."
            )
    return fitted


def _check_rows(name, rows, n):
    """Row numbers of a store of ``n`` crystals; ``None`` is all of them."""
    rows = np.arange(n) if rows is None else np.asarray(rows)
    if rows.ndim != 1 or not rows.size or not np.issubdtype(rows.dtype, np.integer):
        raise ValueError(
            f"{name} has the shape {rows.shape} and the type {rows.dtype}; give at least one row "
            "number (np.flatnonzero of a mask)."
        )
    if rows.min() < 0 or rows.max() >= n:
        raise ValueError(f"{name} runs from {rows.min()} to {rows.max()}; the store has {n} rows.")
    return rows


@lru_cache(maxsize=4)
def _opened(path):
    """Store of a folder, opened once in a process."""
    return ReflectionStore(path)
