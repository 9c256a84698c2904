"""The sampler that adds noisy copies, the traditional augmentation."""

from numbers import Integral

from skxrd._compat import Interval, StrOptions
from skxrd.augmentation._film_effects import add_counting_noise, add_gaussian_noise
from skxrd.augmentation._sampling import RowSampler, check_range


class NoiseAugmenter(RowSampler):
    """Add noisy copies of patterns: the traditional way, to compare with.

    Noise teaches a classifier to overlook noise, not what texture and strain do to a film;
    Oviedo et al. [1]_ found transformations drawn from physics ahead of it. It is a sampler: in
    :class:`imblearn.pipeline.Pipeline` it sees training rows only. An angle that is NaN, not
    measured, stays NaN.

    Parameters
    ----------
    n_augmented : int, default=2000
        Number of rows to add, in total or to each class.
    per_class : bool, default=False
        Whether ``n_augmented`` rows are added to each class.
    noise : {"gaussian", "poisson"}, default="gaussian"
        Normal deviates of one size at all angles, or counts: Poisson draws, larger where the
        intensity is larger. Both go up and down.
    level_range : tuple of two floats, default=(0.01, 0.05)
        Range of the standard deviation of Gaussian noise as a share of the row's maximum; drawn
        for each row. (0, 0) adds none. ``"poisson"`` does not use it.
    counts_range : tuple of two floats, default=(100, 10000)
        Range of the counts at the row's maximum, their logarithm uniform; drawn for each row.
        ``"gaussian"`` does not use it.
    balance : bool, default=True
        Add equally many rows to each class (the first ones get one more if it does not divide);
        otherwise as many as the class has its share of rows. Within these, rows serve equally
        often.
    keep_original : bool, default=True
        Return the given rows before the added ones.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws; pass an int for the same rows in every call.

    Attributes
    ----------
    sample_indices_ : ndarray of shape (n_new_patterns,)
        For each row returned, the row it was made from.
    sampling_strategy_ : str
        Not used; imbalanced-learn sets it.
    n_features_in_ : int
        Number of angles.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Column names, if there were any.

    See Also
    --------
    PhysicsAugmenter : Changes as real films have them.

    References
    ----------
    .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
       datasets using data augmentation and deep neural networks", npj Comput. Mater. 5 (2019) 60,
       doi:10.1038/s41524-019-0196-x.

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
        "n_augmented": [Interval(Integral, 0, None, closed="left")],
        "per_class": ["boolean"],
        "noise": [StrOptions({"gaussian", "poisson"})],
        "level_range": ["array-like"],
        "counts_range": ["array-like"],
        "balance": ["boolean"],
        "keep_original": ["boolean"],
        "random_state": ["random_state"],
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
        random_state=None,
    ):
        self.n_augmented = n_augmented
        self.per_class = per_class
        self.noise = noise
        self.level_range = level_range
        self.counts_range = counts_range
        self.balance = balance
        self.keep_original = keep_original
        self.random_state = random_state

    def _check_parameters(self):
        check_range("level_range", self.level_range, not_negative=True)
        check_range("counts_range", self.counts_range, positive=True)

    def _perturb(self, X, source, rng, out, constants):
        if self.noise == "poisson":
            out[:] = add_counting_noise(X[source], counts_range=self.counts_range, random_state=rng)
        else:
            out[:] = add_gaussian_noise(X[source], level_range=self.level_range, random_state=rng)
