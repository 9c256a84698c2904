"""Class activation maps of films by networks that were trained without them."""

import numpy as np
from sklearn.base import clone

from skxrd._compat import safe_indexing
from skxrd.inspection._activation_map_display import explain_input
from skxrd.inspection._pipeline_input import mapped_input, prediction_steps
from skxrd.model_selection._sampling_pipeline import fit_with_groups


def has_maps(estimator):
    """Whether a classifier, or the last step of a pipeline or search, makes activation maps."""
    while hasattr(estimator, "estimator"):
        estimator = estimator.estimator
    return hasattr(prediction_steps(estimator)[-1], "cam")


def held_out_maps(estimator, X, y, *, groups, cv, names=None, two_theta=None, wavelength=None):
    """Explain each test pattern of a cross-validation by the model of its fold.

    Parameters
    ----------
    estimator : classifier, Pipeline or search
        Not fitted; the classifier, or the last step, has ``cam``, as
        :class:`skxrd.neural.AllConvClassifier` has.
    X : array-like of shape (n_patterns, n_angles)
        The patterns.
    y : ndarray of shape (n_patterns,)
        Their classes.
    groups : array-like of str, shape (n_patterns,)
        ``"simulated"``, or ``"experimental"`` or the name of a measured series.
    cv : splitter
        For example ``ExperimentalKFold(random_state=0)``.
    names : list of str, default=None
        Names of the patterns.
    two_theta : array-like of shape (n_angles,), default=None
        Degrees of the columns; ``None`` takes them from the steps.
    wavelength : float, default=None
        In angstrom, for the labels.

    Returns
    -------
    dict of int to ActivationMapDisplay
        For each row that is tested, its display, not drawn yet (:meth:`ActivationMapDisplay.plot`
        draws it). Of a row that is tested more than once the first is kept.

    Raises
    ------
    TypeError
        If the classifier has no class activation maps.
    """
    displays = {}
    for train, test in cv.split(X, y, groups):
        told = None if groups is None else np.asarray(groups)[train]
        model = fit_with_groups(clone(estimator), safe_indexing(X, train), y[train], told)
        for row in test.tolist():
            if row not in displays:
                given = mapped_input(model, safe_indexing(X, row), two_theta=two_theta)
                name = None if names is None else names[row] or None
                displays[row] = explain_input(given, y[row], name=name, wavelength=wavelength)
    return displays
