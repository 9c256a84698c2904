import numpy as np
import pytest

from skxrd.preprocessing._noise_level import noise_level

AT = np.arange(4000)
PEAKS = np.exp(-(((AT - np.array([[500], [2000], [3100]])) / 8) ** 2)).sum(axis=0)


@pytest.mark.parametrize("order", [1, 2])
def test_the_noise_is_found_under_peaks(order):
    rng = np.random.default_rng(0)
    sigma = np.array([0.01, 0.02, 0.05])
    rows = PEAKS + sigma[:, None] * rng.normal(size=(3, 4000))
    np.testing.assert_allclose(noise_level(rows, order=order), sigma, rtol=0.06)
    np.testing.assert_allclose(noise_level(rows, order=order, lag=3), sigma, rtol=0.15)
    small = noise_level(rows.astype(np.float32), order=order)
    np.testing.assert_allclose(small, noise_level(rows, order=order), rtol=1e-5)


def test_second_differences_leave_out_slopes():
    slope = np.arange(100.0)
    assert noise_level(slope, order=2) == 0 < noise_level(slope)


def test_one_angle_has_no_noise():
    np.testing.assert_array_equal(noise_level(np.ones((3, 1))), np.zeros(3))
