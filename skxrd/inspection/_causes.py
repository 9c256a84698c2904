"""Why films are misclassified: what their peaks can say about it."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils.validation import column_or_1d

from skxrd._compat import Interval, validate_params
from skxrd._grid import check_increasing, check_wavelength
from skxrd.inspection._film_lines import best_match, film_peaks, list_lines
from skxrd.inspection._pipeline_input import seen_by_classifier

#: Flags of :func:`misclassification_causes`, in words.
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


@validate_params(
    {
        "X": ["array-like"],
        "y": ["array-like"],
        "predicted": ["array-like"],
        "two_theta": ["array-like"],
        "crystals": [list],
        "wavelength": [Real, str],
        "labels": ["array-like", None],
        "names": ["array-like", None],
        "y_train": ["array-like", None],
        "thin": [Interval(Integral, 1, None, closed="left")],
        "least_peak": [Interval(Real, 0, 1, closed="neither")],
        "tolerance": [Interval(Real, 0, None, closed="neither")],
        "max_strain": [Interval(Real, 0, 0.1, closed="both")],
    },
    prefer_skip_nested_validation=True,
)
def misclassification_causes(
    X,
    y,
    predicted,
    *,
    two_theta,
    crystals,
    wavelength,
    labels=None,
    names=None,
    y_train=None,
    estimator=None,
    thin=5,
    least_peak=0.05,
    tolerance=0.2,
    max_strain=0.015,
):
    """Tell for each misclassified film which of the known causes its data show.

    Oviedo et al. [1]_ name three: mixed phases, few patterns of the class, missing peaks. Here
    they are counted, not judged: the peaks of the film are laid over the lines of crystals of its
    true class and of the others, and what is computed is returned beside the flags that are drawn
    from it. A flag says that the film has the property, not that the property caused the mistake,
    and a film without any is not explained.

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
    X : array-like of shape (n_films, n_angles)
        All films as prepared rows: background subtracted, not negative.
    y : array-like of shape (n_films,)
        Their true classes.
    predicted : array-like of shape (n_films,)
        What was predicted while the film was not in training; the same labels.
    two_theta : array-like of shape (n_angles,)
        Degrees.
    crystals : list of Crystal
        Candidates, those of other phases that may be in the films included.
    wavelength : float or str
        Angstrom or a name.
    labels : array-like of str, shape (n_crystals,), default=None
        Their classes; ``None`` takes ``metadata["label"]``, else the space-group symbol.
    names : array-like of str, shape (n_films,), default=None
        Names of the films; ``None`` numbers them.
    y_train : array-like, default=None
        Classes of the measured films that the classifier was trained with. ``None`` counts the
        other films of ``y``, as in cross-validation over all of them.
    estimator : classifier or Pipeline, default=None
        Fitted, with class activation maps, as :class:`skxrd.neural.AllConvClassifier` has, and
        taking the rows of ``X``: the map of the predicted class is then compared with the average
        maps of both classes, as in Fig. 5 of the paper.
    thin : int, default=5
        Measured training films of a class below which it is thin.
    least_peak : float, default=0.05
        Least prominence of a peak as a share of the film's maximum.
    tolerance : float, default=0.2
        Degrees that a peak may lie off a line, for the height of the sample.
    max_strain : float, default=0.015
        Largest relative change of a crystal's cell, either way, for strain and composition.

    Returns
    -------
    pandas.DataFrame
        One row a misclassified film: ``row`` (of X), ``name``, ``true``, ``predicted``; the flags
        ``mixed_phases``, ``other_phase``, ``thin_class``, ``missing_peaks`` and ``causes``, the
        same in words; ``n_peaks``; ``n_training_films`` of the class; ``true_crystal`` (the best of
        the true class) and ``true_share`` of the height that it explains; ``foreign_class``,
        ``foreign_crystal`` and ``foreign_share`` of the height that this one explains and the
        true one does not, at ``foreign_angles``; ``n_main`` orientations with a main line and
        ``n_missing`` of them, ``missing_hkl``; with an estimator ``map_like_predicted`` and
        ``map_like_true``, the cosines of the maps.

    Raises
    ------
    ValueError
        If lengths differ, or a true class has no crystal.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.inspection import misclassification_causes
    >>> from skxrd.simulation import PowderSimulator
    >>> cubic = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> double = make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="Cl")
    >>> grid = np.arange(10, 60, 0.04)
    >>> X = PowderSimulator(grid).fit_transform([cubic, double]).sum(axis=0, keepdims=True)
    >>> causes = misclassification_causes(X, ["Pm-3m"], ["Fm-3m"], two_theta=grid,
    ...     crystals=[cubic, double], wavelength="CuKa")
    >>> causes["causes"][0]
    'mixed phases, thin class'
    """
    X = np.asarray(X)
    y, predicted = column_or_1d(y), column_or_1d(predicted)
    grid, wavelength = check_increasing(two_theta), check_wavelength(wavelength)
    if labels is None:
        labels = [one.metadata.get("label", one.space_group_symbol) for one in crystals]
    names = [f"film {row}" for row in range(len(X))] if names is None else list(names)
    for name, given, expected in (
        ("y", y, len(X)),
        ("predicted", predicted, len(X)),
        ("names", names, len(X)),
        ("labels", labels, len(crystals)),
    ):
        if len(given) != expected:
            raise ValueError(f"{name} has {len(given)} entries; there must be {expected}.")
    if X.ndim != 2 or X.shape[1] != grid.size:
        raise ValueError(f"X has shape {X.shape} but two_theta has {grid.size} angles.")
    trained = y if y_train is None else column_or_1d(y_train)
    wrong = np.flatnonzero(y != predicted)
    span = (float(grid[0]), float(grid[-1]))
    listed = list_lines(crystals, [str(label) for label in labels], wavelength, span, 2.0)
    known = {lines.label for lines in listed}
    for label in y[wrong]:
        if str(label) not in known:
            raise ValueError(
                f"crystals has none of class {label!s}, which a misclassified film has; add one."
            )
    search = {"max_strain": max_strain, "tolerance": tolerance, "span": span}
    rows = []
    for row in wrong:
        film = {"row": row, "name": names[row], "true": y[row], "predicted": predicted[row]}
        angles, heights = film_peaks(X[row], grid, least_peak)
        facts = {
            "n_peaks": angles.size,
            "n_training_films": int((trained == y[row]).sum()) - (y_train is None),
            **_phases(listed, str(y[row]), str(predicted[row]), angles, heights, search),
        }
        if estimator is not None:
            facts.update(_map_likeness(estimator, X[row], y[row], predicted[row], grid))
        flags = {
            "mixed_phases": facts["foreign_share"] >= _FOREIGN and facts["own_share"] >= _OWN,
            "other_phase": facts["foreign_share"] >= _FOREIGN and facts["own_share"] < _OWN,
            "thin_class": facts["n_training_films"] < thin,
            "missing_peaks": _many_missing(facts["n_main"], facts["n_missing"]),
        }
        words = [text for flag, text in CAUSES.items() if flags[flag]]
        rows.append({**film, **flags, "causes": ", ".join(words) or "none found", **facts})
    columns = None if rows else ["row", "name", "true", "predicted", *CAUSES, "causes"]
    return pd.DataFrame(rows, columns=columns)


def _many_missing(n_main, n_missing):
    return n_main > 1 and (2 * n_missing >= n_main or n_main - n_missing <= 1)


def _phases(listed, label, predicted, angles, heights, search):
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
    own = [lines for lines in listed if lines.label == label]
    others = [lines for lines in listed if lines.label != label]
    best = best_match(own, angles, heights, **search)
    mine = np.zeros(angles.size, dtype=bool) if best is None else best.matched
    if best is not None:
        facts |= {"true_crystal": best.lines.name, "true_share": best.share}
        facts |= _missing(best, angles, search)
    left = np.where(mine, 0.0, heights)
    foreign = best_match(others, angles, left, needs_strongest=True, **search)
    seen = [lines for lines in others if lines.label == predicted]
    asked = best_match(seen, angles, left, needs_strongest=True, **search)
    if asked is not None and asked.above_chance >= foreign.above_chance - _LEVEL:
        foreign = asked
    total = heights.sum()
    if foreign is None:
        return facts | {"own_share": facts["true_share"]}
    theirs = foreign.matched
    return facts | {
        "own_share": float(heights[mine & ~theirs].sum() / total),
        "foreign_class": foreign.lines.label,
        "foreign_crystal": foreign.lines.name,
        "foreign_share": float(heights[theirs & ~mine].sum() / total),
        "foreign_angles": tuple(angles[theirs & ~mine].round(2).tolist()),
    }


def _missing(match, angles, search):
    """Orientations with a main line of which no line is among the peaks."""
    lines = match.lines
    expected = lines.two_theta(match.strain)
    inside = (expected >= search["span"][0]) & (expected <= search["span"][1])
    near = np.abs(expected[:, np.newaxis] - angles) <= search["tolerance"]
    there = near.any(axis=1)
    families = lines.families
    missing, n_main = [], 0
    for family in np.unique(families[inside & lines.main]):
        members = inside & (families == family)
        n_main += 1
        if not there[members].any():
            strongest = np.flatnonzero(members)[lines.intensity[members].argmax()]
            missing.append(tuple(map(int, lines.hkl[strongest])))
    return {"n_main": n_main, "n_missing": len(missing), "missing_hkl": tuple(missing)}


def _map_likeness(estimator, row, true, predicted, grid):
    """Cosines of the film's map for the predicted class with two average maps."""
    seen = seen_by_classifier(estimator, row, two_theta=grid)
    classes = list(seen.classifier.classes_)
    own = seen.classifier.cam(seen.row, predicted)[0]
    likeness = {}
    for name, label in (("map_like_predicted", predicted), ("map_like_true", true)):
        average = seen.classifier.average_cam_[classes.index(label)]
        product = np.linalg.norm(own) * np.linalg.norm(average)
        likeness[name] = float(own @ average / product) if product else np.nan
    return likeness
