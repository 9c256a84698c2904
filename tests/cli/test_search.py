"""``skxrd search`` and ``skxrd library``, on libraries of three phases and simulated scans."""

import csv

import numpy as np
import pytest
from matplotlib import pyplot as plt

from skxrd.crystal import Crystal, make_prototype
from skxrd.inspection import PhaseMatchDisplay
from skxrd.io import write_crystals, write_pattern
from skxrd.search import PhaseSearch, load_phase_library
from skxrd.simulation import PowderSimulator

GRID = np.arange(15, 80, 0.03)
PROTOTYPES = {
    "CsPbBr3": make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br"),
    "NaCl": Crystal([5.640] * 3 + [90] * 3, ["Na", "Cl"], [[0, 0, 0], [0.5, 0, 0]], "Fm-3m"),
    "ZnS": Crystal([5.409] * 3 + [90] * 3, ["Zn", "S"], [[0, 0, 0], [0.25] * 3], "F-43m"),
}


@pytest.fixture(scope="module")
def folder(run, tmp_path_factory):
    """CIF files of three phases, one file that is none, and their library."""
    folder = tmp_path_factory.mktemp("phases")
    cifs = folder / "cifs"
    cifs.mkdir()
    for name, crystal in PROTOTYPES.items():
        write_crystals([crystal], cifs / f"{name}.cif")
    (cifs / "broken.cif").write_text("no structure\n")
    result = run("library", "build", cifs, "-o", folder / "mine.phases", "--jobs", 1)
    assert result.exit_code == 1, result.output  # broken.cif was left out
    assert "mine, 3 phases: written to" in result.output
    assert "left out 1:" in result.output and "broken.cif: " in result.output
    return folder


def _scan(crystal, seed=0, impurity=None, fraction=0.5):
    mixed = {} if impurity is None else {"impurities": [impurity], "impurity_fraction": fraction}
    simulator = PowderSimulator(
        GRID, wavelength="CuKa", max_counts=20_000, crystallite_size=400, random_state=seed, **mixed
    )
    return simulator.simulate(crystal)


@pytest.fixture(scope="module")
def scans(folder):
    """A folder with a single phase, a mixture, and a scan without wavelength."""
    scans = folder / "scans"
    scans.mkdir()
    write_pattern(_scan(PROTOTYPES["NaCl"]), scans / "salt.xy")
    mixture = _scan(PROTOTYPES["CsPbBr3"], impurity=PROTOTYPES["ZnS"])
    write_pattern(mixture, scans / "mixture.xy")
    np.savetxt(scans / "unknown.xy", np.column_stack([GRID, mixture.intensity]))
    return scans


def test_a_folder_is_searched_and_written(folder, scans, run, tmp_path):
    out, plot = tmp_path / "out.csv", tmp_path / "out.pdf"
    result = run(
        *("search", scans, "--library", folder / "mine.phases", "--csv", out, "--plot", plot),
        *("--jobs", 1),
    )
    assert result.exit_code == 1, result.output
    assert f"{scans / 'salt.xy'}: one phase: NaCl, Fm-3m (225)" in result.stdout
    assert "mixture.xy: two phases: " in result.stdout and "by weight" in result.stdout
    assert result.stdout.count("amorphous") == 1
    assert f"{scans / 'unknown.xy'}: states no wavelength" in result.stderr
    assert plot.read_bytes().startswith(b"%PDF")
    with open(out, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:6] == [
        *("scan", "place", "phase", "formula", "space_group_number", "figure_of_merit"),
    ]
    assert list(rows[0])[6:15] == [
        *("a", "b", "c", "alpha", "beta", "gamma", "explained", "weight_fraction", "source"),
    ]
    found = {(row["scan"].rpartition("/")[2], row["formula"]) for row in rows}
    assert found == {("salt.xy", "NaCl"), ("mixture.xy", "CsPbBr3"), ("mixture.xy", "ZnS")}
    weights = [float(row["weight_fraction"]) for row in rows if "mixture" in row["scan"]]
    assert sum(weights) == pytest.approx(1, abs=2e-4)


def test_a_picture_for_a_journal(folder, scans, run, tmp_path):
    plot = tmp_path / "salt.png"
    result = run("search", scans / "salt.xy", "--library", folder / "mine.phases", "--plot", plot)
    assert result.exit_code == 0, result.output
    assert plt.imread(plot).shape[1] == 2700  # nine inches of 300 points


