"""Parts of the training on measured structures, which are scripts of the benchmarks."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sample_crystals import ELPASOLITES, PEROVSKITES

from skxrd.crystal import ReflectionList
from skxrd.powders import (
    BatchTrainer,
    PatternBatches,
    build_symmetry_conv,
    load_symmetry_classifier,
    powder_conditions,
)
from skxrd.powders._trained_network import BUNDLED
from skxrd.simulation import PowderSimulator

ROOT = Path(__file__).parents[2]
if not (ROOT / "benchmarks" / "powders").is_dir():
    pytest.skip("the benchmarks are not here", allow_module_level=True)
sys.path.append(str(ROOT))

from benchmarks.powders.averaged_weights import (  # noqa: E402
    average_with_start,
    set_statistics,
)
from benchmarks.powders.measured_structures import (  # noqa: E402
    cell_factor,
    connected_groups,
    mineral_weights,
    ordered_formula,
    split_minerals,
    without_hydrogen,
)
from benchmarks.powders.mixed_batches import MixedBatches  # noqa: E402

GRID = np.linspace(10, 70, 301)


def test_formulas_are_ordered_and_reduced():
    assert ordered_formula("TiO2") == ordered_formula("O4Ti2") == "O2Ti"
    assert ordered_formula("Mg1.8Fe0.2SiO4") == "Fe0.2Mg1.8O4Si"
    assert without_hydrogen("CaH4O6S") == "CaO6S"
    assert without_hydrogen("H2O") == "O"
    assert without_hydrogen("H") == "H"


def test_rows_that_share_a_key_are_one_group():
    groups = connected_groups(["a", "b", "b", "c", "d"], ["x", "x", "y", "", ""])
    assert groups[0] == groups[1] == groups[2]
    assert len({groups[0], groups[3], groups[4]}) == 3


def labels_of(rows):
    names = ["without_hydrogen", "mineral", "measured"]
    return pd.DataFrame(rows, columns=names)


def test_no_mineral_or_formula_is_on_both_sides():
    computed = [("A", "", False), ("B", "", False), ("C", "", False)]
    rng = np.random.default_rng(0)
    minerals = [
        (formula, mineral, True)
        for formula, mineral in zip(
            rng.choice([*"ABC", *map(str, range(60))], 60), rng.choice(60, 60), strict=True
        )
    ]
    labels = labels_of([*computed, *((f, f"m{m}", t) for f, m, t in minerals)])
    train, held, test = split_minerals(labels, [0], [1], [2])
    assert min(len(train), len(held), len(test)) > 1
    assert not set(labels["mineral"][train]) & set(labels["mineral"][np.r_[held, test]])
    formulas = labels["without_hydrogen"]
    assert not set(formulas[train]) & set(formulas[np.r_[held, test]])
    assert not {"B", "C"} & set(formulas[train])
    assert "A" not in set(formulas[np.r_[held, test]])


def test_minerals_beside_no_computed_one_are_divided():
    labels = labels_of([("A", "", False)] + [(str(i), f"m{i}", True) for i in range(400)])
    train, held, test = split_minerals(labels, [0], [], [])
    assert len(train) + len(held) + len(test) == 400
    assert 270 < len(train) < 330
    assert 8 < len(held) < 40


def test_cell_factor_is_the_median_over_compounds():
    index = [("A", 1), ("A", 1), ("B", 2), ("C", 3), ("D", 4)]
    computed = pd.Series([1.0, 1.2, 1.0, 1.0, 5.0], pd.MultiIndex.from_tuples(index))
    measured = pd.Series(
        [1.1 * 0.97**3, 0.98**3, 2.0, 1.0],
        pd.MultiIndex.from_tuples([("A", 1), ("B", 2), ("C", 3), ("E", 1)]),
    )
    factor, found = cell_factor(measured, computed)
    assert factor == pytest.approx(0.98)
    assert found["compounds"] == 3
    with pytest.raises(ValueError, match="no compound is in both series; index them alike"):
        cell_factor(measured[-1:], computed)


def test_a_mineral_counts_as_the_root_of_its_determinations():
    rows = [("q", "Quartz", 152)] * 4 + [("a", "", 1), ("b", None, 1), ("b", "", 1)]
    labels = pd.DataFrame(rows, columns=["formula", "mineral", "space_group_number"])
    labels["name"] = ""
    weights = mineral_weights(labels, np.arange(7)).to_numpy()
    assert weights == pytest.approx([0.5] * 4 + [1] + [0.5**0.5] * 2)


def mixed(**options):
    crystals = [ReflectionList.from_crystal(c, 1.2) for c in PEROVSKITES + ELPASOLITES]
    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    options = {"n_patterns": 20, "n_computed": 12, "factor": 0.99} | options
    return MixedBatches(crystals, simulator, batch_size=8, **options)


def test_epochs_are_drawn_by_weight_and_come_again():
    batches = mixed(rows=[1, 3, 14], weights=[0, 1, 1])
    drawn = [np.concatenate([rows for _, rows in batches.epoch(e)]) for e in (0, 1, 0)]
    assert [len(rows) for rows in drawn] == [20] * 3
    assert set(drawn[0]) == {3, 14}
    assert (drawn[0] == drawn[2]).all()
    assert (drawn[0] != drawn[1]).any()
    assert batches.made_of != mixed(rows=[1, 3, 14], weights=[0, 1, 2]).made_of


def test_only_computed_cells_are_rescaled():
    batches = mixed(rows=[0, 14], weights=[1, 1])
    computed, measured = batches._take([0, 14])
    plain = PatternBatches._take(batches, [0, 14])
    assert computed.cell == pytest.approx(plain[0].cell * [0.99, 0.99, 0.99, 1, 1, 1])
    assert measured is plain[1]


@pytest.mark.slow
def test_a_killed_training_of_mixed_patterns_ends_like_one_that_was_not(tmp_path):
    import keras

    def trainer():
        keras.utils.set_random_seed(0)
        network = build_symmetry_conv(GRID.size, 2, filters=(8, 12), hidden_units=16)
        return BatchTrainer(network, optimizer="muon")

    def killed(entry):
        raise KeyboardInterrupt

    codes = np.repeat([0, 1], [12, 6])
    batches = mixed(rows=np.arange(18), weights=np.repeat([1, 3], [12, 6]))
    whole = trainer()
    whole.fit(batches, codes, folder=tmp_path / "whole", epochs=2)
    with pytest.raises(KeyboardInterrupt):
        trainer().fit(batches, codes, folder=tmp_path / "killed", epochs=2, progress=killed)
    again = trainer()
    history = again.fit(batches, codes, folder=tmp_path / "killed", epochs=2)
    assert len(history) == 2
    for one, other in zip(whole.network.get_weights(), again.network.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    other = mixed(rows=np.arange(18), weights=np.ones(18))
    with pytest.raises(ValueError, match="weights"):
        trainer().fit(other, codes, folder=tmp_path / "killed", epochs=2)


def small_network():
    import keras

    keras.utils.set_random_seed(0)
    return build_symmetry_conv(GRID.size, 230, filters=(8, 12), hidden_units=16, dropout=0)


@pytest.mark.slow
def test_statistics_are_those_of_the_patterns():
    network = small_network()
    X = mixed(rows=np.arange(18), weights=np.ones(18), n_patterns=64).batch(0, 0)[0]
    before = network(X, training=False).numpy()
    set_statistics(network, X)
    after = network(X, training=False).numpy()
    assert np.abs(after - before).max() > 1e-3
    np.testing.assert_allclose(after, network(X, training=True).numpy(), atol=1e-4)


@pytest.mark.slow
def test_the_best_average_of_weights_is_taken():
    network = small_network()
    batches = mixed(rows=np.arange(18), weights=np.ones(18))
    trained, X = network.get_weights(), batches.batch(0, 0)[0]
    trainer = BatchTrainer(network)
    same = average_with_start(trainer, trained, batches, np.full(18, 221), X)
    assert [one["share"] for one in same["averages_on_held_out_patterns"]] == [1, 0.75, 0.5]
    network.layers[-1].set_weights([0 * w for w in network.layers[-1].get_weights()])
    uniform = network.get_weights()
    network.layers[-1].set_weights([np.zeros((16, 230)), 9 * (np.arange(230) == 220)])
    found = average_with_start(trainer, uniform, batches, np.full(18, 221), X)
    assert found["share_of_the_trained_weights"] == 1
    found = average_with_start(trainer, uniform, batches, np.full(18, 1), X)
    assert found["share_of_the_trained_weights"] == 0.5
    assert network.get_weights()[-1][220] == pytest.approx(4.5)


@pytest.mark.slow
def test_weights_of_the_bundled_network_are_put_back():
    pytest.importorskip("onnx", reason="ONNX files are read by onnx")
    from benchmarks.powders.restored_network import restored_network
    from skxrd.metrics import scale_temperature

    classifier = load_symmetry_classifier()
    grid = classifier.two_theta_
    simulator = PowderSimulator(grid, **powder_conditions("measured"))
    batches = PatternBatches(
        PEROVSKITES, simulator, first_angle=(0, 30), fill_value=np.nan, batch_size=12
    )
    X, _ = batches.batch(0, 0)
    network = restored_network(BUNDLED, X)
    p = scale_temperature(
        network.predict(X, verbose=0), float(classifier.network_.card["temperature"])
    )
    expected = classifier.network_.session.run(None, {"patterns": X})[0]
    assert np.abs(p - expected).max() < 1e-3
    as_trained = network(X, training=True).numpy()  # with dropout and the statistics of X
    agreement = (as_trained.argmax(axis=1) == p.argmax(axis=1)).mean()
    assert agreement > 0.5
