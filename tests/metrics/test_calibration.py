import numpy as np
import pytest

from skxrd.metrics import expected_calibration_error, fit_temperature, scale_temperature


def drawn(n=20_000, sharpness=2.0):
    """Labels drawn from the probabilities, and the probabilities of an overconfident model."""
    rng = np.random.default_rng(0)
    p = scale_temperature(rng.dirichlet(np.ones(4), size=n), 1.0)
    y = (rng.random((n, 1)) > p.cumsum(axis=1)[:, :-1]).sum(axis=1)
    return y, p, scale_temperature(p, 1 / sharpness)


def test_true_probabilities_have_no_error_and_sharper_ones_have():
    y, p, sharp = drawn()
    assert expected_calibration_error(y, p) < 0.02
    assert expected_calibration_error(y, sharp) > 0.1


def test_error_is_the_mean_gap_of_the_bins():
    p = np.array([[0.95, 0.05], [0.95, 0.05], [0.55, 0.45], [0.45, 0.55]])
    # bin of 0.95: all right, gap 0.05; bin of 0.55: half right, gap 0.05
    assert expected_calibration_error([0, 0, 0, 0], p, n_bins=10) == pytest.approx(0.05)
    assert expected_calibration_error([0, 1], [[1.0, 0.0], [1.0, 0.0]]) == pytest.approx(0.5)


def test_the_temperature_that_was_put_on_is_found():
    y, p, sharp = drawn()
    temperature = fit_temperature(y, sharp)
    assert temperature == pytest.approx(2.0, rel=0.05)
    scaled = scale_temperature(sharp, temperature)
    np.testing.assert_allclose(scaled.sum(axis=1), 1)
    assert (scaled.argmax(axis=1) == sharp.argmax(axis=1)).all()
    assert expected_calibration_error(y, scaled) < 0.02


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r"y has the shape \(3,\) and probabilities \(2, 2\)"):
        expected_calibration_error([0, 1, 1], np.eye(2))
    with pytest.raises(ValueError, match="give integers from 0 to 1"):
        fit_temperature([0, 2], np.eye(2))
    with pytest.raises(ValueError, match="temperature is 0; it must be positive"):
        scale_temperature(np.eye(2), 0)


def test_groupings_are_levels_of_their_own():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(4, 0.3), 300)
    y = np.array([rng.choice(4, p=row) for row in scale_temperature(p, 2)])
    groups = np.array([0, 0, 1, 1])
    everything = np.zeros(4, int)  # one group is always right
    alone = fit_temperature(y, p)
    assert fit_temperature(y, p, groupings=[everything]) == pytest.approx(alone, rel=1e-3)

    def surprise(temperature):
        q = scale_temperature(p, temperature)
        summed = np.stack([q[:, :2].sum(axis=1), q[:, 2:].sum(axis=1)], axis=1)
        return -np.log(q[np.arange(300), y]).mean() - np.log(summed[np.arange(300), y // 2]).mean()

    both = fit_temperature(y, p, groupings=[groups])
    assert surprise(both) < min(surprise(both * 1.05), surprise(both / 1.05))


def test_grouping_of_other_classes():
    with pytest.raises(ValueError, match="give the group of each class"):
        fit_temperature([0, 1], np.eye(2), groupings=[[0, 0, 1]])
