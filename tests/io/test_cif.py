"""CIF files as they come: settings, symmetry stated twice, special positions, faults."""

import random
import time

import gemmi
import numpy as np
import pytest

from skxrd import FormatError
from skxrd.crystal import Crystal, make_prototype, reflections
from skxrd.io import _cif, read_cif, read_crystals, write_crystals

CELL = {"a": 5.0, "b": 6.0, "c": 7.0, "alpha": 90, "beta": 100, "gamma": 90}
CUBIC = {"a": 5.64, "b": 5.64, "c": 5.64, "alpha": 90, "beta": 90, "gamma": 90}
P21N = ["x,y,z", "-x+1/2,y+1/2,-z+1/2", "-x,-y,-z", "x+1/2,-y+1/2,z+1/2"]


def _cif_text(cell, sites, symbol=None, operations=None, number=None, hall=None, name="x"):
    lines = [f"data_{name}"]
    for key, value in cell.items():
        tag = f"_cell_length_{key}" if len(key) == 1 else f"_cell_angle_{key}"
        lines.append(f"{tag} {value}")
    for tag, value in (
        ("_symmetry_space_group_name_H-M", symbol),
        ("_symmetry_space_group_name_Hall", hall),
        ("_symmetry_Int_Tables_number", number),
    ):
        if value is not None:
            lines.append(f"{tag} '{value}'")
    if operations:
        lines += ["loop_", "_symmetry_equiv_pos_as_xyz", *(f"'{op}'" for op in operations)]
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol"]
    lines += [f"_atom_site_fract_{axis}" for axis in "xyz"] + ["_atom_site_occupancy"]
    for label, symbol, position, occupancy in sites:
        lines.append(f"{label} {symbol} {' '.join(map(str, position))} {occupancy}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def read(tmp_path):
    def read_text(*arguments, **options):
        path = tmp_path / "a.cif"
        path.write_text(_cif_text(*arguments, **options))
        return read_cif(path)

    return read_text


GENERAL = [("C1", "C", (0.1, 0.2, 0.3), 1)]
SALT = [("Na1", "Na", (0, 0, 0), 1), ("Cl1", "Cl", (0.5, 0.5, 0.5), 1)]
WHOLE_SALT = [
    (f"{element}{n}", element, position, 1)
    for element, origin in (("Na", (0, 0, 0)), ("Cl", (0.5, 0, 0)))
    for n, position in enumerate(
        tuple((o + s) % 1 for o, s in zip(origin, shift, strict=True))
        for shift in [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    )
]


@pytest.mark.parametrize(
    ("stated", "setting"),
    [
        ({"symbol": "P 1 21/n 1"}, "P 1 21/n 1"),
        ({"symbol": "P 21/n"}, "P 1 21/n 1"),
        ({"symbol": "P2(1)/n"}, "P 1 21/n 1"),
        ({"symbol": "P 2_1/n"}, "P 1 21/n 1"),
        ({"operations": P21N}, "P 1 21/n 1"),
        ({"symbol": "P 21/c", "operations": P21N}, "P 1 21/n 1"),  # same group, other setting
        ({"symbol": "unknown", "operations": P21N}, "P 1 21/n 1"),
        ({"hall": "-P 2yn"}, "P 1 21/n 1"),
        ({"symbol": "I 2/a"}, "I 1 2/a 1"),
        ({"number": 14}, "P 1 21/c 1"),
        ({}, "P 1"),
        ({"operations": [" X, Y, Z ", "-X,-Y,-Z", "-x,-y,-z"]}, "P -1"),
        ({"operations": P21N[:3]}, "P 1 21/n 1"),  # one is left out, the others imply it
    ],
)
def test_settings(read, stated, setting):
    assert read(CELL, GENERAL, **stated).space_group == setting


@pytest.mark.parametrize(
    ("cell", "symbol", "setting"),
    [
        ({"a": 5, "b": 5, "c": 12, "alpha": 90, "beta": 90, "gamma": 120}, "R -3", "R -3:H"),
        ({"a": 5, "b": 5, "c": 5, "alpha": 60, "beta": 60, "gamma": 60}, "R -3", "R -3:R"),
        ({"a": 5, "b": 5, "c": 5, "alpha": 60, "beta": 60, "gamma": 60}, "R -3 :R", "R -3:R"),
        (CUBIC, "F d -3 m S", "F d -3 m:1"),
        (CUBIC, "F d -3 m Z", "F d -3 m:2"),
        (CUBIC, "F d 3 m:1", "F d -3 m:1"),
        (CUBIC, "F m 3 m", "F m -3 m"),
    ],
)
def test_axes_and_origins(read, cell, symbol, setting):
    assert read(cell, [("C1", "C", (0, 0, 0), 1)], symbol=symbol).space_group == setting


def test_all_ways_to_state_a_structure_give_the_same_pattern(read):
    ways = [
        read(CUBIC, SALT, symbol="F m -3 m"),
        read(CUBIC, WHOLE_SALT),
        read(CUBIC, WHOLE_SALT, symbol="F m -3 m"),  # every atom listed once more by symmetry
        read(CUBIC, WHOLE_SALT, symbol="F m -3 m", operations=["x,y,z"]),
    ]
    intensities = [reflections(c, "CuKa", (20, 80)).intensity.sum() for c in ways]
    np.testing.assert_allclose(intensities, intensities[0])
    assert [c.space_group_number for c in ways] == [225, 1, 225, 225]
    assert [len(c.elements) for c in ways] == [2, 8, 2, 8]
    assert ways[2].metadata["repeated_sites"] == ["Na1", "Na2", "Na3", "Cl1", "Cl2", "Cl3"]


def test_the_symbol_may_promise_less_than_the_operations(read):
    operations = [op.triplet() for op in gemmi.SpaceGroup("F m -3 m").operations()]
    crystal = read(CUBIC, SALT, symbol="P 1", operations=operations)
    assert (crystal.space_group, crystal.space_group_number) == ("F m -3 m", 225)


def test_a_setting_that_no_table_lists_is_written_out(read):
    shifted = ["x,y,z", "-x+1/4,-y,-z"]  # inversion away from the origin
    crystal = read(CELL, GENERAL, symbol="P -1", operations=shifted)
    assert (crystal.space_group, crystal.space_group_number) == ("P 1", 2)
    np.testing.assert_allclose(crystal.frac_coords, [[0.1, 0.2, 0.3], [0.15, 0.8, 0.7]])


def test_special_positions_and_occupancies_by_rounding(read):
    cell = {"a": 12, "b": 12, "c": 8, "alpha": 90, "beta": 90, "gamma": 120}
    sites = [("C1", "C", (0.333, 0.667, 0.25), 1.004)]
    crystal = read(cell, sites, symbol="P 63/m m c")
    assert len(crystal.expand().elements) == 2
    assert crystal.occupancy.tolist() == [1.0]


def test_mixed_and_split_sites_are_fine(read):
    mixed = [("A", "Na", (0, 0, 0), 0.6), ("B", "K", (0, 0, 0), 0.4)]
    split = [("C", "Cl", (0.5, 0.5, 0.5), 0.5), ("D", "Br", (0.53, 0.5, 0.5), 0.5)]
    crystal = read(CUBIC, mixed + split)
    assert crystal.elements == ("Na", "K", "Cl", "Br")


def test_deuterium_charges_and_labels_are_elements(read):
    sites = [
        ("D1", "D", (0.1, 0, 0), 1),
        ("Fe1", "Fe3+", (0.5, 0.5, 0.5), 1),
        ("O1", "O2-", (0.5, 0, 0), 1),
    ]
    assert read(CELL, sites).elements == ("H", "Fe", "O")


def test_mean_of_anisotropic_displacements(tmp_path):
    path = tmp_path / "a.cif"
    text = _cif_text(CUBIC, [("C1", "C", (0, 0, 0), 1)])
    tags = "".join(f"_atom_site_aniso_U_{ij}\n" for ij in ("11", "22", "33", "12", "13", "23"))
    path.write_text(f"{text}loop_\n_atom_site_aniso_label\n{tags}C1 0.01 0.02 0.03 0 0 0\n")
    np.testing.assert_allclose(read_cif(path).u_iso, [0.02])


def test_names_of_newer_dictionaries_and_odd_files(tmp_path):
    path = tmp_path / "a.cif"
    plain = _cif_text(CUBIC, SALT, symbol="F m -3 m", number=225)
    dotted = plain.replace("_cell_", "_cell.").replace("_atom_site_", "_atom_site.")
    for content in (
        plain.encode(),
        dotted.encode(),
        b"\xef\xbb\xbf# M\xfcller\r\n" + plain.replace("\n", "\r\n").encode() + b"\x1a",
        plain.replace("_cell_angle_alpha 90\n", "").encode(),  # 90 degrees where none is stated
    ):
        path.write_bytes(content)
        assert read_cif(path).space_group_number == 225
    path.write_text(plain + plain)  # two blocks of one name
    assert len(read_crystals(path)) == 2


def test_a_tag_given_twice(tmp_path):
    path = tmp_path / "a.cif"
    plain = _cif_text(CUBIC, SALT, symbol="F m -3 m")
    for once in ("_cell_length_a 5.64\n", "_chemical_formula_sum ''\n_cell_length_a 5.64\n"):
        for again in (once, once.replace("5.64", "?"), "_chemical_formula_sum 'Na Cl'\n"):
            path.write_text(plain.replace("_cell_length_a 5.64\n", once + again))
            assert read_cif(path).cell[0] == 5.64
    path.write_text(plain.replace("_cell_length_a 5.64", "_cell_length_a 5.64\n_cell_length_a 5.7"))
    with pytest.raises(FormatError, match="duplicate tag _cell_length_a"):
        read_cif(path)


@pytest.mark.parametrize(
    ("cell", "sites", "stated", "message"),
    [
        (CUBIC, [("M1", "M", (0, 0, 0), 1)], {}, "site 'M1' has the unknown element 'M'"),
        (CUBIC, [("X", "X", (0, 0, 0), 1)], {}, "site 'X' has the unknown element 'X'"),
        (CUBIC, [("C1", "C", (0, 0, 0), 1.2)], {}, "site 'C1': occupancy 1.2 lies outside 0 to 1"),
        (CUBIC, [("C1", "C", (0, 0, 0), -0.1)], {}, "site 'C1': occupancy -0.1 lies outside"),
        (CUBIC, [("C1", "C", ("?", 0, 0), 1)], {}, "has no atom with coordinates"),
        (
            CUBIC,
            [("A", "Na", (0, 0, 0), 1), ("B", "Cl", (0.01, 0, 0), 1)],
            {},
            "sites 'A' and 'B' overlap: they are 0.06 angstrom apart",
        ),
        (
            CUBIC,
            [("A", "Na", (0, 0, 0), 0.7), ("B", "K", (0.5, 0.5, 0), 0.7)],
            {"symbol": "F m -3 m"},
            "sites 'A' and 'B' overlap",
        ),
        (CUBIC, SALT, {"symbol": "F m -9 m"}, "space group 'F m -9 m' is not known and no op"),
        (CUBIC, SALT, {"symbol": "F m -9 m", "number": 225}, "space group 'F m -9 m' is not kn"),
        (CUBIC, SALT, {"operations": ["x,y,z", "x,y,q"]}, "operation 'x,y,q' cannot be read"),
        (CUBIC, SALT, {"operations": ["x,y,z", "x+1/4,y,z"]}, "belong to no known setting"),
        (
            CELL,
            GENERAL,
            {"symbol": "P n m a", "operations": P21N},
            "operations are those of P 1 21/n 1, but it is called P n m a; correct one",
        ),
        (CELL, GENERAL, {"symbol": "P m -3 m", "operations": ["x,y,z"]}, "but it is called P m -3"),
        (CELL, GENERAL, {"symbol": "P m -3 m"}, "cannot have the symmetry of P m -3 m"),
        ({**CUBIC, "gamma": 180}, SALT, {}, "cell .* is singular"),
        ({**CUBIC, "a": 0}, SALT, {}, "cell .* is singular"),
        ({**CUBIC, "a": -5}, SALT, {}, "give six positive numbers"),
        ({**CUBIC, "a": "?"}, SALT, {}, "_cell_length_a is missing or no number"),
        ({**CUBIC, "a": "long"}, SALT, {}, "_cell_length_a is missing or no number"),
        ({**CUBIC, "a": 1e300}, SALT, {}, r"has an axis above 1e\+06 angstrom"),
        (CUBIC, SALT, {"symbol": "F d 3 m"}, "F d -3 m may have either of two origins"),
        (CUBIC, [("C1", "C", (0, 0, 0), 0)], {}, "all occupancies are 0"),
    ],
)
def test_faults_name_file_block_and_site(read, cell, sites, stated, message):
    with pytest.raises(FormatError, match=rf"a\.cif: block 'x': .*{message}") as caught:
        read(cell, sites, **stated)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x00\x01\x02PNG", "is not a valid CIF file"),
        (b"data_x\n_cell_length_a 5\n", "has no atoms"),
        (b"data_x\n_cell_length_a '5\n", "is not a valid CIF file"),
        (_cif_text(CUBIC, SALT).encode()[:-25], "is not a valid CIF file|with coordinates"),
    ],
)
def test_files_that_are_no_cif(tmp_path, content, message):
    path = tmp_path / "a.cif"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=rf"a\.cif: .*({message})"):
        read_cif(path)


