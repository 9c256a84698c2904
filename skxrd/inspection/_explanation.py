"""Which angles of a pattern are evidence for which class, as a table."""

import numpy as np

from skxrd.inspection._film_lines import visible_lines
from skxrd.inspection._pipeline_input import mapped_input
from skxrd.inspection._shared_parameters import share_inspection_docs

_FAINT = 0.02  # of the strongest; weaker parts of a map are left out
_NEAR = 0.5  # degrees; a reflection farther off does not belong to a peak


@share_inspection_docs
def explain_prediction(
    estimator, X, *, against="runner-up", n_regions=5, crystals=None, two_theta=None
):
    """Rank the angle regions of a pattern by what they contribute to its classification.

    The map of the predicted class, less that of the runner-up, is cut where it changes sign; the
    sum over a region is the part of the difference of the two scores that comes from there.

    Parameters
    ----------
    |estimator|
    |one_pattern|
    against : {"runner-up", None} or label, default="runner-up"
        Class whose map is subtracted; ``None`` subtracts none.
    n_regions : int, default=5
        Most regions that are returned.
    crystals : list of Crystal, default=None
        References. Of those whose label (``metadata["label"]``, else the space-group symbol) is
        the class that a region favours, the visible reflection nearest to the highest point of the
        region is named.
    |columns|

    Returns
    -------
    pandas.DataFrame
        One row a region, the strongest evidence first: ``first`` and ``last`` angle, ``highest``
        (angle of its highest intensity), ``evidence_for`` (class), ``score``, and with
        ``crystals`` also ``crystal``, ``hkl`` and ``hkl_two_theta``, empty where none is within
        half a degree.

    Raises
    ------
    ValueError
        If ``against`` is no class, or reflections are asked for without a wavelength.
    """
    import pandas as pd

    given = mapped_input(estimator, X, two_theta=two_theta)
    predicted, other, values = contrast_map(given.classifier, given.row, against)
    regions = []
    for first, last in _runs(values):
        score = values[first : last + 1].sum()
        highest = first + int(given.row[0, first : last + 1].argmax())
        regions.append(
            {
                "first": given.two_theta[first],
                "last": given.two_theta[last],
                "highest": given.two_theta[highest],
                "evidence_for": predicted if score > 0 else other,
                "score": score,
            }
        )
    regions.sort(key=lambda region: -abs(region["score"]))
    regions = regions[:n_regions]
    if crystals is not None:
        if given.wavelength is None or not given.in_degrees:
            raise ValueError(
                "the wavelength or the angles of the pattern are unknown, and reflections cannot "
                "be named without; pass a PowderPattern with its wavelength."
            )
        listed = visible_lines(crystals, given.wavelength, tuple(given.two_theta[[0, -1]]))
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
        The pattern as it reaches the classifier.
    against : {"runner-up", None} or label, default="runner-up"
        The other class; ``None`` subtracts nothing.

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


def _nearest(region, listed):
    """Crystal, indices and angle of the line nearest to the highest point of a region."""
    best = (_NEAR, "", (), np.nan)
    for lines in listed:
        if lines.label == region["evidence_for"] and lines.two_theta.size:
            row = int(np.abs(lines.two_theta - region["highest"]).argmin())
            angle = lines.two_theta[row]
            distance = abs(angle - region["highest"])
            if distance < best[0]:
                best = (distance, lines.name, tuple(map(int, lines.hkl[row])), float(angle))
    return {"crystal": best[1], "hkl": best[2], "hkl_two_theta": best[3]}
