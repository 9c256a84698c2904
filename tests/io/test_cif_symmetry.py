"""Symmetry that a CIF states: any setting, open origins, magnetic groups, contradictions."""

import gemmi
import numpy as np
import pytest

from skxrd import FormatError
from skxrd.io import read_cif
from skxrd.io._cif_formula import Formula, _counts
from skxrd.io._cif_setting import space_group_number

SALT = ["Na Na 0 0 0", "Cl Cl 0.5 0.5 0.5"]
WHOLE_SALT = [
    f"{element}{n} {element} {x} {y} {z}"
    for element, origin in (("Na", 0.0), ("Cl", 0.5))
    for n, (x, y, z) in enumerate(
        [(origin, 0, 0), (origin, 0.5, 0.5), (0.5 - origin, 0, 0.5), (0.5 - origin, 0.5, 0)]
    )
]
SPINEL = ["Mg Mg 0.125 0.125 0.125", "Al Al 0.5 0.5 0.5", "O O 0.2624 0.2624 0.2624"]
ANATASE = ["Ti Ti 0 0.75 0.125", "O O 0 0.75 0.3333"]


def _text(sites, *, cell=(5.64, 5.64, 5.64), operations=(), **stated):
    tags = {
        "symbol": "_symmetry_space_group_name_H-M",
        "hall": "_symmetry_space_group_name_Hall",
        "number": "_symmetry_Int_Tables_number",
        "system": "_symmetry_cell_setting",
        "code": "_space_group_IT_coordinate_system_code",
        "formula": "_chemical_formula_sum",
        "z": "_cell_formula_units_Z",
    }
    lines = ["data_x", *(f"_cell_length_{a} {x}" for a, x in zip("abc", cell, strict=True))]
    lines += [f"{tags[name]} '{value}'" for name, value in stated.items()]
    if operations:
        lines += ["loop_", "_symmetry_equiv_pos_as_xyz", *(f"'{text}'" for text in operations)]
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol"]
    lines += [f"_atom_site_fract_{axis}" for axis in "xyz"] + list(sites)
    return "\n".join(lines) + "\n"


@pytest.fixture
def read(tmp_path):
    def read_text(sites, *, extra="", **stated):
        path = tmp_path / "a.cif"
        path.write_text(_text(sites, **stated) + extra)
        return read_cif(path)

    return read_text


def _content(crystal):
    atoms = crystal.expand()
    names, counts = np.unique(atoms.elements, return_counts=True)
    return " ".join(f"{name}{count}" for name, count in zip(names, counts, strict=True))


@pytest.mark.parametrize(
    ("stated", "setting"),
    [
        ({"symbol": "F d -3 m", "formula": "Al2 Mg O4", "z": 8}, "F d -3 m:2"),
        ({"symbol": "F d -3 m", "formula": "Al2 Mg O4"}, "F d -3 m:2"),
        ({"number": 227, "formula": "Al2 Mg O4"}, "F d -3 m:2"),
        ({"symbol": "F d -3 m", "code": "2"}, "F d -3 m:2"),
        ({"symbol": "F d -3 m", "hall": "-F 4vw 2vw 3"}, "F d -3 m:2"),
        ({"symbol": "F d -3 m (origin choice 2)"}, "F d -3 m:2"),
        ({"symbol": "F d -3 m S"}, "F d -3 m:1"),
    ],
)
def test_the_formula_decides_about_the_origin(read, stated, setting):
    crystal = read(SPINEL, cell=[8.08] * 3, **stated)
    assert crystal.space_group == setting
    assert _content(crystal) == ("Al16 Mg8 O32" if setting[-1] == "2" else "Al8 Mg16 O8")
    assert ("by its formula" in str(crystal.metadata.get("notes"))) == ("formula" in stated)


def test_the_origin_of_a_tetragonal_group(read):
    stated = {"symbol": "I 41/a m d", "cell": [3.785, 3.785, 9.514]}
    assert _content(read(ANATASE, formula="O2 Ti", z=4, **stated)) == "O8 Ti4"
    moved = ["Ti Ti 0 0 0", "O O 0 0 0.2082"]
    assert read(moved, formula="O2 Ti", z=4, **stated).space_group == "I 41/a m d:1"
    for wrong in ({}, {"formula": "O2 Ti"}, {"formula": "O2 Ti", "z": 1}):  # both have TiO2
        with pytest.raises(FormatError, match="I 41/a m d may have either of two origins: no op"):
            read(ANATASE, **wrong, **stated)


