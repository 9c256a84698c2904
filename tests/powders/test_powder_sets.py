import numpy as np
import pandas as pd
import pytest

from skxrd.crystal import make_prototype
from skxrd.io._crystal_tables import read_crystal_columns
from skxrd.powders import read_powder_labels, select_powders, split_powders, write_reflection_store


@pytest.fixture
def folder(tmp_path):
    """Two made-up tables: ids a0 to a9 and b0 to b9, five formulas."""
    path = tmp_path / "tables"
    path.mkdir()
    for shard in "ab":
        numbers = np.arange(10)
        pd.DataFrame(
            {
                "material_id": [f"{shard}{n}" for n in numbers],
                "reduced_formula": [f"X{n % 5}" for n in numbers],
                "sg_symprec0.1": (200 + numbers).astype(np.int16),
                "sg_consistent": numbers != 3,
                "in_icsd_list": numbers < 4,
                "in_cod_list": numbers == 7,
            }
        ).to_parquet(path / f"table_{shard}.parquet")
    return path


def test_sets_hold_what_they_say(folder):
    labels = read_powder_labels(folder)
    assert labels["name"].tolist() == [f"{s}{n}" for s in "ab" for n in range(10)]
    assert select_powders(labels, "known").tolist() == [0, 1, 2, 7, 10, 11, 12, 17]
    assert len(select_powders(labels, "all")) == 18
    with pytest.raises(ValueError, match="subset is 'some'; use 'known' or 'all'"):
        select_powders(labels, "some")


def test_labels_follow_the_order_of_a_store(folder, tmp_path):
    crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in ("Cl", "Br", "I")]
    for crystal, name in zip(crystals, ("b7", "a0", "a3"), strict=True):
        crystal.metadata["material_id"] = name
    store = write_reflection_store([crystals], tmp_path / "store", d_min=2.0)
    labels = read_powder_labels(folder, store)
    assert labels["name"].tolist() == ["b7", "a0", "a3"]
    assert labels["known"].tolist() == [True, True, True]
    assert labels["consistent"].tolist() == [True, True, False]
    crystals[0].metadata["material_id"] = "c1"
    store = write_reflection_store([crystals], tmp_path / "other", d_min=2.0)
    with pytest.raises(ValueError, match="has no 'c1', which is in the store at"):
        read_powder_labels(folder, store)


def test_a_split_by_formula_shares_no_formula(folder):
    labels = read_powder_labels(folder)
    rows = select_powders(labels, "all")
    for by in ("random", "formula"):
        train, test = split_powders(labels, rows, by, test_size=0.4)
        assert sorted([*train, *test]) == rows.tolist()
        again = split_powders(labels, rows, by, test_size=0.4)
        assert train.tolist() == again[0].tolist()
    formulas = labels["reduced_formula"]
    assert not set(formulas[train]) & set(formulas[test])
    with pytest.raises(ValueError, match="by is 'name'; use 'random' or 'formula'"):
        split_powders(labels, rows, "name")


def test_tables_that_lack_something_are_named(folder):
    with pytest.raises(ValueError, match="table_a.parquet: lacks the columns size"):
        read_crystal_columns(folder, ["material_id", "size"])
    (folder / "table_c.parquet").write_bytes(b"no table")
    with pytest.raises(ValueError, match="table_c.parquet: is not a parquet table"):
        read_crystal_columns(folder, ["material_id"])
    (folder / "empty").mkdir()
    with pytest.raises(ValueError, match="is a folder without .parquet tables"):
        read_crystal_columns(folder / "empty", ["material_id"])


def test_sizes_of_the_large_collection(measured):
    labels = read_powder_labels(measured("crystals"))
    assert len(labels) == 154_925
    assert len(select_powders(labels, "known")) == 51_134
    assert len(select_powders(labels, "all")) == 148_423
