import itertools
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time

import joblib
import numpy as np
import pytest
from sample_crystals import PEROVSKITES
from scipy.stats import loguniform

from skxrd.crystal import Crystal
from skxrd.powders import (
    PatternBatches,
    PatternStore,
    powder_conditions,
    write_pattern_store,
)
from skxrd.simulation import PowderSimulator

zarr = pytest.importorskip("zarr", reason="pattern stores need zarr")

GRID = np.linspace(10, 80, 701)


def make_batches(reflections, kind=PatternBatches, **options):
    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    options = {"batch_size": 5, "last_angle": (60, 79), "fill_value": np.nan, **options}
    return kind(reflections, simulator, **options)


def rounded(X):
    return X.astype(np.float16).astype(np.float32)


def all_of(batches, epoch, **options):
    X, rows = zip(*batches.epoch(epoch, **options), strict=True)
    return np.concatenate(X), np.concatenate(rows)


def chunks(path, name="patterns"):
    """Files of the batches and when they were written."""
    files = (file for file in (path / name / "c").rglob("*") if file.is_file())
    return {file.relative_to(path): file.stat().st_mtime_ns for file in files}


def assert_same_store(path, other):
    for name in ("patterns", "rows", "two_theta"):
        one, two = (zarr.open_group(folder, mode="r")[name][:] for folder in (path, other))
        np.testing.assert_array_equal(one, two)


@pytest.fixture(scope="module")
def written(reflections, tmp_path_factory):
    path = tmp_path_factory.mktemp("patterns") / "store"
    return write_pattern_store(make_batches(reflections), path, n_epochs=2)


@pytest.fixture
def copied(written, tmp_path):
    return shutil.copytree(written.path, tmp_path / "copied")


def test_what_is_read_is_what_was_rendered(reflections, written):
    batches = make_batches(reflections)
    assert (len(written), written.n_epochs, written.n_crystals) == (3, 2, 12)
    for name in ("n_rows", "n_angles", "batch_size", "random_state"):
        assert getattr(written, name) == getattr(batches, name)
    np.testing.assert_array_equal(written.two_theta, GRID)
    for epoch in (0, 1):
        for number in range(3):
            (X, rows), (expected, its_rows) = (
                one.batch(epoch, number) for one in (written, batches)
            )
            assert X.dtype == np.float32 and np.isnan(X).any()
            np.testing.assert_array_equal(X, rounded(expected))
            np.testing.assert_allclose(X, expected, atol=2.5e-4, equal_nan=True)
            np.testing.assert_array_equal(rows, its_rows)
    np.testing.assert_array_equal(written.rows, all_of(batches, 0)[1])
    with pytest.raises(IndexError, match="batch 3 is not in an epoch of 3"):
        written.batch(0, 3)


def test_a_chunk_is_a_batch(written):
    group = zarr.open_group(written.path, mode="r")
    assert group.metadata.zarr_format == 3
    assert group["patterns"].dtype == np.float16
    assert group["patterns"].chunks == (1, 5, 701) and group["rows"].chunks == (1, 5)
    assert len(chunks(written.path)) == len(chunks(written.path, "rows")) == 6


def test_later_epochs_are_the_stored_ones_in_another_order(written):
    stored, rows = zip(*written.epoch(1), strict=True)
    later = {epoch: [tuple(rows) for _, rows in written.epoch(epoch)] for epoch in (3, 5, 7, 9)}
    assert all(sorted(order) == sorted(map(tuple, rows)) for order in later.values())
    assert len({tuple(order) for order in later.values()}) > 1
    assert later[3] == [tuple(rows) for _, rows in PatternStore(written.path).epoch(3)]
    X, its_rows = written.batch(3, 0)
    place = [tuple(one) for one in rows].index(tuple(its_rows))
    np.testing.assert_array_equal(X, stored[place])


def test_readers_give_the_same(written):
    X, rows = all_of(written, 1, workers=1)
    again = pickle.loads(pickle.dumps(written))
    assert len(pickle.dumps(written)) < 1000
    for one, expected in zip(all_of(again, 1, workers=4), (X, rows), strict=True):
        np.testing.assert_array_equal(one, expected)


def test_only_what_is_missing_is_rendered(reflections, written, copied):
    for chunk in ("0/1", "1/0"):  # as if their worker had been killed before and after the patterns
        (copied / "rows" / "c" / chunk).unlink()
    (copied / "patterns" / "c" / "0/1/0").unlink()
    before = chunks(copied)
    reports = []
    write_pattern_store(make_batches(reflections), copied, n_epochs=2, progress=reports.append)
    assert reports == [24]
    after = chunks(copied)
    assert {str(file) for file in after if after[file] != before.get(file)} == {
        os.path.join("patterns", "c", "0", "1", "0"),
        os.path.join("patterns", "c", "1", "0", "0"),
    }
    assert_same_store(copied, written.path)
    write_pattern_store(make_batches(reflections), copied, n_epochs=2, progress=reports.append)
    assert reports == [24] and chunks(copied) == after