def test_giant_files_are_refused_before_they_are_read(tmp_path, monkeypatch):
    path = tmp_path / "a.cif"
    path.write_text(_cif_text(CUBIC, SALT, symbol="F m -3 m"))
    monkeypatch.setattr(_cif, "_MOST_SITES", 1)
    with pytest.raises(FormatError, match="block 'x': has 2 sites, more than the 1 that are read"):
        read_cif(path)
    monkeypatch.setattr(_cif, "_MOST_SITES", 10)
    monkeypatch.setattr(_cif, "_MOST_ATOMS", 100)
    with pytest.raises(FormatError, match="has 384 atoms in its cell, more than the 100"):
        read_cif(path)
    with path.open("ab") as file:
        file.truncate(101 * 2**20)  # sparse
    with pytest.raises(FormatError, match="has 101 MiB, more than the 100 that are read"):
        read_cif(path)


def test_many_atoms_at_one_place_are_refused_at_once(read):
    """They took half a minute."""
    sites = [(f"C{n}", "C", (n / 500, n**2 / 500 % 1, 0.3), 1e-4) for n in range(500)]
    read(CUBIC, SALT, symbol="F m -3 m")  # compiles what is compiled
    start = time.process_time()
    with pytest.raises(FormatError, match="too many atoms are"):
        read(dict.fromkeys("abc", 8.0), sites, symbol="F m -3 m")
    assert time.process_time() - start < 2


