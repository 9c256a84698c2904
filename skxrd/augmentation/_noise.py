"""The sampler that adds noisy copies, the traditional augmentation."""

from skxrd._compat import StrOptions
from skxrd._shared_docs import share_docs
from skxrd.augmentation._film_effects import add_counting_noise, add_gaussian_noise
from skxrd.augmentation._sampling import RowSampler, check_range
from skxrd.augmentation._shared_parameters import SHARED


@share_docs(SHARED)
class NoiseAugmenter(RowSampler):
    """Add noisy copies of patterns: the traditional way, to compare with.

    Noise teaches a classifier to overlook noise, not what texture and strain do to a film;
    Oviedo et al. [1]_ found that transformations drawn from physics do better. It is a sampler: in
    :class:`imblearn.pipeline.Pipeline` it acts on training rows only. An angle that is NaN, not
    measured, stays NaN.

    Parameters
    ----------
    |n_augmented|
    noise : {"gaussian", "poisson"}, default="gaussian"
        Normal deviates of one size at all angles, or counts: Poisson draws, larger where the
        intensity is larger. Both go up and down.
    level_range : tuple of two floats, default=(0.01, 0.05)
        Range of the standard deviation of Gaussian noise as a share of the row's maximum; drawn
        for each row. (0, 0) adds none. ``"poisson"`` does not use it.
    counts_range : tuple of two floats, default=(100, 10000)
        Range of the counts at the row's maximum, their logarithm uniform; drawn for each row.
        ``"gaussian"`` does not use it.
    |balance|
    |random_state|

    Attributes
    ----------
    |sampled|
    |features_in|

    See Also
    --------
    PhysicsAugmenter : Changes as real films have them.

    |oviedo_2019|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import NoiseAugmenter
    >>> X, y = np.eye(4), ["cubic", "cubic", "cubic", "tetragonal"]
    >>> X_new, y_new = NoiseAugmenter(n_augmented=10, random_state=0).fit_resample(X, y)
    >>> X_new.shape, y_new.count("cubic")
    ((14, 4), 8)
    """

    _parameter_constraints: dict = {
        **RowSampler._parameter_constraints,
        "noise": [StrOptions({"gaussian", "poisson"})],
        "level_range": ["array-like"],
        "counts_range": ["array-like"],
    }

    def __init__(
        self,
        *,
        n_augmented=2000,
        per_class=False,
        noise="gaussian",
        level_range=(0.01, 0.05),
        counts_range=(100, 10000),
        balance=True,
        keep_original=True,
        max_simulated=None,
        random_state=None,
    ):
        self.n_augmented = n_augmented
        self.per_class = per_class
        self.noise = noise
        self.level_range = level_range
        self.counts_range = counts_range
        self.balance = balance
        self.keep_original = keep_original
        self.max_simulated = max_simulated
        self.random_state = random_state

    def _check_parameters(self):
        check_range("level_range", self.level_range, not_negative=True)
        check_range("counts_range", self.counts_range, positive=True)

    def _draws_counts(self):
        return self.noise == "poisson"

    def _perturb(self, X, source, rng, out, constants):
        if self.noise == "poisson":
            out[:] = add_counting_noise(X[source], rng, counts_range=self.counts_range)
        else:
            out[:] = add_gaussian_noise(X[source], rng, level_range=self.level_range)
