import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skxrd import FormatError
from skxrd.crystal import make_prototype
from skxrd.io import SkippedFileWarning, read_cif, read_crystals

DATA = Path(os.environ.get("SKXRD_DATA", "-"))
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
        ("_cell_length_a 5.87", "_cell_length_a 0", "block 'CsPbBr3': .*cell is"),
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
    with pytest.warns(SkippedFileWarning, match="left out .*b.cif"):
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


def test_unusable_paths_are_named(tmp_path):
    with pytest.raises(FormatError, match=r"is a folder without \.cif files"):
        read_crystals(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no such file or folder"):
        read_crystals(tmp_path / "x.cif")
    (tmp_path / "a.parquet").write_text("x")
    with pytest.raises(FormatError, match="is not a parquet table"):
        read_crystals(tmp_path / "a.parquet")
    pd.DataFrame({"a": [1.0]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(FormatError, match="lacks the columns b, c"):
        read_crystals(tmp_path / "b.parquet")


@pytest.mark.skipif(
    not (DATA / "zeolite_cifs").is_dir(), reason="the zeolite CIFs are not at SKXRD_DATA"
)
def test_all_zeolite_cifs_read():
    assert len(read_crystals(DATA / "zeolite_cifs")) == 95
