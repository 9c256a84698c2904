import numpy as np
import pytest

from skxrd.crystal import Crystal, dimensionality, make_prototype
from skxrd.crystal._ions import mean_radius, parse_mixture
from skxrd.crystal._prototypes import PROTOTYPES
from skxrd.datasets import load_halides

HALIDES = load_halides()
METALS = {"Pb", "Sn", "Ge", "Bi", "Sb", "In", "Ag", "Te", "Pt", "Ti", "Zr", "Hf"}


def _distances(crystal):
    full = crystal.expand()
    shift = full.frac_coords[:, None] - full.frac_coords[None]
    shift -= np.round(shift)
    squared = np.einsum("ijk,kl,ijl->ij", shift, full.metric, shift)
    return np.array(full.elements), np.sqrt(np.maximum(squared, 0))


# Measured at room temperature or, for cubic CsPbX3, above their transition; sources are beside
# the rules in skxrd/crystal/_prototypes.py
@pytest.mark.parametrize(
    ("prototype", "ions", "a", "c"),
    [
        ("cubic perovskite", {"A": "Cs", "B": "Pb", "X": "Cl"}, 5.605, 5.605),
        ("cubic perovskite", {"A": "Cs", "B": "Pb", "X": "Br"}, 5.874, 5.874),
        ("cubic perovskite", {"A": "MA", "B": "Pb", "X": "Br"}, 5.901, 5.901),
        ("cubic perovskite", {"A": "FA", "B": "Pb", "X": "I"}, 6.362, 6.362),
        ("cubic perovskite", {"A": "Cs", "B": "Sn", "X": "I"}, 6.219, 6.219),
        ("tetragonal perovskite", {"A": "MA", "B": "Pb", "X": "I"}, 8.855, 12.659),
        ("elpasolite", {"A": "Cs", "B": "Ag", "C": "Bi", "X": "Br"}, 11.25, 11.25),
        ("isolated octahedra", {"A": "Cs", "B": "Sn4", "X": "I"}, 11.65, 11.65),
        ("isolated octahedra", {"A": "K", "B": "Pt4", "X": "Cl"}, 9.755, 9.755),
        ("trigonal layers", {"A": "Cs", "B": "Bi", "X": "Br"}, 7.972, 9.867),
        ("dimers", {"A": "Cs", "B": "Bi", "X": "I"}, 8.404, 21.18),
        ("dimers", {"A": "MA", "B": "Bi", "X": "I"}, 8.573, 21.748),
    ],
)
def test_cell_rules_meet_measured_cells(prototype, ions, a, c):
    cell = make_prototype(prototype, **ions).cell
    np.testing.assert_allclose(cell[[0, 2]], [a, c], rtol=0.015)


@pytest.mark.parametrize("crystal", HALIDES.data, ids=lambda c: f"{c.name} {c.space_group}")
def test_every_structure_is_chemically_sound(crystal):
    elements, distance = _distances(crystal)
    metals = np.isin(elements, list(METALS))
    halogens = np.isin(elements, ["Cl", "Br", "I"])
    bond = distance[np.ix_(metals, halogens)].min(axis=1)
    assert (bond > 2.2).all()
    assert (bond < 3.35).all()
    apart = distance + 99 * (distance < 1e-3)  # alternatives that share a site
    assert apart.min() > 2.2
    assert dimensionality(crystal) == crystal.metadata["dimensionality"]


@pytest.mark.parametrize("name", PROTOTYPES)
def test_stoichiometry(name):
    prototype = PROTOTYPES[name]
    ions = {"A": "Cs", "B": "Bi", "C": "Ag", "X": "I"}
    used = {site: ions[site] for site in prototype.formula if site.isalpha()}
    crystal = make_prototype(name, **used)
    counts = {e: crystal.expand().elements.count(e) for e in used.values()}
    wanted = {}
    for position, letter in enumerate(prototype.formula):
        if letter.isalpha():
            following = prototype.formula[position + 1 : position + 2]
            wanted[used[letter]] = int(following) if following.isdigit() else 1
    ratios = {counts[e] / wanted[e] for e in wanted}
    assert len(ratios) == 1
    symbol = crystal.space_group_symbol
    assert symbol in ("P21/c" if "21" in prototype.space_group else prototype.space_group, "Pc")


@pytest.mark.parametrize("name", [n for n in PROTOTYPES if "monoclinic" in n])
def test_tilted_layers_lost_the_symmetry_of_the_trigonal_ones(name):
    """Undoing the tilt by averaging over the lost twofold axis must move atoms."""
    crystal = make_prototype(name, A="Rb", B="Bi", X="I").expand()
    halogens = np.array(crystal.elements) == "I"
    centred = crystal.frac_coords[halogens] + [0.5, 0.5, 0]
    apart = centred[:, None] - crystal.frac_coords[halogens][None]
    apart -= np.round(apart)
    nearest = np.sqrt(np.einsum("ijk,kl,ijl->ij", apart, crystal.metric, apart)).min(axis=1)
    assert nearest.max() > 0.1  # C centring is broken by more than 0.1 angstrom


def test_mixtures():
    assert parse_mixture("I0.7Br0.3") == {"I": 0.7, "Br": 0.3}
    assert mean_radius("I0.5Br0.5") == pytest.approx(2.08)
    for text in ("I0.7Br0.7", "Xx", "Cs-", ""):
        with pytest.raises(ValueError, match="is no mixture of known ions"):
            parse_mixture(text)


def test_wrong_sites_and_prototypes_are_refused():
    with pytest.raises(ValueError, match="prototype 'spinel' is not known; choose among"):
        make_prototype("spinel", A="Cs")
    with pytest.raises(ValueError, match="has the sites A, B, X but got A, B"):
        make_prototype("cubic perovskite", A="Cs", B="Pb")


def test_dimensionality_needs_a_metal_halide():
    salt = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="x")
    with pytest.raises(ValueError, match="crystal 'x' has no metal of a metal-halide network"):
        dimensionality(salt)
    with pytest.raises(ValueError, match="crystal '' has no halogen"):
        dimensionality(Crystal([3] * 3 + [90] * 3, ["Fe"], [[0] * 3], "Im-3m"))


def test_names_keep_the_shares_of_mixtures():
    mixed = make_prototype("cubic perovskite", A="Cs", B="Pb0.96Sn0.04", X="I0.6Br0.4")
    assert mixed.name == "Cs(Pb0.96Sn0.04)(I0.6Br0.4)3"
    assert make_prototype("isolated octahedra", A="Cs", B="Sn4", X="I").name == "Cs2SnI6"
