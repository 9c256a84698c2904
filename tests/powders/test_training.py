import numpy as np
import pytest

from skxrd.crystal import (
    ReflectionList,
    longest_spacings,
    make_prototype,
    sum_symmetry,
    symmetry_codes,
)
from skxrd.neural import build_powder_conv
from skxrd.powders import (
    PatternBatches,
    build_symmetry_conv,
    powder_conditions,
    predict_on_batches,
    train_on_batches,
)
from skxrd.simulation import PowderSimulator

GRID = np.linspace(10, 70, 301)
CUBIC = [
    make_prototype("cubic perovskite", A=a, B=b, X=x)
    for a in ("Cs", "Rb")
    for b in ("Pb", "Sn")
    for x in ("Cl", "Br", "I")
]
ELPASOLITES = [
    make_prototype("elpasolite", A=a, B="Ag", C="Bi", X=x)
    for a in ("Cs", "Rb")
    for x in ("Cl", "Br", "I")
]
CRYSTALS = CUBIC + ELPASOLITES * 2
CODES = np.repeat([0, 1], 12)
TARGETS = np.array([np.log(longest_spacings(ReflectionList.from_crystal(c), 3)) for c in CRYSTALS])


def make_batches(**options):
    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    return PatternBatches(CRYSTALS, simulator, **{"batch_size": 8, **options})


def small_powder_conv():
    import keras

    keras.utils.set_random_seed(0)
    return build_powder_conv(GRID.size, 2, hidden_units=(16, 8), filters=8, dropout=0.1)


def small_symmetry_conv(n_classes=2):
    import keras

    keras.utils.set_random_seed(0)
    return build_symmetry_conv(GRID.size, n_classes, filters=(8, 8, 12), hidden_units=16)


def without_times(history):
    return [
        {name: value for name, value in entry.items() if name not in ("seconds", "waited")}
        for entry in history
    ]


class Killed(Exception):
    pass


