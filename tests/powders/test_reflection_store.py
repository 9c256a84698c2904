import pickle
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from skxrd.crystal import Crystal, ReflectionList, make_prototype
from skxrd.powders import PatternBatches, ReflectionStore, write_reflection_store
from skxrd.simulation import PowderSimulator

GRID = np.arange(10, 60, 0.05)
CRYSTALS = [
    make_prototype("cubic perovskite", A=a, B=b, X=x)
    for a in ("Cs", "Rb")
    for b in ("Pb", "Sn")
    for x in ("Cl", "Br")
]
BATCHES = [CRYSTALS[:3], CRYSTALS[3:6], CRYSTALS[6:]]


def test_a_store_returns_the_lists_that_went_in(tmp_path):
    done = []
    store = write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3, progress=done.append)
    assert done == [3, 6, 8] and len(store) == 8
    assert store.labels["space_group_number"].tolist() == [221] * 8
    for crystal, stored in zip(CRYSTALS, store, strict=True):
        listed = ReflectionList.from_crystal(crystal, 1.3)
        assert stored.name == crystal.name
        for name in ("cell", "hkl", "multiplicity", "strength", "rotations"):
            np.testing.assert_array_equal(getattr(stored, name), getattr(listed, name))
    assert [item.name for item in store[[7, 0]]] == [CRYSTALS[7].name, CRYSTALS[0].name]
    assert len(store[2:5]) == 3
    with pytest.raises(IndexError, match="crystal 8 is not in a store of 8"):
        store[8]
    again = pickle.loads(pickle.dumps(store))
    np.testing.assert_array_equal(again[3].strength, store[3].strength)


def test_patterns_from_a_store_equal_those_from_crystals(tmp_path):
    store = write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
    simulator = PowderSimulator(
        GRID, dispersion=False, march_r=(0.3, 1), preferred_orientation=(1, 0, 0), random_state=0
    )
    np.testing.assert_allclose(
        simulator.fit_transform(store), simulator.fit_transform(CRYSTALS), atol=1e-6
    )


def test_a_killed_run_goes_on_and_neither_loses_nor_doubles(tmp_path):
    whole = write_reflection_store(BATCHES, tmp_path / "whole", d_min=1.3)
    read = []

    def broken_off():
        for number, batch in enumerate(BATCHES):
            if number == 2:
                raise KeyboardInterrupt
            yield batch

    with pytest.raises(KeyboardInterrupt):
        write_reflection_store(broken_off(), tmp_path / "store", d_min=1.3)
    with pytest.raises(ValueError, match="holds no finished reflection store; run write_refl"):
        ReflectionStore(tmp_path / "store")
    left = sorted((tmp_path / "store" / "parts").iterdir())
    times = {path: path.stat().st_mtime_ns for path in left}
    store = write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3, progress=read.append)
    assert times and read == [3, 6, 8]
    assert store.labels["name"].tolist() == whole.labels["name"].tolist()
    assert not (tmp_path / "store" / "parts").exists()
    for first, second in zip(store, whole, strict=True):
        np.testing.assert_array_equal(first.hkl, second.hkl)


def test_other_settings_in_the_same_folder_are_refused(tmp_path):
    write_reflection_store(BATCHES[:1], tmp_path / "store", d_min=1.3)
    with pytest.raises(ValueError, match=r"with d_min = 1.3, not 1.5; use the same settings"):
        write_reflection_store(BATCHES[:1], tmp_path / "store", d_min=1.5)
    assert ReflectionStore(tmp_path / "store").settings == {
        "d_min": 1.3,
        "u_iso": 0.0,
        "wavelength": None,
        "weakest": 1e-6,
    }
    with pytest.raises(TypeError, match="unexpected keyword argument 'dmin'"):
        write_reflection_store(BATCHES, tmp_path / "other", dmin=1.3)


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        (BATCHES[:2], "with batches = 3, not 2"),
        ([*BATCHES, CRYSTALS[:1]], "with batches = 3, not 4"),
        ([BATCHES[1], BATCHES[0], BATCHES[2]], "with batch 0 = 3 crystals, .*, not 3 crystals"),
        ([*BATCHES[:2], BATCHES[2][::-1]], "with batch 2 = 2 crystals, .*, not 2 crystals"),
        ([CRYSTALS[:4], CRYSTALS[4:7], CRYSTALS[7:]], "with batch 0 = 3 crystals, .*, not 4 "),
    ],
)
def test_other_crystals_in_the_same_folder_are_refused(tmp_path, batches, message):
    write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
    with pytest.raises(ValueError, match=f"store: holds reflection lists {message}"):
        write_reflection_store(batches, tmp_path / "store", d_min=1.3)
    assert len(write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)) == 8


