"""Nearest neighbours under dynamic time warping."""

from numbers import Integral, Real

import numpy as np
from joblib import Parallel, delayed
from scipy.ndimage import maximum_filter1d, minimum_filter1d
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, fit_context, validate_data
from skxrd._grid import check_two_theta, window_points
from skxrd._shared_docs import share_docs
from skxrd.metrics._dtw_search import nearest_rows
from skxrd.preprocessing._shared_parameters import SHARED

_SHARED = {
    **SHARED,
    "row": """
        row : int
            Row of the training patterns.
        """,
}
_SQUARE_32 = 1e18  # squares of larger differences exceed the range of float32
# NaN passes here because its own message names the remedy
_ROWS = {"dtype": FLOAT_DTYPES, "order": "C", "ensure_all_finite": "allow-nan"}


@share_docs(_SHARED)
class DTWNeighborsClassifier(ClassifierMixin, BaseEstimator):
    """Classify by the nearest training patterns under dynamic time warping.

    Warping lets peaks move by up to ``window`` before they count as different, as strain and
    sample height move them. The search is exact: training rows are visited by rising lower bounds
    (LB_Kim, and LB_Keogh [1]_ both ways) and warping stops as soon as a row cannot be among the
    nearest, so the neighbours are those of :func:`skxrd.metrics.dtw_distances`, ties going to the
    earlier row.

    Parameters
    ----------
    |two_theta|
    n_neighbors : int, default=3
        Number of neighbours.
    window : float, default=None
        How far a point may be warped, in degrees, or in columns if ``two_theta`` is None.
        ``None`` means 1 degree, and without angles for 2 % of the columns, which is 1 of 50
        degrees. 0 is the Euclidean distance. ``metric="fastdtw"`` does not use it.
    weights : {"uniform", "distance"}, default="uniform"
        Neighbours vote equally, or by the inverse of their distance; neighbours at distance 0 then
        outvote all others.
    metric : {"dtw", "fastdtw"}, default="dtw"
        Exact warping, or the approximation of the fastdtw package with radius 1 and absolute
        differences, slow and kept for comparison.
    normalize : bool, default=False
        Divide by the length of the warping path, as in :func:`skxrd.metrics.dtw_distance`. The
        lower bounds are then divided by the longest path and prune less.
    n_jobs : int, default=None
        Threads (processes for fastdtw) over which patterns are spread; ``None`` means 1, -1 all
        cores.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    |two_theta_|
    window_points_ : int
        Half-width of the band in points.
    |features_in|

    Raises
    ------
    ValueError
        If there are fewer training patterns than neighbours, or values are missing.

    References
    ----------
    .. [1] E. Keogh, C. A. Ratanamahatana, "Exact indexing of dynamic time warping", Knowl. Inf.
       Syst. 7 (2005) 358, doi:10.1007/s10115-004-0154-9.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.neighbors import DTWNeighborsClassifier
    >>> two_theta = np.arange(10, 30, 0.1)
    >>> peaks = [[15.0], [15.4], [22.0], [22.4]]
    >>> X = np.exp(-(((two_theta - np.array(peaks)) / 0.3) ** 2))
    >>> model = DTWNeighborsClassifier(two_theta, n_neighbors=1).fit(X[::2], ["a", "b"])
    >>> model.predict(X[1::2])
    array(['a', 'b'], dtype='<U1')
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "window": [Interval(Real, 0, None, closed="left"), None],
        "weights": [StrOptions({"uniform", "distance"})],
        "metric": [StrOptions({"dtw", "fastdtw"})],
        "normalize": ["boolean"],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        n_neighbors=3,
        window=None,
        weights="uniform",
        metric="dtw",
        normalize=False,
        n_jobs=None,
    ):
        self.two_theta = two_theta
        self.n_neighbors = n_neighbors
        self.window = window
        self.weights = weights
        self.metric = metric
        self.normalize = normalize
        self.n_jobs = n_jobs

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y):
        """Keep the training patterns and their envelopes.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Training patterns.
        y : array-like of shape (n_patterns,)
            Labels.

        Returns
        -------
        DTWNeighborsClassifier
            Itself.
        """
        X, y = validate_data(self, X, y, **_ROWS)
        _check_measured(X)
        check_classification_targets(y)
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        self._check_neighbors(self.n_neighbors, len(X))
        self.classes_, self._labels = np.unique(y, return_inverse=True)
        points = 0
        if self.window != 0:
            points = window_points(self.window, self.two_theta, X.shape[1], default=1.0)
        self.window_points_ = min(points, X.shape[1] - 1)
        self._patterns = X.copy()
        self._low, self._high = _envelopes(X, self.window_points_)
        return self

    def _check_neighbors(self, n_neighbors, n_patterns):
        if n_neighbors > n_patterns:
            raise ValueError(
                f"n_neighbors is {n_neighbors} but training has n_samples = {n_patterns}; lower "
                "n_neighbors or add patterns."
            )

    def kneighbors(self, X, n_neighbors=None, *, return_distance=True):
        """Find the nearest training patterns.

        Parameters
        ----------
        |X|
        n_neighbors : int, default=None
            Number of neighbours; ``None`` means the constructor's.
        return_distance : bool, default=True
            Return distances too.

        Returns
        -------
        distances : ndarray of shape (n_patterns, n_neighbors)
            Distances, the nearest first; only if ``return_distance``.
        rows : ndarray of shape (n_patterns, n_neighbors)
            Rows of the training patterns.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, **_ROWS)
        _check_measured(X)
        n_neighbors = self.n_neighbors if n_neighbors is None else n_neighbors
        self._check_neighbors(n_neighbors, len(self._patterns))
        if self.metric == "fastdtw":
            found = Parallel(n_jobs=self.n_jobs)(
                delayed(_fastdtw_row)(row, self._patterns, self.normalize) for row in X
            )
            distances = np.asarray(found)
            rows = np.argsort(distances, axis=1, kind="stable")[:, :n_neighbors]
            distances = np.take_along_axis(distances, rows, axis=1)
        else:
            library = (self._patterns, self._low, self._high)
            with np.errstate(over="ignore"):  # the distances then overflow too
                X = X.astype(self._patterns.dtype, copy=False)
            if X.dtype == np.float32 and max(map(_largest, (X, self._patterns))) > _SQUARE_32:
                X, library = X.astype(float), tuple(part.astype(float) for part in library)
            low, high = _envelopes(X, self.window_points_)
            settings = (self.window_points_, bool(self.normalize), int(n_neighbors))
            found = Parallel(n_jobs=self.n_jobs, prefer="threads")(
                delayed(nearest_rows)(query, library, *settings)
                for query in zip(X, low, high, strict=True)
            )
            distances = np.sqrt([result[0] for result in found])
            rows = np.array([result[1] for result in found])
        too_far = np.flatnonzero(~np.isfinite(distances).all(axis=1))
        if too_far.size:
            raise ValueError(
                f"distances of row {too_far[0]} of X exceed the largest number; its intensities, "
                f"up to {_largest(X[too_far[0]]):g}, or those of the training are too large: "
                "divide them by their maximum."
            )
        return (distances, rows) if return_distance else rows

    def training_pattern(self, row):
        """Training pattern of a row that :meth:`kneighbors` found.

        Parameters
        ----------
        |row|

        Returns
        -------
        ndarray of shape (n_angles,)
        """
        check_is_fitted(self)
        return self._patterns[row]

    def training_label(self, row):
        """Label of a training row.

        Parameters
        ----------
        |row|

        Returns
        -------
        label
        """
        check_is_fitted(self)
        return self.classes_[self._labels[row]]

    def predict_proba(self, X):
        """Share of the votes that each class gets.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
            Probabilities in the order of ``classes_``.
        """
        distances, rows = self.kneighbors(X)
        votes = np.ones_like(distances)
        if self.weights == "distance":
            same = distances == 0
            votes = np.where(
                same.any(axis=1, keepdims=True), same, 1 / np.where(same, 1, distances)
            )
        labels = self._labels[rows]
        shares = np.stack(
            [(votes * (labels == label)).sum(axis=1) for label in range(len(self.classes_))], axis=1
        )
        return shares / shares.sum(axis=1, keepdims=True)

    def predict(self, X):
        """Class with the most votes, the first of ties.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns,)
            Labels.
        """
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def _largest(X):
    """Largest absolute value."""
    return max(X.max(), -X.min())


def _check_measured(X):
    missing = np.isnan(X).any(axis=1)
    if missing.any():
        raise ValueError(
            f"Input X contains NaN, in {missing.sum()} of {len(X)} rows; fill it after the "
            "background is subtracted with SimpleImputer(strategy='constant', fill_value=0.0, "
            "keep_empty_features=True)."
        )


def _envelopes(X, band):
    """Least and greatest value of each row within ``band`` points."""
    size = 2 * band + 1
    low = minimum_filter1d(X, size, axis=1, mode="nearest")
    return low, maximum_filter1d(X, size, axis=1, mode="nearest")


def _fastdtw_row(row, patterns, normalize):
    from fastdtw import fastdtw

    distances = []
    for pattern in patterns:
        distance, path = fastdtw(row.astype(np.float64), pattern.astype(np.float64))
        distances.append(distance / len(path) if normalize else distance)
    return distances
