import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from skxrd.metrics import dtw_distance, dtw_distances
from skxrd.neighbors import DTWNeighborsClassifier

TWO_THETA = np.arange(10, 40, 0.25)


def films(n_patterns, *, seed=0):
    rng = np.random.RandomState(seed)
    lines = np.array([[14, 20, 28], [13, 22, 31], [16, 25, 34]])
    y = rng.randint(3, size=n_patterns)
    at = lines[y] + rng.uniform(-0.5, 0.5, (n_patterns, 1))
    height = rng.uniform(0.3, 1, (n_patterns, 3, 1))
    X = (height * np.exp(-(((TWO_THETA - at[:, :, None]) / 0.4) ** 2))).sum(axis=1)
    return X + 0.02 * rng.normal(size=X.shape), np.array(["cubic", "tetra", "ortho"])[y]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("window", [0, 1.0, 6.0])
def test_neighbours_are_those_of_brute_force(window, normalize, dtype):
    X, y = films(120)
    queries = films(15, seed=1)[0].astype(dtype)
    model = DTWNeighborsClassifier(
        TWO_THETA, n_neighbors=5, window=window, normalize=normalize, n_jobs=2
    )
    distances, rows = model.fit(X.astype(dtype), y).kneighbors(queries)
    assert model.window_points_ == window / 0.25
    expected = dtw_distances(
        queries, X.astype(dtype), window=model.window_points_, normalize=normalize
    )
    order = np.argsort(expected, axis=1, kind="stable")[:, :5]
    np.testing.assert_array_equal(rows, order)
    np.testing.assert_allclose(distances, np.take_along_axis(expected, order, axis=1), rtol=1e-12)
    if window <= 1:  # a wider one takes one class for the other
        assert model.score(queries, films(15, seed=1)[1]) > 0.8


def test_rounding_of_float32_does_not_rule_out_the_nearest():
    rng = np.random.default_rng(0)
    for _ in range(50):
        query, X = np.zeros((1, 4), np.float32), np.zeros((40, 4), np.float32)
        query[:, 1:3] = -3 - rng.random(2)
        X[:, 1:3] = 2 + rng.integers(0, 5, (40, 2)) * 2.0**-22  # one last place apart
        model = DTWNeighborsClassifier(n_neighbors=1, window=0).fit(X, np.arange(40) % 2)
        nearest = dtw_distances(query, X, window=0).argmin()
        assert model.kneighbors(query, return_distance=False)[0, 0] == nearest


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("window", [0, 5])
def test_ties_do_not_depend_on_the_last_bit(window, normalize):
    rng = np.random.default_rng(0)
    n_differing = 0
    for _ in range(30):
        half = rng.random(20)
        query = np.concatenate([half, half[::-1]])[np.newaxis]  # its own mirror image
        one = rng.random(40)
        X = np.stack([one + 9, one, one[::-1], one + 9, one])
        if rng.random() < 0.5:
            X = X[[0, 2, 1, 3, 2]]
        distances = dtw_distances(query, X, window=window, normalize=normalize)[0]
        n_differing += distances[1] != distances[2]
        model = DTWNeighborsClassifier(n_neighbors=3, window=window, normalize=normalize)
        found = model.fit(X, np.arange(5) % 2).kneighbors(query, return_distance=False)
        assert found.tolist() == [[1, 2, 4]]
        assert model.set_params(n_neighbors=1).kneighbors(query)[1].tolist() == [[1]]
    assert n_differing > 5


def test_large_values_of_float32_are_compared_exactly():
    X, y = films(30)
    large = (X * 1e25).astype(np.float32)  # its squares are no float32
    model = DTWNeighborsClassifier(TWO_THETA, n_neighbors=4).fit(large, y)
    distances, rows = model.kneighbors(large[:5] * np.float32(0.9))
    expected = dtw_distances(large[:5] * np.float32(0.9), large, window=4)
    np.testing.assert_array_equal(rows, np.argsort(expected, axis=1, kind="stable")[:, :4])
    np.testing.assert_array_equal(distances, np.take_along_axis(expected, rows, axis=1))


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize(("dtype", "scale"), [(np.float64, 1e200), (np.float32, 1e60)])
def test_distances_that_overflow_are_an_error(weights, dtype, scale):
    X, y = films(6)
    model = DTWNeighborsClassifier(TWO_THETA, weights=weights).fit(X.astype(dtype), y)
    far = X[:2] * np.array([[1.0], [scale]])
    for method in (model.predict, model.predict_proba, model.kneighbors):
        with pytest.raises(ValueError, match="distances of row 1 of X exceed the largest number"):
            method(far)


