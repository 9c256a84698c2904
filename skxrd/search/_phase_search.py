"""Which phases of a library are in scans."""

from numbers import Real

import joblib
import numpy as np
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, fit_context, validate_data
from skxrd._shared_docs import share_docs
from skxrd.search._library_classifier import SHARED, BaseLibraryClassifier
from skxrd.search._match_scan import LEAST_FIGURE, match_scan
from skxrd.search._match_table import match_table
from skxrd.search._phase_fit import ranked_fits
from skxrd.search._prepared_scan import NothingToSearch, prepare_scan

_SHARPNESS = 25.0  # of probabilities by rank


@share_docs(SHARED)
class PhaseSearch(BaseLibraryClassifier):
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
    |library|
    |max_phases|
    least_figure : float, default=0.5
        Figure of merit below which a phase is not named.
    |rows|

    Attributes
    ----------
    |fitted|

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
        **BaseLibraryClassifier._parameter_constraints,
        "least_figure": [Interval(Real, 0, 1, closed="both")],
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
        call = joblib.delayed(match_scan)
        settings = {
            "allowed": self._allowed, "max_phases": self.max_phases, "least": self.least_figure
        }  # fmt: skip
        return joblib.Parallel(self.n_jobs)(
            call(self.library_, pattern, **settings) for pattern in self._patterns(patterns)
        )

    def predict_proba(self, X):
        """Probability of each class, from the ranks of the phases that fit best.

        |probabilities|
        """
        check_is_fitted(self, "classes_")  # search and match open the library without a fit
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        call = joblib.delayed(_space_groups)
        rows = joblib.Parallel(self.n_jobs)(
            call(self.library_, pattern, self._allowed) for pattern in self._patterns(X)
        )
        return self._of_classes(rows)


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
