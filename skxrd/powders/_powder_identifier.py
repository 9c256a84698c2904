"""One statement for a powder, from look-up and network together."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, fit_context, validate_data
from skxrd._shared_docs import share_docs
from skxrd.powders._identify_scan import identify_with
from skxrd.search._library_classifier import SHARED, BaseLibraryClassifier


@share_docs(SHARED)
class PowderIdentifier(BaseLibraryClassifier):
    r"""Identify powders: phases of a library, and symmetry even where there is none.

    Two witnesses are heard. The look-up (:class:`skxrd.search.PhaseSearch`) says which phases of
    the library explain the scan, and how well; the network of the package
    (:class:`PretrainedSymmetryClassifier`) what the lines reveal about symmetry, also of compounds
    that are in no library. With the probabilities n(g) of the network, the frequency f(g) of the
    space group g among minerals, and the phases i, the probability of g is

    .. math::

        p(g) \propto \Big[(1 - e)\, n(g) + \frac{e}{230}\Big]^a f(g)^b
        \Big[1 + V(g) + c\, U(g) + d\, S(g)\Big], \quad V(g) = \sum_{i \in g} e^{w \cdot f_i}

    where the numbers f_i say how much of the scan a phase explains, and one phase of each compound
    counts. The 1 stands for what is not in the library; U and S are V summed over the extinction
    group and the crystal system, divided as f is. The probabilities that the phase is not in
    the library, and that there are several, are logistic regressions. All their parameters were
    fitted on measured minerals; the guide says how well the answers hold in cross-validation.

    Parameters
    ----------
    |library|
    network : path-like, default=None
        Another network, written by :func:`export_symmetry_network`; ``None`` is the one of the
        package.
    |max_phases|
    |rows|

    Attributes
    ----------
    |fitted|

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
        **BaseLibraryClassifier._parameter_constraints,
        "network": [str, Path, None],
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
        call = joblib.delayed(identify_with)
        settings = {"allowed": self._allowed, "max_phases": self.max_phases}
        return joblib.Parallel(self.n_jobs)(
            call(self.network, self.library_, pattern, **settings)
            for pattern in self._patterns(patterns)
        )

    def predict_proba(self, X):
        """Probability of each class.

        |probabilities|
        """
        check_is_fitted(self, "classes_")  # identify opens the library without a fit
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        even = np.full(230, 1 / 230)
        rows = [found.probabilities.get("space_group", even) for found in self.identify(X)]
        return self._of_classes(rows)

    def _with_wavelength(self, pattern):
        if pattern.wavelength is None and self.wavelength is None:
            raise ValueError(f"{pattern.name}: its wavelength is unknown; pass wavelength.")
        return super()._with_wavelength(pattern)
