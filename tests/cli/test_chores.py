"""``skxrd plot``, ``peaks``, ``simulate`` and ``convert``."""

import csv

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.io import read_pattern, write_crystals, write_pattern

GRID = np.arange(20, 80, 0.02)


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    """A folder with two scans and a file that is none."""
    folder = tmp_path_factory.mktemp("scans")
    for number in range(2):
        counts = 50 + sum(
            1000 * np.exp(-(((GRID - place) / 0.1) ** 2)) for place in (30 + number, 50, 71)
        )
        counts = np.random.default_rng(number).poisson(counts)
        write_pattern(PowderPattern(GRID, counts, wavelength=1.5), folder / f"film{number}.xy")
    (folder / "notes.xy").write_text("no pattern\n")
    return folder


@pytest.fixture(scope="module")
def cif(tmp_path_factory):
    path = tmp_path_factory.mktemp("cifs") / "copper.cif"
    write_crystals([Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")], path)
    return path


def test_peaks_prints_and_writes_tables(run, scans, tmp_path):
    out = tmp_path / "peaks.csv"
    result = run("peaks", scans, "--csv", out)
    assert result.exit_code == 1 and "notes.xy" in result.output  # left out, the others are done
    assert "2theta (d) [I]: 30.00 (2.89" in result.output
    with open(out, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert max(float(row["relative_intensity"]) for row in rows) == 100
    assert float(rows[0]["d"]) == pytest.approx(1.5 / 2 / np.sin(np.radians(15)), rel=1e-3)


def test_the_list_for_journals_has_no_intensity_of_zero(run, tmp_path):
    counts = 50 + sum(h * np.exp(-(((GRID - a) / 0.1) ** 2)) for a, h in ((30, 1e5), (50, 300)))
    counts = np.random.default_rng(0).poisson(counts)
    write_pattern(PowderPattern(GRID, counts, wavelength=1.5), tmp_path / "film.xy")
    result = run("peaks", tmp_path / "film.xy", "--min-signal-to-noise", "8")
    assert "[<1]" in result.output and "[0]" not in result.output


def test_peaks_without_a_wavelength_says_why_there_is_no_d(run, scans, tmp_path):
    pattern = read_pattern(scans / "film0.xy")
    np.savetxt(tmp_path / "a.xy", np.column_stack([pattern.two_theta, pattern.intensity]))
    result = run("peaks", tmp_path / "a.xy")
    assert result.exit_code == 0, result.output
    assert "d is not given for 1 scan of unknown wavelength; say it with --wav" in result.stderr
    assert "d is not given" not in run("peaks", scans).output


def test_plot_draws_scans_and_ticks(run, scans, cif, tmp_path):
    out = tmp_path / "all.svg"
    result = run(
        *("plot", scans / "film0.xy", scans / "film1.xy", "--crystals", cif),
        *("--scale", "sqrt", "--x", "d", "-o", out),
    )
    assert result.exit_code == 0, result.output
    assert out.read_text().count("<svg") == 1
    result = run("plot", scans / "film0.xy", "-o", tmp_path / "a.docx")
    assert result.exit_code == 2 and "no picture can be written" in result.output


def test_plot_without_a_wavelength(run, cif, tmp_path):
    np.savetxt(tmp_path / "a.xy", np.column_stack([GRID, np.ones(GRID.size)]))
    result = run("plot", tmp_path / "a.xy", "--crystals", cif, "-o", tmp_path / "a.png")
    assert result.exit_code == 2 and "--crystals needs the wavelength" in result.output
    assert run("plot", tmp_path / "a.xy", "-o", tmp_path / "a.png").exit_code == 0


def test_simulate_writes_patterns_and_pictures(run, cif, tmp_path):
    result = run("simulate", cif, "-o", tmp_path / "a.xy", "--wavelength", "CoKa")
    assert result.exit_code == 0, result.output
    pattern = read_pattern(tmp_path / "a.xy")
    assert pattern.wavelength == pytest.approx(1.7903, abs=1e-3)
    assert pattern.two_theta[pattern.intensity.argmax()] == pytest.approx(50.8, abs=0.2)
    assert run("simulate", cif, "-o", tmp_path / "a.png").exit_code == 0
    result = run("simulate", cif, "-o", tmp_path / "a.xy", "--range", 80, 10, 0.02)
    assert result.exit_code == 2 and "--range 80 10 0.02: give a first" in result.output


def test_convert_writes_files_and_folders(run, scans, tmp_path):
    result = run("convert", scans / "film0.xy", tmp_path / "one.csv")
    assert result.exit_code == 0, result.output
    source, copy = read_pattern(scans / "film0.xy"), read_pattern(tmp_path / "one.csv")
    np.testing.assert_array_equal(copy.intensity, source.intensity)
    assert copy.wavelength == source.wavelength
    result = run("convert", scans, tmp_path / "many", "--to", "csv")
    assert result.exit_code == 1 and "2 scans written" in result.output
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["film0.csv", "film1.csv"]
    result = run("convert", scans, tmp_path / "one.xy")
    assert result.exit_code == 2 and "holds 2 scans; give a folder" in result.output
    result = run("convert", scans / "film0.xy", scans / "film0.xy")
    assert result.exit_code == 2 and "would replace the input" in result.output