def test_operations_of_magnetic_groups_move_atoms(read):
    operations = ["x,y,z,+1", "-x,-y,z,+1", "-x,y,-z,+1", "x,-y,-z,+1"]
    operations += ["-x,-y,-z,-1", "x,y,-z,-1", "x,-y,z,-1", "-x,y,z,-1"]
    for tag in ("_space_group_symop_magn_operation.xyz", "_space_group_symop.magn_operation_xyz"):
        centring = tag.replace("operation", "centering")
        extra = "\n".join(["loop_", tag, *operations, "loop_", centring])
        extra += "\nx,y,z,+1\nx+1/2,y+1/2,z+1/2,-1\n"
        crystal = read(["Mn Mn 0.1 0.2 0.3"], cell=(4, 5, 6), extra=extra)
        assert (_content(crystal), crystal.space_group) == ("Mn16", "I m m m")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("_space_group_magn.number_BNS 62.441\n", "its symmetry is stated only by _space_group_ma"),
        (
            "loop_\n_space_group_symop_ssg_operation_algebraic\nx1,x2,x3,x4\n-x1,-x2,-x3,-x4\n",
            "is a modulated structure",
        ),
        ("_cell_modulation_dimension 1\n", "is a modulated structure"),
        ("loop_\n_space_group_symop_matrices\nx,y,z\n-x,-y,-z\n", "which is not understood"),
    ],
)
def test_operations_that_are_not_understood_are_never_p1(read, extra, message):
    with pytest.raises(FormatError, match=message):
        read(["Mn Mn 0.1 0.2 0.3"], extra=extra)


@pytest.mark.parametrize(
    "stated",
    [
        {"system": "cubic"},
        {"system": "cubic", "symbol": "P 1", "formula": "Cl Na", "z": 4},
        {"symbol": "P 1", "number": 225},
        {"number": 225, "operations": ["x,y,z"]},
        {"formula": "Cl Na", "z": 4},
        {"formula": "Cl Na", "z": 4, "symbol": "P 1", "operations": ["x,y,z"]},
        {"formula": "Cl Na", "z": 4, "symbol": "P m -3 m"},
        {"formula": "Na4 Cl4", "z": 4, "symbol": "P 1", "operations": ["x,y,z"]},
    ],
)
def test_two_atoms_of_eight_are_an_error(read, stated):
    with pytest.raises(FormatError, match="list the operations|not the formula|but it is called"):
        read(SALT, **stated)


@pytest.mark.parametrize(
    ("sites", "stated", "number", "content", "note"),
    [
        (SALT, {"symbol": "P 1", "number": 225, "formula": "Cl Na", "z": 4}, 225, "Cl4 Na4", "by"),
        (SALT, {"symbol": "P 1", "number": 225, "formula": "Cl Na", "z": 1}, 1, "Cl1 Na1", "by"),
        (WHOLE_SALT, {"symbol": "P 1", "number": 225}, 225, "Cl4 Na4", ""),
        (WHOLE_SALT, {"formula": "Na4 Cl4", "z": 4, "symbol": "P 1"}, 1, "Cl4 Na4", ""),
        (SALT, {"symbol": "F m -3 m", "number": 227}, 225, "Cl4 Na4", "also called F d -3 m"),
        (SALT, {"symbol": "F m -3 m", "system": "triclinic"}, 225, "Cl4 Na4", "is cubic"),
        (SALT, {"symbol": "F m -3 m", "formula": "Na Cl", "z": 1}, 225, "Cl4 Na4", "Z is not"),
        (SALT, {"symbol": "P 1", "number": 225, "operations": ["x,y,z"]}, 1, "Cl1 Na1", "also"),
        (SALT, {}, 1, "Cl1 Na1", "its symmetry is not stated; read as P 1"),
        (SALT, {"symbol": "F m -3 m", "formula": "Na Cl", "z": 4}, 225, "Cl4 Na4", ""),
    ],
)
def test_other_contradictions_are_notes(read, sites, stated, number, content, note):
    crystal = read(sites, **stated)
    assert (crystal.space_group_number, _content(crystal)) == (number, content)
    notes = " | ".join(crystal.metadata.get("notes", []))
    assert (note in notes) if note else not notes