def test_epochs_are_added(reflections, written, copied):
    before = chunks(copied)
    more = write_pattern_store(make_batches(reflections), copied, n_epochs=3)
    assert more.n_epochs == 3 and len(chunks(copied)) == 9
    assert chunks(copied).items() >= before.items()
    np.testing.assert_array_equal(more.batch(0, 2)[0], written.batch(0, 2)[0])
    np.testing.assert_array_equal(
        more.batch(2, 1)[0], rounded(make_batches(reflections).batch(2, 1)[0])
    )
    assert write_pattern_store(make_batches(reflections), copied, n_epochs=1).n_epochs == 3


class Stopped(Exception):
    pass


# joblib says so when workers are busy while the call ends
@pytest.mark.filterwarnings("ignore:.*still being processed by the workers:UserWarning")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_stopped_call_goes_on(reflections, tmp_path, n_jobs):
    class HeldBatches(PatternBatches):  # in here, so that workers get it by value
        def batch(self, epoch, number):
            if number >= 4:
                time.sleep(600)  # its worker is killed meanwhile
            return super().batch(epoch, number)

    batches = make_batches(reflections, batch_size=1)
    held = make_batches(reflections, HeldBatches, batch_size=1)

    def stop(done):
        raise Stopped(done)

    with pytest.raises(Stopped, match="4"):
        write_pattern_store(held, tmp_path / "p", n_epochs=1, n_jobs=n_jobs, progress=stop)
    with pytest.raises(ValueError, match="p: holds no finished pattern store; run write_patt"):
        PatternStore(tmp_path / "p")
    reports = []
    whole = write_pattern_store(batches, tmp_path / "p", n_epochs=1, progress=reports.append)
    assert reports == [8, 12]
    X, _ = all_of(whole, 0)
    np.testing.assert_array_equal(X, rounded(all_of(batches, 0)[0]))


