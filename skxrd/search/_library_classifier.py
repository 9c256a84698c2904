"""What the estimators that search a library of phases have in common."""

from numbers import Integral, Real
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, fit_context, validate_data
from skxrd._grid import check_two_theta, check_wavelength
from skxrd._pattern import PowderPattern
from skxrd._shared_docs import share_docs
from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_classes
from skxrd.search._phase_elements import allowed_phases
from skxrd.search._phase_library import PhaseLibrary, load_phase_library

SHARED = {
    "library": """
        library : PhaseLibrary or path-like, default=None
            The phases; ``None`` is the library of the package.
        level : {"space_group", "extinction_group", "crystal_system"}, default="space_group"
            Level of the labels that ``predict`` gives.
        elements : list of str or str, default=None
            Only phases of these elements; ``None`` is any. ``"Ti,O"`` is ``["Ti", "O"]``.
        required_elements : list of str or str, default=None
            Only phases with all of these elements.
        excluded_elements : list of str or str, default=None
            Only phases with none of these elements.
        """,
    "max_phases": """
        max_phases : int, default=4
            Most phases named in one scan.
        """,
    "rows": """
        two_theta : array-like of shape (n_angles,), default=None
            Angles of the columns of ``X`` in degrees.
        wavelength : float or str, default=None
            Wavelength of the rows of ``X``, and of patterns that state none.
        n_jobs : int, default=None
            Processes for several scans, as in joblib.
        """,
    "fitted": """
        library_ : PhaseLibrary
            The phases searched.
        classes_ : ndarray of shape (n_classes,)
            Classes of the level, after ``fit(X, y)`` the labels of ``y``.
        n_features_in_ : int
            Number of angles of ``X``.
        """,
    "X": """
        X : array-like of shape (n_patterns, n_angles)
            Patterns, NaN where nothing was measured.
        """,
    "probabilities": """
        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns, NaN where nothing was measured. Without peaks all classes are as probable.

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
            Columns in the order of ``classes_``.
        """,
}


@share_docs(SHARED)
class BaseLibraryClassifier(ClassifierMixin, BaseEstimator):
    """Classifier that opens a library of phases and learns nothing from patterns."""

    _parameter_constraints: dict = {
        "library": [PhaseLibrary, str, Path, None],
        "level": [StrOptions(set(SYMMETRY_LEVELS))],
        "elements": [list, tuple, set, str, None],
        "required_elements": [list, tuple, set, str, None],
        "excluded_elements": [list, tuple, set, str, None],
        "max_phases": [Interval(Integral, 1, 20, closed="both")],
        "two_theta": ["array-like", None],
        "wavelength": [Interval(Real, 0, None, closed="neither"), str, None],
        "n_jobs": [Integral, None],
    }

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Open the library and check that it has phases of the elements.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns on ``two_theta``; nothing is learnt from them.
        y : array-like of shape (n_patterns,), default=None
            Labels of the level; ``predict`` keeps to those that occur. ``None`` keeps all.

        Returns
        -------
        object
            Itself.

        Raises
        ------
        ValueError
            If an element is unknown, no phase is left, or a label is no class of the level.
        """
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan")
        if self.two_theta is None:
            raise ValueError("two_theta is None; pass the angles of the columns of X in degrees.")
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        check_wavelength(self.wavelength)
        self._open()
        self.classes_ = classes = symmetry_classes(self.level)
        self._columns = np.arange(classes.size)
        if y is not None:
            labels = np.unique(y)
            unknown = labels[~np.isin(labels, classes)]
            if unknown.size:
                raise ValueError(f"y has the label {str(unknown[0])!r}, which is no {self.level}.")
            order = np.argsort(classes)
            self._columns = order[np.searchsorted(classes, labels, sorter=order)]
            self.classes_ = labels
        return self

    def predict(self, X):
        """Most probable class of each pattern.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns,)
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def _of_classes(self, space_groups):
        """Probabilities of the classes from those of the 230 space groups."""
        chosen = sum_symmetry(np.array(space_groups), self.level)[:, self._columns]
        total = chosen.sum(axis=1, keepdims=True)
        equal = np.full_like(chosen, 1 / self.classes_.size)
        return np.divide(chosen, total, out=equal, where=total > 0)

    def _open(self):
        """Open the library and find the phases of the elements."""
        library = load_phase_library() if self.library is None else self.library
        self.library_ = library if isinstance(library, PhaseLibrary) else PhaseLibrary(library)
        self._allowed = allowed_phases(
            self.library_, self.elements, self.required_elements, self.excluded_elements
        )

    def _patterns(self, patterns):
        """PowderPatterns, from these or from rows."""
        if isinstance(patterns, PowderPattern):
            raise TypeError("patterns is one PowderPattern; pass a list, [pattern].")
        patterns = patterns if hasattr(patterns, "shape") else list(patterns)
        if not hasattr(patterns, "shape"):
            if all(isinstance(pattern, PowderPattern) for pattern in patterns):
                yield from map(self._with_wavelength, patterns)
                return
            if isinstance(patterns[0], str | Path):
                raise TypeError(f"patterns has {patterns[0]!r:.60}; read files with read_patterns.")
        rows = np.atleast_2d(np.asarray(patterns, dtype=float))
        angles = check_two_theta(self.two_theta, n_angles=rows.shape[1])
        for number, row in enumerate(rows):
            there = np.isfinite(row)
            pattern = PowderPattern(angles[there], row[there], None, f"row {number}")
            yield self._with_wavelength(pattern)

    def _with_wavelength(self, pattern):
        if pattern.wavelength is not None or self.wavelength is None:
            return pattern
        return PowderPattern(
            pattern.two_theta, pattern.intensity, self.wavelength, pattern.name, pattern.metadata
        )
