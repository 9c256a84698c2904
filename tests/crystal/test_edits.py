"""Edits by identities: what must not change, what must change by a known factor."""

import numpy as np
import pytest

from skxrd.crystal import (
    Crystal,
    displace_atoms,
    make_prototype,
    make_supercell,
    reflections,
    remove_atoms,
    substitute,
)

PEROVSKITE = make_prototype("cubic perovskite", A="Cs", B="Pb", X="I")
DIMERS = make_prototype("dimers", A="Cs", B="Bi", X="I")
MIXED = make_prototype("cubic perovskite", A="Cs", B="Pb", X="I0.7Br0.3")
TILTED = make_prototype("monoclinic layers P21/n", A="Cs", B="Bi", X="I")
LARGE = make_supercell(PEROVSKITE, (3, 3, 3))


def _lines(crystal, d_min=1.5):
    """Spacings and intensities per squared volume of the lines that are there."""
    found = reflections(crystal, 1.0, (2, np.degrees(2 * np.arcsin(0.5 / d_min))))
    order = np.argsort(found.d_spacing, kind="stable")
    spacing, intensity = found.d_spacing[order], found.intensity[order] / crystal.volume**2
    line = np.concatenate([[0], np.cumsum(np.diff(spacing) > 1e-5)])
    total = np.bincount(line, intensity)
    spacing = spacing[np.searchsorted(line, np.arange(len(total)))]
    there = total > 1e-8 * total.max()
    return spacing[there], total[there]


@pytest.mark.parametrize("crystal", [PEROVSKITE, MIXED, DIMERS, TILTED], ids=lambda c: c.name)
@pytest.mark.parametrize("repeats", [(2, 1, 1), (1, 2, 3)])
def test_a_supercell_has_the_powder_pattern_of_its_cell(crystal, repeats):
    large = make_supercell(crystal, repeats)
    assert large.volume == pytest.approx(np.prod(repeats) * crystal.volume)
    assert len(large.elements) == np.prod(repeats) * len(crystal.expand().elements)
    assert large.space_group_number == crystal.space_group_number
    for small, big in zip(_lines(crystal), _lines(large), strict=True):
        np.testing.assert_allclose(big, small, rtol=1e-5)


def test_edits_of_nothing_change_nothing():
    assert make_supercell(DIMERS, (1, 1, 1)) is DIMERS
    assert remove_atoms(DIMERS, 0) is DIMERS
    assert displace_atoms(DIMERS, 0) is DIMERS
    same = substitute(DIMERS, {"I": "I"})
    np.testing.assert_allclose(same.cell, DIMERS.cell)
    assert same.elements == DIMERS.elements


def test_the_given_crystal_is_untouched_and_edits_are_noted():
    before = DIMERS.frac_coords.copy(), dict(DIMERS.metadata)
    edited = displace_atoms(remove_atoms(substitute(DIMERS, {"I": "Br"}), 0.1, 0), 0.1, 0)
    np.testing.assert_array_equal(DIMERS.frac_coords, before[0])
    assert DIMERS.metadata == before[1]
    assert edited.metadata["edits"] == [
        "substitute I by Br",
        "remove 3 of 28 atoms",
        "displace by 0.1 angstrom",
    ]
    assert edited.space_group_number == 194
    assert edited.name == "Cs3Bi2I9 (I by Br)"
    assert "formula" not in edited.metadata


