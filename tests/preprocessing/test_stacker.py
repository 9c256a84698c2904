import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd._grid import check_wavelength, d_to_two_theta, two_theta_to_d
from skxrd.preprocessing import PatternStacker
from skxrd.preprocessing._common_grid import common_two_theta, resample_pattern

GRID = np.linspace(10, 20, 101)


def pattern(start=9.0, stop=21.0, step=0.1, *, center=15.0, wavelength=None, name="film"):
    two_theta = np.arange(round((stop - start) / step) + 1) * step + start
    intensity = np.exp(-0.5 * ((two_theta - center) / 0.3) ** 2) + 0.01 * two_theta
    return PowderPattern(two_theta, intensity, wavelength=wavelength, name=name)


def slow_bin_mean(x, y, low, high):
    """Mean of the linear interpolant over [low, high] by a fine midpoint rule."""
    fine = low + (np.arange(20_000) + 0.5) / 20_000 * (high - low)
    return np.interp(fine, x, y).mean()


def test_same_grid_is_the_exact_identity():
    film = pattern()
    np.testing.assert_array_equal(
        PatternStacker(film.two_theta).fit_transform([film])[0], film.intensity
    )


def test_finer_grid_interpolates_linearly():
    film = pattern(step=0.25)
    expected = np.interp(GRID, film.two_theta, film.intensity)
    np.testing.assert_allclose(PatternStacker(GRID).fit_transform([film])[0], expected)


def test_coarser_grid_averages_over_bins():
    rng = np.random.RandomState(0)
    x = np.cumsum(rng.uniform(0.01, 0.03, 700)) + 9
    y = rng.uniform(size=700)
    new = np.arange(10, 22, 0.1)
    result = resample_pattern(x, y, new)
    expected = [slow_bin_mean(x, y, angle - 0.05, angle + 0.05) for angle in new]
    np.testing.assert_allclose(result, expected, atol=1e-4)


def test_averaging_keeps_the_area_and_cuts_bins_to_the_measured_range():
    x = np.linspace(10, 20, 1001)
    y = np.exp(-0.5 * ((x - 10) / 0.1) ** 2)
    result = resample_pattern(x, y, np.linspace(10, 20, 51))
    widths = np.r_[0.1, np.full(49, 0.2), 0.1]
    np.testing.assert_allclose(result @ widths, np.trapezoid(y, x), rtol=1e-9)


def test_a_gap_is_missing_and_bins_stop_at_its_edge():
    x = np.r_[np.linspace(10, 12, 201), np.linspace(15, 17, 201)]
    y = np.r_[np.full(201, 1.0), np.full(201, 5.0)]
    new = np.arange(10, 17.01, 0.1)
    result = resample_pattern(x, y, new)
    gap = (new > 12.01) & (new < 14.99)
    np.testing.assert_array_equal(np.isnan(result), gap)
    assert set(np.round(result[~gap], 12)) == {1.0, 5.0}
    assert not np.isnan(resample_pattern(x, y, new, max_gap=4.0)).any()


def test_the_common_grid_lies_within_all_but_fragments():
    patterns = [PowderPattern(np.linspace(first, 60, 200), np.arange(200)) for first in (5, 10, 59)]
    two_theta, kept = common_two_theta(patterns, step=0.5)
    assert two_theta[[0, -1]].tolist() == [10, 60]
    assert kept.tolist() == [True, True, False]
    with pytest.raises(ValueError, match="the patterns share no range: the last starts at 30"):
        common_two_theta([pattern(), pattern(start=30, stop=42)])


def test_half_a_step_beyond_the_range_is_still_measured():
    film = pattern(start=10.04, stop=20.04)
    rows = PatternStacker(GRID).fit_transform([film])
    assert rows[0, 0] == film.intensity[0]
    with pytest.raises(ValueError, match=r"pattern 'film' \(row 0\): 10 deg is outside"):
        PatternStacker(GRID).fit_transform([pattern(start=10.06)])


@pytest.mark.parametrize(
    ("films", "message"),
    [
        ([pattern(), pattern(stop=15, name="short")], r"'short' \(row 1\).*9 to 15.*10 to 20"),
        (
            [PowderPattern(np.r_[9:12:0.1, 14:21:0.1], np.r_[0:100], name="gap")],
            r"'gap' .row 0.: 12 deg is within a gap",
        ),
        ([PowderPattern([1, 2], [3, 3], name="flat")], r"'flat' .row 0.: all 2 intensities are 3"),
        ([], "empty list"),
        (pattern(), r"pass a list of patterns"),
        ([pattern(), [1.0, 2.0]], r"X\[1\] is a list"),
    ],
)
def test_errors_name_pattern_value_and_remedy(films, message):
    with pytest.raises(ValueError, match=message):
        PatternStacker(GRID).fit_transform(films)


