"""What is on a site of a CIF: labels of mineral databases, isotopes, mixtures, dummies."""

import gzip

import pytest

from skxrd import FormatError
from skxrd.io import read_cif, read_crystals

CELL = "".join(f"_cell_length_{axis} 10\n" for axis in "abc")


def _block(columns, rows, formula="", symmetry="_symmetry_space_group_name_H-M 'P 1'"):
    tags = "".join(f"_atom_site_{column}\n" for column in columns.split())
    formula = formula and f"_chemical_formula_sum '{formula}'\n"
    return f"data_x\n{CELL}{symmetry}\n{formula}loop_\n{tags}" + "\n".join(rows) + "\n"


@pytest.fixture
def read(tmp_path):
    def read_text(*arguments, **options):
        path = tmp_path / "a.cif"
        path.write_text(_block(*arguments, **options), encoding="utf-8")
        return read_cif(path)

    return read_text


@pytest.fixture
def elements(read):
    """Elements of labels, or of type symbols with column="type_symbol", in a row of sites."""

    def of_texts(texts, formula="", column="label"):
        rows = [f"{text} 0 0 {n / 20}" for n, text in enumerate(texts.split())]
        crystal = read(f"{column} fract_x fract_y fract_z", rows, formula)
        return " ".join(crystal.elements), " | ".join(crystal.metadata.get("notes", []))

    return of_texts


@pytest.mark.parametrize(
    ("labels", "formula", "expected"),
    [
        ("Ca Wat1 Ow OW OH3 Oh O-H Ob Oint Aq1", "", "Ca O O O O O O O O O"),
        ("KA CaM2 SiT AlOct Fe-oct BT BI CO3 OSi1 Pba", "", "K Ca Si Al Fe B B C O Pb"),
        ("NH4 Nh1 Fl1 Cl", "", "N N F Cl"),  # no nihonium, no flerovium
        ("CL1 NA1 CA1 SI1", "", "Cl Na Ca Si"),  # nothing is in lower case
        ("CA1 CB1 ND OS1 HO1", "C2 H N O", "C C N O H"),  # the formula decides
        ("CA1 C1 OW1", "C Ca O", "Ca C O"),
        ("Ca1 W1 O1", "Ca O2 H2", "Ca O O"),  # no tungsten, so water
        ("Ca1 W1 O1", "Ca W O", "Ca W O"),
        ("T1 T2 O1 O2 O3 O4", "Si O2", "Si Si O O O O"),
        ("na1 D1", "", "Na H"),
    ],
)
def test_labels_begin_with_the_element(elements, labels, formula, expected):
    assert elements(labels, formula)[0] == expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("2H 57Fe 11B 6Li 18O D 57Fe3+", "H Fe B Li O H Fe"),
        ("Fe3+ O2- O-2 Pb2+ FE Cl1- Na+", "Fe O O Pb Fe Cl Na"),
        ("OH OH2 OH- H2O Wat NH4 NH4+ Hiso Cval", "O O O O O N N H C"),
    ],
)
def test_type_symbols_of_isotopes_ions_and_groups(elements, kinds, expected):
    assert elements(kinds, column="type_symbol")[0] == expected


def test_notes_say_what_was_read(elements, read):
    assert elements("Ca1 Wat1 OH3")[1] == (
        "Wat1, OH3 read as O | the hydrogen of Wat1, OH3 is not listed"
    )
    assert elements("Ca1 Wat1 H1 H2")[1] == "Wat1 read as O"
    assert elements("Ca1 O1(a) O-1")[1] == ""
    rows = [f"Wat{n} 0 0 {n / 20}" for n in range(1, 10)]
    notes = read("label fract_x fract_y fract_z", rows).metadata["notes"]
    assert notes[0] == "Wat1, Wat2, Wat3, Wat4, Wat5, Wat6 and 3 more read as O"


@pytest.mark.parametrize(
    ("labels", "formula", "column", "message"),
    [
        ("M1 O1", "", "label", "site 'M1' has the unknown element 'M1'; give it a chemical symbol"),
        ("M1 O1", "Mg Fe O2", "label", "'M1'; the formula leaves Fe, Mg open; give it"),
        ("M1 T1 O1", "Si O2", "label", "site 'M1' has the unknown element 'M1'"),
        ("X O", "", "type_symbol", "unknown element 'X'"),
        ("Ca/Mg O", "", "type_symbol", "unknown element 'Ca/Mg'"),
        ("Unk O", "", "type_symbol", "unknown element 'Unk'"),
        ("Du Xx", "", "type_symbol", "all its sites are dummies or vacancies"),
    ],
)
def test_an_element_that_nothing_tells_is_an_error(elements, labels, formula, column, message):
    with pytest.raises(FormatError, match=message):
        elements(labels, formula, column)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("'0.75Si + 0.25Al'", [("Si", 0.75), ("Al", 0.25)]),
        ("'0.5Ca2+ + 0.5Sr2+'", [("Ca", 0.5), ("Sr", 0.5)]),
        ("'1/4Ca + 3/4Sr'", [("Ca", 0.25), ("Sr", 0.75)]),
        ("Si0.75Al0.25", [("Si", 0.75), ("Al", 0.25)]),
        ("'0.9Fe + 0.1\N{WHITE SQUARE}'", [("Fe", 0.9)]),  # a vacancy
    ],
)
def test_a_mixture_is_several_elements_at_one_place(read, kind, expected):
    crystal = read("label type_symbol fract_x fract_y fract_z", [f"T1 {kind} 0 0 0"])
    assert list(zip(crystal.elements, crystal.occupancy.tolist(), strict=True)) == expected
    halved = read("label type_symbol fract_x fract_y fract_z occupancy", [f"T1 {kind} 0 0 0 0.5"])
    assert halved.occupancy.tolist() == [share / 2 for _, share in expected]


