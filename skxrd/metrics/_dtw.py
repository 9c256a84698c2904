"""Dynamic time warping distances and paths."""

from numbers import Integral, Real

import numpy as np
from joblib import Parallel, delayed

from skxrd._compiled import compiled
from skxrd._grid import check_two_theta, keep_float32, median_step
from skxrd._shared_docs import share_docs
from skxrd.metrics._dtw_kernels import best_path, squared_sum, sum_and_length

_BAND = {
    "window": """
        window : int, float or None, default=None
            Half-width of the band: an integer is a number of points, a float from 0 to 1 a share of
            the longer pattern, ``None`` no band. So ``1`` is one point and ``1.0`` is everything.
            0 is the Euclidean distance.
        two_theta : array-like of shape (n_angles,), default=None
            Angles of both patterns in degrees; ``window`` is then in degrees.
        normalize : bool, default=False
            Divide the least sum by the number of steps of its path (the shorter one of equals)
            before the root: the root mean square difference along the path.
        """
}


@compiled
def _squared_row(x, Y, band, normalize, start, out):
    """Squared distances of ``x`` to the rows of ``Y`` from ``start`` on."""
    x = x.astype(np.float64)
    tails = np.zeros(x.size + 1)
    for row in range(start, Y.shape[0]):
        if normalize:
            total, length = sum_and_length(x, Y[row], band)
            out[row] = total / length
        else:
            other = Y[row, ::-1].astype(np.float64)
            out[row] = squared_sum(x, other, band, tails, np.inf)


def band_points(window, n_x, n_y, *, two_theta=None):
    """Half-width of the Sakoe-Chiba band in points, from ``window`` as in :func:`dtw_distance`.

    It is at least the difference of the lengths, without which no path exists.
    """
    longest, least = max(n_x, n_y), abs(n_x - n_y)
    if two_theta is not None:
        grid = check_two_theta(two_theta, n_angles=n_x)
        check_two_theta(two_theta, n_angles=n_y)
        if window is not None:
            if not isinstance(window, Real) or isinstance(window, bool) or not window >= 0:
                raise ValueError(f"window is {window!r}; give degrees from 0, or None.")
            return min(longest, int(round(window / median_step(grid))))
    if window is None:
        return longest
    if isinstance(window, Integral) and not isinstance(window, bool) and window >= 0:
        return min(longest, max(int(window), least))
    if isinstance(window, Real) and not isinstance(window, Integral) and 0 <= window <= 1:
        return max(int(round(window * longest)), least)
    raise ValueError(
        f"window is {window!r}; give a number of points as an integer from 0, a share of the "
        "length as a float from 0 to 1, or None."
    )


def _checked(values, name, n_dim):
    """``values`` as a contiguous array of floats: one pattern, or patterns as rows."""
    array = keep_float32(np.ascontiguousarray(values))
    if array.ndim != n_dim or array.shape[-1] == 0:
        what = "one pattern, a 1-D array" if n_dim == 1 else "patterns as rows, a 2-D array"
        raise ValueError(f"{name} has shape {array.shape}; pass {what}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds missing or infinite values; remove or replace them.")
    return array


@share_docs(_BAND)
def dtw_distance(x, y, *, window=None, two_theta=None, normalize=False):
    r"""Dynamic time warping distance of two patterns.

    .. math:: d(x, y) = \sqrt{\min_P \sum_{(i, j) \in P} (x_i - y_j)^2}

    over the paths P from the first points to the last that go on by one in i, in j or in both,
    with abs(i - j) inside the band [1]_. Zero means that one pattern is the other, stretched.

    Parameters
    ----------
    x : array-like of shape (n_x,)
        Pattern.
    y : array-like of shape (n_y,)
        Pattern.
    |window|

    Returns
    -------
    float
        Distance.

    References
    ----------
    .. [1] H. Sakoe, S. Chiba, "Dynamic programming algorithm optimization for spoken word
       recognition", IEEE Trans. Acoust. Speech Signal Process. 26 (1978) 43,
       doi:10.1109/TASSP.1978.1163055.

    Examples
    --------
    >>> from skxrd.metrics import dtw_distance
    >>> dtw_distance([0, 5, 0, 0], [0, 0, 5, 0])
    0.0
    >>> dtw_distance([0, 3, 0, 0], [0, 0, 3, 4], window=0)
    5.830951894845301
    """
    x, y = _checked(x, "x", 1), _checked(y, "y", 1)
    band = band_points(window, x.size, y.size, two_theta=two_theta)
    if normalize:
        total, length = sum_and_length(x, y, band)
        return float(np.sqrt(total / length))
    tails = np.zeros(x.size + 1)
    total = squared_sum(x.astype(np.float64), y[::-1].astype(np.float64), band, tails, np.inf)
    return float(np.sqrt(total))


def dtw_path(x, y, *, window=None, two_theta=None):
    """Shortest of the best warping paths, shape (n_steps, 2), and the distance along it."""
    x, y = _checked(x, "x", 1), _checked(y, "y", 1)
    path, total = best_path(x, y, band_points(window, x.size, y.size, two_theta=two_theta))
    return path, float(np.sqrt(total))


@share_docs(_BAND)
def dtw_distances(X, Y=None, *, window=None, two_theta=None, normalize=False, n_jobs=None):
    """Dynamic time warping distances between all rows.

    Parameters
    ----------
    X : array-like of shape (n_x, n_angles_x)
        Patterns.
    Y : array-like of shape (n_y, n_angles_y), default=None
        Patterns; ``None`` means ``X``.
    |window|
    n_jobs : int, default=None
        Threads; ``None`` means 1, -1 all cores.

    Returns
    -------
    ndarray of shape (n_x, n_y)
        Distances.

    Examples
    --------
    >>> from skxrd.metrics import dtw_distances
    >>> dtw_distances([[0, 1, 0], [0, 3, 0]])
    array([[0., 2.],
           [2., 0.]])
    """
    X = _checked(X, "X", 2)
    Y_given = Y is not None
    Y = _checked(Y, "Y", 2) if Y_given else X
    band = band_points(window, X.shape[1], Y.shape[1], two_theta=two_theta)
    squared = np.zeros((len(X), len(Y)))
    Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_squared_row)(X[i], Y, band, bool(normalize), 0 if Y_given else i + 1, squared[i])
        for i in range(len(X))
    )
    if not Y_given:
        squared += squared.T
    return np.sqrt(squared)
