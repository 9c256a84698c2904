from collections import Counter
from math import gcd

import numpy as np
import pandas as pd
import pytest

from skxrd.crystal import dimensionality
from skxrd.datasets import load_halides, make_thin_films
from skxrd.io import read_crystals


def test_all_classes_are_there():
    halides = load_halides()
    assert len(halides.data) >= 160
    assert set(halides.space_group) == {
        "Pm-3m",
        "I4/mcm",
        "Fm-3m",
        "P-3m1",
        "Pc",
        "P21/c",
        "P63/mmc",
    }
    assert min(Counter(halides.space_group.tolist()).values()) >= 8
    assert set(halides.dimensionality) == {"0D", "2D", "3D"}
    assert set(halides.groups) == {"simulated"}
    assert not halides.frame.duplicated(["prototype", "A", "B", "C", "X"]).any()


def test_the_description_says_that_cells_are_modelled():
    assert "modelled, not measured" in load_halides().DESCR


def test_targets():
    data, y = load_halides(target="dimensionality", return_X_y=True)
    assert len(data) == len(y)
    assert set(y) == {"0D", "2D", "3D"}


def _formula(crystal):
    """Reduced formula in alphabetical order, None where sites are mixed or molecular."""
    full = crystal.expand()
    if (full.occupancy < 1).any() or "C" in full.elements:
        return None
    counts = Counter(full.elements)
    divisor = gcd(*counts.values())
    return "".join(
        element + (str(n // divisor) if n > divisor else "")
        for element, n in sorted(counts.items())
    )


@pytest.fixture(scope="module")
def computed(measured):
    found = {}
    for crystal in read_crystals(measured("halides/halides.parquet")):
        found.setdefault(crystal.metadata["formula"], []).append(crystal)
    return found


def test_cells_agree_with_computed_ones(computed):
    """Within 3 % once the 1 % is taken off by which computed lattices are too large."""
    compared, wrong = 0, []
    for crystal in load_halides().data:
        same = [
            other
            for other in computed.get(_formula(crystal), [])
            if other.space_group_number == crystal.space_group_number
        ]
        if not same:
            continue
        volume = crystal.volume / len(crystal.expand().elements)
        ratios = [
            1.01 * (volume / (other.volume / len(other.elements))) ** (1 / 3) for other in same
        ]
        best = min(ratios, key=lambda ratio: abs(ratio - 1))
        compared += 1
        if abs(best - 1) > 0.03:
            wrong.append((crystal.name, crystal.space_group_symbol, round(best, 4)))
    assert compared >= 60
    assert not wrong


def test_dimensionality_agrees_with_the_labels(computed, measured):
    """Elpasolites are left out: their labels drop the smaller cation, which is wrong."""
    index = pd.read_csv(measured("halides/index.csv")).set_index("material_id")
    agree = []
    for crystal in (c for same in computed.values() for c in same):
        row = index.loc[crystal.metadata["material_id"]]
        if row["type"] in ("ABX3", "A3B2X9", "A2BX6", "AB2X5") and row["nsites"] <= 30:
            label = row["dim_BX_without_A"]
            if not np.isnan(label) and _has_metal(crystal):
                agree.append(dimensionality(crystal) == f"{int(label)}D")
    assert len(agree) > 500
    assert np.mean(agree) >= 0.97


def _has_metal(crystal):
    large = {"H", "Li", "C", "N", "Na", "K", "Rb", "Cs", "Tl", "F", "Cl", "Br", "I"}
    return bool(set(crystal.elements) - large)


def test_films_say_that_they_are_simulated():
    films = make_thin_films(7, two_theta=np.arange(10, 40, 0.1), random_state=0)
    assert "SIMULATED" in films.DESCR
    assert all(pattern.metadata["simulated"] for pattern in films.data)
    assert all(name.startswith("virtual film") for name in films.groups)
    assert len(set(films.target)) == 7


def test_the_same_seed_makes_the_same_films():
    grid = np.arange(10, 40, 0.1)
    one, two = (make_thin_films(5, two_theta=grid, random_state=3).data for _ in range(2))
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first.intensity, second.intensity)


def test_films_of_crystals_without_the_label_are_refused():
    crystals = [c.expand() for c in load_halides().data[:2]]
    crystals[0].metadata.pop("dimensionality")
    with pytest.raises(ValueError, match="has no metadata\\['dimensionality'\\]"):
        make_thin_films(2, crystals=crystals, target="dimensionality")
