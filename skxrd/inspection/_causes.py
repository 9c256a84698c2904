"""Why films are misclassified: what their peaks can say about it."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils.validation import column_or_1d

from skxrd._compat import Interval, validate_params
from skxrd._grid import check_angles, check_wavelength
from skxrd.inspection._film_lines import best_match, class_label, film_peaks, visible_lines
from skxrd.inspection._pipeline_input import mapped_input

#: Flags of :class:`MisclassificationCauses`, in words.
CAUSES = {
    "mixed_phases": "mixed phases",
    "other_phase": "lines of another class only",
    "thin_class": "thin class",
    "missing_peaks": "missing peaks",
}
_FOREIGN = 0.1  # of the height of all peaks; less of another class is no sign of a second phase
#: A crystal of the predicted class is named before one that explains this little more.
_LEVEL = 0.1
_OWN = 0.05  # of it; less that only the true class explains is no sign of that class
_MARGIN = 2.0  # degrees beyond the scan from which a strained line may come in


class MisclassificationCauses:
    """Candidate crystals, and which known causes of misclassification they show in films.

    Oviedo et al. [1]_ name three causes: mixed phases, few patterns of the class, missing peaks.
    Here they are counted, not judged: the peaks of a film are compared with the lines of crystals
    of its true class and of the others, and what is computed is returned beside the flags that are
    drawn from it. A flag says that the film has the property, not that the property caused the
    mistake, and a film without any is not explained.

    The best crystal of a class is the one whose lines explain most of the height of the film's
    peaks, beyond what as many lines would explain by chance.

    * **mixed phases**: a crystal of another class (the predicted one, unless that of a third
      explains clearly more) explains a tenth or more of the height that
      the best crystal of the true class does not, its strongest line is there, and a twentieth
      or more belongs to the true class alone.
    * **lines of another class only**: the same, but hardly a peak belongs to the true class
      alone. Either the film is another phase or its label is wrong.
    * **thin class**: fewer than ``thin`` measured films of the true class trained.
    * **missing peaks**: of the orientations that have a main line in the powder (a fifth of the
      strongest or more), half or more show no line at all in the film, or all but one.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,)
        Degrees of the columns of the films.
    crystals : list of Crystal
        Candidates, including those of other phases that may be in the films.
    wavelength : float or str
        Angstrom or a name.
    labels : array-like of str, shape (n_crystals,), default=None
        Their classes; ``None`` takes ``metadata["label"]``, else the space-group symbol.
    thin : int, default=5
        Measured training films of a class below which it is thin.
    least_peak : float, default=0.05
        Least prominence of a peak as a share of the film's maximum.
    tolerance : float, default=0.2
        Degrees that a peak may lie off a line, for the height of the sample.
    max_strain : float, default=0.015
        Largest relative change of a crystal's cell, either way, for strain and composition.

    References
    ----------
    .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
       datasets using data augmentation and deep neural networks", npj Comput. Mater. 5 (2019) 60,
       doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.inspection import MisclassificationCauses
    >>> from skxrd.simulation import PowderSimulator
    >>> grid = np.arange(10, 60, 0.04)
    >>> cubic = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> double = make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="Cl")
    >>> X = PowderSimulator(grid).fit_transform([cubic, double]).sum(axis=0, keepdims=True)
    >>> causes = MisclassificationCauses(grid, [cubic, double], "CuKa")
    >>> causes.find(X, ["Pm-3m"], ["Fm-3m"])["causes"][0]
    'mixed phases, thin class'
    """

    @validate_params(
        {
            "two_theta": ["array-like"],
            "crystals": [list],
            "wavelength": [Real, str],
            "labels": ["array-like", None],
            "thin": [Interval(Integral, 1, None, closed="left")],
            "least_peak": [Interval(Real, 0, 1, closed="neither")],
            "tolerance": [Interval(Real, 0, None, closed="neither")],
            "max_strain": [Interval(Real, 0, 0.1, closed="both")],
        },
        prefer_skip_nested_validation=True,
    )
    def __init__(
        self,
        two_theta,
        crystals,
        wavelength,
        *,
        labels=None,
        thin=5,
        least_peak=0.05,
        tolerance=0.2,
        max_strain=0.015,
    ):
        if labels is None:
            labels = [class_label(crystal) for crystal in crystals]
        _check_lengths(labels=(labels, len(crystals)))
        self.two_theta = check_angles(two_theta)
        self.crystals = crystals
        self.wavelength = check_wavelength(wavelength)
        self.labels = [str(label) for label in labels]
        self.thin = thin
        self.least_peak = least_peak
        self.tolerance = tolerance
        self.max_strain = max_strain
        first, last = float(self.two_theta[0]), float(self.two_theta[-1])
        reach = (max(first - _MARGIN, 0.5), last + _MARGIN)
        self._listed = visible_lines(crystals, self.wavelength, reach, self.labels)
        self._search = {"max_strain": max_strain, "tolerance": tolerance, "span": (first, last)}

    def find(self, X, y, predicted, *, names=None, y_train=None, estimator=None):
        """Tell for each misclassified film which of the known causes its data show.

        Parameters
        ----------
        X : array-like of shape (n_films, n_angles)
            All films as prepared rows: background subtracted, not negative.
        y : array-like of shape (n_films,)
            Their true classes.
        predicted : array-like of shape (n_films,)
            What was predicted while the film was not in training; the same labels.
        names : array-like of str, shape (n_films,), default=None
            Names of the films; ``None`` numbers them.
        y_train : array-like, default=None
            Classes of the measured films that the classifier was trained with. ``None`` counts
            the other films of ``y``, as in cross-validation over all of them.
        estimator : classifier or Pipeline, default=None
            Fitted, with class activation maps, as :class:`skxrd.neural.AllConvClassifier` has, and
            taking the rows of ``X``: the map of the predicted class is then compared with the
            average maps of both classes, as in Fig. 5 of the paper.

        Returns
        -------
        pandas.DataFrame
            One row a misclassified film: ``row`` (of X), ``name``, ``true``, ``predicted``; the
            flags ``mixed_phases``, ``other_phase``, ``thin_class``, ``missing_peaks`` and
            ``causes``, the same in words; ``n_peaks``; ``n_training_films`` of the class;
            ``true_crystal`` (the best of the true class) and ``true_share`` of the height that it
            explains; ``foreign_class``, ``foreign_crystal`` and ``foreign_share`` of the height
            that this one explains and the true one does not, at ``foreign_angles``, and
            ``own_share`` the other way round; ``n_main`` orientations with a main line and
            ``n_missing`` of them, ``missing_hkl``; with an estimator ``map_like_predicted`` and
            ``map_like_true``, the cosines of the maps.

        Raises
        ------
        ValueError
            If lengths differ, or a true class has no crystal.
        """
        X, y, predicted = np.asarray(X), column_or_1d(y), column_or_1d(predicted)
        names = [f"film {row}" for row in range(len(X))] if names is None else list(names)
        _check_lengths(y=(y, len(X)), predicted=(predicted, len(X)), names=(names, len(X)))
        if X.ndim != 2 or X.shape[1] != self.two_theta.size:
            raise ValueError(
                f"X has shape {X.shape} but two_theta has {self.two_theta.size} angles."
            )
        trained = y if y_train is None else column_or_1d(y_train)
        wrong = np.flatnonzero(y != predicted)
        for label in y[wrong]:
            if str(label) not in self.labels:
                raise ValueError(
                    f"crystals has none of class {label!s}, which a misclassified film has; add "
                    "one."
                )
        rows = []
        for row in wrong:
            film = {"row": row, "name": names[row], "true": y[row], "predicted": predicted[row]}
            angles, heights = film_peaks(X[row], self.two_theta, self.least_peak)
            facts = {
                "n_peaks": angles.size,
                "n_training_films": int((trained == y[row]).sum()) - (y_train is None),
                **self._phases(str(y[row]), str(predicted[row]), angles, heights),
            }
            if estimator is not None:
                facts |= _map_likeness(estimator, X[row], y[row], predicted[row], self.two_theta)
            foreign = facts["foreign_share"] >= _FOREIGN
            flags = {
                "mixed_phases": foreign and facts["own_share"] >= _OWN,
                "other_phase": foreign and facts["own_share"] < _OWN,
                "thin_class": facts["n_training_films"] < self.thin,
                "missing_peaks": _many_missing(facts["n_main"], facts["n_missing"]),
            }
            words = ", ".join(text for flag, text in CAUSES.items() if flags[flag])
            rows.append({**film, **flags, "causes": words or "none found", **facts})
        columns = None if rows else ["row", "name", "true", "predicted", *CAUSES, "causes"]
        return pd.DataFrame(rows, columns=columns)

    def _phases(self, true, predicted, angles, heights):
        """What the true class explains, what another explains better, what is missing."""
        facts = {
            "true_crystal": "",
            "true_share": 0.0,
            "own_share": 0.0,
            "foreign_class": "",
            "foreign_crystal": "",
            "foreign_share": 0.0,
            "foreign_angles": (),
            "n_main": 0,
            "n_missing": 0,
            "missing_hkl": (),
        }
        own = [lines for lines in self._listed if lines.label == true]
        others = [lines for lines in self._listed if lines.label != true]
        best = best_match(own, angles, heights, **self._search)
        mine = np.zeros(angles.size, dtype=bool)
        if best is not None:
            mine = best.matched
            facts |= {"true_crystal": best.lines.name, "true_share": best.share}
            facts |= self._missing_lines(best, angles)
        left = np.where(mine, 0.0, heights)
        foreign = best_match(others, angles, left, needs_strongest=True, **self._search)
        if foreign is None:
            return facts | {"own_share": facts["true_share"]}
        named = [lines for lines in others if lines.label == predicted]
        of_predicted = best_match(named, angles, left, needs_strongest=True, **self._search)
        if of_predicted is not None and of_predicted.above_chance >= foreign.above_chance - _LEVEL:
            foreign = of_predicted
        theirs, total = foreign.matched, heights.sum()
        return facts | {
            "own_share": float(heights[mine & ~theirs].sum() / total),
            "foreign_class": foreign.lines.label,
            "foreign_crystal": foreign.lines.name,
            "foreign_share": float(heights[theirs & ~mine].sum() / total),
            "foreign_angles": tuple(angles[theirs & ~mine].round(2).tolist()),
        }

    def _missing_lines(self, match, angles):
        """Orientations with a main line of which no line is among the peaks."""
        lines = match.lines
        expected = lines.strained(match.strain)
        inside = (expected >= self.two_theta[0]) & (expected <= self.two_theta[-1])
        there = (np.abs(expected[:, np.newaxis] - angles) <= self.tolerance).any(axis=1)
        families = lines.families
        missing, n_main = [], 0
        for family in np.unique(families[inside & lines.main]):
            members = inside & (families == family)
            n_main += 1
            if not there[members].any():
                strongest = np.flatnonzero(members)[lines.intensity[members].argmax()]
                missing.append(tuple(map(int, lines.hkl[strongest])))
        return {"n_main": n_main, "n_missing": len(missing), "missing_hkl": tuple(missing)}


def _check_lengths(**given):
    """Each value is a sequence and the length that it must have."""
    for name, (values, expected) in given.items():
        if len(values) != expected:
            raise ValueError(f"{name} has {len(values)} entries; there must be {expected}.")


def _many_missing(n_main, n_missing):
    """Half or more of the orientations are missing, or all but one."""
    return n_main > 1 and (2 * n_missing >= n_main or n_main - n_missing <= 1)


def _map_likeness(estimator, row, true, predicted, two_theta):
    """Cosines of the film's map for the predicted class with two average maps."""
    given = mapped_input(estimator, row, two_theta=two_theta)
    classes = list(given.classifier.classes_)
    own = given.classifier.cam(given.row, predicted)[0]
    likeness = {}
    for name, label in (("map_like_predicted", predicted), ("map_like_true", true)):
        average = given.classifier.average_cam_[classes.index(label)]
        product = np.linalg.norm(own) * np.linalg.norm(average)
        likeness[name] = float(own @ average / product) if product else np.nan
    return likeness
