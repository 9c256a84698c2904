"""Patterns that are unlike all that a classifier was trained on."""

from numbers import Real

import numpy as np
from scipy.ndimage import uniform_filter1d
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, fit_context, validate_data
from skxrd._domains import SIMULATED, check_groups, series_names
from skxrd._grid import check_two_theta, degrees_or_columns, window_points
from skxrd._shared_docs import share_docs
from skxrd.metrics._prediction_sets import conformal_p_values
from skxrd.preprocessing._coarsener import coarsen_patterns
from skxrd.preprocessing._shared_parameters import SHARED

_N_REFERENCES = 5000  # simulated rows beyond these are left out, evenly
_SAME = 1e-6  # distance below which a row is a training row itself; noise makes it far larger


@share_docs(SHARED)
class PatternNoveltyDetector(OutlierMixin, BaseEstimator):
    r"""Find patterns that are unlike all training patterns: glass, noise, other chemistry.

    The distance of two patterns is one minus their correlation, after cube roots, which keep weak
    peaks in sight, and without the mean of the neighbourhood, which leaves peaks and takes away
    what is smooth. The strangeness of a pattern is its distance to the nearest training pattern.
    It is compared with that of each measured training pattern from all others: the p-value
    is the share of known films that would be at least
    as strange. This says nothing about the class, and a classifier can be sure of itself where
    the p-value is small.

    Parameters
    ----------
    |two_theta|
    step : float, default=None
        Width in degrees of the bins that are compared, or in columns if ``two_theta`` is None.
        ``None`` means 0.16 degrees, or the same share of the columns.
    window : float, default=None
        Width of the neighbourhood, likewise. ``None`` means 6 degrees.
    level : float, default=0.05
        Patterns with a p-value up to this are novel: the share of known ones that are called so
        by mistake. With too few measured rows for such a p-value, fewer than 19 for 0.05, those
        farther away than all of these are.

    Attributes
    ----------
    |two_theta_|
    references_ : ndarray of float32, shape (n_references, n_bins)
        What is left of the training rows: all measured ones and up to 5000 simulated ones.
    held_out_ : ndarray of float64, shape (n_held_out,)
        Distance of each measured training row to the nearest other one, sorted.
    offset_ : float
        Score below which a pattern is novel.
    |features_in|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.datasets import make_thin_films
    >>> from skxrd.model_selection import make_preparation
    >>> from skxrd.neighbors import PatternNoveltyDetector
    >>> films = make_thin_films(42, random_state=0)
    >>> X = make_preparation(films.two_theta).fit_transform(films.data)
    >>> detector = PatternNoveltyDetector(films.two_theta).fit(X)
    >>> noise = np.random.RandomState(0).rand(1, X.shape[1])
    >>> detector.predict(noise).tolist(), detector.is_training_row(X).all().tolist()
    ([-1], True)
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "step": [Interval(Real, 0, None, closed="neither"), None],
        "window": [Interval(Real, 0, None, closed="neither"), None],
        "level": [Interval(Real, 0, 1, closed="neither")],
    }

    def __init__(self, two_theta=None, *, step=None, window=None, level=0.05):
        self.two_theta = two_theta
        self.step = step
        self.window = window
        self.level = level

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, groups=None):
        """Keep the training rows, and how far the measured ones are from each other.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Prepared training rows (background subtracted).
        y : Ignored
            Present for compatibility.
        groups : array-like of str, shape (n_patterns,), default=None
            ``"simulated"``, ``"experimental"`` or the name of a series. Distances are those of
            measured rows to rows outside their series; ``None`` takes all rows as measured.

        Returns
        -------
        PatternNoveltyDetector
            Itself.
        """
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_min_samples=2)
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        groups = np.full(len(X), "experimental") if groups is None else check_groups(groups, len(X))
        simulated = groups == SIMULATED
        if simulated.all():
            groups, simulated = np.full(len(X), "experimental"), ~simulated
        drawn = np.flatnonzero(simulated)
        if drawn.size > _N_REFERENCES:
            drawn = drawn[np.linspace(0, drawn.size - 1, _N_REFERENCES).astype(int)]
        kept = np.concatenate([np.flatnonzero(~simulated), drawn])
        self.references_ = self._features(X[kept]).astype(np.float32)
        n_measured = len(X) - int(simulated.sum())
        distances = self._distances(self.references_[:n_measured])
        series = series_names(groups[kept])
        distances[series[:n_measured, np.newaxis] == series] = np.inf
        nearest = distances.min(axis=1)
        if np.isinf(nearest).all():
            raise ValueError(
                f"groups has one series, {series[0]!r}, and nothing to compare it with; name "
                "several series, or leave groups out."
            )
        self.held_out_ = np.sort(nearest[np.isfinite(nearest)])
        rank = int(np.ceil((self.held_out_.size + 1) * (1 - self.level) - 1e-9))
        self.offset_ = -float(self.held_out_[min(rank, self.held_out_.size) - 1])
        return self

    def score_samples(self, X):
        """Minus the distance to the nearest training row.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of float64, shape (n_patterns,)
            From -2, the strangest, to 0, a training row.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=FLOAT_DTYPES)
        return -self._distances(self._features(X)).min(axis=1)

    def decision_function(self, X):
        """Score above that of novel patterns: negative for these.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of float64, shape (n_patterns,)
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X):
        """Tell known patterns from novel ones.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of int, shape (n_patterns,)
            1 for known, -1 for novel.
        """
        return np.where(self.decision_function(X) >= 0, 1, -1)

    def p_values(self, X):
        """Share of known patterns that would be at least as strange.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of float64, shape (n_patterns,)
            From 1 / (n_held_out + 1) to 1.
        """
        return conformal_p_values(self.held_out_, -self.score_samples(X))

    def is_training_row(self, X):
        """Whether each row is one of the training rows itself, to 1e-6 of the distance.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of bool, shape (n_patterns,)
        """
        return self.score_samples(X) > -_SAME

    def _features(self, X):
        """Cube roots of binned rows without their neighbourhood's mean, each of length one."""
        step = degrees_or_columns(self.step, self.two_theta, X.shape[1], default=0.16)
        rows = coarsen_patterns(np.maximum(X, 0).astype(np.float64), self.two_theta_, step)[0]
        rows = np.cbrt(rows)
        bins = rows.shape[1]
        grid = None if self.two_theta is None else np.linspace(*self.two_theta_[[0, -1]], bins)
        points = max(3, window_points(self.window, grid, bins, default=6.0))
        rows = rows - uniform_filter1d(rows, points, axis=1)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(length > 0, length, 1)

    def _distances(self, rows):
        return 1 - np.clip(rows.astype(np.float64) @ self.references_.T.astype(np.float64), -1, 1)
