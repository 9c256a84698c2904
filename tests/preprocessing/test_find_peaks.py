"""Peaks of patterns: what is found, where, how wide, and what is not."""

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd._grid import d_to_two_theta, doublet_lines
from skxrd.crystal import Crystal
from skxrd.preprocessing import find_peaks
from skxrd.simulation import PowderSimulator
from skxrd.simulation._profiles import pseudo_voigt

ANGLES = np.arange(10, 90, 0.01)
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _same_noise():
    """The same noise in each test, whatever ran before."""
    global RNG
    RNG = np.random.default_rng(1)


def pattern_of(places, heights, *, fwhm=0.1, share=0.0, background=50.0, wavelength="CuKa", **keys):
    """Counts of peaks, with K-alpha2 beside them where it has a share, at K-alpha1 angles."""
    (alpha1, _), (alpha2, _) = doublet_lines("CuKa")
    total = np.full(ANGLES.size, background)
    for place, height in zip(places, heights, strict=True):
        top = height / pseudo_voigt(0.0, fwhm, 0.5)
        total += top * pseudo_voigt(ANGLES - place, fwhm, 0.5)
        if share:
            spacing = alpha1 / (2 * np.sin(np.radians(place / 2)))
            beside = d_to_two_theta(spacing, alpha2)
            total += share * top * pseudo_voigt(ANGLES - beside, fwhm, 0.5)
    return PowderPattern(ANGLES, RNG.poisson(total), wavelength=wavelength, **keys)


def test_places_heights_areas_and_widths():
    places, heights = [20.013, 33.4, 47.2, 71.9, 85.0], [900, 4000, 250, 1500, 600]
    found = find_peaks(pattern_of(places, heights), doublet=False)
    np.testing.assert_allclose(found.two_theta, places, atol=0.01)
    np.testing.assert_allclose(found.height, heights, rtol=0.15)
    np.testing.assert_allclose(found.fwhm, 0.1, rtol=0.2)
    area = np.array(heights) / pseudo_voigt(0.0, 0.1, 0.5)
    np.testing.assert_allclose(found.area, area, rtol=0.2)
    assert list(found.columns) == ["two_theta", "d", "height", "area", "fwhm", "signal_to_noise"]


@pytest.mark.parametrize("fwhm", [0.06, 0.12, 0.3])
def test_the_second_line_of_a_doublet_is_no_peak(fwhm):
    places = [25.0, 42.0, 60.0, 80.0]
    found = find_peaks(pattern_of(places, [3000, 2000, 2000, 2000], fwhm=fwhm, share=0.5))
    np.testing.assert_allclose(found.two_theta, places, atol=0.015)
    assert found.attrs == {"wavelength": 1.5405929, "doublet": True}
    expected = 1.5405929 / (2 * np.sin(np.radians(np.array(places) / 2)))
    np.testing.assert_allclose(found.d, expected, rtol=5e-4)


def test_one_line_of_the_mean_wavelength_is_told_from_a_doublet():
    found = find_peaks(pattern_of([30.0, 60.0, 80.0], [3000, 2000, 2000], fwhm=0.06))
    assert found.attrs["doublet"] is False
    assert len(found) == 3
    assert found.attrs["wavelength"] == pytest.approx(1.54187, abs=1e-4)


def test_overlapping_peaks_and_shoulders_are_told_apart():
    places, heights = [30.0, 30.16, 50.0, 50.16], [2000, 1500, 3000, 700]
    found = find_peaks(pattern_of(places, heights, fwhm=0.12), doublet=False)
    np.testing.assert_allclose(found.two_theta, places, atol=0.015)
    np.testing.assert_allclose(found.height, heights, rtol=0.25)


def test_an_asymmetric_peak_is_one_line_at_its_maximum():
    copper = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")
    angles = np.arange(40, 60, 0.01)
    simulator = PowderSimulator(two_theta=angles, wavelength="CuKa1", fwhm=0.1, asymmetry=0.26)
    row = simulator.simulate(copper).intensity
    row = 20000 * row / row.max()
    counts = RNG.poisson(100 + row)
    found = find_peaks(PowderPattern(angles, counts, wavelength="CuKa1"))
    assert len(found) == 2  # 111 and 200
    for line, (low, high) in zip(found.itertuples(), [(42, 46), (48, 53)], strict=True):
        inside = (angles > low) & (angles < high)
        assert line.two_theta == pytest.approx(angles[inside][row[inside].argmax()], abs=0.04)
        assert line.area == pytest.approx(0.01 * row[inside].sum(), rel=0.08)


