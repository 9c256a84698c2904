"""``skxrd identify``: scans of any format, range and wavelength, and every kind of bad input."""

import csv
import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from skxrd import PowderPattern
from skxrd._cli import main
from skxrd.crystal import make_prototype, space_group_symbol
from skxrd.io import read_pattern, write_pattern
from skxrd.powders import PowderIdentifier
from skxrd.simulation import PowderSimulator

CRYSTAL = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
FILES = {
    "xrdml": "dara_xrdml/dataset/precursor_mixture/TiO2_0p4009-ZnO_0p6010--8min.xrdml",
    "ras": "xerus_ras/Examples/data/HoB21.ras",
    "rasx": "instrument_files/readers_xrd/tests/data/TwoTheta_scan_powder.rasx",
    "raw": "instrument_files/xylib/samples/Cu3Au-2.raw",
    "powder CIF": "instrument_files/aimat_xrdpattern/xrdpattern/parsing/examples/data.cif",
    "cobalt": "instrument_files/powdR_D5000/inst/extdata/D5000/RAW/D5000_1.RAW",
    "UXD": "instrument_files/xylib/samples/BT86_.UXD",
    "GSAS": "instrument_files/gsas2_tests/tests/testinp/PBSO4.XRA",
    "packed text": "instrument_files/xrayutilities/examples/data/LaB6_d500_si_psd.xye.bz2",
}


def run(*arguments):
    return CliRunner().invoke(main, ["identify", *map(str, arguments)])


def scan(folder, name, *, grid=None, wavelength="CuKa", state=True, **options):
    grid = np.arange(10, 90, 0.02) if grid is None else grid
    simulator = PowderSimulator(grid, wavelength=wavelength, random_state=0, **options)
    pattern = simulator.simulate(CRYSTAL)
    path = folder / name
    if state:
        write_pattern(pattern, path)
    else:
        np.savetxt(path, np.column_stack([grid, pattern.intensity]), fmt="%.5f")
    return path


def test_every_level_is_named_and_written(tmp_path):
    one = scan(tmp_path, "one.xy", max_counts=5000)
    two = scan(tmp_path, "two.xy", grid=np.arange(6, 45, 0.013), wavelength="MoKa", fwhm=0.06)
    out = tmp_path / "out.csv"
    plot = tmp_path / "out.pdf"
    result = run(one, two, "--top", 3, "--csv", out, "--plot", plot)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith(f"{one}: ") and "Pm-3m (221)" in lines[0]
    assert lines[1].startswith("  10 to 89.98 deg, 1.5419 angstrom; ")
    assert lines[2].split() == "crystal system extinction group space group".split()
    assert lines[6].startswith("  90 % set: ")
    assert any(line.startswith(f"{two}: ") for line in lines)
    assert any(line.startswith("  6 to ") and "0.7107 angstrom" in line for line in lines)
    assert lines[-2:] == [f"18 rows written to {out}", f"picture in {plot}"]
    assert plot.read_bytes().startswith(b"%PDF")
    with open(out, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["place"] for row in rows] == ["1", "2", "3"] * 6
    levels = [row["level"] for row in rows[::3]]
    assert levels == ["crystal_system", "extinction_group", "space_group"] * 2
    number, symbol = rows[6]["class"].split()
    assert 1 <= int(number) <= 230 and symbol[0] in "PABCIFR"
    for row in rows:
        assert 0 <= float(row["probability"]) <= 1
        assert "221" in row["set"].split() and set(row["set"].split()) <= set(map(str, range(231)))
    assert all(row["doubts"] == "" for row in rows[:9])
    assert {f"{row['scan']}: {row['verdict']}" for row in rows} <= set(lines)


def test_python_gives_what_the_command_prints(tmp_path):
    pattern = read_pattern(scan(tmp_path, "one.xy", max_counts=5000))
    (found,) = PowderIdentifier().identify([pattern])
    assert found.doubts == ()
    number, probability = found.ranking("space_group", top=3)[0]
    assert len(found.ranking("crystal_system", top=3)) == 3
    lines = run(tmp_path / "one.xy", "--top", 1).output.splitlines()
    assert lines[0] == f"{tmp_path / 'one.xy'}: {found.verdict}"
    assert f"{number} {space_group_symbol(number)} " in lines[3]
    assert lines[3].endswith(f"{probability:.2f}")
    with pytest.raises(ValueError, match="its wavelength is unknown"):
        PowderIdentifier().identify([PowderPattern([20.0, 20.1], [1.0, 2.0], name="scan")])


