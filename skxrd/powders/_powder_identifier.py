"""One statement for a powder, from look-up and network together."""

from functools import lru_cache
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
from skxrd.powders._identify_scan import identify_scan
from skxrd.powders._symmetry_classifier import load_symmetry_classifier
from skxrd.search import PhaseLibrary, load_phase_library
from skxrd.search._phase_elements import allowed_phases


class PowderIdentifier(ClassifierMixin, BaseEstimator):
    r"""Identify powders: phases of a library, and symmetry even where there is none.

    Two witnesses are heard. The look-up (:class:`skxrd.search.PhaseSearch`) says which phases of
    the library explain the scan, and how well; the network of the package
    (:class:`PretrainedSymmetryClassifier`) what the lines reveal about symmetry, also of compounds
    that are in no library. With the probabilities n(g) of the network and the phases i, the
    probability of the space group g is

    .. math:: p(g) \propto n(g)^a \, \Big[1 + \sum_{i \in g} e^{w \cdot f_i}\Big]

    where the numbers f say how much of the scan a phase explains, and one phase of each compound
    counts. The 1 stands for what is not in the library. The probabilities that the phase is not in
    the library, and that there are several, are logistic regressions. All their parameters were
    fitted on measured minerals; the guide says how well the answers hold in cross-validation.

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
    network : path-like, default=None
        Another network, written by :func:`export_symmetry_network`; ``None`` is the one of the
        package.
    max_phases : int, default=4
        Most phases named in one scan.
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
    skxrd.search.PhaseSearch : The look-up alone.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import PowderIdentifier
    >>> from skxrd.simulation import PowderSimulator
    >>> crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> scan = PowderSimulator(np.arange(10, 90, 0.02), wavelength="CuKa").simulate(crystal)
    >>> (found,) = PowderIdentifier().identify([scan])
    >>> found.sets["crystal_system"]
    ['cubic']
    """

    _parameter_constraints: dict = {
        "library": [PhaseLibrary, str, Path, None],
        "level": [StrOptions(set(SYMMETRY_LEVELS))],
        "elements": [list, tuple, set, str, None],
        "required_elements": [list, tuple, set, str, None],
        "excluded_elements": [list, tuple, set, str, None],
        "network": [str, Path, None],
        "max_phases": [Interval(Integral, 1, 20, closed="both")],
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
        network=None,
        max_phases=4,
        two_theta=None,
        wavelength=None,
        n_jobs=None,
    ):
        self.library = library
        self.level = level
        self.elements = elements
        self.required_elements = required_elements
        self.excluded_elements = excluded_elements
        self.network = network
        self.max_phases = max_phases
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
        PowderIdentifier
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

    @fit_context(prefer_skip_nested_validation=True)
    def identify(self, patterns):
        """What is said of each scan.

        Parameters
        ----------
        patterns : list of PowderPattern, or array-like of shape (n_patterns, n_angles)
            Scans of any range and step; rows are on ``two_theta``.

        Returns
        -------
        list of IdentifiedPowder
            Each has ``verdict`` (a sentence), ``probabilities`` and ``sets`` of the three levels,
            ``unknown`` (probability that the phase is not in the library), ``mixture`` (that there
            are several), ``phases``, ``doubts`` (sentences) and ``match`` (which
            :class:`~skxrd.inspection.PhaseMatchDisplay` draws); ``ranking(level)`` gives the most
            probable classes, ``phase_table()`` the phases. ``probabilities`` is empty if there is
            nothing to identify.

        Raises
        ------
        ValueError
            If the wavelength of a pattern is unknown, or the elements leave no phase.
        """
        self._open()
        call = joblib.delayed(_identify_one)
        return joblib.Parallel(self.n_jobs)(
            call(self.library_, self.network, pattern, self._allowed, self.max_phases)
            for pattern in self._patterns(patterns)
        )

    def predict(self, X):
        """Most probable class of each pattern.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns, NaN where nothing was measured.

        Returns
        -------
        ndarray of shape (n_patterns,)
        """
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns, NaN where nothing was measured. Without peaks all classes are as probable.

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
            Columns in the order of ``classes_``.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        even = np.full(230, 1 / 230)
        rows = [found.probabilities.get("space_group", even) for found in self.identify(X)]
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
        """PowderPatterns with a wavelength, from these or from rows."""
        if isinstance(patterns, PowderPattern):
            raise TypeError("patterns is one PowderPattern; pass a list, [pattern].")
        patterns = patterns if hasattr(patterns, "shape") else list(patterns)
        if hasattr(patterns, "shape") or not all(isinstance(p, PowderPattern) for p in patterns):
            rows = np.atleast_2d(np.asarray(patterns, dtype=float))
            angles = check_two_theta(self.two_theta, n_angles=rows.shape[1])
            there = np.isfinite(rows)
            patterns = [
                PowderPattern(angles[kept], row[kept], None, f"row {number}")
                for number, (row, kept) in enumerate(zip(rows, there, strict=True))
            ]
        for pattern in patterns:
            if pattern.wavelength is None and self.wavelength is None:
                raise ValueError(f"{pattern.name}: its wavelength is unknown; pass wavelength.")
            if pattern.wavelength is None:
                pattern = PowderPattern(
                    pattern.two_theta, pattern.intensity, self.wavelength, pattern.name,
                    pattern.metadata,
                )  # fmt: skip
            yield pattern


def _identify_one(library, network, pattern, allowed, max_phases):
    """IdentifiedPowder of one scan."""
    classifier = _classifier(network, network and Path(network).stat().st_mtime_ns)
    return identify_scan(library, classifier, pattern, allowed=allowed, max_phases=max_phases)


@lru_cache(maxsize=2)
def _classifier(network, stamp):
    """Classifier of a file as it was at a time, loaded once in a process."""
    return load_symmetry_classifier(path=network)
