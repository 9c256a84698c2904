import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from scipy.stats import loguniform

from skxrd.powders import PatternBatches, powder_conditions
from skxrd.simulation import PowderSimulator

GRID = np.linspace(10, 80, 701)


def all_of(batches, epoch, **options):
    X, rows = zip(*batches.epoch(epoch, **options), strict=True)
    return np.concatenate(X), np.concatenate(rows)


def test_each_crystal_once_an_epoch_and_never_the_same_pattern(reflections):
    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    batches = PatternBatches(reflections, simulator, batch_size=5)
    assert (len(batches), batches.n_rows, batches.n_angles) == (3, 12, 701)
    (X, rows), (X_next, rows_next) = all_of(batches, 0), all_of(batches, 1)
    assert sorted(rows) == sorted(rows_next) == list(range(12)) and rows.tolist() != list(rows_next)
    assert X.dtype == np.float32 and X.min() >= 0
    np.testing.assert_array_equal(X.max(axis=1), 1)
    assert np.abs(X[rows.argsort()] - X_next[rows_next.argsort()]).max(axis=1).min() > 0.02


def test_a_batch_follows_from_seed_epoch_and_number_alone(reflections):
    simulator = PowderSimulator(GRID, **powder_conditions("measured"))
    options = {"batch_size": 4, "random_state": 3, "impurity_rows": [0, 5]}
    batches = PatternBatches(reflections, simulator, **options)
    expected = all_of(batches, 2, workers=1)
    for one in (all_of(batches, 2, workers=4), all_of(pickle.loads(pickle.dumps(batches)), 2)):
        np.testing.assert_array_equal(one[0], expected[0])
        np.testing.assert_array_equal(one[1], expected[1])
    alone = PatternBatches(reflections, simulator, **options).batch(2, 1)
    np.testing.assert_array_equal(alone[0], expected[0][4:8])
    other = PatternBatches(reflections, simulator, **{**options, "random_state": 4}).batch(2, 1)
    assert not np.array_equal(other[0], alone[0])


def test_processes_render_the_same(reflections):
    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    batches = PatternBatches(reflections, simulator, batch_size=6)
    assert len(pickle.dumps(batches)) < 100_000
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        X, rows = all_of(batches, 0, workers=executor)
    np.testing.assert_array_equal(X, all_of(batches, 0)[0])


def test_threads_do_not_share_the_generator_of_a_distribution(reflections):
    simulator = PowderSimulator(GRID, fwhm=loguniform(0.05, 0.5), max_counts=loguniform(100, 1000))
    batches = PatternBatches(reflections, simulator, batch_size=1)
    expected = all_of(batches, 0, workers=1)[0]
    for _ in range(5):
        np.testing.assert_array_equal(all_of(batches, 0, workers=4)[0], expected)


def test_no_more_than_a_few_batches_are_ahead(reflections):
    rendered = []

    class Counting(PatternBatches):
        def batch(self, epoch, number):
            rendered.append(number)
            return super().batch(epoch, number)

    batches = Counting(reflections, PowderSimulator(GRID), batch_size=1)
    epoch = batches.epoch(0, workers=1)
    for _ in range(3):
        next(epoch)
    epoch.close()
    assert max(rendered) <= 5


def test_angles_outside_the_measurement_are_missing(reflections):
    options = {"first_angle": (0, 20), "last_angle": (40, 60), "shuffle": False}
    simulator = PowderSimulator(GRID)
    X, _ = all_of(PatternBatches(reflections, simulator, fill_value=np.nan, **options), 0)
    measured = np.isfinite(X)
    first, last = measured.argmax(axis=1), 700 - measured[:, ::-1].argmax(axis=1)
    assert (first == 0).any() and GRID[first].max() <= 20 and np.unique(last).size > 6
    assert ((GRID[last] >= 39.9) & (GRID[last] <= 60)).all()
    assert (measured.sum(axis=1) == last - first + 1).all()
    np.testing.assert_array_equal(np.nanmax(X, axis=1), 1)
    filled, _ = all_of(PatternBatches(reflections, simulator, **options), 0)
    np.testing.assert_array_equal(filled, np.nan_to_num(X))
    with pytest.raises(ValueError, match="first_angle 90 and last_angle 80 leave fewer than two"):
        PatternBatches(reflections, simulator, first_angle=90).batch(0, 0)


def test_impurities_come_from_the_given_rows(reflections):
    simulator = PowderSimulator(GRID, impurity_fraction=0.5)
    options = {"rows": [0], "shuffle": False}
    pure, with_itself, with_other = (
        PatternBatches(reflections, simulator, impurity_rows=rows, **options).batch(0, 0)[0]
        for rows in (None, [0], [5])
    )
    np.testing.assert_allclose(with_itself, pure, atol=1e-6)
    assert np.abs(with_other - pure).max() > 0.2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": [12]}, "rows runs from 12 to 12; the store has 12 rows"),
        ({"rows": []}, "give at least one row number"),
        ({"batch_size": 0}, "batch_size is 0; give an integer of 1 or more"),
        ({"random_state": None}, "random_state is None; give an integer of 0 or more"),
        ({"impurity_rows": [-1]}, "impurity_rows runs from -1 to -1"),
    ],
)
def test_wrong_arguments_are_named(reflections, options, message):
    with pytest.raises(ValueError, match=message):
        PatternBatches(reflections, PowderSimulator(GRID), **options)


def test_conditions_are_named():
    with pytest.raises(ValueError, match="kind is 'film'; use 'paper', 'measured' or 'processed'"):
        powder_conditions("film")


def test_processed_scans_have_noise_in_place_of_a_background(reflections):
    medians = {}
    for kind in ("measured", "processed"):
        simulator = PowderSimulator(GRID, **powder_conditions(kind))
        X = PatternBatches(reflections, simulator, rows=[0] * 40).batch(0, 0)[0]
        medians[kind] = np.median(X, axis=1)
        assert ((X == 0).mean(axis=1) > 0.1).mean() == (kind == "processed")
    assert np.median(medians["processed"]) < 0.2 * np.median(medians["measured"])


def test_each_pattern_draws_one_of_the_simulators(reflections):
    narrow, wide = PowderSimulator(GRID, fwhm=0.1), PowderSimulator(GRID, fwhm=3.0)
    options = {"rows": [0] * 40, "shuffle": False}
    X = PatternBatches(reflections, [narrow, wide], **options).batch(0, 0)[0]
    alone = [PatternBatches(reflections, s, **options).batch(0, 0)[0][0] for s in (narrow, wide)]
    drawn = [[np.allclose(row, one, atol=1e-6) for one in alone] for row in X]
    assert (np.sum(drawn, axis=1) == 1).all() and np.sum(drawn, axis=0).min() > 8
    with pytest.raises(ValueError, match="simulator 1 has another two_theta than simulator 0"):
        PatternBatches(reflections, [narrow, PowderSimulator(GRID[1:])])
    with pytest.raises(ValueError, match="simulator is an empty list"):
        PatternBatches(reflections, [])
