"""Which angles of a pattern spoke for which class, in words and numbers."""

import numpy as np

from skxrd.crystal import reflections
from skxrd.inspection._pipeline_input import seen_by_classifier

_FAINT = 0.02  # of the strongest; weaker parts of a map, and weaker reflections, are left out
_NEAR = 0.5  # degrees; a reflection farther off does not belong to a peak


def explain_prediction(
    estimator, X, *, against="runner-up", n_regions=5, crystals=None, two_theta=None
):
    """Rank the angle regions of a pattern by what they contribute to its classification.

    The map of the predicted class, less that of the runner-up, is cut where it changes sign; the
    sum over a region is the part of the difference of the two scores that comes from there.

    Parameters
    ----------
    estimator : classifier, Pipeline or search
        Fitted. The classifier, or the last step, has ``cam``, as
        :class:`skxrd.neural.AllConvClassifier` has.
    X : PowderPattern, list of one, or array-like of shape (n_angles,) or (1, n_angles)
        The pattern, as ``estimator.predict`` takes it.
    against : {"runner-up", None} or label, default="runner-up"
        Class whose map is taken off. ``None`` takes nothing off: the plain map.
    n_regions : int, default=5
        Most regions that are returned.
    crystals : list of Crystal, default=None
        References. Of those whose label (``metadata["label"]``, else the space-group symbol) is
        the class that a region speaks for, the visible reflection nearest to the highest point of
        the region is named.
    two_theta : array-like of shape (n_angles,), default=None
        Degrees of the columns that the classifier sees; ``None`` takes them from its steps.

    Returns
    -------
    pandas.DataFrame
        One row a region, the most telling first: ``first`` and ``last`` angle, ``highest`` (angle
        of its highest intensity), ``speaks_for`` (class), ``score``, and with ``crystals`` also
        ``crystal``, ``hkl`` and ``hkl_two_theta``, empty where none is within half a degree.

    Raises
    ------
    ValueError
        If ``against`` is no class, or reflections are asked for without a wavelength.
    """
    import pandas as pd

    seen = seen_by_classifier(estimator, X, two_theta=two_theta)
    predicted, other, values = contrast_map(seen.classifier, seen.row, against)
    regions = []
    for first, last in _runs(values):
        score = values[first : last + 1].sum()
        highest = first + int(seen.row[0, first : last + 1].argmax())
        regions.append(
            {
                "first": seen.two_theta[first],
                "last": seen.two_theta[last],
                "highest": seen.two_theta[highest],
                "speaks_for": predicted if score > 0 else other,
                "score": score,
            }
        )
    regions.sort(key=lambda region: -abs(region["score"]))
    regions = regions[:n_regions]
    if crystals is not None:
        if seen.wavelength is None or not seen.in_degrees:
            raise ValueError(
                "the wavelength or the angles of the pattern are unknown, and reflections cannot "
                "be named without; pass a PowderPattern with its wavelength."
            )
        listed = _listed(crystals, seen)
        for region in regions:
            region.update(_nearest(region, listed))
    return pd.DataFrame(regions)


def contrast_map(classifier, X, against="runner-up"):
    """Map of the predicted class less that of another.

    Parameters
    ----------
    classifier : AllConvClassifier
        Fitted.
    X : ndarray of shape (1, n_angles)
        The pattern as the classifier sees it.
    against : {"runner-up", None} or label, default="runner-up"
        The other class; ``None`` takes nothing off.

    Returns
    -------
    predicted : label
        The predicted class.
    other : label or str
        The other class, or ``"others"``.
    values : ndarray of shape (n_angles,)
        The map.
    """
    order = np.argsort(-classifier.predict_proba(X)[0])
    predicted = classifier.classes_[order[0]]
    values = classifier.cam(X, predicted)[0]
    if against is None:
        return predicted, "others", values
    if isinstance(against, str) and against == "runner-up":
        other = classifier.classes_[order[1]]
    elif against in classifier.classes_:
        other = against
    else:
        raise ValueError(
            f"against is {against!r}; use 'runner-up', None or one of the classes "
            f"{', '.join(map(str, classifier.classes_))}."
        )
    return predicted, other, values - classifier.cam(X, other)[0]


def _runs(values):
    """First and last column of the parts of a map that have one sign and are not faint."""
    sign = np.where(np.abs(values) > _FAINT * np.abs(values).max(), np.sign(values), 0)
    edges = np.flatnonzero(np.diff(sign)) + 1
    starts, ends = np.r_[0, edges], np.r_[edges, sign.size] - 1
    return [(a, b) for a, b in zip(starts, ends, strict=True) if sign[a]]


def _listed(crystals, seen):
    """Label, name and visible reflections of each crystal."""
    listed = []
    for crystal in crystals:
        found = reflections(crystal, seen.wavelength, tuple(seen.two_theta[[0, -1]]))
        visible = found.intensity > _FAINT * found.intensity.max()
        label = crystal.metadata.get("label", crystal.space_group_symbol)
        listed.append((label, crystal.name, found.hkl[visible], found.two_theta[visible]))
    return listed


def _nearest(region, listed):
    best = (_NEAR, "", (), np.nan)
    for label, name, hkl, angles in listed:
        if label == region["speaks_for"] and angles.size:
            row = int(np.abs(angles - region["highest"]).argmin())
            distance = abs(angles[row] - region["highest"])
            if distance < best[0]:
                best = (distance, name, tuple(map(int, hkl[row])), float(angles[row]))
    return {"crystal": best[1], "hkl": best[2], "hkl_two_theta": best[3]}
