"""What the samplers share: which rows are copied, in chunks, with NaN left where it was."""

from abc import abstractmethod
from numbers import Integral

import numpy as np
from imblearn.base import BaseSampler
from imblearn.utils import check_target_type
from sklearn.utils import check_random_state

from skxrd._compat import FLOAT_DTYPES, Interval, as_pandas, like_polars, validate_data
from skxrd._domains import EXPERIMENTAL, check_counts, check_groups, without_series
from skxrd._grid import check_two_theta
from skxrd.augmentation._similar_crystals import similar_rows
from skxrd.preprocessing._missing_angles import fill_gaps

_CHUNK_BYTES = 2**21  # a chunk's rows of float64 stay in the processor's cache


class RowSampler(BaseSampler):
    """Sampler that adds altered copies of rows; subclasses alter them."""

    _parameter_constraints: dict = {
        "n_augmented": [Interval(Integral, 0, None, closed="left"), dict],
        "per_class": ["boolean"],
        "balance": ["boolean"],
        "keep_original": ["boolean"],
        "max_simulated": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
    }
    _sampling_type = "bypass"
    sampling_strategy = "auto"  # read by the base class; adding rows does not depend on it
    __metadata_request__fit_resample = {"groups": True}

    def fit_resample(self, X, y, groups=None):
        """Add rows.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_patterns, n_angles)
            Patterns.
        y : array-like of shape (n_patterns,)
            Their labels.
        groups : array-like of str, shape (n_patterns,), default=None
            ``"simulated"``, ``"experimental"`` or the name of a measured series. Without groups
            all rows count as measured.

        Returns
        -------
        X_new : {ndarray, dataframe} of shape (n_new_patterns, n_angles)
            Patterns, of the kind that was given.
        y_new : array-like of shape (n_new_patterns,)
            Labels, of the kind that was given.
        """
        frames = [as_pandas(X), as_pandas(y)]
        resampled = super().fit_resample(*frames, **({} if groups is None else {"groups": groups}))
        return tuple(
            new if frame is given else like_polars(new, given)
            for new, frame, given in zip(resampled, frames, (X, y), strict=True)
        )

    def _check_X_y(self, X, y):
        y, binarize_y = check_target_type(y, indicate_one_vs_all=True)
        X, y = validate_data(
            self, X=X, y=y, reset=True, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan"
        )
        if hasattr(self, "two_theta"):
            self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        self._check_parameters()
        return X, y, binarize_y

    def _check_parameters(self):
        """Raise where parameters do not go together."""

    def _fit_resample(self, X, y, groups=None):
        rng = new_generator(self.random_state)
        groups = self._check_groups(groups, len(X))
        kept = np.arange(len(X))
        if groups is not None and self.max_simulated is not None:
            angles = None if getattr(self, "two_theta", None) is None else self.two_theta_
            kept = similar_rows(X, y, groups, angles, self.max_simulated)
        sources = [self._draw_sources(y, *part, rng) for part in self._parts(groups, kept)]
        source = rng.permutation(np.concatenate(sources).astype(np.intp))
        kept = kept if self.keep_original else kept[:0]
        X_new = np.empty((len(kept) + len(source), X.shape[1]), dtype=X.dtype)
        X_new[: len(kept)] = X[kept]
        self._add(X, source, rng, X_new[len(kept) :])
        self.sample_indices_ = np.concatenate([kept, source])
        return X_new, y[self.sample_indices_]

    def _check_groups(self, groups, n_rows):
        """Domain of each row; without groups all are measured if numbers are by domain."""
        if groups is not None:
            return without_series(check_groups(groups, n_rows))
        if not isinstance(self.n_augmented, dict):
            return None
        if EXPERIMENTAL not in self.n_augmented:
            raise ValueError(
                f"n_augmented is {self.n_augmented!r}, a number for simulated rows alone, but "
                "there are no groups to tell them; pass groups to fit_resample, or in a pipeline "
                "enable metadata routing and pass groups to fit."
            )
        return np.full(n_rows, EXPERIMENTAL)

    def _parts(self, groups, kept):
        """Rows that are copied, and how many copies are added, for each part of the rows."""
        if not isinstance(self.n_augmented, dict):
            return [(kept, self.n_augmented)]
        counts = check_counts("n_augmented", self.n_augmented)
        parts = [(kept[groups[kept] == domain], n) for domain, n in counts.items()]
        return [(rows, n) for rows, n in parts if len(rows)] or [(kept, 0)]

    def _draw_sources(self, y, rows, n_augmented, rng):
        """Rows to copy, equally often within a class."""
        if self.balance or self.per_class:
            members = [rows[y[rows] == label] for label in np.unique(y[rows])]
        else:
            members = [rows]
        n_rows = n_augmented * (len(members) if self.per_class else 1)
        share, rest = divmod(n_rows, len(members))
        sources = []
        for place, rows in enumerate(members):
            wanted = share + (place < rest)
            rounds = [rng.permutation(rows) for _ in range(-(-wanted // len(rows)))]
            sources.append(np.concatenate([[], *rounds])[:wanted])
        return np.concatenate(sources)

    def _add(self, X, source, rng, out):
        """Fill ``out`` chunk by chunk, with the same draws whatever the precision of the rows."""
        given, X = X, np.ascontiguousarray(fill_gaps(X))
        if self._draws_counts():  # rounding them would change every later draw
            X = X.astype(np.float64, copy=False)
        order, constants = self._order(source), self._constants()
        n_rows = max(1, _CHUNK_BYTES // (X.shape[1] * np.dtype(np.float64).itemsize))
        for start in range(0, len(source), n_rows):
            rows = slice(start, start + n_rows)
            in_place = order is None and X.dtype == out.dtype
            if order is not None:
                rows = order[rows]
            take = source[rows]
            new = out[rows] if in_place else np.empty((len(take), X.shape[1]), dtype=X.dtype)
            self._perturb(X, take, rng, new, constants)
            if X is not given:
                new[np.isnan(given[take])] = np.nan
            if not in_place:
                out[rows] = new

    def _draws_counts(self):
        """Whether draws follow from the intensities, as those of counts do."""
        return False

    def _order(self, source):
        """Order in which rows are made; None for the order they are returned in."""
        return None

    def _constants(self):
        """What is the same for all chunks."""

    @abstractmethod
    def _perturb(self, X, source, rng, out, constants):
        """Write altered copies of the rows ``source`` of X, which misses nothing, into ``out``."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.input_tags.allow_nan = True
        tags.sampler_tags.sample_indices = True
        return tags


def new_generator(random_state):
    """Generator, faster than a RandomState, whose seed is drawn from ``random_state``."""
    return np.random.default_rng(check_random_state(random_state).randint(2**31 - 1, size=4))


def check_range(name, value, *, positive=False, not_negative=False):
    """Check two finite numbers, the lower one first."""
    pair = np.asarray(value, dtype=np.float64)
    if pair.shape != (2,) or not np.isfinite(pair).all() or pair[0] > pair[1]:
        raise ValueError(f"{name} is {value!r}; give two finite numbers, the lower one first.")
    if positive and pair[0] <= 0:
        raise ValueError(f"{name} starts at {pair[0]:g}; it must be positive, raise it.")
    if not_negative and pair[0] < 0:
        raise ValueError(f"{name} starts at {pair[0]:g}; it must not be negative, raise it.")
    return pair
