"""Libraries of phases: written, read, joined, and refused where they are damaged."""

import json

import numpy as np
import pytest

from skxrd import FormatError
from skxrd.crystal import Crystal, make_prototype, reflections
from skxrd.search import PhaseLibrary, PhaseSearch, _conventional_cell, write_phase_library
from skxrd.search._phase_elements import check_elements, element_symbols, reduced_formula
from skxrd.search._phase_lines import phase_entry
from skxrd.search._screened_bins import BIN, D_MAX

ROCK_SALT = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="salt")
RUTILE = Crystal(
    [4.594, 4.594, 2.959, 90, 90, 90],
    ["Ti", "O"],
    [[0, 0, 0], [0.305, 0.305, 0]],
    "P42/mnm",
    name="r1",
    metadata={"mineral": "Rutile", "reference": "Some Journal 1 (1956) 2"},
)
PEROVSKITE = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
CRYSTALS = [ROCK_SALT, RUTILE, PEROVSKITE]


@pytest.fixture
def path(tmp_path):
    write_phase_library(CRYSTALS, tmp_path / "three.phases")
    return tmp_path / "three.phases"


def test_facts_of_a_phase(path):
    library = PhaseLibrary(path)
    assert len(library) == 3
    facts = library[1]
    assert (facts["name"], facts["formula"], facts["space_group_number"]) == ("Rutile", "TiO2", 136)
    assert facts["elements"] == ("O", "Ti")
    assert facts["reference"] == "Some Journal 1 (1956) 2"
    assert facts["density"] == pytest.approx(4.25, abs=0.01)  # grams a cubic centimetre
    np.testing.assert_allclose(facts["cell"], RUTILE.cell, rtol=1e-6)
    assert library.find(name="rutile").tolist() == [1]
    assert library.find(formula="NaCl", source="SALT").tolist() == [0]
    frame = library.to_frame()
    assert frame["name"].tolist() == ["NaCl", "Rutile", "CsPbBr3"]
    assert not list(path.parent.glob("*.parts"))


def test_lines_are_those_of_the_crystal(path):
    hkl, d, strength = PhaseLibrary(path).lines(1)
    expected = reflections(RUTILE, "CuKa1", (5, 90), u_iso=0.008)
    order = np.argsort(-expected.d_spacing, kind="stable")
    n = 5
    np.testing.assert_allclose(d[:n], expected.d_spacing[order][:n], rtol=1e-5)
    found = strength[:n] / strength[:n].max()
    wanted = expected.multiplicity * np.abs(expected.structure_factor) ** 2
    wanted = wanted[order][:n] / wanted[order][:n].max()
    np.testing.assert_allclose(found, wanted, atol=0.02)
    assert np.abs(hkl).max() < 10


def test_a_crystal_in_p1_gets_its_conventional_cell():
    pytest.importorskip("spglib")
    listed = ROCK_SALT.expand()
    entry = phase_entry(listed)
    assert (entry.number, entry.symbol) == (225, "F m -3 m")
    primitive = Crystal(
        [5.64 / np.sqrt(2)] * 3 + [60] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], name="primitive"
    )
    small, large = phase_entry(primitive), phase_entry(ROCK_SALT)
    np.testing.assert_allclose(small.cell, large.cell, rtol=1e-6)
    assert small.scale == pytest.approx(large.scale, rel=1e-5)
    assert small.density == pytest.approx(large.density)
    np.testing.assert_array_equal(np.sort(np.abs(small.hkl)), np.sort(np.abs(large.hkl)))


def test_a_setting_that_is_known_is_that_of_spglib(monkeypatch):
    def primitive(a):
        cell = [a / np.sqrt(2)] * 3 + [60] * 3
        stated = {"space_group_number": 225}
        return Crystal(cell, ["Na", "Cl"], [[0] * 3, [0.5] * 3], metadata=stated)

    monkeypatch.setattr(_conventional_cell, "_kept", {})
    phase_entry(primitive(5.64))
    assert len(_conventional_cell._kept) == 1
    monkeypatch.setattr(_conventional_cell, "_found", None)  # not asked again
    known = phase_entry(primitive(6.2))
    monkeypatch.undo()
    monkeypatch.setattr(_conventional_cell, "_kept", {})
    asked = phase_entry(primitive(6.2))
    np.testing.assert_array_equal(known.cell.astype("f4"), asked.cell.astype("f4"))
    np.testing.assert_array_equal(known.hkl, asked.hkl)
    assert known.symbol == asked.symbol == "F m -3 m"


def test_bins_are_those_of_the_lines(path):
    library = PhaseLibrary(path)
    bins, weights = library.screened(0)
    _, d, _ = library.lines(0)
    expected = {int(np.log(D_MAX / one) / BIN) for one in d}
    assert set(bins[0][weights[0] > 0].tolist()) <= expected
    assert weights[0].max() == 255