SCRIPT = """
import sys, time
import numpy as np
from skxrd.crystal import make_prototype
from skxrd.powders import PatternBatches, write_pattern_store
from skxrd.simulation import PowderSimulator

def write(path, **options):
    crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in ("Cl", "Br")]
    batches = PatternBatches(crystals * 20, PowderSimulator(np.linspace(10, 80, 701)), batch_size=2)
    return write_pattern_store(batches, path, n_epochs=5, **options)

if __name__ == "__main__":
    write(sys.argv[1], progress=lambda done: time.sleep(0.1))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_process_loses_nothing(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path / "killed")])
    end = time.monotonic() + 60
    while len(list((tmp_path / "killed").glob("rows/c/*/*"))) < 15 and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with pytest.raises(ValueError, match="killed: holds no finished pattern store"):
        PatternStore(tmp_path / "killed")
    before = chunks(tmp_path / "killed", "rows")
    assert 15 <= len(before) < 100
    names = {"__name__": "script"}
    exec(SCRIPT, names)
    names["write"](tmp_path / "killed")
    names["write"](tmp_path / "whole")
    assert chunks(tmp_path / "killed", "rows").items() >= before.items()
    assert_same_store(tmp_path / "killed", tmp_path / "whole")


def busy_batches(reflections):
    simulator = PowderSimulator(np.linspace(10, 110, 5001), **powder_conditions("paper"))
    return PatternBatches(reflections, simulator, rows=np.repeat(np.arange(12), 12), batch_size=4)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_dask_cluster_writes_the_same_though_a_worker_is_killed(reflections, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the cluster of the test is dask's")
    batches, reports = busy_batches(reflections), []
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            local_directory=tmp_path / "scratch",
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = client.run(os.getpid)
        assert len(set(workers.values())) == 2

        def kill_one(done):
            reports.append(done)
            if len(reports) == 3:
                os.kill(next(iter(workers.values())), signal.SIGKILL)

        with joblib.parallel_config("dask"):
            write_pattern_store(batches, tmp_path / "dask", n_epochs=2, progress=kill_one)
    assert reports[2] < 288 and reports[-1] == 288
    write_pattern_store(batches, tmp_path / "alone", n_epochs=2)
    assert_same_store(tmp_path / "dask", tmp_path / "alone")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 4}, "holds patterns with batch_size = 5, not 4; use the same settings or"),
        ({"random_state": 1}, "holds patterns with random_state = 0, not 1"),
        ({"rows": [0, 1]}, "holds patterns with rows = 12 values, .*, not 2 values"),
        ({"fill_value": 0.0}, "holds patterns with fill_value = nan, not 0.0"),
        ({"first_angle": (10, 20)}, r"with first_angle = None, not \[10, 20\]"),
        ({"impurity_rows": [0]}, "holds patterns with impurity_rows = None, not 1 values"),
        ({"rows": range(11, -1, -1)}, "holds patterns with rows = 12 values, .*, not 12 values"),
    ],
)
def test_other_batches_are_refused(reflections, written, options, message):
    with pytest.raises(ValueError, match=message):
        write_pattern_store(make_batches(reflections, **options), written.path, n_epochs=2)


@pytest.mark.parametrize(
    ("grid", "conditions", "message"),
    [
        (GRID + 1e-9, {}, "holds patterns with two_theta = 701 values, .*, not 701 values"),
        (GRID, {"eta": 0.5}, r"holds patterns with eta = \[0.0, 1.0\], not 0.5"),
        (
            GRID,
            {"max_counts": loguniform(500, 60_000)},
            r"with max_counts = .*50000.*, not .*60000",
        ),
        (
            GRID,
            {"impurities": PEROVSKITES[:1]},
            "with impurities = None, not 1 crystals, [0-9a-f]{8}",
        ),
    ],
)
def test_other_simulators_are_refused(reflections, written, grid, conditions, message):
    simulator = PowderSimulator(grid, **{**powder_conditions("paper"), **conditions})
    options = {"batch_size": 5, "last_angle": (60, 79), "fill_value": np.nan}
    with pytest.raises(ValueError, match=message):
        write_pattern_store(PatternBatches(reflections, simulator, **options), written.path)


def test_other_crystals_are_refused(tmp_path):
    simulator = PowderSimulator(GRID)
    write_pattern_store(PatternBatches(PEROVSKITES[:2], simulator), tmp_path / "p", n_epochs=1)
    with pytest.raises(ValueError, match="holds patterns with crystals = 2 crystals, "):
        write_pattern_store(PatternBatches(PEROVSKITES[1:3], simulator), tmp_path / "p", n_epochs=1)


def test_the_elements_of_crystals_count(tmp_path):
    cell, coords = [4.0] * 3 + [90] * 3, [[0, 0, 0]]
    names = ("Cu", "Ag")
    one, other = (Crystal(cell, [name], coords, "Pm-3m", name="same") for name in names)
    simulator = PowderSimulator(GRID)
    write_pattern_store(PatternBatches([one], simulator), tmp_path / "p", n_epochs=1)
    with pytest.raises(ValueError, match="with crystals = 1 crystals, .*, not 1 crystals, "):
        write_pattern_store(PatternBatches([other], simulator), tmp_path / "p", n_epochs=1)


class KilledHere(BaseException):
    """Nothing in the way catches it, as nothing catches a kill."""


def write_until(kill_at, batches, path, monkeypatch, before):
    """Write a store that is killed before or after its n-th write to disk; the number of writes."""
    writes, put = itertools.count(1), zarr.storage.LocalStore.set

    async def set_or_die(self, *arguments, **options):
        number = next(writes)
        if before and number == kill_at:
            raise KilledHere
        await put(self, *arguments, **options)
        if number == kill_at:
            raise KilledHere

    with monkeypatch.context() as patch:
        patch.setattr(zarr.storage.LocalStore, "set", set_or_die)
        write_pattern_store(batches, path, n_epochs=2)
    return next(writes) - 1


@pytest.mark.parametrize("before", [True, False])
def test_a_call_killed_at_any_write_goes_on(tmp_path, monkeypatch, before):
    simulator = PowderSimulator(GRID)
    batches = PatternBatches(PEROVSKITES[:3], simulator, batch_size=2)
    n_writes = write_until(0, batches, tmp_path / "whole", monkeypatch, before)
    assert n_writes > 10
    for kill_at in range(1, n_writes + 1):
        path = tmp_path / f"killed_{kill_at}"
        with pytest.raises(KilledHere):
            write_until(kill_at, batches, path, monkeypatch, before)
        for partial in ("zarr.json.1.partial", "two_theta"):  # what a kill leaves of a write
            (path / partial).mkdir(exist_ok=True)
        write_pattern_store(batches, path, n_epochs=2)
        assert_same_store(path, tmp_path / "whole")
        np.testing.assert_array_equal(PatternStore(path).two_theta, GRID)


def test_a_folder_without_its_mark_is_refused(reflections, copied):
    (copied / "skxrd.json").unlink()  # as older versions wrote none
    with pytest.raises(ValueError, match="copied: was written by another version of skxrd"):
        PatternStore(copied)
    with pytest.raises(ValueError, match="copied: was written by another version of skxrd"):
        write_pattern_store(make_batches(reflections), copied)


@pytest.mark.parametrize("chunk", ["patterns/c/0/1/0", "rows/c/0/1", "two_theta/c/0"])
@pytest.mark.parametrize("damage", [lambda c: b"", lambda c: c[:13]])
def test_damaged_chunks_are_named_and_their_remedy_works(
    reflections, written, copied, chunk, damage
):
    (copied / chunk).write_bytes(damage((copied / chunk).read_bytes()))
    message = f"{chunk}: is damaged; delete it and run write_pattern_store with this path"
    with pytest.raises(ValueError, match=message):
        all_of(PatternStore(copied), 0)
    (copied / chunk).unlink()
    write_pattern_store(make_batches(reflections), copied, n_epochs=2)
    assert_same_store(copied, written.path)


@pytest.mark.parametrize("name", ["zarr.json", "rows/zarr.json", "two_theta/zarr.json"])
def test_damaged_descriptions_are_named_and_their_remedy_works(reflections, written, copied, name):
    (copied / name).write_bytes((copied / name).read_bytes()[:20])
    message = f"copied/{name}: is damaged; delete it and run write_pattern_store with this path"
    with pytest.raises(ValueError, match=message):
        PatternStore(copied)
    with pytest.raises(ValueError, match=message):
        write_pattern_store(make_batches(reflections), copied, n_epochs=2)
    (copied / name).unlink()
    write_pattern_store(make_batches(reflections), copied, n_epochs=2)
    assert_same_store(copied, written.path)


def test_lost_patterns_are_no_missing_angles(reflections, written, copied):
    (copied / "patterns/c/0/1/0").unlink()
    with pytest.raises(ValueError, match="copied: holds no finished pattern store; run write_pat"):
        all_of(PatternStore(copied), 0)
    write_pattern_store(make_batches(reflections), copied, n_epochs=2)
    assert_same_store(copied, written.path)


def test_wrong_arguments_are_named(reflections, copied, tmp_path):
    batches = make_batches(reflections)
    with pytest.raises(ValueError, match="n_epochs is 0; give an integer of 1 or more"):
        write_pattern_store(batches, tmp_path / "p", n_epochs=0)
    with pytest.raises(ValueError, match="fill_value is 100000, which float16 does not hold"):
        write_pattern_store(make_batches(reflections, fill_value=1e5), tmp_path / "p")
    with pytest.raises(ValueError, match="nothing: holds no finished pattern store; run wri"):
        PatternStore(tmp_path / "nothing")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="full: was written by another version of skxrd, or hol"):
        write_pattern_store(batches, tmp_path / "full")
    (copied / "rows" / "c" / "1" / "1").unlink()
    with pytest.raises(ValueError, match="copied: holds no finished pattern store; run write"):
        all_of(PatternStore(copied), 1)


def test_the_remedy_for_a_missing_zarr_is_named(reflections, written, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(ImportError, match=r'PatternStore needs zarr.*pip install "skxrd\[store\]"'):
        PatternStore(written.path)
    with pytest.raises(ImportError, match="write_pattern_store needs zarr"):
        write_pattern_store(make_batches(reflections), tmp_path / "p")


def test_training_from_disk_is_training_on_the_rounded_patterns(reflections, tmp_path):
    import keras

    from skxrd.neural import build_powder_conv
    from skxrd.powders import BatchTrainer

    class Rounded(PatternBatches):
        def batch(self, epoch, number):
            X, rows = super().batch(epoch, number)
            return rounded(X), rows

    simulator = PowderSimulator(GRID, **powder_conditions("paper"))
    batches = Rounded(reflections, simulator, batch_size=5)
    store = write_pattern_store(batches, tmp_path / "patterns", n_epochs=2)
    codes, losses, found = np.arange(12) % 3, [], []
    for number, one in enumerate((batches, store)):
        keras.utils.set_random_seed(0)
        network = build_powder_conv(GRID.size, 3, hidden_units=(16, 8), filters=8)
        trainer, folder = BatchTrainer(network), tmp_path / f"training_{number}"
        history = trainer.fit(one, codes, folder=folder, epochs=2, validation=one)
        losses.append([entry["val_loss"] for entry in history])
        found.append(trainer.predict_proba(one, epoch=1))
    assert losses[0] == losses[1]
    np.testing.assert_array_equal(found[0][0], found[1][0])
    np.testing.assert_array_equal(found[0][1], found[1][1])
    # a third epoch, which the store has not, takes its first one again
    history = trainer.fit(store, codes, folder=tmp_path / "more", epochs=3)
    assert len(history) == 3
