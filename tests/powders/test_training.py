import numpy as np
import pytest
from sample_crystals import ELPASOLITES, PEROVSKITES

from skxrd.crystal import (
    ReflectionList,
    longest_spacings,
    sum_symmetry,
    symmetry_codes,
)
from skxrd.neural import build_powder_conv
from skxrd.powders import (
    BatchTrainer,
    PatternBatches,
    build_symmetry_conv,
    powder_conditions,
)
from skxrd.simulation import PowderSimulator

GRID = np.linspace(10, 70, 301)
CRYSTALS = PEROVSKITES + ELPASOLITES * 2
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


@pytest.mark.slow
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
    options = {"epochs": 3, "validation": validation, "targets": targets}
    whole = BatchTrainer(whole_network, optimizer=optimizer).fit(
        make_batches(), CODES, folder=tmp_path / "whole", **options
    )

    class Broken(PatternBatches):
        def batch(self, epoch, number):
            if (epoch, number) == (1, 2):
                raise Killed
            return super().batch(epoch, number)

    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    broken = Broken(CRYSTALS, simulator, batch_size=8)
    with pytest.raises(Killed):
        BatchTrainer(network, optimizer=optimizer).fit(
            broken, CODES, folder=tmp_path / "killed", **options
        )
    again, seen = build(), []
    history = BatchTrainer(again, optimizer=optimizer).fit(
        make_batches(), CODES, folder=tmp_path / "killed", progress=seen.append, **options
    )
    assert len(history) == 3 and len(seen) == 2
    for one, other in zip(without_times(whole), without_times(history), strict=True):
        assert one == pytest.approx(other, rel=1e-4)
    for one, other in zip(whole_network.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    files = sorted(path.name for path in (tmp_path / "killed").iterdir())
    assert files == ["checkpoint.npz", "skxrd.json"]
    finished = build()
    done = BatchTrainer(finished, optimizer=optimizer).fit(
        make_batches(), CODES, folder=tmp_path / "killed", **options
    )
    assert done == history
    np.testing.assert_array_equal(finished.get_weights()[0], again.get_weights()[0])


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_it_learns_and_predicts_in_the_order_of_the_rows(tmp_path, optimizer):
    network = small_symmetry_conv()
    trainer = BatchTrainer(network, optimizer=optimizer, learning_rate=0.01)
    history = trainer.fit(make_batches(), CODES, folder=tmp_path, epochs=25)
    assert history[-1]["loss"] < 0.5 * history[0]["loss"]
    test = make_batches(rows=[20, 1, 14], shuffle=False, random_state=5)
    probabilities, rows = trainer.predict_proba(test)
    assert rows.tolist() == [20, 1, 14]
    assert probabilities.argmax(axis=1).tolist() == [1, 0, 1]


@pytest.mark.slow
def test_loss_counts_every_level(tmp_path):
    codes = np.where(CODES == 0, 221, 225) - 1
    levels = ("extinction_group", "crystal_system")
    groupings = [symmetry_codes(np.arange(1, 231), level) for level in levels]
    losses = []
    for number, some in enumerate(([], groupings)):
        network = small_symmetry_conv(230)
        validation = make_batches(shuffle=False, random_state=7)
        trainer = BatchTrainer(network, groupings=some)
        folder = tmp_path / str(number)
        history = trainer.fit(make_batches(), codes, folder=folder, epochs=1, validation=validation)
        p, rows = trainer.predict_proba(validation)
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
    history = BatchTrainer(network, optimizer="muon", learning_rate=0.01).fit(
        make_batches(), CODES, folder=tmp_path, epochs=20, targets=30 * TARGETS
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
    batches, options = make_batches(), {"folder": tmp_path, "epochs": 1}
    trainer = BatchTrainer(small_powder_conv())
    with pytest.raises(ValueError, match="optimizer is 'sgd'; use 'adam' or 'muon'"):
        BatchTrainer(trainer.network, optimizer="sgd").fit(batches, CODES, **options)
    with pytest.raises(ValueError, match=r"codes has the shape \(3,\), but the store has 24"):
        trainer.fit(batches, [0, 1, 1], **options)
    one_class = build_powder_conv(GRID.size, 1, hidden_units=(2, 2), filters=2)
    with pytest.raises(ValueError, match="run from 0 to 1, but the network has 1 class"):
        BatchTrainer(one_class).fit(batches, CODES, **options)
    with pytest.raises(ValueError, match=r"targets has the shape \(24,\), but the store has 24"):
        trainer.fit(batches, CODES, targets=CODES, **options)
    narrow = build_powder_conv(GRID.size - 1, 2, hidden_units=(2, 2), filters=2)
    with pytest.raises(ValueError, match="the network takes rows of shape"):
        BatchTrainer(narrow).fit(batches, CODES, **options)
    unknown = np.where(np.arange(24)[:, None] == 5, np.nan, TARGETS)
    with pytest.raises(ValueError, match="targets of row 5 are not finite; leave the row out"):
        trainer.fit(batches, CODES, targets=unknown, **options)
    missing = make_batches(last_angle=40, fill_value=np.nan)
    with pytest.raises(ValueError, match="the loss of epoch 1 is nan; lower learning_rate"):
        trainer.fit(missing, CODES, folder=tmp_path / "nan", epochs=1)


def test_trainings_of_other_settings_are_refused(tmp_path):
    network, options = small_symmetry_conv(), {"folder": tmp_path / "run", "epochs": 1}
    BatchTrainer(network).fit(make_batches(), CODES, **options)
    for trainer, batches, changed, message in (
        ({}, {}, {"epochs": 2}, "holds a training with epochs = 1, not 2; use the same"),
        ({}, {}, {"targets": TARGETS}, "with targets = None, not [0-9a-f]{16}"),
        ({}, {}, {"validation": make_batches(random_state=1)}, "with validation = None, not "),
        ({"learning_rate": 0.1}, {}, {}, "with learning_rate = 0.001, not 0.1"),
        ({"groupings": [[0, 0]]}, {}, {}, "with groupings = .*, not "),
        ({}, {"batch_size": 4}, {}, "with batch_size = 8, not 4"),
        ({}, {"last_angle": 60}, {}, "with last_angle = None, not 60"),
    ):
        with pytest.raises(ValueError, match=message):
            BatchTrainer(network, **trainer).fit(
                make_batches(**batches), CODES, **options | changed
            )
    with pytest.raises(ValueError, match="with codes = .*, not "):
        BatchTrainer(network).fit(make_batches(), 1 - CODES, **options)
    with pytest.raises(ValueError, match="with network = .*, not "):
        BatchTrainer(small_powder_conv()).fit(make_batches(), CODES, **options)


def test_a_damaged_checkpoint_is_named(tmp_path):
    network, options = small_symmetry_conv(), {"folder": tmp_path / "run", "epochs": 1}
    BatchTrainer(network).fit(make_batches(), CODES, **options)
    path = tmp_path / "run" / "checkpoint.npz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"checkpoint.npz: is damaged; delete it to train from"):
        BatchTrainer(network).fit(make_batches(), CODES, **options)


def test_folders_of_older_versions_are_refused(tmp_path):
    (tmp_path / "checkpoint.npz").write_bytes(b"")
    with pytest.raises(ValueError, match="was written by another version of skxrd"):
        BatchTrainer(small_symmetry_conv()).fit(make_batches(), CODES, folder=tmp_path, epochs=1)