def test_elements_and_several_libraries(folder, scans, run, tmp_path):
    mine, salt = folder / "mine.phases", tmp_path / "salt.phases"
    scan = scans / "salt.xy"
    result = run("library", "build", folder / "cifs" / "NaCl.cif", "-o", salt, "--jobs", 1)
    assert result.exit_code == 0 and "salt, 1 phase: written" in result.output
    result = run("search", scan, "--library", mine, "--excluded-elements", "Cl")
    assert result.exit_code == 0, result.output
    assert "salt.xy: not in the library; the nearest is" in result.output
    result = run(
        *("search", scan, "--library", mine, "--library", salt, "--required-elements", "Na")
    )
    assert "one phase: NaCl" in result.output
    assert "amorphous" not in result.output


def test_info(folder, run):
    result = run("library", "info", folder / "mine.phases", folder / "cifs" / "NaCl.cif")
    assert result.exit_code == 1
    assert "mine.phases: mine, 3 phases, " in result.output
    assert "phases: cubic 3" in result.output
    assert "NaCl.cif: is no phase library" in result.output


def test_a_bad_build_is_one_line(tmp_path, run):
    (tmp_path / "cifs").mkdir()
    result = run("library", "build", tmp_path / "cifs", "-o", tmp_path / "no.phases")
    assert result.exit_code == 2
    assert "cifs: is a folder without .cif files" in result.output
    (tmp_path / "cifs" / "a.cif").write_text("no structure")
    (tmp_path / "cifs" / "b.cif").write_text("no structure")
    result = run("library", "build", tmp_path / "cifs", "-o", tmp_path / "no.phases")
    assert result.exit_code == 2
    assert result.output.endswith("cifs: no crystal structure can be read.\n")
    assert not (tmp_path / "no.phases").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--elements", "Ti,Qq"), "'Qq', which is no element"),
        (("--required-elements", "He"), "no phase of the library has required_elements='He'"),
        (("--plot", "out.png"), "holds one scan, there are 2; name a .pdf"),
        (("--plot", "out.odd"), "no picture can be written to a file of this ending"),
        (("--library", "none.phases"), "none.phases"),
    ],
)
def test_what_cannot_be_done_is_said_before_the_search(
    options, message, folder, scans, run, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    files = (scans / "salt.xy", scans / "mixture.xy")
    result = run("search", *files, "--library", folder / "mine.phases", *options)
    assert result.exit_code == 2 and message in result.output
    assert not list(tmp_path.iterdir())


def test_a_scan_without_peaks_costs_only_itself(folder, scans, run, tmp_path):
    flat = tmp_path / "flat.xy"
    np.savetxt(flat, np.column_stack([GRID, np.full(GRID.size, 5.0)]))
    out = tmp_path / "out.csv"
    arguments = ("--library", folder / "mine.phases", "--wavelength", "CuKa", "--csv", out)
    result = run("search", flat, scans / "salt.xy", *arguments)
    assert result.exit_code == 1 and "one phase: NaCl" in result.stdout
    assert f"{flat}: all intensities are 5." in result.stderr
    assert len(out.read_text().splitlines()) == 3
    assert run("search", flat, *arguments).exit_code == 2


def test_the_bundled_library_names_a_mixture():
    anatase = Crystal(
        [3.785, 3.785, 9.514, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0, 0, 0.2081]], "I41/amd"
    )
    zincite = Crystal(
        [3.2494, 3.2494, 5.2038, 90, 90, 120],
        ["Zn", "O"],
        [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.3821]],
        "P63mc",
    )
    try:
        library = load_phase_library()
    except FileNotFoundError:
        pytest.skip("the bundled library is not there")
    search = PhaseSearch(library, elements="Ti,Zn,O")
    (match,) = search.match([_scan(zincite, impurity=anatase)])
    assert {phase.facts["name"] for phase in match.phases} == {"Anatase", "Zincite"}
    display = PhaseMatchDisplay.from_match(match, scale="linear")
    assert len(display.ticks_) == 2
    measured, calculated = (line.get_ydata() for line in display.ax_.lines[:2])
    assert np.isfinite(calculated).all() and len(measured) == len(calculated)
    numbers = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert numbers[0] == "0" and float(numbers[-1].replace(",", "")) > 0
    assert display.ax_.get_ylabel() == "intensity above background and noise"
    named = PhaseMatchDisplay.from_match(match, n_hkl=40).ax_.texts
    assert {"$002$", "$200$", "$201$", "$112$"} <= {text.get_text() for text in named}
    with pytest.raises(ValueError, match="scale is 'log'; choose 'sqrt' or 'linear'"):
        display.plot(scale="log")