def test_compact_libraries_make_their_bins(path, tmp_path):
    write_phase_library(CRYSTALS, tmp_path / "small.phases", compact=True)
    small = PhaseLibrary(tmp_path / "small.phases")
    for one, other in zip(small.screened(0), PhaseLibrary(path).screened(0), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (tmp_path / "small.phases").stat().st_size < path.stat().st_size


def test_duplicates_are_merged_and_name_all_sources(tmp_path):
    near = Crystal([5.65] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="near")
    far = Crystal([5.8] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="far")
    write_phase_library([ROCK_SALT, near, far], tmp_path / "a.phases")
    merged = PhaseLibrary(tmp_path / "a.phases")
    assert [merged[i]["source"] for i in range(len(merged))] == ["salt; near", "far"]
    write_phase_library([ROCK_SALT, near, far], tmp_path / "b.phases", merge=False)
    assert len(PhaseLibrary(tmp_path / "b.phases")) == 3


def test_several_files_are_one_library(path, tmp_path):
    write_phase_library([ROCK_SALT], tmp_path / "one.phases", card={"title": "one"})
    both = PhaseLibrary(tmp_path / "one.phases", path)
    assert len(both) == 4
    assert [both[i]["formula"] for i in range(4)] == ["NaCl", "NaCl", "TiO2", "CsPbBr3"]
    joined = both.write(tmp_path / "joined.phases")
    assert len(joined) == 3
    assert joined.cards[0]["joined"][0]["title"] == "one"
    with pytest.raises(IndexError, match="phase 4 is not in a library of 4"):
        both[4]


def test_a_stopped_call_goes_on(tmp_path):
    path = tmp_path / "a.phases"

    def stopping():
        yield CRYSTALS * 20
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_phase_library(stopping(), path)
    parts = list((tmp_path / "a.phases.parts").glob("*.npz"))
    assert len(parts) == 1
    before = parts[0].stat().st_mtime_ns
    seen = []

    def crystals():
        yield CRYSTALS * 20
        seen.append(parts[0].stat().st_mtime_ns)

    write_phase_library(crystals(), path)
    assert seen == [before]
    assert len(PhaseLibrary(path)) == 3


def test_crystals_without_lines_are_left_out_and_named(tmp_path):
    tiny = Crystal([0.9] * 3 + [90] * 3, ["Fe"], [[0, 0, 0]], name="tiny")
    skipped = write_phase_library([tiny, ROCK_SALT], tmp_path / "a.phases")
    assert [name for name, _ in skipped] == ["tiny"]
    with pytest.raises(ValueError, match="no crystal gives a phase for .*tiny"):
        write_phase_library([tiny], tmp_path / "b.phases")
    assert [path.name for path in tmp_path.iterdir()] == ["a.phases"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-5], "it is cut: write it again"),
        (lambda data: data[:40], "is cut|damaged head"),
        (lambda data: b"PK" + data, "is no phase library; write one"),
        (lambda data: data.replace(b"phases 1", b"phases 9", 1), "format 9, this skxrd reads 1"),
        (lambda data: data.replace(b'"cell": 3', b'"cell": 4', 1), "cut|do not fit"),
        (lambda data: data.replace(b'"cell": 3', b'"cell": x', 1), "damaged head"),
        (lambda data: b"", "is no phase library"),
    ],
)
def test_damaged_libraries_are_refused(path, damage, message):
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(FormatError, match=message):
        PhaseLibrary(path)


def test_flipped_bits_never_lead_outside(path):
    data = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(200):
        changed = bytearray(data)
        for place in rng.integers(0, len(data), 8):
            changed[place] ^= 1 << rng.integers(8)
        path.write_bytes(changed)
        try:
            library = PhaseLibrary(path)
        except FormatError:
            continue
        for phase in range(len(library)):
            with np.errstate(all="ignore"):
                library.lines(phase)


def test_what_is_no_crystal_is_named(tmp_path):
    with pytest.raises(TypeError, match="crystals has 'a.cif', which is no Crystal"):
        write_phase_library(["a.cif"], tmp_path / "a.phases")


def test_formulas():
    assert reduced_formula({"O": 8, "Ti": 4}) == "TiO2"
    assert reduced_formula({"O": 16, "Si": 4, "Mg": 6.6, "Fe": 1.4}) == "Mg1.65Fe0.35SiO4"
    assert reduced_formula({"C": 6, "O": 18, "Ca": 0.18, "Mn": 5.82}) == "Ca0.03Mn0.97CO3"


def test_elements_by_name():
    np.testing.assert_array_equal(check_elements("ti, O", "x"), check_elements(["O", "Ti"], "x"))
    assert element_symbols(check_elements(["Og", "H", "U"], "x")) == ("H", "U", "Og")
    with pytest.raises(ValueError, match="elements contains 'Xx', which is no element"):
        check_elements("Ti,Xx", "elements")
    for odd in ("TiO2", "Copper", "Ti O2"):
        with pytest.raises(ValueError, match="which is no element"):
            check_elements(odd, "elements")
    with pytest.raises(ValueError, match="elements is empty"):
        check_elements("", "elements")


def test_a_search_without_a_phase_of_the_elements_is_refused(path):
    with pytest.raises(ValueError, match="no phase of the library has elements='Au'"):
        PhaseSearch(path, elements="Au").search([])


def test_cards_are_json(path):
    card = PhaseLibrary(path).cards[0]
    assert json.loads(json.dumps(card)) == card
    assert card["phases"] == 3


def test_no_library_is_an_error():
    with pytest.raises(ValueError, match="needs a file"):
        PhaseLibrary()
