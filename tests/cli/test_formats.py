"""Each command on a file of each of ten formats, on a folder of them, and on a wrong file."""

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.io import read_pattern, write_crystals, write_pattern
from skxrd.simulation import PowderSimulator

FIRST, STEP, N_ANGLES = 20.0, 0.02, 2501
ENDINGS = ("xy", "xye", "csv", "xrdml", "ras", "uxd", "udf", "cpi", "cif", "xlsx")
SILICON = Crystal([5.431] * 3 + [90] * 3, ["Si"], [[0.125] * 3], "Fd-3m", name="silicon")
XRDML = (
    "<xrdMeasurements><xrdMeasurement><usedWavelength intended='K-Alpha'><kAlpha1>1.540598"
    "</kAlpha1><kAlpha2>1.544426</kAlpha2></usedWavelength><scan scanAxis='Gonio'><dataPoints>"
    "<positions axis='2Theta' unit='deg'><startPosition>{first}</startPosition><endPosition>{last}"
    "</endPosition></positions><intensities unit='counts'>{counts}</intensities></dataPoints>"
    "</scan></xrdMeasurement></xrdMeasurements>"
)
RAS = (
    '*RAS_DATA_START\n*RAS_HEADER_START\n*HW_XG_TARGET_NAME "Cu"\n'
    '*HW_XG_WAVE_LENGTH_ALPHA1 "1.540598"\n*HW_XG_WAVE_LENGTH_ALPHA2 "1.544426"\n'
    '*MEAS_SCAN_AXIS_X_INTERNAL "TwoThetaTheta"\n*MEAS_SCAN_UNIT_Y "counts"\n*RAS_HEADER_END\n'
    "*RAS_INT_START\n{rows}*RAS_INT_END\n*RAS_DATA_END\n"
)
UXD = (
    "_FILEVERSION=2\n_WL1=1.540598\n_WL2=1.544426\n_WLRATIO=0.5\n_ANODE='Cu'\n_DRIVE='COUPLED'\n"
    "_STEPTIME=1\n_STEPSIZE={step}\n_START={first}\n_2THETA={first}\n_COUNTS\n{lines}\n"
)
UDF = (
    "SampleIdent,silicon,/\nAnode,Cu,/\nLabdaAlpha1, 1.540598,/\n"
    "DataAngleRange, {first}, {last},/\nScanStepSize, {step},/\nRawScan\n{listed}/\n"
)
CPI = "SIETRONICS XRD SCAN\n{first}\n{last}\n{step}\nCu\n1.540598\n1/1/2012\n1\nsilicon\nSCANDATA\n"
PDCIF = (
    "data_silicon\n_diffrn_radiation_wavelength 1.540598\n_pd_meas_2theta_range_min {first}\n"
    "_pd_meas_2theta_range_max {last}\n_pd_meas_2theta_range_inc {step}\nloop_\n"
    "_pd_meas_counts_total\n{lines}\n"
)


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    """A folder with one scan of silicon (simulated) in ten formats."""
    folder = tmp_path_factory.mktemp("formats")
    angles = FIRST + STEP * np.arange(N_ANGLES)
    clean = PowderSimulator(angles, wavelength="CuKa1", fwhm=0.12).simulate(SILICON).intensity
    counts = np.random.default_rng(0).poisson(30 + 4000 * clean / clean.max())
    pattern = PowderPattern(
        angles, counts, "CuKa1", metadata={"sigma": np.sqrt(np.maximum(counts, 1))}
    )
    for ending in ("xy", "xye", "csv"):
        write_pattern(pattern, folder / f"{ending}.{ending}")
    lines = "\n".join(map(str, counts))
    known = {
        "first": FIRST, "last": f"{angles[-1]:.2f}", "step": STEP, "lines": lines,
        "counts": " ".join(map(str, counts)), "listed": ",\n".join(map(str, counts)),
        "rows": "".join(f"{a:.2f} {c} 1.0\n" for a, c in zip(angles, counts, strict=True)),
    }  # fmt: skip
    texts = {"xrdml": XRDML, "ras": RAS, "uxd": UXD, "udf": UDF, "cif": PDCIF}
    for ending, text in texts.items():
        (folder / f"{ending}.{ending}").write_text(text.format(**known))
    (folder / "cpi.cpi").write_text(CPI.format(**known) + lines + "\n")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["2Theta", "Counts"])
    for angle, count in zip(angles.tolist(), counts.tolist(), strict=True):
        book.active.append([round(angle, 2), count])
    book.save(folder / "xlsx.xlsx")
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory, run):
    """A library of phases with silicon alone, and the CIF file that it is made of."""
    folder = tmp_path_factory.mktemp("library")
    write_crystals([SILICON], folder / "silicon.cif")
    result = run("library", "build", folder / "silicon.cif", "-o", folder / "mine.phases")
    assert result.exit_code == 0, result.output
    return folder / "mine.phases"


