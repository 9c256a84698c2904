"""The sampler that adds patterns of films grown a little differently."""

from numbers import Integral, Real

import numpy as np
from imblearn.base import BaseSampler
from imblearn.utils import check_target_type
from sklearn.utils import check_random_state

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, validate_data
from skxrd._grid import USUAL_RANGE, check_two_theta
from skxrd.augmentation._transforms import (
    block_regions,
    draw_factors,
    harmonic_regions,
    peak_regions,
    scale_regions,
    shift_patterns,
)

_CHUNK_BYTES = 2**23  # rows, regions and copies of a chunk stay well below 64 MiB


class PhysicsAugmenter(BaseSampler):
    """Add patterns changed in texture and lattice spacing, as real films are.

    Every added row is a copy of a row of the same class that goes through the transformations of
    Oviedo et al. [1]_: some regions are scaled (Eq. 1), others eliminated (Eq. 2), and the whole
    is shifted along the angle (Eq. 3). It is a sampler: in :class:`imblearn.pipeline.Pipeline`
    it sees training rows only. Subtract the background first, otherwise it is scaled too.

    Texture multiplies the intensity of an orientation by up to r^-3 along and down to r^1.5
    across the axis (March-Dollase), 8 and 0.35 for r = 0.5, and a strong one removes lines
    altogether: hence the default ``scale_range``, whose ends have a similar ratio. A strain
    or change of composition of 0.5 % moves a line at 30 degrees by 0.15, and a film 0.1 mm too
    high on a circle of 240 mm radius by 0.05: hence the default ``shift_range``.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles in degrees; ``None`` stands for the column index.
    n_augmented : int, default=2000
        Number of rows to add, in total.
    region : {"peak", "harmonic", "block"}, default="peak"
        What is scaled or eliminated as one: whole peaks (:func:`peak_regions`); all orders of an
        orientation, at d, d/2, d/3, ... (:func:`harmonic_regions`, needs ``two_theta``); or
        fixed angular blocks, which cut peaks (:func:`block_regions`, the published way).
    block_width : float, default=None
        Width of the blocks in degrees, or in columns if ``two_theta`` is None. ``None`` stands
        for 2 degrees, and without angles for 4 % of the columns, which is 2 of 50 degrees.
    scale_range : tuple of two floats, default=(0.2, 5.0)
        Range of the factor c of Eq. 1, positive; its logarithm is uniform. (1, 1) scales nothing.
    scale_fraction : float, default=0.5
        Probability that a region is scaled.
    eliminate_fraction : float, default=0.2
        Probability that a region, then not scaled, is eliminated. A row of which nothing would be
        left keeps its regions.
    shift_range : tuple of two floats, default=None
        Range of the shift epsilon of Eq. 3 in degrees, or in columns if ``two_theta`` is None.
        ``None`` stands for (-0.2, 0.2) degrees, and without angles for 0.4 % of the columns,
        which is 0.2 of 50 degrees.
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
    two_theta_ : ndarray of shape (n_angles,)
        The angles, or column numbers.
    sample_indices_ : ndarray of shape (n_new_patterns,)
        For each row returned, the row it was made from.
    sampling_strategy_ : str
        Not used; imbalanced-learn sets it.
    n_features_in_ : int
        Number of angles.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Column names, if there were any.

    Raises
    ------
    ValueError
        If a range falls or is not positive, the two fractions exceed 1 together, or
        ``region="harmonic"`` has no angles.

    References
    ----------
    .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
       datasets using data augmentation and deep neural networks", npj Comput. Mater. 5 (2019) 60,
       doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import PhysicsAugmenter
    >>> two_theta = np.arange(10, 40, 0.05)
    >>> X = np.exp(-(((two_theta - np.array([[15], [20], [30]])) / 0.1) ** 2))
    >>> augmenter = PhysicsAugmenter(two_theta, n_augmented=100, random_state=0)
    >>> X_new, y_new = augmenter.fit_resample(X, ["cubic", "cubic", "tetragonal"])
    >>> X_new.shape, y_new.count("cubic"), y_new.count("tetragonal")
    ((103, 600), 52, 51)
    """

    _sampling_type = "bypass"
    sampling_strategy = "auto"  # read by the base class; adding rows does not depend on it

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "n_augmented": [Interval(Integral, 0, None, closed="left")],
        "region": [StrOptions({"peak", "harmonic", "block"})],
        "block_width": [Interval(Real, 0, None, closed="neither"), None],
        "scale_range": ["array-like"],
        "scale_fraction": [Interval(Real, 0, 1, closed="both")],
        "eliminate_fraction": [Interval(Real, 0, 1, closed="both")],
        "shift_range": ["array-like", None],
        "balance": ["boolean"],
        "keep_original": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        n_augmented=2000,
        region="peak",
        block_width=None,
        scale_range=(0.2, 5.0),
        scale_fraction=0.5,
        eliminate_fraction=0.2,
        shift_range=None,
        balance=True,
        keep_original=True,
        random_state=None,
    ):
        self.two_theta = two_theta
        self.n_augmented = n_augmented
        self.region = region
        self.block_width = block_width
        self.scale_range = scale_range
        self.scale_fraction = scale_fraction
        self.eliminate_fraction = eliminate_fraction
        self.shift_range = shift_range
        self.balance = balance
        self.keep_original = keep_original
        self.random_state = random_state

    def _check_X_y(self, X, y):
        y, binarize_y = check_target_type(y, indicate_one_vs_all=True)
        X, y = validate_data(self, X=X, y=y, reset=True, dtype=FLOAT_DTYPES)
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        if self.region == "harmonic" and self.two_theta is None:
            raise ValueError(
                "region='harmonic' needs angles but two_theta is None; pass two_theta in degrees "
                "or choose region='peak'."
            )
        if self.scale_fraction + self.eliminate_fraction > 1 + 1e-12:
            raise ValueError(
                f"scale_fraction {self.scale_fraction:g} and eliminate_fraction "
                f"{self.eliminate_fraction:g} exceed 1 together; a region is either scaled or "
                "eliminated, lower one of them."
            )
        _check_range("scale_range", self.scale_range, positive=True)
        _check_range("shift_range", self._degrees(self.shift_range, 0.2 * np.array([-1, 1])))
        return X, y, binarize_y

    def _degrees(self, value, default):
        """Return ``value``, or the default in degrees or in columns."""
        if value is not None:
            return value
        return (
            default if self.two_theta is not None else default * self.n_features_in_ / USUAL_RANGE
        )

    def _fit_resample(self, X, y):
        rng = check_random_state(self.random_state)
        source = self._draw_sources(y, rng)
        n_kept = len(X) if self.keep_original else 0
        X_new = np.empty((n_kept + len(source), X.shape[1]), dtype=X.dtype)
        X_new[:n_kept] = X[:n_kept]
        self._augment(X, source, rng, X_new[n_kept:])
        self.sample_indices_ = np.concatenate([np.arange(n_kept), source])
        return X_new, y[self.sample_indices_]

    def _draw_sources(self, y, rng):
        """Rows to copy, equally often within a class, in random order."""
        if self.balance:
            members = [np.flatnonzero(y == label) for label in np.unique(y)]
        else:
            members = [np.arange(len(y))]
        share, rest = divmod(self.n_augmented, len(members))
        sources = []
        for place, rows in enumerate(members):
            wanted = share + (place < rest)
            rounds = [rng.permutation(rows) for _ in range(-(-wanted // len(rows)))]
            sources.append(np.concatenate([[], *rounds])[:wanted])
        return rng.permutation(np.concatenate(sources).astype(np.intp))

    def _augment(self, X, source, rng, out):
        """Fill ``out`` chunk by chunk, in order of the source: its regions are found once."""
        low, high = self._degrees(self.shift_range, 0.2 * np.array([-1, 1]))
        shift = rng.uniform(low, high, size=len(source))
        n_rows = max(1, _CHUNK_BYTES // (8 * X.shape[1]))
        order = np.argsort(source, kind="stable")
        for start in range(0, len(source), n_rows):
            chunk = order[start : start + n_rows]
            used, place = np.unique(source[chunk], return_inverse=True)
            regions = self._regions(X[used])[place]
            factors = draw_factors(
                len(chunk),
                int(regions.max()) + 1,
                scale_range=self.scale_range,
                scale_fraction=self.scale_fraction,
                eliminate_fraction=self.eliminate_fraction,
                random_state=rng,
            )
            rows = X[source[chunk]]
            scaled = scale_regions(rows, regions, factors)
            empty = ~scaled.any(axis=1)
            if empty.any():
                kept = np.where(factors[empty] == 0, 1, factors[empty])
                scaled[empty] = scale_regions(rows[empty], regions[empty], kept)
            out[chunk] = shift_patterns(scaled, shift[chunk], self.two_theta_)

    def _regions(self, X):
        if self.region == "peak":
            return peak_regions(X)
        if self.region == "harmonic":
            return harmonic_regions(X, self.two_theta_)
        blocks = block_regions(self.two_theta_, self._degrees(self.block_width, 2.0))
        return np.broadcast_to(blocks, X.shape)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.sampler_tags.sample_indices = True
        return tags


def _check_range(name, value, *, positive=False):
    pair = np.asarray(value, dtype=np.float64)
    if pair.shape != (2,) or not np.isfinite(pair).all() or pair[0] > pair[1]:
        raise ValueError(f"{name} is {value!r}; give two finite numbers, the lower one first.")
    if positive and pair[0] <= 0:
        raise ValueError(f"{name} starts at {pair[0]:g}; factors are positive, raise it.")
