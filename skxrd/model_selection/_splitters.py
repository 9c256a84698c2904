"""Cross-validation that knows simulated patterns from measured ones (Cases 1, 2 and 3)."""

import warnings
from abc import abstractmethod

import numpy as np
from sklearn.model_selection import BaseCrossValidator, StratifiedGroupKFold, StratifiedKFold
from sklearn.utils import indexable
from sklearn.utils.validation import column_or_1d

from skxrd._domains import EXPERIMENTAL, SIMULATED, check_groups, series_names
from skxrd._shared_docs import share_docs
from skxrd.model_selection._shared_parameters import SPLITTERS


class _DomainSplitter(BaseCrossValidator):
    """Splits that read the domain of each row from ``groups``."""

    # Asked for by default, so that no user has to request it under metadata routing.
    __metadata_request__split = {"groups": True}

    def split(self, X, y=None, groups=None):
        """Generate the rows of training and test sets.

        Parameters
        ----------
        X : array-like or list of length n_patterns
            The patterns.
        y : array-like of shape (n_patterns,)
            Their classes.
        groups : array-like of str, shape (n_patterns,)
            ``"simulated"``, or ``"experimental"`` or the name of a measured series.

        Yields
        ------
        train : ndarray of int
            Rows to train on.
        test : ndarray of int
            Rows to test on.
        """
        X, y = indexable(X, y)
        if y is None:
            raise ValueError(f"y is None; {type(self).__name__} needs the classes.")
        y = column_or_1d(y)
        groups = check_groups(groups, len(y))
        for train, test in self._split(y, groups):
            _check_classes(y, train, test)
            yield train, test

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : Ignored
            Present for compatibility.

        Returns
        -------
        int
        """
        return self._n_splits()

    @abstractmethod
    def _n_splits(self):
        """Return the number of splits."""

    @abstractmethod
    def _split(self, y, groups):
        """Yield training and test rows."""

    def _iter_test_indices(self, X=None, y=None, groups=None):
        for _, test in self.split(X, y, groups):
            yield test


class _DomainKFold(_DomainSplitter):
    """k stratified folds over the rows of one domain."""

    def __init__(self, n_splits=5, *, shuffle=None, random_state=None):
        self.n_splits = n_splits
        self.shuffle = shuffle
        self.random_state = random_state

    def _n_splits(self):
        return self.n_splits

    def _folds(self, y, series, domain):
        """Stratified folds of the given rows; a named series stays in one fold."""
        counts = np.unique(y, return_counts=True)[1] if len(y) else [0]
        if not max(counts):
            raise ValueError(f"groups names no {domain} pattern, of which the folds are made.")
        if max(counts) < self.n_splits:
            raise ValueError(
                f"n_splits is {self.n_splits} but the largest class has {max(counts)} {domain} "
                f"patterns; use n_splits={max(2, max(counts))} or fewer, or add patterns."
            )
        shuffle = self.random_state is not None if self.shuffle is None else self.shuffle
        options = {
            "n_splits": self.n_splits,
            "shuffle": shuffle,
            "random_state": self.random_state if shuffle else None,
        }
        folds = StratifiedKFold(**options)
        if series is not None:
            folds = StratifiedGroupKFold(**options)
        with warnings.catch_warnings():
            # Classes rarer than the folds are normal here: _check_classes refuses the ones that
            # could not be trained, which is what the warning is about.
            warnings.filterwarnings("ignore", message="The least populated class")
            yield from folds.split(np.zeros(len(y)), y, series)


@share_docs(SPLITTERS)
class SimulatedKFold(_DomainKFold):
    """Case 1: train and test on simulated patterns, k-fold.

    Parameters
    ----------
    |folds|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.model_selection import SimulatedKFold
    >>> y, groups = np.tile(["a", "b"], 6), ["simulated"] * 10 + ["experimental"] * 2
    >>> [len(test) for _, test in SimulatedKFold(5).split(y, y, groups)]
    [2, 2, 2, 2, 2]
    """

    def _split(self, y, groups):
        rows = np.flatnonzero(groups == SIMULATED)
        for train, test in self._folds(y[rows], None, SIMULATED):
            yield rows[train], rows[test]


class SimulatedToExperimental(_DomainSplitter):
    """Case 2: train on all simulated patterns, test on all measured ones.

    Examples
    --------
    >>> from skxrd.model_selection import SimulatedToExperimental
    >>> y, groups = ["a", "b", "a"], ["simulated", "simulated", "experimental"]
    >>> list(SimulatedToExperimental().split(y, y, groups))
    [(array([0, 1]), array([2]))]
    """

    def _n_splits(self):
        return 1

    def _split(self, y, groups):
        simulated = groups == SIMULATED
        for domain, count in ((SIMULATED, simulated.sum()), ("measured", (~simulated).sum())):
            if not count:
                raise ValueError(
                    f"groups names no {domain} pattern; Case 2 trains on 'simulated' rows and "
                    "tests on all others."
                )
        yield np.flatnonzero(simulated), np.flatnonzero(~simulated)


@share_docs(SPLITTERS)
class ExperimentalKFold(_DomainKFold):
    """Case 3: k-fold over measured patterns; simulated ones always train.

    Measured rows marked ``"experimental"`` are split one by one. Any other value names a series,
    and a series never stands on both sides of a split.

    Parameters
    ----------
    |folds|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.model_selection import ExperimentalKFold
    >>> y, groups = np.tile(["a", "b"], 6), ["simulated"] * 2 + ["experimental"] * 10
    >>> train, test = next(ExperimentalKFold(5, random_state=0).split(y, y, groups))
    >>> [0 in train, 1 in train], len(train), len(test)
    ([True, True], 10, 2)
    """

    def _split(self, y, groups):
        simulated = np.flatnonzero(groups == SIMULATED)
        rows = np.flatnonzero(groups != SIMULATED)
        single = (groups[rows] == EXPERIMENTAL).all()
        series = None if single else series_names(groups)[rows]
        for train, test in self._folds(y[rows], series, "measured"):
            yield np.concatenate([simulated, rows[train]]), rows[test]


class TrainingKFold(ExperimentalKFold):
    """Folds for a search inside the training set of any case, repeated.

    Where the rows have measured ones it is :class:`ExperimentalKFold`, so settings are chosen for
    measured patterns; where they are all simulated it is :class:`SimulatedKFold`. A few dozen
    films make a single round of folds a noisy judge, hence the repeats.

    Parameters
    ----------
    n_splits : int, default=4
        Number of folds.
    n_repeats : int, default=3
        Number of rounds, each with other folds.
    random_state : int, default=0
        Seed of the first round; each further round has the next seed.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.model_selection import TrainingKFold
    >>> y = np.tile(["a", "b"], 6)
    >>> splitter = TrainingKFold(3, n_repeats=2)
    >>> [len(test) for _, test in splitter.split(y, y, ["simulated"] * 12)]
    [4, 4, 4, 4, 4, 4]
    """

    def __init__(self, n_splits=4, *, n_repeats=3, random_state=0):
        super().__init__(n_splits, random_state=random_state)
        self.n_repeats = n_repeats

    def _n_splits(self):
        return self.n_splits * self.n_repeats

    def _split(self, y, groups):
        kind = SimulatedKFold if (groups == SIMULATED).all() else ExperimentalKFold
        for repeat in range(self.n_repeats):
            yield from kind(self.n_splits, random_state=self.random_state + repeat)._split(
                y, groups
            )


def _check_classes(y, train, test):
    missing = np.setdiff1d(y[test], y[train])
    if missing.size:
        count = int((y == missing[0]).sum())
        raise ValueError(
            f"class {missing[0]!s} has {count} pattern{'s' if count > 1 else ''}, all in one test "
            "set, so none is left to train on; add patterns or simulated crystals of that class, "
            "or leave it out."
        )


def describe_case(case, *, films="measured", grouped=False):
    """What trains and what is tested in a case, in words."""
    if case == 1:
        return "train and test on simulated powders"
    if case == 2:
        return f"train on simulated patterns, test on {films} films"
    split = "series and near-twins kept together" if grouped else "split film by film"
    return f"train on simulated patterns and {films} films, test on other {films} films, {split}"
