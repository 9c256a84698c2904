"""Which phases of a library are in scans."""

from numbers import Integral, Real
from pathlib import Path

import joblib
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, fit_context, validate_data
from skxrd._grid import check_two_theta, check_wavelength
from skxrd._pattern import PowderPattern
from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_classes
from skxrd.search._match_table import match_table
from skxrd.search._mixture import find_mixture, weigh
from skxrd.search._phase_elements import allowed_phases
from skxrd.search._phase_fit import ranked_fits
from skxrd.search._phase_library import PhaseLibrary, load_phase_library
from skxrd.search._phase_match import PhaseMatch, matched_phases
from skxrd.search._prepared_scan import NothingToSearch, prepare_scan

#: Figure of merit of a phase, and explained share of the scan, below which nothing is named.
LEAST_FIGURE, LEAST_EXPLAINED = 0.5, 0.5
#: Lines above the noise below which a phase is not named.
LEAST_MATCHED = 2
_SHARPNESS = 25.0  # of probabilities by rank


class PhaseSearch(ClassifierMixin, BaseEstimator):
    """Look up which phases of a library are in a scan.

    The scan's background and noise are removed and its peaks measured. Then, in stages:

    1. All phases are screened: their strongest lines against the square root of the scan on a
       logarithmic scale of d, the scale of the cell free within 3 %.
    2. The best hundreds are drawn and compared with the scan, both blurred.
    3. The best dozens are refined: cell under its symmetry, specimen displacement, peak width,
       and preferred orientation after March and Dollase along low-index directions.
    4. Further phases are looked for in what is left and added while each explains enough of it.

    A phase is ranked by the share of the squares of the scan that it explains, weighted by
    1 / intensity so that weak lines count; computed structures, cells that had to be changed, and
    structures that were determined only once rank a little lower.

    Parameters
    ----------
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
    max_phases : int, default=4
        Most phases named in one scan.
    least_figure : float, default=0.5
        Figure of merit below which a phase is not named.
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns of ``X`` in degrees.
    wavelength : float or str, default=None
        Wavelength of the rows of ``X``, and of patterns that state none.
    n_jobs : int, default=None
        Processes for several scans, as in joblib.

    Attributes
    ----------
    library_ : PhaseLibrary
        The phases searched.
    classes_ : ndarray of shape (n_classes,)
        Classes of the level, after ``fit(X, y)`` the labels of ``y``.
    n_features_in_ : int
        Number of angles of ``X``.

    See Also
    --------
    load_phase_library : The library of the package.
    write_phase_library : Make one of your own crystals.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.io import read_pattern
    >>> from skxrd.search import PhaseSearch
    >>> scan = read_pattern("scan.xrdml")  # doctest: +SKIP
    >>> PhaseSearch(elements="Ti,Zn,O").search([scan])  # doctest: +SKIP
    """

    _parameter_constraints: dict = {
        "library": [PhaseLibrary, str, Path, None],
        "level": [StrOptions(set(SYMMETRY_LEVELS))],
        "elements": [list, tuple, set, str, None],
        "required_elements": [list, tuple, set, str, None],
        "excluded_elements": [list, tuple, set, str, None],
        "max_phases": [Interval(Integral, 1, 20, closed="both")],
        "least_figure": [Interval(Real, 0, 1, closed="both")],
        "two_theta": ["array-like", None],
        "wavelength": [Interval(Real, 0, None, closed="neither"), str, None],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        library=None,
        *,
        level="space_group",
        elements=None,
        required_elements=None,
        excluded_elements=None,
        max_phases=4,
        least_figure=LEAST_FIGURE,
        two_theta=None,
        wavelength=None,
        n_jobs=None,
    ):
        self.library = library
        self.level = level
        self.elements = elements
        self.required_elements = required_elements
        self.excluded_elements = excluded_elements
        self.max_phases = max_phases
        self.least_figure = least_figure
        self.two_theta = two_theta
        self.wavelength = wavelength
        self.n_jobs = n_jobs

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
        PhaseSearch
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

    def search(self, patterns):
        """Phases of scans, one row for each phase found.

        Parameters
        ----------
        patterns : list of PowderPattern, or array-like of shape (n_patterns, n_angles)
            Scans of any range, step and wavelength; rows are on ``two_theta``.

        Returns
        -------
        DataFrame
            Columns ``scan``, ``place`` (1 is the phase with the largest share of the intensity),
            ``phase``, ``formula``, ``space_group_number``, ``figure_of_merit`` (share of the
            weighted squares near the lines of the phase that the sum of all phases explains),
            ``a`` to ``gamma`` (angstrom, degrees), ``explained`` (share of the intensity),
            ``weight_fraction``, ``source``; then ``space_group_symbol``, ``a_su`` to
            ``gamma_su``, ``shift`` (degrees at low angles), ``matched`` and ``expected`` lines,
            ``certain`` (whether no other phase comes near), ``look_alikes``, ``reference``, and
            ``remark``. A scan without a phase has one row with place 0, whose remark says why.
        """
        return match_table(self.match(patterns))

    @fit_context(prefer_skip_nested_validation=True)
    def match(self, patterns):
        """Phases of scans as objects, which :class:`~skxrd.inspection.PhaseMatchDisplay` draws.

        Parameters
        ----------
        patterns : list of PowderPattern, or array-like of shape (n_patterns, n_angles)
            As in :meth:`search`.

        Returns
        -------
        list of PhaseMatch
            Each has ``name``, ``two_theta``, ``measured`` (above background and noise),
            ``calculated``, ``phases`` (facts, cell, pattern and lines of each), ``explained``,
            ``unexplained`` (angles of peaks), and where nothing is named ``nearest`` and
            ``remark``.
        """
        self._open()
        call = joblib.delayed(_match_one)
        settings = {
            "allowed": self._allowed, "max_phases": self.max_phases, "least": self.least_figure
        }  # fmt: skip
        return joblib.Parallel(self.n_jobs)(
            call(self.library_, pattern, settings) for pattern in self._patterns(patterns)
        )

    def predict(self, X):
        """Class of the best phase of each pattern.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns, NaN where nothing was measured.

        Returns
        -------
        ndarray of shape (n_patterns,)
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X):
        """Probability of each class, from the ranks of the phases that fit best.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns, NaN where nothing was measured. Without peaks all classes are as probable.

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
            Columns in the order of ``classes_``.
        """
        check_is_fitted(self, "classes_")  # search and match open the library without a fit
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        call = joblib.delayed(_space_groups)
        rows = joblib.Parallel(self.n_jobs)(
            call(self.library_, pattern, self._allowed) for pattern in self._patterns(X)
        )
        chosen = sum_symmetry(np.array(rows), self.level)[:, self._columns]
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
        if not hasattr(patterns, "shape") and all(
            isinstance(pattern, PowderPattern) for pattern in patterns
        ):
            for pattern in patterns:
                if pattern.wavelength is None and self.wavelength is not None:
                    yield PowderPattern(
                        pattern.two_theta, pattern.intensity, self.wavelength, pattern.name,
                        pattern.metadata,
                    )  # fmt: skip
                else:
                    yield pattern
            return
        if isinstance(patterns, list) and isinstance(patterns[0], str | Path):
            raise TypeError(f"patterns has {patterns[0]!r:.60}; read files with read_patterns.")
        rows = np.atleast_2d(np.asarray(patterns, dtype=float))
        angles = check_two_theta(self.two_theta, n_angles=rows.shape[1])
        for number, row in enumerate(rows):
            there = np.isfinite(row)
            yield PowderPattern(angles[there], row[there], self.wavelength, f"row {number}")


def _match_one(library, pattern, settings):
    """PhaseMatch of one scan."""
    try:
        scan = prepare_scan(pattern)
    except NothingToSearch as reason:
        return PhaseMatch(pattern.name, remark=str(reason))
    fits = ranked_fits(library, scan, scan.measured, allowed=settings["allowed"])
    facts = {"two_theta": scan.two_theta, "measured": scan.measured}
    if not fits:
        remark = "no phase of the library has lines like these"
        return PhaseMatch(pattern.name, **facts, remark=remark)
    mixture = find_mixture(
        library, scan, max_phases=settings["max_phases"], allowed=settings["allowed"], first=fits
    )
    phases = matched_phases(library, scan, mixture)
    certain = [
        phase.figure_of_merit >= settings["least"] and phase.n_matched >= LEAST_MATCHED
        for phase in phases
    ]
    if not any(certain) or mixture.explained < LEAST_EXPLAINED:
        nearest = matched_phases(library, scan, weigh(scan, fits[:1]))[0]
        remark = (
            f"not in the library; the nearest is {nearest.facts['name']} "
            f"({nearest.facts['space_group_symbol']}), which explains {fits[0].figure:.2f}"
        )
        return PhaseMatch(pattern.name, **facts, calculated=nearest.intensity, nearest=nearest,
                          explained=fits[0].figure, remark=remark)  # fmt: skip
    kept = tuple(phase for phase, sure in zip(phases, certain, strict=True) if sure)
    return PhaseMatch(
        pattern.name, **facts, calculated=sum(phase.intensity for phase in kept), phases=kept,
        explained=mixture.explained,
    )  # fmt: skip


def _space_groups(library, pattern, allowed):
    """Probabilities of the 230 space groups; all zero where there is nothing to search."""
    probabilities = np.zeros(230)
    try:
        scan = prepare_scan(pattern)
    except NothingToSearch:
        return probabilities
    fits = ranked_fits(library, scan, scan.measured, allowed=allowed)
    if fits:
        rank = np.array([fit.rank for fit in fits])
        share = np.exp(_SHARPNESS * (rank - rank.max()))
        numbers = [library.numbers[fit.phase] for fit in fits]
        np.maximum.at(probabilities, np.array(numbers) - 1, share)
    return probabilities / max(probabilities.sum(), 1e-30)