def test_one_bad_block_never_costs_the_others(tmp_path):
    path = tmp_path / "a.cif"
    good, bad = (
        _cif_text(CUBIC, SALT, symbol="F m -3 m", name="good"),
        _cif_text(CUBIC, [("M", "M", (0, 0, 0), 1)], name="bad"),
    )
    path.write_text(bad + good)
    with pytest.raises(FormatError, match="block 'bad': site 'M'"):
        read_crystals(path)
    with pytest.warns(UserWarning, match="left out 1 of 2 structures:\n  .*block 'bad'"):
        (crystal,) = read_crystals(path, on_error="skip")
    assert crystal.name == "good"


def test_damaged_files_are_read_or_refused_with_one_error(tmp_path):
    path = tmp_path / "a.cif"
    write_crystals(make_prototype("dimers", A="Cs", B="Bi", X="I"), path)
    whole = path.read_bytes()
    rng = random.Random(0)
    outcomes = set()
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            start = rng.randrange(len(content))
            content[start : start + rng.randint(0, 20)] = rng.choice(
                [b"", b"7", b"'", b"\xff", b"\n"]
            )
        path.write_bytes(content)
        items = list(_cif.cif_items(path))
        outcomes |= {type(item) for item in items}
    assert outcomes == {Crystal, FormatError}


