"""A pattern as the classifier at the end of a pipeline sees it."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skxrd._grid import check_two_theta
from skxrd._pattern import PowderPattern


@dataclass(frozen=True, eq=False)
class SeenPattern:
    """What reaches the classifier, and what is known of its columns."""

    classifier: object
    row: np.ndarray
    two_theta: np.ndarray
    in_degrees: bool
    name: str
    wavelength: float | None


def seen_by_classifier(estimator, X, *, two_theta=None):
    """Take one pattern through the steps before a classifier that has activation maps.

    Parameters
    ----------
    estimator : classifier, Pipeline or search
        Fitted; of a search, its best estimator is taken.
    X : PowderPattern, list of one, or array-like of shape (n_angles,) or (1, n_angles)
        The pattern, as ``estimator.predict`` takes it.
    two_theta : array-like of shape (n_angles,), default=None
        Degrees of the columns that the classifier sees; ``None`` takes them from the classifier
        or from the last earlier step that knows degrees.

    Returns
    -------
    SeenPattern

    Raises
    ------
    ValueError
        If ``X`` is not one pattern.
    TypeError
        If the classifier has no class activation maps.
    """
    row, steps, name, wavelength = transformed_row(estimator, X)
    classifier = steps[-1]
    if not hasattr(classifier, "cam"):
        raise TypeError(
            f"{type(classifier).__name__} has no class activation maps; train with "
            "AllConvClassifier."
        )
    check_is_fitted(classifier)
    grid, in_degrees = _angles(steps, row.shape[1], two_theta)
    return SeenPattern(classifier, row, grid, in_degrees, name, wavelength)


def transformed_row(estimator, X):
    """One pattern after all steps of a pipeline but the last.

    Parameters
    ----------
    estimator : classifier, Pipeline or search
        Fitted; of a search, its best estimator is taken.
    X : PowderPattern, list of one, or array-like of shape (n_angles,) or (1, n_angles)
        The pattern, as ``estimator.predict`` takes it.

    Returns
    -------
    row : ndarray of shape (1, n_angles)
    steps : list
        Steps that act on prediction, the classifier last.
    name : str
        Name of the pattern, if it has one.
    wavelength : float or None
        In angstrom, if a step or the pattern knows it.
    """
    steps = flatten(getattr(estimator, "best_estimator_", estimator))
    X, pattern = _one_pattern(X)
    for step in steps[:-1]:
        X = step.transform(X)
    wavelengths = [getattr(step, "wavelength_", None) for step in steps]
    wavelengths += [None if pattern is None else pattern.wavelength]
    return (
        np.asarray(X, dtype=np.float64),
        steps,
        "" if pattern is None else pattern.name,
        next((value for value in wavelengths if value is not None), None),
    )


def flatten(estimator):
    """Steps of a pipeline that act on prediction, nested ones included."""
    if not hasattr(estimator, "steps"):
        return [estimator]
    flat = []
    for _, step in estimator.steps:
        if step is None or step == "passthrough" or hasattr(step, "fit_resample"):
            continue
        flat += flatten(step)
    return flat


def _one_pattern(X):
    """Input for transform, and the PowderPattern if it is one."""
    if isinstance(X, PowderPattern):
        X = [X]
    if isinstance(X, list | tuple) and any(isinstance(item, PowderPattern) for item in X):
        if len(X) != 1:
            raise ValueError(f"X has {len(X)} patterns; pass one.")
        return list(X), X[0]
    row = np.atleast_2d(np.asarray(X))
    if row.ndim != 2 or len(row) != 1:
        raise ValueError(f"X has shape {np.shape(X)}; pass one pattern.")
    return row, None


def _angles(steps, n_angles, two_theta):
    """Grid of the columns the classifier sees, and whether it is in degrees."""
    columns = np.arange(n_angles, dtype=np.float64)
    if two_theta is not None:
        return check_two_theta(two_theta, n_angles=n_angles), True
    for step in reversed(steps):
        grid = getattr(step, "two_theta_", None)
        if grid is not None and len(grid) == n_angles and not np.array_equal(grid, columns):
            return grid, True
    return columns, False