def test_other_crystals_after_a_kill_are_refused(tmp_path):
    def broken_off():
        yield BATCHES[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_reflection_store(broken_off(), tmp_path / "store", d_min=1.3)
    with pytest.raises(ValueError, match="lists with batch 0 = 3 crystals, .*, not 3 crystals, "):
        write_reflection_store(BATCHES[1:], tmp_path / "store", d_min=1.3)
    assert len(write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)) == 8


@pytest.mark.parametrize("name", ["join_parts", "rmtree"])
def test_a_run_killed_at_the_end_goes_on(tmp_path, monkeypatch, name):
    def killed(*_, **__):
        raise KeyboardInterrupt

    module = sys.modules["skxrd.powders._reflection_store"]
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module if name == "join_parts" else shutil, name, killed)
        write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
    assert len(write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)) == 8
    assert not (tmp_path / "store" / "parts").exists()


def test_folders_of_older_versions_are_refused(tmp_path):
    (tmp_path / "settings.json").write_text('{"d_min": 0.9}')
    (tmp_path / "labels.parquet").write_bytes(b"")
    for call in (ReflectionStore, lambda path: write_reflection_store(BATCHES, path)):
        with pytest.raises(ValueError, match="was written by another version of skxrd"):
            call(tmp_path)


def test_a_crystal_without_reflections_is_an_error_or_is_named(tmp_path):
    small = Crystal([1.0] * 3 + [90] * 3, ["H"], [[0, 0, 0]], name="too small")
    batches = [[CRYSTALS[0], small], [small]]
    with pytest.raises(ValueError, match="crystal 'too small' has no reflection of 1.3 angstrom"):
        write_reflection_store(batches, tmp_path / "one", d_min=1.3)
    store = write_reflection_store(batches, tmp_path / "two", d_min=1.3, on_error="skip")
    assert len(store) == 1
    lines = (tmp_path / "two" / "skipped.csv").read_text().splitlines()
    assert len(lines) == 3 and lines[1].startswith("0,1,crystal 'too small'")
    with pytest.raises(ValueError, match=r"skipped.csv: names crystals that were left out; pass"):
        write_reflection_store(batches, tmp_path / "two", d_min=1.3)
    resumed = write_reflection_store(batches, tmp_path / "one", d_min=1.3, on_error="skip")
    assert len(resumed) == 1


def stopped(batches, path):
    """Write a store until the batches end, as a kill would end it."""

    def broken_off():
        yield from batches
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_reflection_store(broken_off(), path, d_min=1.3)


def flip(content):
    return content[:2000] + bytes([content[2000] ^ 16]) + content[2001:]


@pytest.mark.parametrize("damage", [lambda c: b"", lambda c: c[:-99], lambda c: b"text", flip])
def test_damaged_parts_are_named_and_their_remedy_works(tmp_path, damage):
    stopped(BATCHES[:2], tmp_path / "store")
    part = tmp_path / "store" / "parts" / "000001.npz"
    part.write_bytes(damage(part.read_bytes()))
    message = r"000001.npz: is damaged; delete it and run write_reflection_store again \("
    with pytest.raises(ValueError, match=message):
        write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
    part.unlink()
    assert len(write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)) == 8


@pytest.mark.parametrize("name", ["hkl.npy", "cell.npy", "n_reflections.npy", "labels.parquet"])
@pytest.mark.parametrize("damage", [lambda c: b"", lambda c: c[:-200], lambda c: b"text"])
def test_damaged_stores_are_named(tmp_path, name, damage):
    write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
    path = tmp_path / "store" / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=f"{name}: is damaged; delete the folder and run write_"):
        ReflectionStore(tmp_path / "store")


