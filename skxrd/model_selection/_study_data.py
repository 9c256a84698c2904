"""What the comparisons of a study share: patterns, splits, seeds and the folder of folds."""

import os
from collections import Counter
from functools import cached_property
from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.utils.validation import column_or_1d

from skxrd._compat import Interval, validate_parameter_constraints
from skxrd._domains import SIMULATED, check_groups, without_series
from skxrd._grid import check_angles
from skxrd._pattern import PowderPattern
from skxrd.model_selection._folds import Fold, run_folds
from skxrd.model_selection._splitters import (
    ExperimentalKFold,
    SimulatedKFold,
    SimulatedToExperimental,
)
from skxrd.preprocessing import PatternStacker


class StudyData:
    """Patterns, splits and seeds of a study, and the way its folds are run."""

    _parameter_constraints: dict = {
        "preparation": [callable, None],
        "n_splits": [Interval(Integral, 2, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
        "grouped": ["boolean"],
        "random_state": [Interval(Integral, 0, None, closed="left")],
        "n_jobs": [Integral, None],
        "folder": [str, os.PathLike, None],
    }

    def __init__(
        self,
        data,
        *,
        preparation=None,
        n_splits=5,
        n_repeats=20,
        grouped=False,
        random_state=0,
        n_jobs=None,
        folder=None,
    ):
        for name in ("data", "target", "groups"):
            if name not in data:
                raise ValueError(f"data has no {name!r}; pass data, target and groups.")
        self.data = data
        self.preparation = preparation
        self.n_splits = n_splits
        self.n_repeats = n_repeats
        self.grouped = grouped
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.folder = folder
        given = {name: getattr(self, name) for name in self._parameter_constraints}
        validate_parameter_constraints(self._parameter_constraints, given, type(self).__name__)
        self.y = column_or_1d(data["target"])
        groups = check_groups(data["groups"], len(self.y))
        self.groups = groups if grouped else without_series(groups)
        if len(data["data"]) != len(self.y):
            raise ValueError(
                f"data has {len(data['data'])} patterns but target has {len(self.y)} entries; "
                "pass one class for each."
            )

    def _repr_html_(self):
        from skxrd._repr_html import as_html

        simulated = self.groups == SIMULATED
        classes = Counter(map(str, self.y[~simulated] if not simulated.all() else self.y))
        listed = ", ".join(f"{name} {count}" for name, count in classes.most_common(12))
        facts = {
            "patterns": f"{int(simulated.sum())} simulated, {int((~simulated).sum())} measured",
            "of the classes": listed + (", ..." if len(classes) > 12 else ""),
            "data": self.data.get("summary", ""),
            "splits": f"{self.n_splits} folds, {self.n_repeats} repeats"
            + (", series kept together" if self.grouped else ""),
            "folder": "" if self.folder is None else self.folder,
        }
        return as_html(type(self).__name__, facts)

    @cached_property
    def X(self):
        """The patterns as the classifiers get them."""
        if self.preparation is None:
            return self.data["data"]
        rows, two_theta = self._raw()
        return self.preparation(two_theta).fit_transform(rows)

    def _raw(self):
        """Rows on the grid of the data as they were measured, and the grid."""
        if self.data.get("two_theta") is None:
            raise ValueError("data has no 'two_theta'; pass the grid of the patterns in degrees.")
        X, grid = self.data["data"], check_angles(self.data["two_theta"])
        if any(isinstance(pattern, PowderPattern) for pattern in X):
            wavelength = self.data.get("wavelength")
            X = PatternStacker(grid, wavelength=wavelength).fit_transform(X)
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != grid.size:
            raise ValueError(
                f"data has rows of shape {X.shape} but two_theta has {grid.size} angles; pass the "
                "grid of the rows."
            )
        return X, grid

    def _splits(self, case):
        """Training and test rows of every fold of every repeat."""
        rows = np.arange(len(self.y))
        if case == 1 and self.data.get("powder") is not None:
            rows = rows[np.asarray(self.data["powder"])]
        found = []
        for repeat in range(self.n_repeats):
            seed = self.random_state + repeat
            splitter = _splitter(case, self.n_splits, seed)
            split = splitter.split(rows, self.y[rows], self.groups[rows])
            for fold, (train, test) in enumerate(split):
                found.append(_Split(case, repeat, fold, seed, rows[train], rows[test]))
        return found

    def _splits_of_films(self, case):
        if case not in (2, 3):
            raise ValueError(
                f"case is {case!r}; use 2 or 3, the cases that test measured patterns."
            )
        return self._splits(case)

    def _fold(self, name, model, split, *, X=None, **varied):
        keys = {
            "case": split.case,
            "grouped": self.grouped,
            "target": self.data.get("target_name", ""),
            "classifier": name,
            **varied,
            "repeat": split.repeat,
            "fold": split.fold,
        }
        X = self.X if X is None else X
        return Fold(model, X, keys, split.train, split.test, split.seed)

    def _run(self, folds, progress):
        return run_folds(
            folds, self.y, self.groups, n_jobs=self.n_jobs, folder=self.folder, progress=progress
        )


class _Split(NamedTuple):
    """Rows of one fold of one repeat."""

    case: int
    repeat: int
    fold: int
    seed: int
    train: np.ndarray
    test: np.ndarray


def _splitter(case, n_splits, seed):
    if case == 1:
        return SimulatedKFold(n_splits, random_state=seed)
    if case == 2:
        return SimulatedToExperimental()
    if case == 3:
        return ExperimentalKFold(n_splits, random_state=seed)
    raise ValueError(f"cases holds {case!r}; choose among 1, 2 and 3.")