def test_hydroxyl_and_water_at_one_place_are_oxygen(read):
    rows = ["OH2 'OH2' 0 0 0 0.66", "OH 'OH' 0 0 0 0.34", "Pb 'Pb' 0.5 0.5 0.5 1"]
    crystal = read("label type_symbol fract_x fract_y fract_z occupancy", rows)
    assert crystal.elements == ("O", "O", "Pb")


def test_dummies_and_placeholders_are_left_out(read):
    columns = "label type_symbol fract_x fract_y fract_z calc_flag"
    rows = ["Na1 Na 0 0 0 d", "Cg1 C .3 .3 .3 dum", "? ? ? ? ? ?", "H1 H . . . calc"]
    crystal = read(columns, rows)
    assert crystal.elements == ("Na",)
    assert crystal.metadata["notes"] == ["Cg1 left out as dummy or vacancy"]
    assert crystal.metadata["n_sites_without_coordinates"] == 1
    full = ["Na1 Na 0 0 0", "Cl1 Cl .5 .5 .5", "X1 X .2 .2 .2"]  # the formula has nothing else
    crystal = read("label type_symbol fract_x fract_y fract_z", full, "Na Cl")
    assert crystal.elements == ("Na", "Cl")


def test_a_block_of_placeholders_does_not_spoil_the_file(tmp_path):
    path = tmp_path / "a.cif"
    columns = "label type_symbol fract_x fract_y fract_z"
    good, empty = _block(columns, ["Na Na 0 0 0"]), _block(columns, ["? ? ? ? ?"])
    path.write_text(good + empty.replace("data_x", "data_y"))
    assert [crystal.name for crystal in read_crystals(path)] == ["x"]
    path.write_text(empty)
    with pytest.raises(FormatError, match="has no atoms"):
        read_crystals(path)


def test_fractions_and_dashes_are_numbers(read):
    rows = ["Na 1/3 2/3 \N{MINUS SIGN}0.25 1", "Cl '-1/3' \N{EN DASH}0.5 .5(1) 1/2", "K 1/0 0 0 1"]
    crystal = read("label fract_x fract_y fract_z occupancy", rows)
    expected = [1 / 3, 2 / 3, -0.25, -1 / 3, -0.5, 0.5]
    assert crystal.frac_coords.ravel().tolist() == pytest.approx(expected)
    assert crystal.occupancy.tolist() == [1, 0.5]
    assert crystal.metadata["n_sites_without_coordinates"] == 1


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda content: content.decode().encode("utf-16"),
        lambda content: content.replace(b"0.25", "\N{EN DASH}0.25".encode("cp1252")),
    ],
)
def test_encodings_and_compressed_files(tmp_path, pack):
    content = _block("label fract_x fract_y fract_z", ["Na 0 0 0.25"]).encode()
    for name in ("a.cif", "b.cif.gz"):
        (tmp_path / name).write_bytes(pack(content))
        (crystal,) = read_crystals(tmp_path / name)
        assert abs(crystal.frac_coords[0, 2]) == 0.25
    assert len(read_crystals(tmp_path)) == 2


def test_a_cell_in_a_loop_is_named(tmp_path):
    path = tmp_path / "a.cif"
    row = " ".join(["5.6"] * 3 + ["90"] * 3)
    tags = [f"_cell.length_{axis}" for axis in "abc"]
    tags += [f"_cell.angle_{angle}" for angle in ("alpha", "beta", "gamma")]
    sites = _block("label fract_x fract_y fract_z", ["Na 0 0 0"]).replace(CELL, "")
    cells = "loop_\n" + "\n".join([*tags, row, row.replace("5.6", "5.7")])
    path.write_text(f"{sites}{cells}\n")
    with pytest.raises(FormatError, match="_cell_length_a is given 2 times, in a loop"):
        read_cif(path)
    path.write_text(f"{sites}{cells.rpartition(chr(10))[0]}\n")
    assert read_cif(path).cell[0] == 5.6
