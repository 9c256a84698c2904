"""Filters and maxima of rows against those of scipy."""

import numpy as np
import pytest
from scipy import ndimage, signal

from skxrd._filters import (
    find_maxima,
    gaussian_filter,
    half_height_widths,
    maximum_filter,
    minimum_filter,
    uniform_filter,
)

ROWS = {
    "noise": np.random.default_rng(0).normal(size=301),
    "counts": np.random.default_rng(1).poisson(3.0, 400),
    "flat tops": np.repeat(np.random.default_rng(2).integers(0, 5, 60), 5).astype(float),
    "short": np.array([1.0, 3.0, 2.0, 2.0, 5.0, 5.0]),
    "constant": np.ones(9),
    "one peak": np.exp(-(np.linspace(-3, 3, 51) ** 2)),
}
rows = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


@rows
@pytest.mark.parametrize("sigma", [0.2, 1.0, 2.7])
def test_gaussian(row, sigma):
    expected = ndimage.gaussian_filter1d(row.astype(float), sigma)
    np.testing.assert_allclose(gaussian_filter(row, sigma), expected, rtol=1e-12, atol=1e-14)


@rows
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_windows(row, size):
    row = row.astype(float)
    for ours, mode in (("symmetric", "reflect"), ("edge", "nearest")):
        expected = ndimage.uniform_filter1d(row, size, mode=mode)
        np.testing.assert_allclose(uniform_filter(row, size, mode=ours), expected, atol=1e-12)
    np.testing.assert_array_equal(maximum_filter(row, size), ndimage.maximum_filter1d(row, size))
    np.testing.assert_array_equal(minimum_filter(row, size), ndimage.minimum_filter1d(row, size))


@rows
@pytest.mark.parametrize("height", [None, 0.5, "half"])
@pytest.mark.parametrize("prominence", [0.0, 0.7, "array"])
def test_maxima(row, height, prominence):
    height = np.linspace(0, row.max(), row.size) / 2 if height == "half" else height
    prominence = np.linspace(0, 1, row.size) if prominence == "array" else prominence
    expected, facts = signal.find_peaks(row, height=height, prominence=prominence)
    places, prominences = find_maxima(row, height=height, prominence=prominence)
    np.testing.assert_array_equal(places, expected)
    np.testing.assert_array_equal(prominences, facts["prominences"])
    if places.size:
        expected = signal.peak_widths(row, places, rel_height=0.5)[0]
        np.testing.assert_allclose(half_height_widths(row, places, prominences), expected)


def test_a_row_without_points_has_no_maxima():
    assert find_maxima([])[0].size == find_maxima([1.0])[0].size == 0
