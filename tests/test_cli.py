"""The command, from folders to answers, and every kind of bad input."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from skxrd._cli import main
from skxrd.datasets import make_thin_films

COLUMNS = [
    *("case", "grouped", "target", "classifier", "repeat", "fold"),
    *("accuracy", "f1_micro", "f1_macro", "precision", "recall", "fit_seconds", "predict_seconds"),
]


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """A folder of class folders with 15 virtual films, and one fragment."""
    folder = tmp_path_factory.mktemp("films")
    grid = np.arange(10, 40, 0.1)
    made = make_thin_films(35, two_theta=grid, random_state=0)
    for pattern, label in zip(made.data, made.target, strict=True):
        if label in ("Pm-3m", "Fm-3m", "P-3m1"):
            path = folder / label / f"{pattern.name}.xy"
            path.parent.mkdir(exist_ok=True)
            np.savetxt(path, np.column_stack([grid, pattern.intensity]), fmt="%.4f")
    np.savetxt(folder / "Pm-3m" / "fragment.xy", np.column_stack([grid[:5], grid[:5]]))
    return folder


def test_compare_writes_one_row_a_fold(films, tmp_path):
    out = tmp_path / "out.csv"
    result = run(
        *("compare", "--measured", films, "--wavelength", "CuKa", "--csv", out),
        *("--classifiers", "knn,Majority", "--n-augmented", 30, "--folds", 3, "--jobs", 1),
    )
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out)
    assert list(table.columns) == COLUMNS
    assert len(table) == 2 * (3 + 1 + 3)
    assert set(table["classifier"]) == {"k-NN", "majority"}
    assert "fragment.xy: covers 0.4 degrees" in result.output
    assert "15 measured films" in result.output
    assert list(tmp_path.iterdir()) == [out]


def test_compare_calls_virtual_films_simulated(tmp_path):
    result = run(
        *("compare", "--target", "dimensionality", "--cases", "2", "--jobs", 1),
        *("--classifiers", "majority", "--n-augmented", 0),
    )
    assert result.exit_code == 0, result.output
    assert "84 virtual (simulated) films" in result.output
    assert "test on virtual" in result.output


# Keras itself triggers it when it saves weights
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_train_predict_and_explain(films, tmp_path):
    model, picture = tmp_path / "model.joblib", tmp_path / "map.png"
    result = run(
        *("train", films, "-o", model, "--wavelength", "CuKa", "--n-augmented", 30),
    )
    assert result.exit_code == 0, result.output
    film = next((films / "Pm-3m").glob("virtual*.xy"))
    result = run("predict", model, film, films / "Fm-3m")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith(str(film))
    result = run("explain", model, film, "-o", picture)
    assert result.exit_code == 0, result.output
    assert picture.read_bytes()[:4] == b"\x89PNG"
    (tmp_path / "half.joblib").write_bytes(model.read_bytes()[: model.stat().st_size // 2])
    result = run("predict", tmp_path / "half.joblib", film)
    assert result.exit_code == 2
    assert "is no complete model file" in result.output


def _write(folder, name, text):
    path = folder / "Pm-3m" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


BAD = {
    "an empty folder": (lambda f: None, "there are no pattern files"),
    "one column": (lambda f: _write(f, "a.xy", "1\n2\n"), "a.xy: has one column"),
    "text": (lambda f: _write(f, "a.xy", "10 1\n11 b\n"), "line 2 has text where numbers belong"),
    "a constant pattern": (
        lambda f: [
            _write(f, f"{n}.xy", "".join(f"{a} 5\n" for a in range(10, 50))) for n in range(5)
        ],
        "all 40 intensities are 5; a constant pattern holds no peaks",
    ),
    "a folder that names no class": (
        lambda f: (f / "cubic").mkdir() or (f / "cubic" / "a.xy").write_text("10 1\n11 2\n"),
        "space group 'cubic' is not known; use a number",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_folders_are_one_line_and_status_2(kind, tmp_path):
    make, message = BAD[kind]
    folder, out = tmp_path / "films", tmp_path / "out.csv"
    folder.mkdir()
    make(folder)
    result = run("compare", "--measured", folder, "--wavelength", "CuKa", "--csv", out)
    assert result.exit_code == 2
    errors = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert message in result.output
    assert not out.exists()
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--wavelength", "CuKq"], "wavelength 'CuKq' is not known"),
        ([], "its wavelength is unknown and crystals cannot be simulated without it"),
        (["--wavelength", "CuKa", "--classifiers", "magic"], "classifier 'magic' is not known"),
        (["--wavelength", "CuKa", "--cases", "1,7"], "--cases is '1,7'"),
        (["--wavelength", "CuKa", "--folds", "9"], "n_splits is 9 but the largest class has 5"),
        (["--wavelength", "CuKa", "--crystals", "none.cif"], "none.cif: there is no such file"),
        (["--wavelength", "CuKa", "--csv", "no/where.csv"], "its folder does not exist"),
    ],
)
def test_bad_options_are_one_line_and_status_2(films, arguments, message):
    result = run("compare", "--measured", films, "--cases", "3", "--jobs", 1, *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_one_classifier_is_trained(films, tmp_path):
    options = ["--wavelength", "CuKa", "-o", tmp_path / "model.joblib"]
    result = run("train", films, *options, "--classifier", "all")
    assert result.exit_code == 2
    assert "--classifier is 'all'; name one." in result.output


def test_a_crystal_file_without_atoms(films, tmp_path):
    path = tmp_path / "empty.cif"
    path.write_text("data_x\n_cell_length_a 5\n")
    result = run("compare", "--measured", films, "--wavelength", "CuKa", "--crystals", path)
    assert result.exit_code == 2
    assert "holds no crystal structure that can be read" in result.output
    assert "empty.cif" in result.output


def test_a_model_without_maps_says_what_to_train(films, tmp_path):
    model, picture = tmp_path / "model.joblib", tmp_path / "map.png"
    options = ["--wavelength", "CuKa", "--n-augmented", 0, "--classifier", "k-NN"]
    assert run("train", films, "-o", model, *options).exit_code == 0
    film = next((films / "Pm-3m").glob("virtual*.xy"))
    result = run("explain", model, film, "-o", picture)
    assert result.exit_code == 2
    assert "has no class activation maps; train with AllConvClassifier" in result.output
    assert not picture.exists()


def test_the_measured_films_with_computed_halides(tmp_path, measured):
    out = tmp_path / "out.csv"
    films, halides = measured("autoxrd/Datasets/Experimental"), measured("halides/halides.parquet")
    result = run(
        *("compare", "--measured", films, "--crystals", halides, "--wavelength", "CuKa"),
        *("--cases", "2,3", "--classifiers", "1-NN cosine", "--n-augmented", 0, "--csv", out),
    )
    assert result.exit_code == 0, result.output
    assert "85 measured films" in result.output
    assert result.output.count("covers 0.65 degrees") == 3
    table = pd.read_csv(out)
    assert table.query("case == 3")["accuracy"].mean() > 0.7


def test_compare_reports_and_resumes(films, tmp_path):
    report, folder = tmp_path / "report.html", tmp_path / "folds"
    arguments = (
        *("compare", "--measured", films, "--wavelength", "CuKa", "--cases", "2,3", "--grouped"),
        *("--classifiers", "knn,majority,1-nn cosine", "--n-augmented", 0, "--folds", 3),
        *("--jobs", 1, "--report", report, "--resume", folder),
    )
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert "series and near-twins" in result.output
    page = report.read_text(encoding="utf-8")
    assert "Case 2: train on simulated patterns, test on measured films" in page
    assert "split film by film</h3>" in page
    assert "near-twins kept together</h3>" in page
    assert page.count("<details class=film>") == 15
    assert "virtual film 1<" in page  # its name, not that of the machine's folder
    assert str(films) not in page
    times = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.piece")}
    assert len(times) == 3 * (1 + 3)  # no near-twins here: grouped folds are the shuffled ones
    assert run(*arguments).exit_code == 0
    assert {path.name: path.stat().st_mtime_ns for path in folder.glob("*.piece")} == times
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folds", "report.html"]


def test_a_report_calls_virtual_films_simulated_and_draws_curves(tmp_path):
    report = tmp_path / "report.html"
    result = run(
        *("compare", "--target", "dimensionality", "--cases", "3", "--jobs", 1, "--folds", 2),
        *("--classifiers", "1-NN cosine", "--n-augmented", 0, "--report", report),
        *("--curves", "1-NN cosine,majority"),
    )
    assert result.exit_code == 0, result.output
    page = report.read_text(encoding="utf-8")
    assert "<b>The films of this page are simulated</b>" in page
    assert page.count("data:image/png;base64,") == 2
    assert "virtual (simulated) films; all scans coarsened" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--report", "no/where.html"], "its folder does not exist"),
        (["--resume", "no/where"], "no/where: its folder does not exist; make it first"),
        (["--grouped", "--cases", "2"], "--grouped splits the films of Case 3"),
        (["--curves", "SVM"], "--curves are drawn in the report; add --report FILE."),
        (["--curves", "magic", "--report", "r.html"], "classifier 'magic' is not known"),
    ],
)
def test_bad_report_options_are_one_line_and_status_2(films, arguments, message, monkeypatch):
    monkeypatch.chdir(films)
    known = ["--wavelength", "CuKa", "--classifiers", "majority", "--folds", 3]
    result = run("compare", "--measured", films, *known, "--jobs", 1, *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
