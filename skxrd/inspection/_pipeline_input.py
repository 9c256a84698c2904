"""The pattern that reaches the classifier at the end of a pipeline, and its angles."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skxrd._grid import check_two_theta, convert_two_theta
from skxrd._pattern import PowderPattern
from skxrd.model_selection import DomainWeightedClassifier
from skxrd.preprocessing import StepCoarsener


@dataclass(frozen=True, eq=False)
class ClassifierInput:
    """A classifier and the pattern that reaches it, a row of shape (1, n_angles).

    ``measured`` is the PowderPattern that it was made of, at the same wavelength, if there is one.
    """

    classifier: object
    row: np.ndarray
    two_theta: np.ndarray
    in_degrees: bool
    name: str
    wavelength: float | None
    measured: PowderPattern | None = None


class FineClassifier:
    """Classifier after a coarser step, on patterns and with maps of the angles before it."""

    def __init__(self, coarsener, between, classifier):
        self._coarsener, self._between, self._classifier = coarsener, between, classifier
        self.classes_, self.two_theta_ = classifier.classes_, coarsener.two_theta_

    @property
    def average_cam_(self):
        """Average map of each class, shape (n_classes, n_angles)."""
        return self._coarsener.spread(self._classifier.average_cam_)

    def cam(self, X, class_=None):
        """Class activation map of each pattern, shape (n_patterns, n_angles)."""
        return self._coarsener.spread(self._classifier.cam(self._coarse(X), class_))

    def predict_proba(self, X):
        """Probability of each class."""
        return self._classifier.predict_proba(self._coarse(X))

    def predict(self, X):
        """Most probable class of each pattern."""
        return self._classifier.predict(self._coarse(X))

    def _coarse(self, X):
        for step in (self._coarsener, *self._between):
            X = step.transform(X)
        return X


def _with_fine_angles(steps):
    """Steps of which the last one has maps of the user's angles, if its maps are coarse ones."""
    coarse = [place for place, step in enumerate(steps) if isinstance(step, StepCoarsener)]
    if not coarse or not hasattr(steps[-1], "cam"):
        return steps
    last = coarse[-1]
    return [*steps[:last], FineClassifier(steps[last], steps[last + 1 : -1], steps[-1])]


def classifier_input(estimator, X, *, two_theta=None):
    """One pattern after all steps but the last of a fitted pipeline, or of a search's best one.

    Without ``two_theta`` its angles are those of the last step that knows degrees.
    """
    steps = prediction_steps(estimator)
    X, pattern = _one_pattern(X)
    check_is_fitted(steps[-1])
    steps = _with_fine_angles(steps)
    for step in steps[:-1]:
        X = step.transform(X)
    row = np.asarray(X, dtype=np.float64)
    angles, in_degrees = _angles(steps, row.shape[1], two_theta)
    wavelengths = [getattr(step, "wavelength_", None) for step in steps]
    wavelengths += [None if pattern is None else pattern.wavelength]
    wavelength = next((value for value in wavelengths if value is not None), None)
    return ClassifierInput(
        steps[-1],
        row,
        angles,
        in_degrees,
        "" if pattern is None else pattern.name,
        wavelength,
        _at_wavelength(pattern, wavelength) if in_degrees else None,
    )


def mapped_input(estimator, X, *, two_theta=None):
    """The input of a classifier that must have class activation maps."""
    given = classifier_input(estimator, X, two_theta=two_theta)
    if not hasattr(given.classifier, "cam"):
        raise TypeError(
            f"{type(given.classifier).__name__} has no class activation maps; train with "
            "AllConvClassifier."
        )
    return given


def prediction_steps(estimator):
    """Steps of a pipeline that act on prediction, nested ones included, the classifier last.

    Of a search it is the best one's, and of a weighted classifier that which is weighted.
    """
    estimator = getattr(estimator, "best_estimator_", estimator)
    if isinstance(estimator, DomainWeightedClassifier):
        return prediction_steps(getattr(estimator, "estimator_", estimator.estimator))
    if not hasattr(estimator, "steps"):
        return [estimator]
    flat = []
    for _, step in estimator.steps:
        if step is None or step == "passthrough" or hasattr(step, "fit_resample"):
            continue
        flat += prediction_steps(step)
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


def _at_wavelength(pattern, wavelength):
    """The pattern at the angles of a wavelength; as it is if its own is unknown."""
    if pattern is None or None in (wavelength, pattern.wavelength):
        return pattern
    if np.isclose(pattern.wavelength, wavelength, rtol=1e-5):
        return pattern
    angles = convert_two_theta(pattern.two_theta, pattern.wavelength, wavelength)
    kept = np.isfinite(angles)
    return PowderPattern(
        angles[kept], pattern.intensity[kept], wavelength, pattern.name, pattern.metadata
    )


def _angles(steps, n_angles, two_theta):
    """Angles of the columns that reach the classifier, and whether they are in degrees."""
    columns = np.arange(n_angles, dtype=np.float64)
    if two_theta is not None:
        return check_two_theta(two_theta, n_angles=n_angles), True
    for step in reversed(steps):
        grid = getattr(step, "two_theta_", None)
        if grid is not None and len(grid) == n_angles and not np.array_equal(grid, columns):
            return grid, True
    return columns, False
