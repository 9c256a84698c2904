"""Small systems against numpy and scipy."""

import numpy as np
import pytest
from scipy.optimize import nnls

from skxrd._small_systems import nonnegative_least_squares, solve_small


@pytest.mark.parametrize("size", [1, 3, 7])
def test_a_positive_definite_system(size):
    root = np.random.default_rng(size).normal(size=(size + 2, size))
    matrix, right = root.T @ root, np.arange(1.0, size + 1)
    found = solve_small(matrix.copy(), right.copy())
    np.testing.assert_allclose(matrix @ found, right)


@pytest.mark.parametrize("n_columns", [1, 2, 3, 6, 20])
@pytest.mark.parametrize("seed", range(20))
def test_no_factor_is_negative(n_columns, seed):
    random = np.random.default_rng([seed, n_columns])
    columns = np.abs(random.normal(size=(60, n_columns))) ** 4
    values = columns @ random.normal(0.3, 1.0, n_columns) + 0.1 * random.normal(size=60)
    found = nonnegative_least_squares(columns, values)
    np.testing.assert_allclose(found, nnls(columns, values)[0], atol=1e-9)


def test_columns_that_explain_nothing():
    columns = np.array([[1.0, 0.0], [1.0, 0.0]])
    np.testing.assert_array_equal(nonnegative_least_squares(columns, np.array([-1.0, -2.0])), 0)
    np.testing.assert_allclose(nonnegative_least_squares(columns, np.array([2.0, 2.0])), [2, 0])
    same = np.ones((5, 2))
    assert nonnegative_least_squares(same, np.ones(5)).sum() == pytest.approx(1)
