import numpy as np
import pytest

from skxrd.metrics import dtw_distance, dtw_distances
from skxrd.metrics._dtw import band_points, dtw_path


def slow_dtw(x, y, band):
    """Least (sum, steps) over all paths, cell by cell in plain Python."""
    best = {(-1, -1): (0.0, 0)}
    for i in range(len(x)):
        for j in range(len(y)):
            if abs(i - j) > band:
                continue
            before = [best.get(cell) for cell in ((i - 1, j - 1), (i - 1, j), (i, j - 1))]
            before = [cell for cell in before if cell is not None]
            if before:
                total, steps = min(before)
                best[i, j] = total + (float(x[i]) - float(y[j])) ** 2, steps + 1
    return best[len(x) - 1, len(y) - 1]


def patterns(n_patterns, n_angles, *, seed=0, dtype=np.float64):
    rng = np.random.RandomState(seed)
    walk = np.cumsum(rng.normal(size=(n_patterns, n_angles)), axis=1)
    return np.round(walk, 1).astype(dtype)  # rounded, so that paths tie


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("window", [None, 0, 1, 2, 5, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("lengths", [(1, 1), (1, 6), (7, 7), (40, 40), (40, 33), (33, 40)])
def test_equals_the_slow_oracle(lengths, window, dtype):
    (x,), (y,) = (patterns(1, n, seed=n + k, dtype=dtype) for k, n in enumerate(lengths))
    total, steps = slow_dtw(x, y, band_points(window, *lengths))
    assert dtw_distance(x, y, window=window) == pytest.approx(np.sqrt(total), rel=1e-12)
    normalized = dtw_distance(x, y, window=window, normalize=True)
    assert normalized == pytest.approx(np.sqrt(total / steps), rel=1e-12)
    path, distance = dtw_path(x, y, window=window)
    assert len(path) == steps
    assert distance == pytest.approx(np.sqrt(total), rel=1e-12)


def test_of_the_best_paths_the_shortest_is_returned():
    path, distance = dtw_path([0, 5, 0], [0, 5, 5, 0])
    assert path.tolist() == [[0, 0], [1, 1], [1, 2], [2, 3]] and distance == 0


def test_path_is_a_warping_path_and_sums_to_the_distance():
    x, y = patterns(2, 60)
    path, distance = dtw_path(x, y, window=6)
    assert path[0].tolist() == [0, 0] and path[-1].tolist() == [59, 59]
    assert {tuple(step) for step in np.diff(path, axis=0)} <= {(0, 1), (1, 0), (1, 1)}
    assert np.abs(path[:, 0] - path[:, 1]).max() <= 6
    along = np.sum((x[path[:, 0]] - y[path[:, 1]]) ** 2)
    assert distance == pytest.approx(np.sqrt(along))


def test_identities():
    x, y = patterns(2, 200)
    assert dtw_distance(x, x, window=3) == 0
    for normalize in (False, True):
        forward = dtw_distance(x, y, window=9, normalize=normalize)
        assert dtw_distance(y, x, window=9, normalize=normalize) == forward
        assert dtw_distance(x[::-1], y[::-1], window=9, normalize=normalize) == pytest.approx(
            forward
        )
    assert dtw_distance(x, y, window=0) == pytest.approx(np.linalg.norm(x - y))
    wider = [dtw_distance(x, y, window=window) for window in (0, 2, 5, 20, 200)]
    assert wider == sorted(wider, reverse=True)
    assert wider[-1] == dtw_distance(x, y) == dtw_distance(x, y, window=1.0)


@pytest.mark.parametrize("normalize", [False, True])
def test_pairwise(normalize):
    X, Y = patterns(4, 30), patterns(3, 27, seed=1)
    before = X.copy()
    settings = {"window": 0.2, "normalize": normalize}
    expected = [[dtw_distance(x, y, **settings) for y in Y] for x in X]
    np.testing.assert_array_equal(dtw_distances(X, Y, **settings), expected)
    np.testing.assert_array_equal(dtw_distances(X.tolist(), Y, n_jobs=2, **settings), expected)
    np.testing.assert_array_equal(X, before)
    square = dtw_distances(X, **settings)
    np.testing.assert_array_equal(square, dtw_distances(X, X, **settings))


def test_lists_of_integers_and_large_values():
    assert dtw_distance([0, 1], [0, 3]) == 2.0
    # squares of float32 that would overflow
    assert dtw_distance(np.float32([0, 1e30]), np.float32([0, 3e30])) == pytest.approx(2e30)


@pytest.mark.parametrize("window", [-1, 1.5, -0.1, True, "5", np.nan])
def test_bad_window(window):
    with pytest.raises(ValueError, match="window is .*give a number of points as an integer"):
        dtw_distance([0, 1], [1, 0], window=window)


def test_bad_patterns():
    with pytest.raises(ValueError, match=r"y has shape \(0,\)"):
        dtw_distance([1.0], [])
    with pytest.raises(ValueError, match="x holds missing or infinite"):
        dtw_distance([np.nan], [1.0])
    with pytest.raises(ValueError, match=r"X has shape \(2,\); pass patterns as rows"):
        dtw_distances([1.0, 2.0])
    with pytest.raises(ValueError, match="Y holds missing or infinite"):
        dtw_distances([[1.0]], [[np.inf]])


def test_a_band_in_degrees_is_one_in_points():
    two_theta = np.arange(10, 13, 0.05)
    x, y = patterns(2, 60)
    for degrees, points in ((0.0, 0), (0.2, 4), (1.0, 20), (50.0, 60)):
        assert band_points(degrees, 60, 60, two_theta=two_theta) == points
        expected = dtw_distance(x, y, window=points)
        assert dtw_distance(x, y, window=degrees, two_theta=two_theta) == expected
        assert dtw_path(x, y, window=degrees, two_theta=two_theta)[1] == pytest.approx(expected)
        assert dtw_distances([x], [y], window=degrees, two_theta=two_theta)[0, 0] == expected
    assert dtw_distance(x, y, two_theta=two_theta) == dtw_distance(x, y)
    with pytest.raises(ValueError, match="window is -1; give degrees from 0, or None"):
        dtw_distance(x, y, window=-1, two_theta=two_theta)
    with pytest.raises(ValueError, match="two_theta has 60 angles but X has 59 columns"):
        dtw_distance(x, y[:-1], window=1.0, two_theta=two_theta)


@pytest.mark.parametrize("band", [0, 1, 7, 80])
def test_a_sum_is_given_up_only_when_it_must_exceed_the_limit(band):
    """With any true tails and any limit: the sum itself, or inf where it is larger."""
    from skxrd.metrics._dtw_kernels import squared_sum
    from skxrd.metrics._dtw_search import _outside_from

    X = patterns(30, 80)
    tails, low, high = np.empty(81), np.empty(80), np.empty(80)
    for x, y in zip(X[::2], X[1::2], strict=True):
        for i in range(80):
            near = y[max(0, i - band) : i + band + 1]
            low[i], high[i] = near.min(), near.max()
        _outside_from(x, low, high, tails)
        whole = squared_sum(x, y[::-1].copy(), band, np.zeros(81), np.inf)
        assert tails[0] <= whole * (1 + 1e-12)
        for limit in (0.5 * whole, whole, 2 * whole):
            found = squared_sum(x, y[::-1].copy(), band, tails, limit * (1 + 1e-9))
            assert found == whole or (found == np.inf and limit < whole)
