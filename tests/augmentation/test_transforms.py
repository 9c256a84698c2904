import numpy as np
import pytest

from skxrd._grid import d_to_two_theta, two_theta_to_d
from skxrd.augmentation._regions import block_regions, harmonic_regions, peak_regions
from skxrd.augmentation._texture import draw_factors, make_texture
from skxrd.augmentation._transforms import scale_regions, shift_patterns

TWO_THETA = np.arange(10, 60, 0.04)


def peaks_at(centers, heights=None, *, fwhm=0.2):
    heights = np.ones(len(centers)) if heights is None else heights
    return sum(
        height * np.exp(-4 * np.log(2) * ((TWO_THETA - center) / fwhm) ** 2)
        for center, height in zip(centers, heights, strict=True)
    )


def column(angle):
    return np.abs(TWO_THETA - angle).argmin()


def test_blocks_start_anew_every_width():
    regions = block_regions(np.arange(10, 14.05, 0.1), 2.0)
    np.testing.assert_array_equal(np.bincount(regions), [20, 20, 1])
    np.testing.assert_array_equal(block_regions([10.0, 30.0], 2.0), [0, 1])


def test_every_peak_is_whole_and_alone():
    centers = [14.0, 14.5, 20.0, 28.2, 31.9]
    row = peaks_at(centers, [1, 0.3, 0.05, 0.6, 0.1])
    regions = peak_regions(row[None])[0]
    assert regions[[column(center) for center in centers]].tolist() == [0, 1, 2, 3, 4]
    assert (np.diff(regions) >= 0).all() and regions[-1] == 4
    cuts = np.flatnonzero(np.diff(regions)) + 1  # at the minima between neighbouring peaks
    for cut, left, right in zip(cuts, centers[:-1], centers[1:], strict=True):
        assert row[cut] == row[column(left) : column(right)].min()


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.05])
def test_noise_splits_no_peak(noise):
    row = peaks_at([14.0, 20.0, 28.2, 41.0], fwhm=0.3)
    noisy = row + noise * np.random.RandomState(0).normal(size=(20, row.size))
    np.testing.assert_array_equal(peak_regions(noisy)[:, -1], np.full(20, 3))


@pytest.mark.parametrize("row", [np.zeros(5), np.full(5, 3.0), np.arange(5.0), [1.0]])
def test_without_a_minimum_there_is_one_region(row):
    assert (peak_regions([row]) == 0).all()


def test_harmonics_follow_bragg_for_any_wavelength():
    for wavelength in ("CuKa", "MoKa"):
        d = two_theta_to_d(14.0, wavelength)
        orders = d_to_two_theta(d / np.arange(1, 5), wavelength)
        others = [20.0, 24.6]
        regions = harmonic_regions(peaks_at([*orders, *others])[None], TWO_THETA)[0]
        assert len({regions[column(angle)] for angle in orders}) == 1
        assert len({regions[column(angle)] for angle in [*orders[:1], *others]}) == 3


def test_close_orders_of_a_large_spacing_take_in_no_passer_by():
    base = np.sin(np.radians(2.2))  # first line at 4.4 degrees, its orders about as far apart
    orders = 2 * np.degrees(np.arcsin(base * np.arange(1, 8)))
    grid = np.arange(3, 40, 0.02)
    passer_by = orders[4] + 0.15
    centres = [*orders[:4], *orders[5:], passer_by]
    row = sum(np.exp(-(((grid - centre) / 0.06) ** 2)) for centre in centres)
    regions = harmonic_regions(row[None], grid)[0]
    at = [np.abs(grid - centre).argmin() for centre in centres]
    assert len(set(regions[at[:-1]])) == 1
    assert regions[at[-1]] != regions[at[0]]


def test_of_two_peaks_near_an_order_the_nearer_one_belongs():
    second = 2 * np.degrees(np.arcsin(2 * np.sin(np.radians(7))))
    for other in (second - 0.18, second + 0.18):
        row = peaks_at([14.0, second, other], fwhm=0.1)
        regions = harmonic_regions(row[None], TWO_THETA)[0]
        assert regions[column(second)] == regions[column(14.0)]
        assert regions[column(other)] != regions[column(14.0)]


def test_harmonics_need_degrees():
    with pytest.raises(ValueError, match="two_theta spans 0 to 4; harmonics need angles"):
        harmonic_regions(np.ones((1, 5)), np.arange(5))


