import sys
from types import SimpleNamespace

import numpy as np
import pytest

from skxrd.crystal import Crystal, make_prototype

MIXED = make_prototype("cubic perovskite", A="Cs", B="Pb", X="I0.7Br0.3")
DIMERS = make_prototype("dimers", A="Cs", B="Bi", X="I")
PARTIAL = Crystal([4] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], occupancy=[0.9, 0.5])
WAYS = {
    "pymatgen": (Crystal.to_pymatgen, Crystal.from_pymatgen),
    "ase": (Crystal.to_ase, Crystal.from_ase),
}


def _atoms(crystal):
    full = crystal.expand()
    place = (full.frac_coords % 1.0).round(6) % 1.0
    return sorted(zip(map(tuple, place), full.elements, full.occupancy.round(6), strict=True))


@pytest.mark.parametrize("package", WAYS)
@pytest.mark.parametrize("crystal", [MIXED, DIMERS, PARTIAL], ids=["mixed", "dimers", "partial"])
def test_there_and_back(package, crystal):
    pytest.importorskip(package, reason=f"{package} holds the structures")
    there, back = WAYS[package]
    read = back(there(crystal))
    assert _atoms(read) == _atoms(crystal)
    np.testing.assert_allclose(read.cell, crystal.cell, rtol=1e-9)
    assert read.space_group_number == crystal.space_group_number
    assert sorted(read.u_iso) == pytest.approx(sorted(crystal.expand().u_iso), nan_ok=True)
    assert back(there(crystal), name="x").name == "x"


def test_pymatgen_structures_with_charges_and_disorder():
    core = pytest.importorskip("pymatgen.core", reason="pymatgen holds the structures")
    salt = core.Structure.from_spacegroup(
        "Fm-3m", core.Lattice.cubic(5.64), ["Na+", "Cl-"], [[0] * 3, [0.5] * 3]
    )
    crystal = Crystal.from_pymatgen(salt)
    assert (crystal.name, sorted(set(crystal.elements))) == ("NaCl", ["Cl", "Na"])
    mixed = core.Structure(core.Lattice.cubic(4), [{"Na+": 0.5, "K+": 0.3}], [[0] * 3])
    assert Crystal.from_pymatgen(mixed).occupancy.tolist() == [0.5, 0.3]
    dummy = core.Structure(core.Lattice.cubic(4), ["X"], [[0] * 3])
    with pytest.raises(ValueError, match="element 'X.*' is not known"):
        Crystal.from_pymatgen(dummy)
    close = core.Structure(core.Lattice.cubic(4), ["Na", "Cl"], [[0] * 3, [0.01, 0, 0]])
    with pytest.raises(ValueError, match=r"atoms 0 \(Na\) and 1 \(Cl\) overlap"):
        Crystal.from_pymatgen(close)


def test_ase_space_group_becomes_the_label():
    spacegroup = pytest.importorskip("ase.spacegroup", reason="ASE holds the structures")
    salt = spacegroup.crystal(
        ["Na", "Cl"], [(0, 0, 0), (0.5, 0.5, 0.5)], spacegroup=225, cellpar=[5.64] * 3 + [90] * 3
    )
    crystal = Crystal.from_ase(salt)
    assert (crystal.space_group_number, len(crystal.elements)) == (225, 8)


def test_ase_reads_what_its_own_cif_reader_writes(tmp_path):
    ase_io = pytest.importorskip("ase.io", reason="ASE holds the structures")
    path = tmp_path / "a.cif"
    ase_io.write(path, MIXED.to_ase())
    assert _atoms(Crystal.from_ase(ase_io.read(path))) == _atoms(MIXED)


def test_ase_without_a_cell_is_an_error():
    ase = pytest.importorskip("ase", reason="ASE holds the structures")
    with pytest.raises(ValueError, match="crystal 'H2': cell is"):
        Crystal.from_ase(ase.Atoms("H2", positions=[[0, 0, 0], [0, 0, 0.74]]))


def test_pymatgen_is_read_by_its_attributes_alone():
    species = SimpleNamespace(items=lambda: [(SimpleNamespace(symbol="Fe"), 1.0)])
    site = SimpleNamespace(species=species, frac_coords=np.zeros(3), properties={})

    class Lookalike(list):
        lattice = SimpleNamespace(parameters=(2.87, 2.87, 2.87, 90, 90, 90))
        composition = SimpleNamespace(reduced_formula="Fe")

    crystal = Crystal.from_pymatgen(Lookalike([site]))
    assert (crystal.name, crystal.elements) == ("Fe", ("Fe",))


def test_a_molecule_on_one_place_cannot_be_handed_on():
    pytest.importorskip("ase", reason="ASE holds the structures")
    crystal = make_prototype("cubic perovskite", A="MA", B="Pb", X="I")
    with pytest.raises(ValueError, match=r"atoms 0 \(C\) and 1 \(N\) overlap"):
        crystal.to_ase()


@pytest.mark.parametrize(("package", "module"), [("pymatgen", "pymatgen.core"), ("ase", "ase")])
def test_missing_packages_are_named(package, module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=f"pip install {package}"):
        WAYS[package][0](DIMERS)


class StandInAtoms:
    """What from_ase asks of ASE atoms, so that it is tested where ASE (LGPL) is not installed."""

    info = {"space_group_number": 225, "name": "salt"}
    arrays = {}

    class cell:  # noqa: N801 - as ASE names it
        @staticmethod
        def cellpar():
            return np.array([5.64, 5.64, 5.64, 90, 90, 90])

    def __len__(self):
        return 2

    def get_chemical_symbols(self):
        return ["Na", "Cl"]

    def get_scaled_positions(self, wrap):
        return np.array([[0, 0, 0], [0.5, 0.5, 0.5]])

    def get_chemical_formula(self):
        return "NaCl"


def test_anything_with_the_methods_of_ase_atoms_is_taken():
    crystal = Crystal.from_ase(StandInAtoms())
    assert crystal.elements == ("Na", "Cl") and crystal.name == "salt"
    assert crystal.space_group_number == 225 and crystal.space_group == "P 1"
    np.testing.assert_allclose(crystal.frac_coords[1], 0.5)