def test_mask_sets_nan_and_lets_masked_arrays_pass():
    stacker = PatternStacker(GRID, outside="mask")
    rows = stacker.fit_transform([pattern(stop=15), pattern()])
    np.testing.assert_array_equal(np.isnan(rows), [GRID > 15.06, np.zeros(101, bool)])
    np.testing.assert_array_equal(stacker.transform(rows), rows)
    with pytest.raises(ValueError, match="contains NaN"):
        PatternStacker(GRID).fit(rows)


def test_patterns_need_a_grid():
    with pytest.raises(ValueError, match="two_theta is None but X is a list of PowderPattern"):
        PatternStacker().fit([pattern()])
    with pytest.raises(ValueError, match="two_theta is None but X is a list of PowderPattern"):
        PatternStacker().fit(np.ones((2, 3))).transform([pattern()])


def test_arrays_pass_and_must_fit_the_grid():
    X = np.random.RandomState(0).uniform(size=(3, 101)).astype(np.float32)
    out = PatternStacker(GRID).fit_transform(X)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, X)
    assert not np.shares_memory(out, X)
    with pytest.raises(ValueError, match="two_theta has 101 angles but X has 100 columns"):
        PatternStacker(GRID).fit(X[:, 1:])


def test_fit_on_patterns_then_array_and_the_other_way():
    films = [pattern(), pattern(center=13, step=0.03)]
    rows = PatternStacker(GRID).fit_transform(films)
    np.testing.assert_array_equal(PatternStacker(GRID).fit(films).transform(rows), rows)
    np.testing.assert_array_equal(PatternStacker(GRID).fit(rows).transform(films), rows)
    np.testing.assert_array_equal(PatternStacker(GRID).fit(films[:1]).transform(films), rows)
    as_array = np.empty(2, dtype=object)
    as_array[:] = films
    np.testing.assert_array_equal(PatternStacker(GRID).fit_transform(as_array), rows)
    assert len(PatternStacker(GRID).fit(films).get_feature_names_out()) == 101


def test_conversion_puts_the_peak_where_bragg_says():
    grid = np.arange(20, 40, 0.02)
    film = pattern(start=5, stop=25, step=0.005, center=12.0, wavelength="MoKa")
    row = PatternStacker(grid, wavelength="CuKa1").fit_transform([film])[0]
    expected = d_to_two_theta(two_theta_to_d(12.0, "MoKa"), "CuKa1")
    # the sloping background moves the maximum by less than a step
    assert abs(grid[row.argmax()] - expected) < 0.05
    back = d_to_two_theta(two_theta_to_d(grid, "CuKa1"), "MoKa")
    np.testing.assert_allclose(row, np.interp(back, film.two_theta, film.intensity), atol=2e-3)


@pytest.mark.parametrize(
    ("wavelength", "given", "message"),
    [
        (None, ["CuKa", None], r"\(row 1\): its wavelength is unknown"),
        (None, [None, "CuKa"], r"\(row 1\).*1.54187 angstrom but that of the others is unknown"),
        (None, ["CuKa", "MoKa"], r"\(row 1\).*others have 1.54187; pass wavelength"),
        ("CuKa", ["CuKa", None], r"\(row 1\): its wavelength is unknown"),
        ("CuKa", [None, None], r"\(row 0\): its wavelength is unknown"),
        ("WKa", ["CuKa"], "'WKa' is not known"),
    ],
)
def test_no_silent_wavelength(wavelength, given, message):
    films = [pattern(wavelength=value) for value in given]
    with pytest.raises(ValueError, match=message):
        PatternStacker(GRID, wavelength=wavelength).fit(films)


def test_wavelength_of_fit_binds_transform():
    copper, unknown, silver = (pattern(wavelength=value) for value in ("CuKa", None, "AgKa"))
    fitted = PatternStacker(GRID).fit([copper])
    assert fitted.wavelength_ == check_wavelength("CuKa")
    with pytest.raises(ValueError, match="its wavelength is unknown"):
        fitted.transform([unknown])
    with pytest.raises(ValueError, match="pass wavelength"):
        fitted.transform([silver])
    with pytest.raises(ValueError, match="that of the others is unknown"):
        PatternStacker(GRID).fit([unknown]).transform([copper])
    free = PatternStacker(GRID).fit(np.ones((1, 101)))
    assert free.transform([copper]).shape == free.transform([unknown]).shape == (1, 101)


def test_rounded_wavelengths_are_the_same():
    films = [pattern(wavelength=value) for value in (1.5406, 1.54056, "CuKa1")]
    rows = PatternStacker(GRID).fit_transform(films)
    np.testing.assert_array_equal(rows[0], rows[2])
    np.testing.assert_array_equal(
        PatternStacker(GRID, wavelength="CuKa1").fit_transform(films), rows
    )
