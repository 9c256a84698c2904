import pandas as pd
import pytest

from skxrd.crystal import Crystal, dimensionality, make_prototype
from skxrd.io import read_crystals

SALT = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="x")


@pytest.mark.parametrize(
    ("prototype", "ions", "expected"),
    [
        ("cubic perovskite", {"A": "Cs", "B": "Pb", "X": "Br"}, "3D"),
        ("cubic perovskite", {"A": "MA", "B": "Sn", "X": "I"}, "3D"),
        ("tetragonal perovskite", {"A": "MA", "B": "Pb", "X": "I"}, "3D"),
        ("elpasolite", {"A": "Cs", "B": "Ag", "C": "Bi", "X": "Br"}, "3D"),
        ("elpasolite", {"A": "Cs", "B": "Na", "C": "Bi", "X": "Cl"}, "3D"),  # B' is an alkali
        ("elpasolite", {"A": "MA", "B": "Na", "C": "Bi", "X": "Cl"}, "3D"),
        ("elpasolite", {"A": "Cs", "B": "K", "C": "In", "X": "Cl"}, "3D"),
        ("isolated octahedra", {"A": "Cs", "B": "Sn4", "X": "I"}, "0D"),
        ("isolated octahedra", {"A": "K", "B": "Pt4", "X": "Cl"}, "0D"),
        ("pentahalide", {"A": "Cs", "B": "Pb", "X": "Br"}, "2D"),
        ("trigonal layers", {"A": "Cs", "B": "Bi", "X": "Br"}, "2D"),
        ("monoclinic layers Pc", {"A": "Rb", "B": "Bi", "X": "I"}, "2D"),
        ("dimers", {"A": "Cs", "B": "Bi", "X": "I"}, "0D"),
    ],
)
def test_known_networks(prototype, ions, expected):
    assert dimensionality(make_prototype(prototype, **ions)) == expected


def test_thallium_can_be_the_metal_of_an_elpasolite():
    crystal = make_prototype("elpasolite", A="Cs", B="Na", C="Bi", X="Cl")
    elements = ["Tl" if element == "Bi" else element for element in crystal.elements]
    thallium = Crystal(crystal.cell, elements, crystal.frac_coords, crystal.space_group)
    assert dimensionality(thallium) == "3D"


@pytest.mark.parametrize(
    ("cell", "elements", "sites", "space_group", "expected"),
    [
        ([3.567] * 3 + [90] * 3, ["C"], [[0.125] * 3], "Fd-3m:2", "3D"),
        ([2.461, 2.461, 6.708, 90, 90, 120], ["C"] * 2, [[0, 0, 0.25], [1 / 3, 2 / 3, 0.25]],
         "P63/mmc", "2D"),
        ([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", "3D"),
        ([10] * 3 + [90] * 3, ["H", "H"], [[0] * 3, [0.074, 0, 0]], "P 1", "0D"),
        ([20, 20, 2.5, 90, 90, 90], ["C"], [[0] * 3], "P 1", "0D"),
        ([20, 20, 1.5, 90, 90, 90], ["C"], [[0] * 3], "P 1", "1D"),
    ],
    ids=["diamond", "graphite", "NaCl", "H2", "far atoms", "chain"],
)  # fmt: skip
def test_networks_of_all_bonds(cell, elements, sites, space_group, expected):
    assert dimensionality(Crystal(cell, elements, sites, space_group), network="all") == expected


def test_what_has_no_network_is_an_error():
    with pytest.raises(ValueError, match="crystal 'x' has no metal of a metal-halide network"):
        dimensionality(SALT)
    with pytest.raises(ValueError, match="crystal '' has no halogen; .* network='all'"):
        dimensionality(Crystal([3] * 3 + [90] * 3, ["Fe"], [[0] * 3], "Im-3m"))
    with pytest.raises(ValueError, match="network 'bonds' is not known"):
        dimensionality(SALT, network="bonds")


def test_agreement_with_the_labels_of_the_computed_halides(measured):
    """Labels drop Na, K, Li and Tl, which is wrong for A2BB'X6: those are 3D by chemistry."""
    index = pd.read_csv(measured("halides/index.csv")).set_index("material_id")
    found = pd.Series(
        {
            crystal.metadata["material_id"]: dimensionality(crystal)
            for crystal in read_crystals(measured("halides/halides.parquet"))
        }
    )
    elpasolite = index["type"] == "A2BB'X6"
    assert (found[elpasolite[elpasolite].index] == "3D").mean() > 0.99
    labels = index.loc[~elpasolite, "dim_BX_without_A"].dropna()
    assert len(labels) > 1_400
    assert (found[labels.index] == labels.map("{:.0f}D".format)).mean() > 0.975