@pytest.mark.parametrize(
    ("build", "optimizer", "targets"),
    [
        (small_powder_conv, "adam", None),
        (small_symmetry_conv, "adam", None),
        (small_symmetry_conv, "muon", TARGETS),
    ],
)
def test_a_killed_training_ends_like_one_that_was_not(tmp_path, build, optimizer, targets):
    whole_network, network = build(), build()
    validation = make_batches(random_state=9, shuffle=False)
    options = {"epochs": 3, "optimizer": optimizer, "validation": validation, "targets": targets}
    whole = train_on_batches(
        whole_network, make_batches(), CODES, folder=tmp_path / "whole", **options
    )

    class Broken(PatternBatches):
        def batch(self, epoch, number):
            if (epoch, number) == (1, 2):
                raise Killed
            return super().batch(epoch, number)

    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    broken = Broken(CRYSTALS, simulator, batch_size=8)
    with pytest.raises(Killed):
        train_on_batches(network, broken, CODES, folder=tmp_path / "killed", **options)
    again, seen = build(), []
    history = train_on_batches(
        again, make_batches(), CODES, folder=tmp_path / "killed", progress=seen.append, **options
    )
    assert len(history) == 3 and len(seen) == 2
    for one, other in zip(without_times(whole), without_times(history), strict=True):
        assert one == pytest.approx(other, rel=1e-4)
    for one, other in zip(whole_network.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    assert [path.name for path in (tmp_path / "killed").iterdir()] == ["checkpoint.npz"]
    finished = build()
    done = train_on_batches(finished, make_batches(), CODES, folder=tmp_path / "killed", **options)
    assert done == history
    np.testing.assert_array_equal(finished.get_weights()[0], again.get_weights()[0])


@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_it_learns_and_predicts_in_the_order_of_the_rows(tmp_path, optimizer):
    network = small_symmetry_conv()
    options = {"optimizer": optimizer, "learning_rate": 0.01}
    history = train_on_batches(
        network, make_batches(), CODES, folder=tmp_path, epochs=25, **options
    )
    assert history[-1]["loss"] < 0.5 * history[0]["loss"]
    test = make_batches(rows=[20, 1, 14], shuffle=False, random_state=5)
    probabilities, rows = predict_on_batches(network, test)
    assert rows.tolist() == [20, 1, 14]
    assert probabilities.argmax(axis=1).tolist() == [1, 0, 1]


def test_loss_counts_every_level(tmp_path):
    codes = np.where(CODES == 0, 221, 225) - 1
    levels = ("extinction_group", "crystal_system")
    groupings = [symmetry_codes(np.arange(1, 231), level) for level in levels]
    losses = []
    for number, some in enumerate(([], groupings)):
        network = small_symmetry_conv(230)
        validation = make_batches(shuffle=False, random_state=7)
        history = train_on_batches(
            network,
            make_batches(),
            codes,
            folder=tmp_path / str(number),
            epochs=1,
            groupings=some,
            validation=validation,
        )
        p, rows = predict_on_batches(network, validation)
        expected = -np.log(p[np.arange(24), codes[rows]])
        for level in levels if some else ():
            truth = symmetry_codes(codes[rows] + 1, level)
            expected = expected - np.log(sum_symmetry(p, level)[np.arange(24), truth])
        assert history[0]["val_loss"] == pytest.approx(expected.mean(), rel=1e-3)
        losses.append(history[0]["val_loss"])
    assert losses[1] > losses[0]


def test_targets_are_learned_besides_and_forgotten(tmp_path):
    network = small_symmetry_conv()
    before = [variable.shape for variable in network.variables]
    options = {"optimizer": "muon", "epochs": 20, "learning_rate": 0.01}
    history = train_on_batches(
        network, make_batches(), CODES, folder=tmp_path, targets=30 * TARGETS, **options
    )
    assert history[-1]["loss"] < 0.4 * history[0]["loss"] and history[0]["loss"] > 1.5
    assert [variable.shape for variable in network.variables] == before
    assert network.output_shape == (None, 2)


def test_the_network_knows_missing_angles_and_ignores_their_values():
    network = small_symmetry_conv()
    X = np.random.default_rng(0).random((2, GRID.size)).astype(np.float32)
    X[1] = X[0]
    X[1, 200:] = 0
    X = np.concatenate([X, X[:1]])
    X[2, 200:] = np.nan
    p = network.predict_on_batch(X)
    assert np.isfinite(p).all() and not np.allclose(p[1], p[2], atol=1e-6)


def test_wrong_arguments_are_named(tmp_path):
    network, batches = small_powder_conv(), make_batches()
    with pytest.raises(ValueError, match="optimizer is 'sgd'; use 'adam' or 'muon'"):
        train_on_batches(network, batches, CODES, folder=tmp_path, epochs=1, optimizer="sgd")
    with pytest.raises(ValueError, match=r"codes has the shape \(3,\), but the store has 24"):
        train_on_batches(network, batches, [0, 1, 1], folder=tmp_path, epochs=1)
    with pytest.raises(ValueError, match="run from 0 to 1, but the network has 1 class"):
        train_on_batches(
            build_powder_conv(GRID.size, 1, hidden_units=(2, 2), filters=2),
            batches,
            CODES,
            folder=tmp_path,
            epochs=1,
        )
    with pytest.raises(ValueError, match=r"targets has the shape \(24,\), but the store has 24"):
        train_on_batches(network, batches, CODES, folder=tmp_path, epochs=1, targets=CODES)
    unknown = np.where(np.arange(24)[:, None] == 5, np.nan, TARGETS)
    with pytest.raises(ValueError, match="targets of row 5 are no numbers; leave the row out"):
        train_on_batches(network, batches, CODES, folder=tmp_path, epochs=1, targets=unknown)
    train_on_batches(network, batches, CODES, folder=tmp_path, epochs=1)
    with pytest.raises(ValueError, match="holds a training with epochs = 1, not 2; use the same"):
        train_on_batches(network, batches, CODES, folder=tmp_path, epochs=2)
    with pytest.raises(ValueError, match="holds a training with targets = 0, not "):
        train_on_batches(network, batches, CODES, folder=tmp_path, epochs=1, targets=TARGETS)
    missing = make_batches(last_angle=40, fill_value=np.nan)
    with pytest.raises(ValueError, match="the loss of epoch 1 is nan; lower learning_rate"):
        train_on_batches(network, missing, CODES, folder=tmp_path / "nan", epochs=1)
