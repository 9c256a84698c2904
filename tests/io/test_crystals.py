import numpy as np
import pandas as pd
import pytest

from skxrd import FormatError
from skxrd.crystal import make_prototype
from skxrd.io import SkippedFileWarning, read_cif, read_crystals

CIF = """data_CsPbBr3
_cell_length_a 5.87
_cell_length_b 5.87
_cell_length_c 5.87
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
_atom_site_U_iso_or_equiv
Cs1 Cs 0 0 0 1 0.06
Pb1 Pb 0.5 0.5 0.5 1 0.03
Br1 Br 0.5 0.5 0 0.7 .
I1 I 0.5 0.5 0 0.3 .
"""


def test_cif(tmp_path):
    path = tmp_path / "a.cif"
    path.write_text(CIF)
    crystal = read_cif(path)
    assert crystal.elements == ("Cs", "Pb", "Br", "I")
    assert crystal.space_group_symbol == "Pm-3m"
    np.testing.assert_allclose(crystal.occupancy, [1, 1, 0.7, 0.3])
    np.testing.assert_allclose(crystal.u_iso[:2], [0.06, 0.03])
    assert np.isnan(crystal.u_iso[2])
    assert len(crystal.expand().elements) == 8


def test_a_file_of_several_structures(tmp_path):
    path = tmp_path / "two.cif"
    path.write_text(CIF + CIF.replace("data_CsPbBr3", "data_other"))
    assert [crystal.name for crystal in read_crystals(path)] == ["CsPbBr3", "other"]
    with pytest.raises(FormatError, match=r"holds 2 structures \(CsPbBr3, other\)"):
        read_cif(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (CIF, "", "has no atoms"),
        (CIF, "data_x\nloop_\n_a", "is not a valid CIF file|has no atoms"),
        ("Cs1 Cs 0 0 0", "Cs1 Qq 0 0 0", "block 'CsPbBr3': site 'Cs1' has the unknown element"),
        ("_cell_length_a 5.87", "_cell_length_a 0", "block 'CsPbBr3': cell .* is singular"),
        ("Cs1 Cs 0 0 0 1 ", "Cs1 Cs 0 0 0 1.7 ", "occupancy 1.7 lies outside 0 to 1"),
    ],
)
def test_broken_cifs_name_file_and_block(tmp_path, old, new, message):
    path = tmp_path / "a.cif"
    path.write_text(CIF.replace(old, new))
    with pytest.raises(FormatError, match=message) as caught:
        read_crystals(path)
    assert "a.cif" in str(caught.value)


def test_one_bad_file_never_costs_the_others(tmp_path):
    (tmp_path / "a.cif").write_text(CIF)
    (tmp_path / "b.cif").write_text("")
    with pytest.raises(FormatError, match="b.cif"):
        read_crystals(tmp_path)
    with pytest.warns(SkippedFileWarning, match=r"left out 1 of 2 structures:\n  .*b\.cif"):
        assert len(read_crystals(tmp_path, on_error="skip")) == 1


def test_a_table_of_structures(tmp_path):
    crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br").expand()
    columns = dict(zip(("a", "b", "c", "alpha", "beta", "gamma"), crystal.cell, strict=True))
    row = {
        **columns,
        "species": list(crystal.elements),
        "frac_coords": crystal.frac_coords.ravel().tolist(),
        "material_id": "x-1",
        "reduced_formula": "Br3CsPb",
        "sg_symprec0.1": 221,
    }
    path = tmp_path / "table.parquet"
    pd.DataFrame([row, {**row, "species": ["Qq"] * 5}]).to_parquet(path)
    with pytest.raises(FormatError, match="table.parquet: row 1: .*element 'Qq'"):
        read_crystals(path)
    with pytest.warns(SkippedFileWarning):
        (read,) = read_crystals(path, on_error="skip")
    assert (read.name, read.space_group_symbol) == ("x-1 Br3CsPb", "Pm-3m")
    np.testing.assert_allclose(read.frac_coords, crystal.frac_coords)


