"""One bad file costs only itself: the others are done, and what was left out is listed."""

import os
import zipfile

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.io import write_pattern
from skxrd.simulation import PowderSimulator

GRID = np.arange(10, 40, 0.1)


@pytest.fixture
def mixed(films, tmp_path):
    """A folder with two good films, an archive, and files that cannot be used; their reasons."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    for number, film in enumerate(sorted((films / "Pm-3m").iterdir())[:2]):
        (folder / f"good {number}.xy").write_bytes(film.read_bytes())
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.write(film, "inner/third.xy")
    lines = [f"{angle:.1f} {1 + k % 7}" for k, angle in enumerate(GRID)]
    (folder / "text.xy").write_text("no scan\n")
    (folder / "constant.xy").write_text("\n".join(f"{angle:.1f} 5" for angle in GRID))
    (folder / "short.xy").write_text("\n".join(lines[:5]))
    (folder / "part.xy").write_text("\n".join(lines[50:]))
    (folder / "elsewhere.xy").write_text("\n".join(f"{60 + k} {k % 7}" for k in range(40)))
    gap = [line for line, angle in zip(lines, GRID, strict=True) if not 20 < angle < 25]
    (folder / "gap.xy").write_text("\n".join(gap))
    (folder / "README.md").write_text("notes are passed over")
    os.mkfifo(folder / "pipe.xy")
    (folder / "nothing.xy").symlink_to("none")
    (folder / "linked").symlink_to(films, target_is_directory=True)
    return folder, {
        "text.xy": "",
        "constant.xy": "all 300 intensities are 5; a constant pattern holds no peaks.",
        "short.xy": "covers 10 to 10.4 degrees, but the model needs 10 to 39.9.",
        "part.xy": "covers 15 to 39.9 degrees, but the model needs 10 to 39.9.",
        "elsewhere.xy": "covers 60 to 99 degrees, but the model needs 10 to 39.9.",
        "gap.xy": "was not measured at 20.1 degrees, within a gap.",
        "pipe.xy": "is a pipe, not an ordinary file.",
        "nothing.xy": "is a link to nothing.",
        "linked": "is a link to a folder, which is not followed; name that folder.",
    }


def test_predict_does_the_others(model, mixed, run, tmp_path):
    folder, reasons = mixed
    missing = tmp_path / "missing.xy"
    result = run("predict", model, folder, missing)
    assert result.exit_code == 1, result.output
    good = [*(folder / f"good {number}.xy" for number in (0, 1)), f"{folder}/packed.zip: inner/thi"]
    assert len(result.stdout.splitlines()) == 3
    for line, path in zip(result.stdout.splitlines(), good, strict=True):
        assert line.startswith(str(path))
    assert f"left out {len(reasons) + 1}:" in result.stderr
    for name, reason in {**reasons, missing: "there is no such file"}.items():
        assert f"\n  {folder / name}: {reason}" in result.stderr
    result = run("predict", model, *(folder / name for name in ("text.xy", "constant.xy")))
    assert result.exit_code == 2
    assert "left out 2:" in result.output
    assert result.output.endswith("Error: no scan could be predicted.\n")


def test_a_margin_of_less_than_a_step_is_filled_and_no_more(films, model, run, tmp_path):
    angles, counts = np.loadtxt(sorted((films / "Pm-3m").iterdir())[0], unpack=True)
    fine = np.arange(9, 41, 0.02)
    for first, last in ((10.08, 39.82), (10.12, 39.82), (10, 39.78)):
        inside = fine[(fine > first - 1e-6) & (fine < last + 1e-6)]
        scan = np.column_stack([inside, np.interp(inside, angles, counts)])
        np.savetxt(tmp_path / f"{first}_{last}.xy", scan)
    result = run("predict", model, tmp_path)
    assert result.exit_code == 1 and "left out 2:" in result.output, result.output
    assert "10.08_39.82.xy: Pm-3m" in result.stdout
    assert "covers 10.12 to 39.82 degrees, but the model needs 10 to 39.9." in result.stderr
    angles = np.arange(12, 46, 0.02)
    pattern = PowderPattern(angles, 1 + np.arange(angles.size) % 7, 1.7903)
    write_pattern(pattern, tmp_path / "cobalt.xy")
    result = run("predict", model, tmp_path / "cobalt.xy")
    message = "degrees after conversion from 1.7903 to 1.5419 angstrom, but the model needs 10 to"
    assert result.exit_code == 2 and message in result.output, result.output


def test_explain_says_why_a_film_cannot_be_used(model, mixed, run, tmp_path):
    folder, reasons = mixed
    for name in ("part.xy", "constant.xy", "gap.xy", "pipe.xy"):
        result = run("explain", model, folder / name, "-o", tmp_path / "map.png")
        assert result.exit_code == 2
        assert result.output.startswith(f"Error: {folder / name}: {reasons[name]}")


def test_identify_does_the_others(mixed, run, tmp_path):
    folder, _ = mixed
    copper = folder / "stated.xy"
    write_pattern(PowderSimulator(GRID, wavelength="CuKa1").simulate(_crystal()), copper)
    out = tmp_path / "out.csv"
    result = run("identify", folder, "--csv", out)
    assert result.exit_code == 1, result.output
    assert f"\n{copper}: " in f"\n{result.stdout}"
    assert "  10 to 39.9 deg, 1.5406 angstrom; probability that the phase is" in result.stdout
    assert f"{folder / 'good 0.xy'}: states no wavelength; say what tube it was" in result.stderr
    assert f"{folder / 'linked'}: is a link to a folder" in result.stderr
    assert out.read_text().count(str(copper)) == 15
    result = run("identify", folder, "--wavelength", "CoKa")
    lines = result.stdout.splitlines()
    for path, wavelength in ((folder / "good 0.xy", "1.7903"), (copper, "1.5406")):
        place = next(n for n, line in enumerate(lines) if line.startswith(f"{path}: "))
        assert lines[place + 1].startswith(f"  10 to 39.9 deg, {wavelength} angstrom; ")
    assert f"{folder / 'constant.xy'}: all intensities are 5" in result.stderr


def _crystal():
    from skxrd.crystal import make_prototype

    return make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")


@pytest.mark.parametrize("command", ["compare", "train"])
def test_training_does_the_others(command, make_films, mixed, run, tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    make_films(folder)
    for path in mixed[0].iterdir():
        path.rename(folder / "Pm-3m" / path.name)
    (folder / "Fm-3m").rename(tmp_path / "elsewhere")
    (folder / "Fm-3m").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    film = next((folder / "Pm-3m").glob("good*"))
    (folder / "loose.xy").write_bytes(film.read_bytes())
    options = ("--wavelength", "CuKa", "--n-augmented", 0)
    if command == "train":
        arguments = (folder, "--classifier", "knn", "-o", tmp_path / "m.skxrd")
    else:
        arguments = ("--measured", folder, "--classifiers", "majority", "--cases", 2, "--jobs", 1)
    result = run(command, *arguments, *options)
    assert result.exit_code == 1, result.output
    assert "14 measured films (Pm-3m 9, P-3m1 5)" in result.output, result.output
    for name, reason in (
        ("Pm-3m/text.xy", ""),
        ("Pm-3m/constant.xy", "all 300 intensities are 5"),
        ("Pm-3m/short.xy", "covers 0.4 degrees"),
        ("Pm-3m/elsewhere.xy", "covers 60 to 99 degrees, apart from most others."),
        ("Pm-3m/gap.xy", "was not measured at 20.1 degrees, within a gap."),
        ("Fm-3m", "is a link to a folder"),
        ("loose.xy", "is in no folder of a class."),
    ):
        assert f"\n  {folder / name}: {reason}" in result.output


def test_a_film_without_wavelength_among_others(make_films, run, tmp_path):
    from skxrd.io import read_pattern

    folder = make_films(tmp_path)
    for number, path in enumerate(sorted(folder.rglob("*.xy"))):
        if number:
            write_pattern(read_pattern(path, wavelength="CuKa"), path)
    result = run(
        *("train", folder, "--classifier", "knn", "--n-augmented", 0, "-o", tmp_path / "m.skxrd")
    )
    assert result.exit_code == 1, result.output
    assert "14 measured films" in result.output
    assert "its wavelength is unknown; pass it for scans that state none (--wavelength)." in (
        result.output
    )


def test_structures_that_cannot_be_read_are_counted(films, run, tmp_path):
    from skxrd.datasets import load_halides
    from skxrd.io import write_crystals

    crystals = [c for c in load_halides().data if c.name.startswith("Cs")]
    (tmp_path / "cifs").mkdir()
    write_crystals(crystals, tmp_path / "cifs" / "good.cif")
    (tmp_path / "cifs" / "bad.cif").write_text("data_bad\n_cell_length_a 5\n")
    used = sum(c.space_group_symbol in ("Pm-3m", "Fm-3m", "P-3m1") for c in crystals)
    result = run(
        *("train", films, "--crystals", tmp_path / "cifs", "--wavelength", "CuKa"),
        *("--classifier", "knn", "--n-augmented", 0, "-o", tmp_path / "m.skxrd"),
    )
    assert result.exit_code == 1, result.output
    assert f"crystals: {used} of {len(crystals) + 1} structures simulated" in result.output
    assert f"{len(crystals) - used} of classes without films" in result.output
    assert "1 left out" in result.output and "bad.cif" in result.stderr
