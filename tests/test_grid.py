"""Angles, spacings and wavelengths: what every room builds on."""

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd._grid import (
    WAVELENGTHS,
    check_angles,
    check_increasing,
    check_two_theta,
    check_wavelength,
    convert_two_theta,
    d_to_two_theta,
    degrees_or_columns,
    doublet_lines,
    is_doublet,
    keep_float32,
    two_theta_to_d,
    two_theta_to_q,
    window_points,
)
from skxrd.augmentation import PhysicsAugmenter
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.preprocessing import PatternStacker
from skxrd.simulation import PowderSimulator


@pytest.mark.parametrize("wavelength", ["CuKa", "MoKa1", 1.2])
def test_angle_and_spacing_are_inverse(wavelength):
    d = np.linspace(1.2, 12, 50)
    np.testing.assert_allclose(two_theta_to_d(d_to_two_theta(d, wavelength), wavelength), d)
    q = two_theta_to_q(d_to_two_theta(d, wavelength), wavelength)
    np.testing.assert_allclose(q * d, 2 * np.pi)


def test_a_spacing_out_of_reach_is_missing():
    assert np.isnan(d_to_two_theta(0.5, "CuKa"))


def test_named_wavelengths():
    assert check_wavelength("CuKa1") == pytest.approx(1.5406, abs=1e-4)
    assert all(WAVELENGTHS[f"{a}Ka1"] < WAVELENGTHS[f"{a}Ka2"] for a in ("Cu", "Co", "Mo"))


@pytest.mark.parametrize("value", ["CuKq", None, -1.0, np.inf, "light", True, np.True_])
def test_unusable_wavelengths_are_refused(value):
    with pytest.raises(ValueError, match="wavelength"):
        check_wavelength(value)


@pytest.mark.parametrize(
    ("angles", "message"),
    [
        ([1, 2, 2], "repeats at position 2"),
        ([1, 3, 2], "falls at position 2"),
        ([1, np.nan], "is nan at position 1"),
        ([[1, 2]], "has shape"),
        ([], "has shape"),
    ],
)
def test_unusable_angles_are_refused(angles, message):
    with pytest.raises(ValueError, match=message):
        check_increasing(angles)


def test_a_grid_of_another_length_is_refused():
    with pytest.raises(ValueError, match="two_theta has 3 angles but X has 2 columns"):
        check_two_theta([1, 2, 3], n_angles=2)


def test_windows_in_degrees_and_in_columns():
    assert window_points(2.0, np.arange(0, 50, 0.5), 100, default=1.0) == 4
    assert window_points(None, None, 100, default=1.0) == 2
    assert window_points(7, None, 100, default=1.0) == 7


def test_a_default_is_in_degrees_or_the_same_share_of_the_columns():
    assert degrees_or_columns(7, None, 1000, default=0.2) == 7
    assert degrees_or_columns(None, np.arange(5.0), 1000, default=0.2) == 0.2
    assert degrees_or_columns(None, None, 1000, default=0.2) == 4


def test_doublets_by_name_and_by_length():
    assert doublet_lines("CuKa") == doublet_lines(1.5418)
    assert is_doublet("MoKa") and is_doublet(1.54187) and not is_doublet(1.5406)
    with pytest.raises(ValueError, match="wavelength is 'CuKa1', which is no doublet"):
        doublet_lines("CuKa1")


def test_another_wavelength_keeps_the_spacing_where_it_reaches_it():
    two_theta = np.array([10.0, 40.0, 100.0, 150.0])
    longer = convert_two_theta(two_theta, 1.0, 1.5)
    np.testing.assert_allclose(longer[:2], d_to_two_theta(two_theta_to_d(two_theta[:2], 1.0), 1.5))
    assert np.isnan(longer[2:]).all()
    np.testing.assert_allclose(convert_two_theta(longer[:2], 1.5, 1.0), two_theta[:2])


def test_only_float32_stays_float32():
    small = np.ones(3, np.float32)
    assert keep_float32(small) is small
    assert keep_float32(np.ones(2, np.float16)).dtype == np.float32
    assert {keep_float32(x).dtype for x in ([1, 2], np.ones(2))} == {np.dtype(np.float64)}


@pytest.mark.parametrize(
    ("angles", "message"),
    [
        ([-0.1, 20], "two_theta runs from -0.1 to 20; angles are degrees from 0 to 180"),
        ([10, 180.5], "two_theta runs from 10 to 180.5; angles are degrees from 0 to 180"),
        ([30, 20], r"two_theta falls at position 1 \(30, then 20\)"),
    ],
)
def test_what_are_no_angles_of_a_scan_is_refused_wherever_it_is_given(angles, message):
    X = np.ones((3, 2))
    for use in (
        lambda: check_angles(angles),
        lambda: check_two_theta(angles, n_angles=2),
        lambda: PowderPattern(angles, [1, 1]),
        lambda: PatternStacker(angles, wavelength="CuKa").fit([PowderPattern([10, 20], [1, 1])]),
        lambda: PowderSimulator(angles).fit(),
        lambda: PhysicsAugmenter(angles).fit_resample(X, ["a", "b", "b"]),
        lambda: DTWNeighborsClassifier(angles).fit(X, ["a", "b", "b"]),
    ):
        with pytest.raises(ValueError, match=message):
            use()
    assert check_angles([0, 180]).tolist() == [0, 180]


@pytest.mark.parametrize("wavelength", [True, False])
def test_truth_is_no_wavelength(wavelength):
    for use in (
        lambda: PowderPattern([10, 20], [1, 1], wavelength=wavelength),
        lambda: PowderSimulator([10, 20], wavelength=wavelength).fit(),
        lambda: PatternStacker([10, 20], wavelength=wavelength).fit([[1, 2]]),
    ):
        with pytest.raises(ValueError, match="wavelength"):
            use()