def _row(**changes):
    cell = dict.fromkeys("abc", 4.0) | dict.fromkeys(("alpha", "beta", "gamma"), 90.0)
    row = {**cell, "species": ["Na", "Cl"], "frac_coords": [0.0, 0, 0, 0.5, 0.5, 0.5]}
    return {**row, "material_id": "m", **changes}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"species": ["Na", "X"]}, "row 700: .*element 'X' is not known"),
        ({"species": []}, "row 700: .*there are no atoms"),
        ({"species": None}, "row 700: "),
        ({"frac_coords": [0.0, 0, 0]}, "row 700: .*frac_coords has 1 rows for 2 elements"),
        ({"frac_coords": [0.0, 0]}, "row 700: frac_coords has 2 numbers; give a flat list"),
        ({"occupancy": [0.0, 0.0]}, "row 700: .*all occupancies are 0"),
        ({"u_iso": [0.1, -0.1]}, "row 700: .*u_iso -0.1 is no mean"),
        ({"frac_coords": [0.0, 0, 0, 0.01, 0, 0]}, r"row 700: .*atoms 0 \(Na\) and 1 \(Cl\) over"),
        ({"gamma": 180.0}, "row 700: .*is singular"),
        ({"a": np.nan}, "row 700: .*give six positive numbers"),
        ({"material_id": "bad", "a": 0.0}, "row 700: crystal 'bad'"),
    ],
)
def test_one_bad_row_in_a_thousand_never_costs_the_others(tmp_path, changes, message):
    path = tmp_path / "a.parquet"
    pd.DataFrame([_row()] * 700 + [_row(**changes)] + [_row()] * 299).to_parquet(path)
    with pytest.raises(FormatError, match=rf"a\.parquet: {message}"):
        read_crystals(path)
    with pytest.warns(
        SkippedFileWarning, match=f"left out 1 of 1000 structures:\n.*{message}"
    ) as w:
        assert len(read_crystals(path, on_error="skip")) == 999
    assert len(w) == 1
    assert [str(error.path) for error in w[0].message.skipped] == [str(path)]


@pytest.mark.parametrize("number", [231.0, 0.0, 2.5, np.inf, np.nan])
def test_labels_of_tables_are_space_group_numbers(tmp_path, number):
    path = tmp_path / "a.parquet"
    pd.DataFrame([_row(**{"sg_symprec0.1": number})]).to_parquet(path)
    with pytest.raises(FormatError, match=f"row 0: sg_symprec0.1 is {number}; give a space group"):
        read_crystals(path)


def test_notes_of_pandas_in_a_table_may_be_damaged(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame([_row()]).to_parquet(path)
    path.write_bytes(path.read_bytes().replace(b'"index_columns"', b'"index_columns '))
    assert len(read_crystals(path)) == 1


def test_tables_may_state_occupancies(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame([_row(occupancy=[0.5, 1.0], u_iso=[0.01, np.nan])]).to_parquet(path)
    (crystal,) = read_crystals(path)
    np.testing.assert_allclose(crystal.occupancy, [0.5, 1])
    np.testing.assert_allclose(crystal.u_iso, [0.01, np.nan])


def test_a_folder_of_both_kinds(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.CIF").write_text(CIF)
    (tmp_path / "folder.cif").mkdir()
    pd.DataFrame([_row()]).to_parquet(tmp_path / "a.parquet")
    assert [crystal.name for crystal in read_crystals(tmp_path)] == ["m", "CsPbBr3"]


def test_nothing_left_is_an_error_that_tells_why(tmp_path):
    (tmp_path / "a.cif").write_text("")
    with (
        pytest.warns(SkippedFileWarning, match="left out 1 of 1"),
        pytest.raises(FormatError, match="holds no crystal structure .*to begin with .*is empty"),
    ):
        read_crystals(tmp_path, on_error="skip")


def test_unusable_paths_are_named(tmp_path):
    with pytest.raises(FormatError, match=r"is a folder without \.cif files or \.parquet tables"):
        read_crystals(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no such file or folder"):
        read_crystals(tmp_path / "x.cif")
    (tmp_path / "a.parquet").write_text("x")
    with pytest.raises(FormatError, match="is not a parquet table"):
        read_crystals(tmp_path / "a.parquet")
    pd.DataFrame({"a": [1.0]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(FormatError, match="lacks the columns b, c"):
        read_crystals(tmp_path / "b.parquet")


def test_all_zeolite_cifs_read(measured):
    assert len(read_crystals(measured("zeolite_cifs"))) == 95
