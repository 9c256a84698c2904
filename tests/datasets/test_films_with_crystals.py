import numpy as np
from sklearn.utils import Bunch

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.datasets import load_halides, make_thin_films, read_films_with_crystals
from skxrd.io import write_crystals


def test_series_of_measured_films_are_kept_and_fragments_named():
    films = make_thin_films(14, random_state=0)
    fragment = PowderPattern(np.arange(14, 14.5, 0.05), np.ones(10), "CuKa", "short")
    measured = Bunch(
        data=[*films.data, fragment],
        target=np.append(films.target, films.target[0]),
        groups=np.array(["series 1"] * 7 + ["series 2"] * 8),
    )
    data = read_films_with_crystals(measured, random_state=0)
    kept = data.groups != "simulated"
    assert data.groups[kept].tolist() == ["series 1"] * 7 + ["series 2"] * 7
    assert (data.target[kept] == films.target).all()
    assert data.left_out == [
        "short: covers 0.45 degrees (14 to 14.45), less than half of the usual range."
    ]
    assert data.summary.startswith("14 measured films")


def test_candidates_of_all_classes_are_returned_with_their_labels(tmp_path):
    crystals = [c for c in load_halides().data if c.name.startswith("Cs")][::4]
    crystals.append(Crystal([2.87] * 3 + [90] * 3, ["Fe"], [[0, 0, 0]], "Im-3m", name="iron"))
    write_crystals(crystals, tmp_path / "a.cif")
    films = make_thin_films(4, crystals=crystals[:1], random_state=0)
    data = read_films_with_crystals(films, crystals=tmp_path, random_state=0)
    assert (data.target_name, data.target_names) == ("space_group", ["Pm-3m"])
    assert data.virtual
    assert [crystal.name for crystal in data.crystals] == [crystal.name for crystal in crystals]
    assert data.crystal_labels == [crystal.space_group_symbol for crystal in crystals]
    assert set(data.target) == {"Pm-3m"}
    data = read_films_with_crystals(crystals=crystals, target="dimensionality", random_state=0)
    assert [crystal.name for crystal in data.crystals] == [c.name for c in crystals[:-1]]
    assert data.crystal_labels == [c.metadata["dimensionality"] for c in crystals[:-1]]
    assert len(data.left_out) == 1 and "iron" in data.left_out[0]
