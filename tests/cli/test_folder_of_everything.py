"""A folder as people have it: scans, a table, a Q curve, notes and files of Windows in one call."""

import zipfile

import numpy as np
import pytest

from skxrd.io import read_pattern

XRDML = (
    "<xrdMeasurements><xrdMeasurement><usedWavelength intended='K-Alpha'><kAlpha1>1.5406</kAlpha1>"
    "<kAlpha2>1.54443</kAlpha2></usedWavelength><scan scanAxis='Gonio'><dataPoints><positions "
    "axis='2Theta' unit='deg'><startPosition>{}</startPosition><endPosition>{}</endPosition>"
    "</positions><intensities unit='counts'>{}</intensities></dataPoints></scan></xrdMeasurement>"
    "</xrdMeasurements>"
)
WINDOWS = "[.ShellClassInfo]\nLocalizedResourceName=@shell32.dll,-21770\n"


@pytest.fixture
def everything(films, tmp_path):
    """The folder, and the names of what is predicted and the reasons for what is not."""
    openpyxl = pytest.importorskip("openpyxl")
    folder = tmp_path / "Messungen"
    folder.mkdir()
    film = read_pattern(next((films / "Pm-3m").iterdir()), wavelength="CuKa")
    angles, counts = film.two_theta, np.round(film.intensity * 1000).astype(int)
    rows = [f"{angle:.1f} {count}\n" for angle, count in zip(angles, counts, strict=True)]
    (folder / "film 1.xy").write_text("".join(rows))
    (folder / "film 2.csv").write_text("Winkel;Intensität\n" + "".join(rows).replace(" ", ";"))
    listed = " ".join(map(str, counts))
    (folder / "film 3.xrdml").write_text(XRDML.format(angles[0], angles[-1], listed))
    book = openpyxl.Workbook()
    book.active.append(["2Theta", "Zeit", "Intensität"])
    for angle, count in zip(angles.tolist(), counts.tolist(), strict=True):
        book.active.append([angle, 0.5, count])
    book.save(folder / "film 4.xlsx")
    vectors = 4 * np.pi * np.sin(np.radians(angles / 2)) / film.wavelength
    curve = "".join(f"{q:.6f} {count}\n" for q, count in zip(vectors, counts, strict=True))
    (folder / "curve 1.dat").write_text(f"# wavelength: {film.wavelength}\n# Q(1/A) I\n" + curve)
    (folder / "curve 2.dat").write_text("# Q(1/A) I\n" + curve)
    (folder / "lines.txt").write_text("2theta d I\n15.1 5.86 40\n21.4 4.15 60\n30.5 2.93 100\n")
    (folder / "cut.xrdml").write_text(XRDML.format(angles[0], angles[-1], listed)[:900])
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("film 5.xy", "".join(rows))
        archive.writestr("empty.xy", "")
        archive.writestr("Thumbs.db", b"\xd0\xcf\x11\xe0")
    (folder / "notes.txt").write_text("annealed at 100 C")
    (folder / "desktop.ini").write_text(WINDOWS)
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    done = ["curve 1.dat", "film 1.xy", "film 2.csv", "film 3.xrdml", "film 4.xlsx", "film 5"]
    return (
        folder,
        done,
        {
            "lines.txt": "is a list of 3 lines, not a scan",
            "cut.xrdml": "is not well-formed XML",
            "more.zip: empty.xy": "is empty.",
        },
    )


def test_predict(model, everything, run):
    folder, done, reasons = everything
    result = run("predict", model, folder, "--wavelength", "CuKa")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert len(lines) == len(done) + 1
    for name in [*done, "curve 2.dat"]:
        assert any(name in line for line in lines), name
    for name, reason in reasons.items():
        assert f"{folder / name}: {reason}" in result.stderr
    assert f"left out {len(reasons)}:" in result.stderr


def test_identify(everything, run):
    folder, done, reasons = everything
    result = run("identify", folder, "--wavelength", "CuKa")
    assert result.exit_code == 1
    for name in [*done, "curve 2.dat"]:
        assert name in result.stdout
    for name, reason in reasons.items():
        assert f"{folder / name}: {reason}" in result.stderr
    assert f"left out {len(reasons)}:" in result.stderr
    for name in ("desktop.ini", "notes.txt", "Thumbs.db"):
        assert name not in result.output