def test_stricter_limits_leave_fewer_of_the_same_lines():
    places = [20, 30, 30.12, 45, 50, 50.2, 60, 70, 80]
    heights = [2000, 900, 200, 30, 400, 300, 60, 3000, 90]
    pattern = pattern_of(places, heights, fwhm=0.12, share=0.5)
    all_of_them = find_peaks(pattern, min_signal_to_noise=3)
    sizes = [len(all_of_them)]
    for least in (4, 5, 10, 20, 60):
        found = find_peaks(pattern, min_signal_to_noise=least)
        expected = all_of_them[all_of_them.signal_to_noise >= least].reset_index(drop=True)
        np.testing.assert_array_equal(found, expected)
        assert found.attrs == all_of_them.attrs
        sizes.append(len(found))
    assert sizes[0] > sizes[2] > sizes[-1] > 0


@pytest.mark.parametrize("kind", ["counts", "few counts", "normal", "smoothed", "resampled"])
def test_nothing_in_noise(kind):
    hits = 0
    for _ in range(5):
        if kind == "smoothed":
            counts = np.convolve(RNG.poisson(200, ANGLES.size + 10), np.ones(11) / 11, "valid")
        elif kind == "resampled":
            coarse = np.arange(9.9, 90.1, 0.033)
            counts = np.interp(ANGLES, coarse, RNG.poisson(200, coarse.size))
        elif kind == "normal":
            counts = RNG.normal(0, 1, ANGLES.size)
        else:
            counts = RNG.poisson(1000 if kind == "counts" else 3, ANGLES.size)
        hits += len(find_peaks(PowderPattern(ANGLES, counts, wavelength="CuKa")))
    assert hits <= (8 if kind in ("smoothed", "resampled") else 2)


def test_nothing_on_the_hump_of_glass_but_a_peak_on_it():
    hump = 50 + 1500 * np.exp(-0.5 * ((ANGLES - 24) / 4) ** 2)
    glass = PowderPattern(ANGLES, RNG.poisson(hump), wavelength="CuKa1")
    assert not len(find_peaks(glass, min_signal_to_noise=8))
    peak = 300 * np.exp(-4 * np.log(2) * ((ANGLES - 26.6) / 0.15) ** 2)
    pattern = PowderPattern(ANGLES, RNG.poisson(hump + peak), wavelength="CuKa1")
    found = find_peaks(pattern, min_signal_to_noise=8)
    np.testing.assert_allclose(found.two_theta, [26.6], atol=0.02)


def test_an_unknown_wavelength_stays_unknown():
    found = find_peaks(pattern_of([30.0], [2000], wavelength=None))
    assert np.isnan(found.d).all() and found.attrs["wavelength"] is None
    assert len(found) == 1


def test_uneven_steps_and_gaps():
    pattern = pattern_of([20.0, 60.0], [2000, 2000])
    kept = (ANGLES < 30) & (np.arange(ANGLES.size) % 2 == 0) | (ANGLES > 50)
    part = PowderPattern(ANGLES[kept], pattern.intensity[kept], wavelength="CuKa1")
    np.testing.assert_allclose(
        find_peaks(part, min_signal_to_noise=8).two_theta, [20, 60], atol=0.02
    )


def test_scale_and_offset_do_not_matter():
    pattern = pattern_of([20.0, 60.0], [900, 300])
    expected = find_peaks(pattern, doublet=False)
    scaled = PowderPattern(ANGLES, pattern.intensity * 1e-6, wavelength="CuKa")
    found = find_peaks(scaled, doublet=False)
    np.testing.assert_allclose(found.two_theta, expected.two_theta, atol=1e-6)
    np.testing.assert_allclose(found.area * 1e6, expected.area, rtol=1e-6)


def test_flat_patterns_have_no_peaks():
    assert not len(find_peaks(PowderPattern(ANGLES, np.zeros(ANGLES.size))))
    assert not len(find_peaks(PowderPattern(ANGLES, np.linspace(5, 1, ANGLES.size))))


def test_bad_input_says_so():
    with pytest.raises(ValueError, match="'film' has 3 angles; peaks can be told"):
        find_peaks(PowderPattern([1, 2, 3], [1, 2, 1], name="film"))
    pattern = pattern_of([30.0], [2000], wavelength=0.7, name="film")
    with pytest.raises(ValueError, match="'film' has the wavelength 0.7, which is not that of a K"):
        find_peaks(pattern, doublet=True)
    with pytest.raises(ValueError, match="'pattern' parameter of find_peaks must be"):
        find_peaks([1, 2, 3])
    with pytest.raises(ValueError, match="'min_signal_to_noise' parameter"):
        find_peaks(pattern, min_signal_to_noise=0)