@pytest.mark.parametrize("suffix", [".cif", ".parquet"])
def test_what_is_written_is_read_again(tmp_path, suffix):
    crystals = [
        make_prototype("dimers", A="Cs", B="Bi", X="I"),
        make_prototype("cubic perovskite", A="Cs", B="Pb", X="I0.7Br0.3"),
        Crystal([5, 5, 5, 60, 60, 60], ["C"], [[0.1] * 3], "R -3 m:R", name="R"),
        Crystal([4] * 3 + [90] * 3, ["C"], [[0] * 3], name="R", metadata={"space_group_number": 9}),
    ]
    path = tmp_path / f"a{suffix}"
    write_crystals(crystals, path)
    for before, after in zip(crystals, read_crystals(path), strict=True):
        assert after.space_group_number == before.space_group_number
        full, again = before.expand(), after.expand()
        assert again.elements == full.elements
        np.testing.assert_allclose(again.frac_coords, full.frac_coords, atol=1e-9)
        np.testing.assert_allclose(again.occupancy, full.occupancy, atol=1e-6)
        np.testing.assert_allclose(again.u_iso, full.u_iso, atol=1e-6)
        np.testing.assert_allclose(after.cell, before.cell, rtol=1e-7)


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(ValueError, match="there is no crystal to write"):
        write_crystals([], tmp_path / "a.cif")
    crystal = make_prototype("cubic perovskite", A="MA", B="Pb", X="I")
    with pytest.raises(ValueError, match=r"ending '\.txt' is not known"):
        write_crystals(make_prototype("dimers", A="Cs", B="Bi", X="I"), tmp_path / "a.txt")
    with pytest.raises(ValueError, match=r"atoms 0 \(C\) and 1 \(N\) overlap"):
        write_crystals(crystal, tmp_path / "a.cif")


def test_zeolites_have_as_many_atoms_as_gemmi_counts(measured):
    files = sorted(measured("zeolite_cifs").rglob("*.cif"))
    assert len(files) == 95
    for file in files:
        crystal = read_cif(file)
        structure = gemmi.read_small_structure(str(file))
        structure.change_occupancies_to_crystallographic()
        repeated = crystal.metadata.get("repeated_sites", [])
        known = [site.occ for site in structure.sites if np.isfinite(site.fract.x)]
        counted = sum(known) * len(structure.spacegroup.operations())
        found = crystal.expand().occupancy.sum()
        assert found == pytest.approx(counted - len(repeated), abs=0.1), file.name
