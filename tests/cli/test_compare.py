"""``skxrd compare``, from folders to tables and pages, and every kind of bad input."""

import pandas as pd
import pytest

COLUMNS = [
    *("case", "grouped", "target", "classifier", "repeat", "fold"),
    *("accuracy", "f1_micro", "f1_macro", "precision", "recall", "fit_seconds", "predict_seconds"),
]


def test_compare_writes_one_row_a_fold(films, tmp_path, run):
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
    assert "15 measured films" in result.output
    assert "crystals: 133 of 204 structures simulated, 71 of classes without films" in result.output
    assert list(tmp_path.iterdir()) == [out]


def test_the_help_names_every_classifier(run):
    from skxrd.model_selection._pipelines import CLASSIFIERS

    text = " ".join(run("compare", "--help").output.split())
    listed = text.partition("There are ")[2].partition("[default")[0]
    assert [name for name in CLASSIFIERS if name not in listed] == []


def test_compare_calls_virtual_films_simulated(tmp_path, run):
    result = run(
        *("compare", "--target", "dimensionality", "--cases", "2", "--jobs", 1),
        *("--classifiers", "majority", "--n-augmented", 0),
    )
    assert result.exit_code == 0, result.output
    assert "84 virtual (simulated) films" in result.output
    assert "test on virtual" in result.output


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


def test_a_folder_that_is_no_dimensionality_names_the_option(films, run):
    result = run(*("compare", "--measured", films, "--target", "dimensionality"))
    assert result.exit_code == 2
    assert "or use --target space_group." in result.output


@pytest.mark.parametrize("kind", BAD)
def test_bad_folders_are_one_line_and_status_2(kind, tmp_path, run):
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
        ([], "all 15 scans state no wavelength, the first is /"),
        (["--wavelength", "CuKa", "--classifiers", "magic"], "classifier 'magic' is not known"),
        (["--wavelength", "CuKa", "--cases", "1,7"], "--cases is '1,7'"),
        (
            ["--wavelength", "CuKa", "--folds", "9"],
            "Case 3: --folds is 9 but the largest class has 5 measured patterns; use --folds 5",
        ),
        (["--wavelength", "CuKa", "--crystals", "none.cif"], "none.cif: there is no such file"),
        (["--wavelength", "CuKa", "--csv", "no/where.csv"], "its folder does not exist"),
    ],
)
def test_bad_options_are_one_line_and_status_2(films, arguments, message, run):
    result = run("compare", "--measured", films, "--cases", "3", "--jobs", 1, *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_crystal_file_without_atoms(films, tmp_path, run):
    path = tmp_path / "empty.cif"
    path.write_text("data_x\n_cell_length_a 5\n")
    result = run("compare", "--measured", films, "--wavelength", "CuKa", "--crystals", path)
    assert result.exit_code == 2
    assert "holds no crystal structure that can be read" in result.output
    assert "empty.cif" in result.output


def test_the_measured_films_with_computed_halides(tmp_path, measured, run):
    out = tmp_path / "out.csv"
    films, halides = measured("autoxrd/Datasets/Experimental"), measured("halides/halides.parquet")
    result = run(
        *("compare", "--measured", films, "--crystals", halides, "--wavelength", "CuKa"),
        *("--cases", "2,3", "--classifiers", "1-NN cosine", "--n-augmented", 0, "--csv", out),
    )
    assert result.exit_code == 1, result.output  # three fragments are left out
    assert "85 measured films" in result.output
    assert result.output.count("covers 0.65 degrees") == 3
    table = pd.read_csv(out)
    assert table.query("case == 3")["accuracy"].mean() > 0.7


def test_compare_reports_and_resumes(films, tmp_path, run):
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


def test_a_report_calls_virtual_films_simulated_and_draws_curves(tmp_path, run):
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
def test_bad_report_options_are_one_line_and_status_2(films, arguments, message, monkeypatch, run):
    monkeypatch.chdir(films)
    known = ["--wavelength", "CuKa", "--classifiers", "majority", "--folds", 3]
    result = run("compare", "--measured", films, *known, "--jobs", 1, *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


CHECKED = {
    "one class": (["--cases", "3"], None, "all films are of one class, Pm-3m"),
    "too few powders": (["--cases", "1", "--folds", 400], None, "Case 1: --folds is 400 but"),
    "tuned": (
        ["--cases", "3", "--classifiers", "tuned SVM", "--folds", 3],
        "few",
        "Case 3: classifier 'tuned SVM' chooses its settings in 4 folds",
    ),
    "a film without crystal": (["--cases", "2"], "odd", "Case 2: class P6mm has 1 pattern"),
}


@pytest.mark.parametrize("kind", CHECKED)
def test_what_cannot_be_done_is_found_before_anything_runs(
    kind, run, make_films, tmp_path, monkeypatch
):
    from skxrd.model_selection import Study

    monkeypatch.setattr(Study, "cases", None)
    options, change, message = CHECKED[kind]
    folder = tmp_path / "films"
    folder.mkdir()
    make_films(folder)
    classes = sorted(folder.iterdir())
    if kind == "one class":
        folder = tmp_path / "one"
        folder.mkdir()
        classes[-1].rename(folder / "Pm-3m")
    elif change == "few":
        for path in classes:
            for film in sorted(path.iterdir())[4:]:
                film.unlink()
    elif change == "odd":
        (folder / "P6mm").mkdir()
        film = next(classes[0].iterdir())
        film.rename(folder / "P6mm" / film.name)
    result = run(
        *("compare", "--measured", folder, "--wavelength", "CuKa", "--classifiers", "majority"),
        *("--n-augmented", 0, "--jobs", 1, "--csv", tmp_path / "out.csv", *options),
    )
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "out.csv").exists()


def test_finished_cases_are_kept_when_a_later_one_fails(films, tmp_path, run, monkeypatch):
    from skxrd.model_selection import Study

    whole = Study.cases

    def cases(self, classifiers, *, cases, progress):
        if cases == [3]:
            raise MemoryError
        return whole(self, classifiers, cases=cases, progress=progress)

    monkeypatch.setattr(Study, "cases", cases)
    out = tmp_path / "out.csv"
    result = run(
        *("compare", "--measured", films, "--wavelength", "CuKa", "--csv", out, "--jobs", 1),
        *("--classifiers", "majority", "--n-augmented", 0, "--folds", 3),
    )
    assert result.exit_code == 2
    assert pd.read_csv(out)["case"].tolist() == [1, 1, 1, 2]
    assert "The cases that were finished:" in result.output
    assert "Case 2, space group" in result.output
    assert result.output.endswith("Error: MemoryError\n")
