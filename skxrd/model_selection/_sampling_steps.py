"""Sampling steps of a pipeline, and how a curve replaces them."""

from imblearn.over_sampling import SMOTE, RandomOverSampler
from sklearn.base import clone

from skxrd._domains import of_each_domain
from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter


def sampling_step(name, estimator):
    """Name of the one step of a pipeline that has ``fit_resample``."""
    steps = getattr(estimator, "steps", [])
    found = [step for step, part in steps if hasattr(part, "fit_resample")]
    if len(found) != 1:
        raise ValueError(
            f"classifiers[{name!r}], a {type(estimator).__name__}, has {len(found)} sampling "
            "steps; pass a pipeline with one, such as make_augmented(classifier, two_theta)."
        )
    return found[0]


def default_samplers(two_theta=None, *, n_augmented=2000, random_state=None):
    """Return the ways to add training rows that are compared, by name.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees.
    n_augmented : int or dict of str to int, default=2000
        Rows that the augmentations make from those of each domain, as many for each class. The
        oversamplers add as many as bring every class to the size of the largest.
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
    options = {"n_augmented": of_each_domain(n_augmented), "random_state": random_state}
    return {
        "none": None,
        "noise": NoiseAugmenter(**options),
        "blocks": PhysicsAugmenter(two_theta, region="block", **options),
        "physics": PhysicsAugmenter(two_theta, **options),
        "random oversampling": RandomOverSampler(random_state=random_state),
        "SMOTE": SMOTE(random_state=random_state),
    }


def with_sampler(estimator, step, sampler):
    """Clone of a pipeline with another sampler in the step of that name; None leaves it out."""
    replaced = "passthrough" if sampler is None else sampler
    return clone(estimator).set_params(**{step: replaced})


def check_samplers(samplers):
    """Raise unless there are samplers by name, or None for no sampling."""
    if not samplers:
        raise ValueError("samplers is empty; pass default_samplers(two_theta) or your own.")
    for name, sampler in samplers.items():
        if sampler is not None and not hasattr(sampler, "fit_resample"):
            raise ValueError(
                f"samplers[{name!r}] is a {type(sampler).__name__}, which has no fit_resample; "
                "pass a sampler, or None to add no rows."
            )