@pytest.mark.parametrize("ending", ENDINGS)
def test_chores_of_one_file(run, scans, tmp_path, ending):
    scan = scans / f"{ending}.{ending}"
    result = run("peaks", scan, "--wavelength", "CuKa1")
    assert result.exit_code == 0 and "28.44 (3.13" in result.output, result.output
    result = run("convert", scan, tmp_path / "copy.xy", "--wavelength", "CuKa1")
    assert result.exit_code == 0, result.output
    copy = read_pattern(tmp_path / "copy.xy")
    assert copy.two_theta[[0, -1]] == pytest.approx([FIRST, FIRST + STEP * (N_ANGLES - 1)])
    assert copy.wavelength == pytest.approx(1.5406, abs=2e-3)
    result = run("plot", scan, "-o", tmp_path / "scan.svg", "--scale", "sqrt")
    assert result.exit_code == 0 and (tmp_path / "scan.svg").stat().st_size > 5000, result.output


def test_folder(run, scans, library, tmp_path):
    result = run("peaks", scans, "--csv", tmp_path / "peaks.csv", "--wavelength", "CuKa1")
    assert result.exit_code == 0, result.output
    assert result.output.count("28.44 (3.13") == len(ENDINGS)
    result = run("plot", scans, "--heatmap", "-o", tmp_path / "map.png", "--wavelength", "CuKa1")
    assert result.exit_code == 0 and "10 scans drawn" in result.output, result.output
    result = run("convert", scans, tmp_path / "text", "--to", "csv", "--wavelength", "CuKa1")
    assert result.exit_code == 0 and "10 scans written" in result.output, result.output
    page = tmp_path / "page.html"
    result = run(
        *("search", scans, "--library", library, "--wavelength", "CuKa1", "--report", page),
        *("--csv", tmp_path / "phases.csv", "--plot", tmp_path / "phases.pdf", "--jobs", 1),
    )
    assert result.exit_code == 0, result.output
    assert result.output.count("one phase: Si, Fd-3m (227)") == len(ENDINGS)
    text = page.read_text(encoding="utf-8")
    assert text.count("<section") == len(ENDINGS) and "and CuKa1 where they state none" in text
    result = run("search", scans / "xy.xy", "--library", library, "--report", scans / "xy.xy")
    assert result.exit_code == 2 and "would replace the input" in result.output


def test_wrong_files(run, library, tmp_path):
    wrong = tmp_path / "picture.png"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    for arguments in (
        ("peaks", wrong),
        ("plot", wrong, "-o", tmp_path / "a.svg"),
        ("convert", wrong, tmp_path / "a.xy"),
        ("search", wrong, "--library", library),
        ("simulate", wrong, "-o", tmp_path / "b.xy"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2 and "picture.png" in result.output, arguments
        assert "Traceback" not in result.output and len(result.output.splitlines()) <= 4
    assert not (tmp_path / "a.svg").exists() and not (tmp_path / "a.xy").exists()


def test_options_that_do_not_go_together(run, scans, tmp_path):
    scan, out = scans / "xy.xy", ("-o", tmp_path / "a.png")
    for options, message in (
        (("--hkl",), "--hkl names the ticks of --crystals"),
        (("--order", "name"), "--order sorts the rows of --heatmap"),
        (("--heatmap", "--overlay"), "--heatmap has no place for --overlay"),
        (("--difference",), "--difference is that of two scans; there are 1"),
    ):
        result = run("plot", scan, *out, *options)
        assert result.exit_code == 2 and message in result.output, result.output
    result = run("plot", scan)
    assert result.exit_code == 2 and "there is no screen" in result.output