@pytest.mark.parametrize("edit", [remove_atoms, displace_atoms])
def test_the_same_seed_gives_the_same_crystal(edit):
    first, again, other = (edit(LARGE, 0.2, seed).frac_coords for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert first.shape == other.shape
    assert not np.array_equal(first, other)


# Measured at room temperature, sources as for the prototypes; halides from ionic radii, the others
# from covalent ones
@pytest.mark.parametrize(
    ("prototype", "ions", "swap", "a"),
    [
        ("cubic perovskite", {"A": "Cs", "B": "Pb", "X": "I"}, {"I": "Br"}, 5.874),
        ("cubic perovskite", {"A": "Cs", "B": "Pb", "X": "Br"}, {"Br": "Cl"}, 5.605),
        ("cubic perovskite", {"A": "MA", "B": "Pb", "X": "I"}, {"I": "Br"}, 5.901),
        ("isolated octahedra", {"A": "Cs", "B": "Sn4", "X": "I"}, {"Sn": "Te"}, 11.70),
        ("isolated octahedra", {"A": "Cs", "B": "Sn4", "X": "I"}, {"I": "Cl"}, 10.37),
        ("elpasolite", {"A": "Cs", "B": "Ag", "C": "Bi", "X": "Br"}, {"Br": "Cl"}, 10.78),
        ("dimers", {"A": "Cs", "B": "Bi", "X": "I"}, {"Bi": "Sb"}, 8.35),
    ],
)
def test_substituted_halides_meet_measured_cells(prototype, ions, swap, a):
    edited = substitute(make_prototype(prototype, **ions), swap)
    assert edited.cell[0] == pytest.approx(a, rel=0.03)
    assert set(swap.values()) <= set(edited.elements)
    assert not set(swap) & set(edited.elements)


@pytest.mark.parametrize(
    ("elements", "swap", "before", "after"),
    [
        (["Na", "Cl"], {"Na": "K"}, 5.64, 6.293),
        (["Na", "Cl"], {"Cl": "F"}, 5.64, 4.62),
        (["Mg", "O"], {"Mg": "Ca"}, 4.212, 4.811),
    ],
)
def test_substituted_salts_meet_measured_cells(elements, swap, before, after):
    salt = Crystal([before] * 3 + [90] * 3, elements, [[0] * 3, [0.5] * 3], "Fm-3m")
    assert substitute(salt, swap).cell[0] == pytest.approx(after, rel=0.03)


def test_substitution_by_a_mixture_follows_vegard_and_keeps_symmetry():
    ends = [substitute(PEROVSKITE, {"I": end}).cell[0] for end in ("I", "Br")]
    mixed = substitute(PEROVSKITE, {"I": {"I": 0.7, "Br": 0.3}})
    assert mixed.cell[0] == pytest.approx(0.7 * ends[0] + 0.3 * ends[1], rel=1e-3)
    assert mixed.elements == ("Cs", "Pb", "I", "Br")
    np.testing.assert_allclose(mixed.occupancy, [1, 1, 0.7, 0.3])
    assert mixed.space_group_symbol == "Pm-3m"
    fixed = substitute(PEROVSKITE, {"I": "Br"}, rescale=False)
    np.testing.assert_array_equal(fixed.cell, PEROVSKITE.cell)
    exchanged = substitute(PEROVSKITE, {"Cs": "Pb", "Pb": "Cs"}, rescale=False)
    assert exchanged.elements == ("Pb", "Cs", "I")


def test_vacancies_are_counted_and_may_be_of_some_elements_only():
    half = remove_atoms(LARGE, 0.5, 0, elements=["I"])
    counts = {element: half.elements.count(element) for element in ("Cs", "Pb", "I")}
    assert counts == {"Cs": 27, "Pb": 27, "I": 41}  # 40.5 of 81 rounds to the even 40
    places = {tuple(place) for place in LARGE.frac_coords}
    assert {tuple(place) for place in half.frac_coords} <= places
    mixed = remove_atoms(make_supercell(MIXED, (2, 2, 2)), 0.25, 0, elements=["Br"])
    assert mixed.elements.count("I") == mixed.elements.count("Br") == 18


def test_displacements_have_the_stated_size_and_keep_shared_places():
    moved = displace_atoms(LARGE, 0.1, 0)
    step = (moved.frac_coords - LARGE.frac_coords) * LARGE.cell[:3]
    assert step.std() == pytest.approx(0.1, rel=0.1)
    skew = make_supercell(DIMERS, (3, 3, 1))
    step = displace_atoms(skew, 0.1, 0).frac_coords - skew.frac_coords
    squared = np.einsum("ni,ij,nj->n", step, skew.metric, step)
    assert squared.mean() == pytest.approx(3 * 0.01, rel=0.1)
    mixed = displace_atoms(MIXED, 0.1, 0)
    assert len(np.unique(mixed.frac_coords.round(9), axis=0)) == 5


def test_frozen_displacements_weaken_lines_as_the_debye_waller_factor_does():
    sigma = 0.15
    atoms = Crystal([4] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]])
    perfect = make_supercell(atoms, (6, 6, 6))
    damped = np.mean(
        [
            _intensity_at(displace_atoms(perfect, sigma, seed), (12, 0, 0)) / 216**2
            for seed in range(5)
        ]
    )
    expected = np.exp(-4 * np.pi**2 * sigma**2 / 2.0**2)
    assert damped / (_intensity_at(perfect, (12, 0, 0)) / 216**2) == pytest.approx(
        expected, rel=0.1
    )


def _intensity_at(crystal, hkl):
    phase = np.exp(2j * np.pi * (crystal.frac_coords @ hkl))
    return abs(phase.sum()) ** 2


@pytest.mark.parametrize(
    ("edit", "arguments", "message"),
    [
        (substitute, ({"Br": "I"},), "crystal 'CsPbI3' has no Br; it has Cs, Pb, I"),
        (substitute, ({"I": "Qq"},), "element 'Qq' is not known"),
        (substitute, ({"I": {"Br": 0.5}},), "I cannot be replaced by .* sum to 1"),
        (remove_atoms, (1.0,), "fraction is 1.0; give a number from 0 to below 1"),
        (remove_atoms, (0.01,), "fraction 0.01 of 5 atoms .* make a supercell first"),
        (remove_atoms, (0.95,), "fraction 0.95 leaves no atom; remove fewer"),
        (displace_atoms, (-0.1,), "sigma is -0.1; give a length from 0"),
        (make_supercell, (2,), r"repeats is 2; give three positive integers"),
        (make_supercell, ((2, 0, 1),), r"repeats is \(2, 0, 1\)"),
        (make_supercell, ((2, 1.5, 1),), r"repeats is \(2, 1.5, 1\)"),
    ],
)
def test_impossible_edits_name_the_remedy(edit, arguments, message):
    with pytest.raises(ValueError, match=message):
        edit(PEROVSKITE, *arguments)