def test_arrays_of_another_length_are_named(tmp_path):
    write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
    np.save(tmp_path / "store" / "hkl.npy", np.load(tmp_path / "store" / "hkl.npy")[:-1])
    with pytest.raises(ValueError, match="hkl.npy: is damaged; .* entries in place of"):
        ReflectionStore(tmp_path / "store")


def test_fewer_batches_after_a_kill_leave_no_trace_of_the_others(tmp_path):
    small = Crystal([1.0] * 3 + [90] * 3, ["H"], [[0, 0, 0]], name="too small")

    def killed(batches):
        yield from batches
        (tmp_path / "store" / "skipped.csv").write_text("batch,position,reason\n2,0,of a kill\n")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_reflection_store(
            killed([*BATCHES[:2], [small]]), tmp_path / "store", d_min=1.3, on_error="skip"
        )
    assert len(write_reflection_store(BATCHES[:2], tmp_path / "store", d_min=1.3)) == 6
    assert not (tmp_path / "store" / "skipped.csv").exists()


def test_parts_that_another_writer_replaced_are_refused(tmp_path):
    def replaced():
        yield BATCHES[0]
        stopped([BATCHES[1]], tmp_path / "other")
        part = tmp_path / "other" / "parts" / "000000.npz"
        shutil.copy(part, tmp_path / "store" / "parts")
        yield BATCHES[1]

    with pytest.raises(ValueError, match="lists with batch 0 = 3 crystals, .*, not 3 crystals, "):
        write_reflection_store(replaced(), tmp_path / "store", d_min=1.3)


@pytest.mark.parametrize("moment", range(4))
def test_two_writers_of_one_store_end_alike(tmp_path, moment):
    whole = write_reflection_store(BATCHES, tmp_path / "whole", d_min=1.3)

    def overtaken():  # another writer does it all while this one is at its n-th batch
        for number, batch in enumerate(BATCHES):
            if number == moment:
                write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
            yield batch
        if moment == len(BATCHES):
            write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)

    store = write_reflection_store(overtaken(), tmp_path / "store", d_min=1.3)
    assert {path.name for path in store.path.iterdir()} == {p.name for p in whole.path.iterdir()}
    for path in store.path.glob("*.npy"):
        assert path.read_bytes() == (whole.path / path.name).read_bytes()


def test_many_writers_at_once_end_alike(tmp_path):
    batches = [[crystal] for crystal in CRYSTALS]
    whole = write_reflection_store(batches, tmp_path / "whole", d_min=1.3)
    for attempt in range(3):
        path = tmp_path / f"store {attempt}"
        with ThreadPoolExecutor(4) as pool:
            writers = [
                pool.submit(write_reflection_store, batches, path, d_min=1.3) for _ in range(4)
            ]
        for writer in writers:
            assert writer.result().made_of == whole.made_of
        np.testing.assert_array_equal(
            np.load(path / "strength.npy"), np.load(whole.path / "strength.npy")
        )
        assert not (path / "parts").exists()


def test_a_mask_takes_its_rows(tmp_path):
    store = write_reflection_store(BATCHES, tmp_path / "store", d_min=1.3)
    mask = np.arange(8) % 3 == 1
    for given in (mask, mask.tolist(), np.flatnonzero(mask), [1, 4, 7]):
        assert [item.name for item in store[given]] == store.labels["name"][mask].tolist()
    assert store[[]] == []
    for wrong in (True, mask[:3], [0.0, 1.0], np.eye(8, dtype=int), [[0]]):
        with pytest.raises(IndexError, match="name no crystals; give a row number, a slice, row"):
            store[wrong]
    with pytest.raises(ValueError, match="rows has the shape .8,. and the type bool; give at lea"):
        PatternBatches(store, PowderSimulator(GRID), rows=mask)


def test_empty_batches_are_refused(tmp_path):
    with pytest.raises(ValueError, match="batches is empty"):
        write_reflection_store([], tmp_path / "store")
    with pytest.raises(ValueError, match="on_error is 'ignore'; use 'raise' or 'skip'"):
        write_reflection_store(BATCHES, tmp_path / "store", on_error="ignore")
