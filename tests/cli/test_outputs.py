"""What the command writes and prints: nothing is lost, replaced or run."""

import csv
import os
import subprocess
import sys
import zipfile

import numpy as np

COMMAND = [sys.executable, "-c", "from skxrd._cli import main; main()"]
ENVIRONMENT = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}


def _scan(path):
    grid = np.arange(10, 60, 0.1)
    np.savetxt(path, np.column_stack([grid, 5 + 1000 * np.exp(-((grid % 9 - 4) ** 2) * 20)]))
    return path


def test_outputs_are_checked_before_anything_is_read(films, model, tmp_path, run):
    film = next((films / "Pm-3m").iterdir())
    content = film.read_bytes()
    os.mkfifo(tmp_path / "pipe")
    twice = tmp_path / "a"
    for arguments, message in (
        (("compare", "--csv", twice, "--report", twice), "--report and --csv are one file"),
        (("compare", "--csv", tmp_path / "pipe"), "pipe: is a pipe, not an ordinary file"),
        (("compare", "--csv", "/proc/a"), "/proc/a: nothing can be written there"),
        (("compare", "--resume", "/proc/a"), "/proc/a"),
        (("train", "none", "-o", tmp_path), "is a folder; name a file in it"),
        (("explain", model, film, "-o", film), "would replace the input"),
        (("identify", film, "--csv", film), "would replace the input"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, result.output
        assert result.output.startswith("Error: ") and message in result.output
    result = run("identify", film.parent, "--csv", film, "--wavelength", "CuKa")
    assert result.exit_code == 2 and "would replace the input" in result.output
    assert film.read_bytes() == content


def test_a_reader_that_goes_away_costs_no_table(tmp_path):
    """``skxrd identify ... --csv out | head -1``: the reader is gone before the first line."""
    scan, out = _scan(tmp_path / "scan.xy"), tmp_path / "out.csv"
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [*COMMAND, "identify", scan, scan, "--wavelength", "CuKa", "--csv", out],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        text=True,
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, "")
    with open(out, newline="", encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 1 + 15
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "scan.xy"]


def test_compare_writes_before_it_prints(films, tmp_path):
    out, page = tmp_path / "out.csv", tmp_path / "page.html"
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [
            *(*COMMAND, "compare", "--measured", films, "--wavelength", "CuKa"),
            *("--cases", "2", "--jobs", "1"),
            *("--classifiers", "majority", "--n-augmented", "0", "--csv", out, "--report", page),
        ],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        text=True,
    )
    os.close(writing)
    assert result.returncode == 0 and "Traceback" not in result.stderr
    assert len(out.read_text().splitlines()) == 2
    assert page.read_text(encoding="utf-8").endswith("</html>\n")


def test_odd_names_are_shown_and_written_harmlessly(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    odd = os.fsdecode(b"=cmd \x1b[2J\xff.xy")
    _scan(odd)
    with zipfile.ZipFile("scans.zip", "w") as archive:
        archive.write(_scan("inner.xy"), "more/@inner\n.xy")
    result = run("identify", odd, "scans.zip", "--wavelength", "CuKa", "--csv", "out.csv")
    assert result.exit_code == 0, result.output
    assert r"=cmd \x1b[2J\udcff.xy: " in result.output
    assert r"scans.zip: more/@inner\n.xy: " in result.output
    with open("out.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[1][0] == r"'=cmd \x1b[2J\udcff.xy"
    assert rows[-1][0] == r"scans.zip: more/@inner\n.xy"
    (tmp_path / "bad\x07.xy").write_text("no scan")
    result = run("identify", "bad\x07.xy", "inner.xy", "--wavelength", "CuKa")
    assert result.exit_code == 1 and r"  bad\x07.xy: " in result.output


def test_a_report_of_films_with_odd_names(make_films, tmp_path, run):
    folder = tmp_path / "films"
    folder.mkdir()
    make_films(folder)
    film = next((folder / "Pm-3m").iterdir())
    film.rename(film.with_name(os.fsdecode(b"<b>\x01\xff.xy")))
    page = tmp_path / "page.html"
    result = run(
        *("compare", "--measured", folder, "--wavelength", "CuKa", "--cases", 3, "--folds", 3),
        *("--classifiers", "1-nn cosine", "--n-augmented", 0, "--jobs", 1, "--report", page),
    )
    assert result.exit_code == 0, result.output
    assert r"&lt;b&gt;\x01\udcff" in page.read_text(encoding="utf-8")