@pytest.mark.parametrize(("formula", "noted"), [("Na0.9 Cl", False), ("Na Cl O0.8", True)])
def test_a_formula_with_what_is_not_located_is_a_note(read, formula, noted):
    crystal = read(SALT, symbol="P 1", formula=formula, z=1, operations=["x,y,z"])
    notes = str(crystal.metadata.get("notes"))
    assert ("its cell has Cl1 Na1, which is not the formula" in notes) == noted


@pytest.mark.parametrize(
    "symbol", ["P 1 21/c 1", "C 1 2/c 1", "F d d 2", "I -4 2 d", "P 31 1 2", "R -3 c:H", "F d -3 m"]
)
def test_operations_of_any_setting_are_known(symbol):
    """Axes and origin are moved to where no table has them."""
    group = gemmi.SpaceGroup(symbol)
    axes, origin = np.array([[1, 1, 0], [0, 1, 0], [1, 0, 1]]), np.array([3, 5, 7])
    back = np.rint(np.linalg.inv(axes)).astype(int)
    triplets = set()
    for operation in group.operations():
        rotation = np.array(operation.rot) // gemmi.Op.DEN
        shift = back @ (np.array(operation.tran) + (rotation - np.eye(3, dtype=int)) @ origin)
        moved = gemmi.Op()
        moved.rot = (back @ rotation @ axes * gemmi.Op.DEN).tolist()
        moved.tran = (shift % gemmi.Op.DEN).tolist()
        triplets.add(moved.triplet())
    assert gemmi.find_spacegroup_by_ops(gemmi.GroupOps(list(map(gemmi.Op, triplets)))) is None
    assert space_group_number(tuple(sorted(triplets))) == group.number


def test_such_a_setting_is_written_out(read):
    operations = ["x,y,z", "1/2+x,y,1/2+z", "1/4-x,1/2+y,1/4-z", "3/4-x,1/2+y,3/4-z"]
    operations += ["-x,-y,-z", "1/2-x,-y,1/2-z", "3/4+x,1/2-y,3/4+z", "1/4+x,1/2-y,1/4+z"]
    crystal = read(["C C 0.1 0.2 0.3"], symbol="B 1 21/d 1", operations=operations, cell=(9, 8, 7))
    assert (crystal.space_group, crystal.space_group_number) == ("P 1", 14)
    assert _content(crystal) == "C8"
    assert crystal.metadata["notes"] == ["its operations are of an uncommon setting of P 1 21/c 1"]


@pytest.mark.parametrize("more", ["x+1/4,y,z", "2*x,y,z", "y,z,-x", "x,x,x"])
def test_operations_that_form_no_group(read, more):
    with pytest.raises(FormatError, match="2 symmetry operations belong to no known setting"):
        read(SALT, operations=["x,y,z", more])


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("C2 Ca H12 O7", {"C": 2, "Ca": 1, "H": 12, "O": 7}),
        ("K Al2 (Si3 Al) O10 (OH)2", {"K": 1, "Al": 3, "Si": 3, "O": 12, "H": 2}),
        ("(Mg1.8 Fe.2) Si O4", {"Mg": 1.8, "Fe": 0.2, "Si": 1, "O": 4}),
        ("C6 D5 N 1+", {"C": 6, "H": 5, "N": 1}),
        ("(Mg,Fe)2 Si O4", None),
        ("Nax Cl", None),
        ("(Si O2", None),
    ],
)
def test_formulas(text, counts):
    assert _counts(text) == (counts if counts is None else pytest.approx(counts))


def test_a_formula_is_compared_without_hydrogen():
    formula = Formula(frozenset({"O", "H"}), {"O": 1}, 4.0, False)
    assert formula.compare({"O": 4, "H": 8}).agrees
    assert formula.compare({"O": 1}).too_many_or_few
    assert formula.compare({"H": 8}) is None
