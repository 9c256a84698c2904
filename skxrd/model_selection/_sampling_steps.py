"""Sampling steps of a pipeline, and how a curve replaces them."""

import numpy as np
from imblearn.over_sampling import SMOTE, RandomOverSampler
from sklearn.base import BaseEstimator, clone

from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter


def sampling_step(name, estimator):
    """Name of the step of a pipeline that changes the number of rows.

    Parameters
    ----------
    name : str
        Name of the classifier, for the error.
    estimator : imblearn.pipeline.Pipeline
        With one step that has ``fit_resample``.

    Returns
    -------
    str
    """
    steps = getattr(estimator, "steps", [])
    found = [step for step, part in steps if hasattr(part, "fit_resample")]
    if len(found) != 1:
        raise ValueError(
            f"estimators[{name!r}], a {type(estimator).__name__}, has {len(found)} sampling steps; "
            "pass a pipeline with one, such as make_augmented(classifier, two_theta)."
        )
    return found[0]


def default_samplers(two_theta=None, *, n_augmented=2000, random_state=None):
    """Return the ways to add training rows that are compared, by name.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees.
    n_augmented : int, default=2000
        Rows that the augmentations add, as many for each class. The oversamplers add as many as
        bring every class to the size of the largest.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    dict of str to sampler or None
        ``"none"``, ``"noise"`` (:class:`~skxrd.augmentation.NoiseAugmenter`), ``"blocks"`` and
        ``"physics"`` (:class:`~skxrd.augmentation.PhysicsAugmenter`, the published form and the
        default one), ``"random oversampling"`` and ``"SMOTE"`` (imbalanced-learn).

    Examples
    --------
    >>> from skxrd.model_selection import default_samplers
    >>> list(default_samplers())
    ['none', 'noise', 'blocks', 'physics', 'random oversampling', 'SMOTE']
    """
    options = {"n_augmented": n_augmented, "random_state": random_state}
    return {
        "none": None,
        "noise": NoiseAugmenter(**options),
        "blocks": PhysicsAugmenter(two_theta, region="block", **options),
        "physics": PhysicsAugmenter(two_theta, **options),
        "random oversampling": RandomOverSampler(random_state=random_state),
        "SMOTE": SMOTE(random_state=random_state),
    }


class DomainSampler(BaseEstimator):
    """Sampler that adds rows to simulated and to measured patterns separately.

    It is made for one training set: ``simulated`` tells its rows apart.

    Parameters
    ----------
    sampler : sampler
        With ``n_augmented``.
    simulated : ndarray of bool, shape (n_patterns,)
        Which rows of the training set are simulated.
    n_simulated : int
        Rows to add that are made from simulated ones.
    n_experimental : int
        Rows to add that are made from measured ones.
    """

    def __init__(self, sampler, simulated, n_simulated, n_experimental):
        self.sampler = sampler
        self.simulated = simulated
        self.n_simulated = n_simulated
        self.n_experimental = n_experimental

    def fit_resample(self, X, y):
        """Add the rows behind the given ones.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
        y : array-like of shape (n_patterns,)
            Classes.

        Returns
        -------
        X : ndarray of shape (n_new_patterns, n_angles)
        y : ndarray of shape (n_new_patterns,)
        """
        X, y = np.asarray(X), np.asarray(y)
        parts, labels = [X], [y]
        for rows, number in (
            (np.flatnonzero(self.simulated), self.n_simulated),
            (np.flatnonzero(~self.simulated), self.n_experimental),
        ):
            if number and rows.size:
                sampler = clone(self.sampler).set_params(n_augmented=number, keep_original=False)
                added = sampler.fit_resample(X[rows], y[rows])
                parts.append(added[0])
                labels.append(added[1])
        return np.concatenate(parts), np.concatenate(labels)


def with_sampler(estimator, step, sampler):
    """Pipeline with another sampler.

    Parameters
    ----------
    estimator : imblearn.pipeline.Pipeline
        As given by the user.
    step : str
        Name of the step to replace.
    sampler : sampler or None
        ``None`` leaves the step out.

    Returns
    -------
    imblearn.pipeline.Pipeline
    """
    replaced = "passthrough" if sampler is None else sampler
    return clone(estimator).set_params(**{step: replaced})