def test_factors_have_the_stated_shares_and_range():
    def drawn(n_patterns, n_regions, **settings):
        texture = make_texture("peak", **settings)
        return draw_factors(n_patterns, n_regions, texture, np.random.default_rng(0))

    factors = drawn(1000, 50, scale_range=(0.5, 2), scale_fraction=0.3, eliminate_fraction=0.1)
    assert np.mean(factors == 0) == pytest.approx(0.1, abs=0.005)
    assert np.mean(factors == 1) == pytest.approx(0.6, abs=0.01)
    scaled = factors[(factors != 0) & (factors != 1)]
    assert 0.5 <= scaled.min() and scaled.max() <= 2
    assert np.log(scaled).mean() == pytest.approx(0, abs=0.02)
    assert (drawn(9, 9, scale_range=(1, 1), eliminate_fraction=0) == 1).all()
    assert (drawn(9, 9, scale_fraction=0, eliminate_fraction=0) == 1).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_scale_equals_take_along_axis(dtype):
    rng = np.random.RandomState(0)
    X, regions = rng.uniform(size=(4, 30)).astype(dtype), rng.randint(3, size=(4, 30))
    factors = rng.uniform(size=(4, 3))
    out = scale_regions(X, regions, factors)
    assert out.dtype == dtype
    np.testing.assert_allclose(out, X * np.take_along_axis(factors, regions, axis=1), rtol=1e-6)
    np.testing.assert_array_equal(scale_regions(X, regions, np.ones((4, 3))), X)


def test_scale_refuses_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="give one region an angle and one factor a region"):
        scale_regions(np.ones((2, 3)), np.full((2, 3), 2), np.ones((2, 2)))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_shift_equals_interpolation_on_any_grid(dtype):
    rng = np.random.RandomState(0)
    grid = np.cumsum(rng.uniform(0.01, 0.1, 200)) + 10
    X = rng.uniform(size=(5, 200)).astype(dtype)
    shift = np.array([-30.0, -0.3, 0.0, 0.02, 0.7])
    out = shift_patterns(X, shift, grid)
    assert out.dtype == dtype
    expected = [np.interp(grid - epsilon, grid, row) for row, epsilon in zip(X, shift, strict=True)]
    np.testing.assert_allclose(out, expected, rtol=1e-5)
    np.testing.assert_array_equal(out[2], X[2])
    assert out.min() >= 0


def test_shift_is_in_degrees_and_positive_to_higher_angles():
    row = peaks_at([30.0], fwhm=0.5)
    moved = shift_patterns([row], [0.4], TWO_THETA)[0]
    assert TWO_THETA[moved.argmax()] == pytest.approx(30.4, abs=0.021)
    with pytest.raises(ValueError, match="give one of each a pattern"):
        shift_patterns([row], [0.4, 0.1], TWO_THETA)


@pytest.mark.parametrize("grid", [TWO_THETA, np.delete(TWO_THETA, 7)], ids=["even", "uneven"])
def test_strain_and_displacement_move_peaks_as_bragg_and_geometry_say(grid):
    centres = np.array([15.0, 30.0, 50.0])
    for centre in centres:
        row = np.exp(-(((grid - centre) / 0.3) ** 2))
        theta = np.radians(centre / 2)
        strained = 2 * np.degrees(np.arcsin(np.sin(theta) / 1.005)) - centre
        displaced = -np.degrees(2 * 0.2 * np.cos(theta) / 240)
        for amounts, expected in [
            ({"strain": 0.005}, strained),
            ({"displacement": 0.2}, displaced),
            ({"shift": 0.1, "strain": 0.005, "displacement": 0.2}, 0.1 + strained + displaced),
        ]:
            moved = shift_patterns([row], two_theta=grid, **amounts)[0]
            assert moved @ grid / moved.sum() - centre == pytest.approx(expected, abs=0.003)


def test_rows_end_where_their_measurement_ends():
    row = peaks_at([20.0, 40.0])
    row[: column(15)] = row[column(45) :] = np.nan
    moved = shift_patterns([row], [0.3], TWO_THETA)
    np.testing.assert_array_equal(np.isnan(moved[0]), np.isnan(row))
    measured = slice(column(15), column(45))
    expected = shift_patterns([row[measured]], [0.3], TWO_THETA[measured])
    np.testing.assert_allclose(moved[:, measured], expected, atol=1e-12)
    regions = peak_regions([row])[:, measured]
    np.testing.assert_array_equal(regions, peak_regions([row[measured]]))
    with pytest.raises(ValueError, match="strain and displacement need angles in degrees"):
        shift_patterns(np.ones((1, 5)), two_theta=np.arange(5), strain=0.1)
