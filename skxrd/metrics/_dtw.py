"""Dynamic time warping: the compiled kernels and the plain functions over them."""

from numbers import Integral, Real

import numba
import numpy as np
from joblib import Parallel, delayed

_CHECK_EVERY = 16  # anti-diagonals between two looks whether the sum can still win
_SAFETY = 1 - 1e-10  # keeps rounding from lifting a lower bound above the distance


@numba.njit(cache=True, nogil=True)
def _squared_sum(x, y_reversed, band, limit):
    """Least sum of squared differences in the band, or inf once it must exceed ``limit``.

    Walks anti-diagonals i + j = k, whose cells do not depend on each other, so the inner loop
    becomes vector instructions. Cell i of a diagonal is stored at i + 1; the places before the
    first and behind the last hold inf.
    """
    n, m = x.size, y_reversed.size
    before = np.full(n + 2, np.inf)
    last = np.full(n + 2, np.inf)
    this = np.full(n + 2, np.inf)
    difference = np.float64(x[0]) - y_reversed[m - 1]
    last[1] = difference * difference
    for k in range(1, n + m - 1):
        low = max(0, k - m + 1, (k - band + 1) // 2)
        high = min(n - 1, k, (k + band) // 2)
        offset = m - 1 - k
        # Slices of one length tell the compiler that no index wraps round: it can vectorise.
        size = high - low + 1
        ours, theirs = x[low : low + size], y_reversed[offset + low : offset + low + size]
        diagonal, left = before[low : low + size], last[low : low + size]
        up, new = last[low + 1 : low + 1 + size], this[low + 1 : low + 1 + size]
        for i in range(size):
            difference = np.float64(ours[i]) - np.float64(theirs[i])
            best = left[i] if left[i] < up[i] else up[i]
            best = diagonal[i] if diagonal[i] < best else best
            new[i] = difference * difference + best
        this[low] = np.inf
        this[high + 2] = np.inf
        if k % _CHECK_EVERY == 0:
            smallest = np.inf  # every path meets this diagonal or the one before it
            for i in range(low, high + 2):
                smallest = min(smallest, last[i], this[i])
            if smallest > limit:
                return np.inf
        before, last, this = last, this, before
    return last[n]


@numba.njit(cache=True, nogil=True)
def _sum_and_length(x, y, band):
    """Least sum of squared differences and, of the paths that reach it, the least length."""
    n, m = x.size, y.size
    total = np.full((2, m + 1), np.inf)
    length = np.zeros((2, m + 1), np.int64)
    for i in range(n):
        now, old = i % 2, 1 - i % 2
        total[now] = np.inf
        for j in range(max(0, i - band), min(m, i + band + 1)):
            difference = np.float64(x[i]) - y[j]
            best, steps = total[old, j], length[old, j]
            if i == 0 and j == 0:
                best, steps = 0.0, 0
            for other, at in ((old, j + 1), (now, j)):
                cost = total[other, at]
                if cost < best or (cost == best and length[other, at] < steps):
                    best, steps = cost, length[other, at]
            total[now, j + 1] = difference * difference + best
            length[now, j + 1] = steps + 1
    return total[1 - n % 2, m], length[1 - n % 2, m]


@numba.njit(cache=True, nogil=True)
def _path(x, y, band):
    """Path of :func:`_sum_and_length`, from the start."""
    n, m = x.size, y.size
    total = np.full((n + 1, m + 1), np.inf)
    length = np.zeros((n + 1, m + 1), np.int32)
    total[0, 0] = 0
    for i in range(1, n + 1):
        for j in range(max(1, i - band), min(m, i + band) + 1):
            difference = np.float64(x[i - 1]) - y[j - 1]
            a, b = i - 1, j - 1
            for c, d in ((i - 1, j), (i, j - 1)):
                if total[c, d] < total[a, b] or (
                    total[c, d] == total[a, b] and length[c, d] < length[a, b]
                ):
                    a, b = c, d
            total[i, j] = difference * difference + total[a, b]
            length[i, j] = length[a, b] + 1
    path = np.empty((length[n, m], 2), np.int64)
    i, j = n, m
    for step in range(len(path) - 1, -1, -1):
        path[step, 0], path[step, 1] = i - 1, j - 1
        a, b = i - 1, j - 1
        for c, d in ((i - 1, j), (i, j - 1)):
            if total[c, d] < total[a, b] or (
                total[c, d] == total[a, b] and length[c, d] < length[a, b]
            ):
                a, b = c, d
        i, j = a, b
    return path, total[n, m]


@numba.njit(cache=True, nogil=True)
def _squared_row(x, Y, band, normalize, start, out):
    """Squared distances of ``x`` to the rows of ``Y`` from ``start`` on."""
    for row in range(start, Y.shape[0]):
        if normalize:
            total, length = _sum_and_length(x, Y[row], band)
            out[row] = total / length
        else:
            out[row] = _squared_sum(x, np.ascontiguousarray(Y[row, ::-1]), band, np.inf)


@numba.njit(cache=True, nogil=True)
def _lower_bounds(x, low, high, Y, Y_low, Y_high, out):
    """LB_Kim, and LB_Keogh both ways, below the squared sum to every row of ``Y``.

    ``low`` and ``high`` are the envelopes, the least and greatest value within the band.
    """
    n = x.size
    for row in range(Y.shape[0]):
        first = np.float64(x[0]) - Y[row, 0]
        end = np.float64(x[n - 1]) - Y[row, n - 1]
        one = two = 0.0
        for i in range(n):
            gap = max(np.float64(x[i]) - Y_high[row, i], np.float64(Y_low[row, i]) - x[i], 0.0)
            one += gap * gap
            gap = max(np.float64(Y[row, i]) - high[i], np.float64(low[i]) - Y[row, i], 0.0)
            two += gap * gap
        kim = first * first + end * end if n > 1 else first * first
        out[row] = max(kim, one, two) * _SAFETY


@numba.njit(cache=True, nogil=True)
def nearest_rows(x, low, high, Y, Y_low, Y_high, band, normalize, n_neighbors):
    """Exact nearest rows of ``Y`` under banded warping, nearest first, ties by row number.

    Rows are visited by rising lower bound until that exceeds the worst distance kept.
    ``Y`` and its envelopes have the columns of ``x``. Returns squared distances, row numbers and
    the number of rows that were warped.
    """
    n = x.size
    bounds = np.empty(Y.shape[0])
    _lower_bounds(x, low, high, Y, Y_low, Y_high, bounds)
    longest = 2 * n - 1 if normalize else 1  # a path has at most that many steps
    found = np.full(n_neighbors, np.inf)
    rows = np.full(n_neighbors, Y.shape[0], np.int64)
    x_reversed = np.ascontiguousarray(x[::-1])
    n_warped = 0
    for row in np.argsort(bounds):
        limit = found[n_neighbors - 1] * longest
        if bounds[row] > limit:
            break
        n_warped += 1
        if normalize:
            total, length = _sum_and_length(x, Y[row], band)
            value = total / length
        else:
            value = _squared_sum(Y[row], x_reversed, band, limit)
        place = n_neighbors
        while place > 0 and (
            value < found[place - 1] or (value == found[place - 1] and row < rows[place - 1])
        ):
            place -= 1
        if place < n_neighbors:
            for k in range(n_neighbors - 1, place, -1):
                found[k], rows[k] = found[k - 1], rows[k - 1]
            found[place], rows[place] = value, row
    return found, rows, n_warped


def band_points(window, n_x, n_y):
    """Half-width of the Sakoe-Chiba band in points.

    Parameters
    ----------
    window : int, float or None
        An integer is a number of points, a float from 0 to 1 a share of the longer pattern;
        ``None`` is no band. So ``1`` is one point and ``1.0`` is everything.
    n_x, n_y : int
        Lengths of the patterns.

    Returns
    -------
    int
        At least the difference of the lengths, without which no path exists.

    Examples
    --------
    >>> from skxrd.metrics import band_points
    >>> band_points(0.05, 1200, 1200), band_points(7, 1200, 1200)
    (60, 7)
    """
    longest, least = max(n_x, n_y), abs(n_x - n_y)
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


def _as_pattern(values, name):
    array = np.ascontiguousarray(values)
    array = array if array.dtype == np.float32 else array.astype(np.float64, copy=False)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; pass one pattern, a 1-D array.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds missing or infinite values; remove or replace them.")
    return array


def _as_patterns(values, name):
    array = np.ascontiguousarray(values)
    array = array if array.dtype == np.float32 else array.astype(np.float64, copy=False)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"{name} has shape {array.shape}; pass patterns as rows, a 2-D array.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds missing or infinite values; remove or replace them.")
    return array


def dtw_distance(x, y, *, window=None, normalize=False):
    r"""Dynamic time warping distance of two patterns.

    .. math:: d(x, y) = \sqrt{\min_P \sum_{(i, j) \in P} (x_i - y_j)^2}

    over the paths P from the first points to the last that go on by one in i, in j or in both,
    with abs(i - j) inside the band [1]_. Zero says that one pattern is the other, stretched.

    Parameters
    ----------
    x : array-like of shape (n_x,)
        Pattern.
    y : array-like of shape (n_y,)
        Pattern.
    window : int, float or None, default=None
        Half-width of the band: an integer is a number of points, a float from 0 to 1 a share of
        the longer pattern, ``None`` no band. 0 is the Euclidean distance.
    normalize : bool, default=False
        Divide the least sum by the number of steps of its path (the shorter one of equals) before
        the root: the root mean square difference along the path.

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
    x, y = _as_pattern(x, "x"), _as_pattern(y, "y")
    band = band_points(window, x.size, y.size)
    if normalize:
        total, length = _sum_and_length(x, y, band)
        return float(np.sqrt(total / length))
    return float(np.sqrt(_squared_sum(x, np.ascontiguousarray(y[::-1]), band, np.inf)))


def dtw_path(x, y, *, window=None):
    """Warping path between two patterns.

    Parameters
    ----------
    x : array-like of shape (n_x,)
        Pattern.
    y : array-like of shape (n_y,)
        Pattern.
    window : int, float or None, default=None
        Half-width of the band, as in :func:`dtw_distance`.

    Returns
    -------
    path : ndarray of shape (n_steps, 2)
        Index pairs (i, j) from (0, 0) on; the shortest of the best paths, diagonal steps first.
    distance : float
        As :func:`dtw_distance` gives it.

    Examples
    --------
    >>> from skxrd.metrics import dtw_path
    >>> path, distance = dtw_path([0, 5, 0], [0, 5, 5, 0])
    >>> path.tolist(), distance
    ([[0, 0], [1, 1], [1, 2], [2, 3]], 0.0)
    """
    x, y = _as_pattern(x, "x"), _as_pattern(y, "y")
    path, total = _path(x, y, band_points(window, x.size, y.size))
    return path, float(np.sqrt(total))


def dtw_distances(X, Y=None, *, window=None, normalize=False, n_jobs=None):
    """Dynamic time warping distances between all rows.

    Parameters
    ----------
    X : array-like of shape (n_x, n_angles_x)
        Patterns.
    Y : array-like of shape (n_y, n_angles_y), default=None
        Patterns; ``None`` stands for ``X``.
    window : int, float or None, default=None
        Half-width of the band, as in :func:`dtw_distance`.
    normalize : bool, default=False
        As in :func:`dtw_distance`.
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
    X = _as_patterns(X, "X")
    Y_given = Y is not None
    Y = _as_patterns(Y, "Y") if Y_given else X
    band = band_points(window, X.shape[1], Y.shape[1])
    squared = np.zeros((len(X), len(Y)))
    Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_squared_row)(X[i], Y, band, bool(normalize), 0 if Y_given else i + 1, squared[i])
        for i in range(len(X))
    )
    if not Y_given:
        squared += squared.T
    return np.sqrt(squared)