def test_ties_go_to_the_earlier_row():
    X = np.repeat(films(4)[0], 10, axis=0)
    rows = (
        DTWNeighborsClassifier(TWO_THETA)
        .fit(X, np.arange(40) % 2)
        .kneighbors(X[::10], 4, return_distance=False)
    )
    np.testing.assert_array_equal(rows, 10 * np.arange(4)[:, None] + np.arange(4))


def test_contract():
    X, y = films(40)
    before = X.copy()
    model = DTWNeighborsClassifier(TWO_THETA).fit(X, y)
    proba = model.predict_proba(X)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(proba, model.predict_proba(X))
    np.testing.assert_array_equal(proba, clone(model).fit(X.tolist(), y).predict_proba(X.tolist()))
    np.testing.assert_array_equal(proba, pickle.loads(pickle.dumps(model)).predict_proba(X))
    assert DTWNeighborsClassifier().fit(X.astype(np.float32), y)._patterns.dtype == np.float32
    X[:] = 0  # the model keeps its own copy
    np.testing.assert_array_equal(model.kneighbors(before)[1][:, 0], np.arange(40))


def test_weights():
    X, y = np.array([[0.0, 0], [3, 3], [3, 4]]), ["a", "b", "b"]
    model = DTWNeighborsClassifier(window=0)
    np.testing.assert_allclose(model.fit(X, y).predict_proba([[1, 1]]), [[1 / 3, 2 / 3]])
    model.set_params(weights="distance").fit(X, y)
    a, b = 1 / 2**0.5, 1 / 8**0.5 + 1 / 13**0.5
    np.testing.assert_allclose(model.predict_proba([[1, 1]]), [[a / (a + b), b / (a + b)]])
    np.testing.assert_allclose(model.predict_proba([[0, 0]]), [[1, 0]])


@pytest.mark.parametrize(("n_angles", "points"), [(1, 0), (20, 1), (1200, 24)])
def test_window_without_angles_is_a_share_of_the_columns(n_angles, points):
    model = DTWNeighborsClassifier(n_neighbors=1).fit(np.ones((2, n_angles)), [0, 1])
    assert model.window_points_ == points
    assert model.set_params(window=3.0).fit(np.ones((2, 9)), [0, 1]).window_points_ == 3


def test_fastdtw_never_lies_below_the_exact_distance():
    X, y = films(6)
    model = DTWNeighborsClassifier(TWO_THETA, metric="fastdtw", n_neighbors=2).fit(X, y)
    distances, rows = model.kneighbors(X[:2])
    np.testing.assert_array_equal(rows[:, 0], [0, 1])
    assert (distances[:, 0] == 0).all()
    # a sum of absolute differences is no less than the root of the sum of their squares
    assert distances[0, 1] >= dtw_distance(X[0], X[rows[0, 1]])
    assert model.set_params(normalize=True).fit(X, y).kneighbors(X[:1])[0][0, 1] < distances[0, 1]


def test_too_few_patterns():
    with pytest.raises(ValueError, match="n_neighbors is 3 but training has n_samples = 2"):
        DTWNeighborsClassifier().fit(np.ones((2, 4)), [0, 1])
    model = DTWNeighborsClassifier(n_neighbors=1).fit(np.ones((2, 4)), [0, 1])
    with pytest.raises(ValueError, match="n_neighbors is 3"):
        model.kneighbors(np.ones((1, 4)), 3)


def test_missing_angles_name_the_remedy():
    X, y = films(6)
    model = DTWNeighborsClassifier(TWO_THETA).fit(X, y)
    X[1, :3] = np.nan
    for call in (lambda: model.fit(X, y), lambda: model.predict(X)):
        with pytest.raises(ValueError, match=r"NaN, in 1 of 6 rows; fill it .* SimpleImputer"):
            call()


@parametrize_with_checks([DTWNeighborsClassifier(normalize=True, weights="distance")])
def test_common_checks_normalized(estimator, check):
    check(estimator)