def test_doubtful_scans_are_warned_of(tmp_path):
    rng = np.random.default_rng(0)
    grid = np.arange(15, 80, 0.02)
    noise = tmp_path / "noise.xy"
    np.savetxt(noise, np.column_stack([grid, rng.poisson(50, grid.size)]), fmt="%.4f")
    constant = tmp_path / "constant.xy"
    np.savetxt(constant, np.column_stack([grid, np.full(grid.size, 7)]), fmt="%.4f")
    low = tmp_path / "low.xy"
    np.savetxt(low, np.column_stack([grid / 20, rng.poisson(50, grid.size)]), fmt="%.4f")
    narrow = scan(tmp_path, "narrow.xy", grid=np.arange(28, 32, 0.01))
    coarse = scan(tmp_path, "coarse.xy", grid=np.arange(10, 80, 0.2), fwhm=0.4)
    for path, warning in (
        (noise, "no peak stands out of the noise"),
        (narrow, "ends at 31.98 deg; all scans of the training reached"),
        (coarse, "its step of 0.2 deg is too coarse"),
    ):
        result = run(path, "--wavelength", "CuKa")
        assert result.exit_code == 0, result.output
        assert f"  warning: {warning}" in result.output
    short = scan(tmp_path, "short.xy", grid=np.arange(28, 28.5, 0.01))
    unusable = {
        constant: "all intensities are 7; there is nothing to identify",
        low: "measured nothing between 10 and 110 deg",
        short: "covers 0.49 degrees (28 to 28.49); 2 or more are needed",
    }
    result = run(*unusable, noise, "--wavelength", "CuKa")
    assert result.exit_code == 1
    for path, reason in unusable.items():
        assert f"\n  {path}: {reason}" in result.output
    assert "left out 3:" in result.output
    assert f"{noise}: cannot tell: the scan has no peak above its noise" in result.output


def test_folders_are_read_and_scans_of_one_file_are_told_apart(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    scan(folder, "a.xy")
    scan(folder, "b.xy")
    two = tmp_path / "two.uxd"
    text = "".join(
        f"; (Data for Range number {n})\n_STEPTIME=1\n_STEPSIZE=1\n_START=20\n_2THETACOUNTS\n"
        + "".join(f" {20 + k} {50 + 40 * (k % 9 == n)}\n" for k in range(50))
        for n in (1, 2)
    )
    two.write_text(f"_FILEVERSION=2\n_WL1=1.540600\n_WL2=1.544390\n_WLRATIO=0.5\n{text}")
    result = run(folder, two)
    assert result.exit_code == 0, result.output
    for where in (folder / "a.xy", folder / "b.xy", f"{two} (scan 1)", f"{two} (scan 2)"):
        assert f"{where}: " in result.output


def test_bad_input_is_one_line(tmp_path):
    unknown = scan(tmp_path, "unknown.xy", state=False)
    (tmp_path / "text.xy").write_text("no scan\n")
    (tmp_path / "empty").mkdir()
    for arguments, message in (
        ((unknown,), f"{unknown}: states no wavelength; say what tube it was"),
        ((unknown, "--wavelength", "Cu"), "wavelength 'Cu' is not known"),
        ((tmp_path / "none.xy",), "there is no such file or folder"),
        ((tmp_path / "text.xy",), "text.xy"),
        ((tmp_path / "empty",), "there are no pattern files"),
        ((unknown, "--csv", tmp_path), "is a folder; name a file in it"),
        ((unknown, "--network", unknown), "is no network written by export_symmetry_network"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, result.output
        assert result.output.startswith("Error: ") and result.output.count("\n") == 1
        assert message in result.output


def test_nothing_heavy_is_loaded(tmp_path):
    path = scan(tmp_path, "scan.xy")
    code = (
        "import sys\nfrom skxrd._cli import main\n"
        f"main(['identify', {str(path)!r}], standalone_mode=False)\n"
        "print({'tensorflow', 'keras', 'scikeras', 'matplotlib', 'onnx', 'sklearn', 'pandas', "
        "'joblib'} & set(sys.modules))"
    )
    cache = tmp_path / "cache"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
    )
    assert run.stdout.splitlines()[-1] == "set()"
    compiled = {path.name.split(".")[0] for path in cache.rglob("*.nbi")}
    search = {
        "_line_profiles",
        "_metric",
        "_refine_cell",
        "_screen",
        "_screened_bins",
        "_small_systems",
    }
    assert compiled - search <= {"_fast_text"}, compiled  # which reads text
    assert run.stderr == ""


@pytest.mark.parametrize("kind", FILES)
def test_measured_scans_of_many_formats(kind, measured):
    path = measured(FILES[kind])
    stated = () if kind not in ("GSAS", "packed text") else ("--wavelength", "CuKa")
    result = run(path, *stated)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"{path}: ")
    lines = result.output.splitlines()
    heading = lines[3] if lines[2].startswith("  symmetry of ") else lines[2]  # of a mixture
    assert heading.split()[-2:] == ["space", "group"]
