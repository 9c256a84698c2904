"""Prediction sets, strange scans and training scans in ``skxrd predict``."""

import csv

import numpy as np
import pytest

from skxrd.model_selection import read_model, write_model


@pytest.fixture(scope="module")
def nearest(films, run, tmp_path_factory):
    path = tmp_path_factory.mktemp("sets") / "model.skxrd"
    options = ("--classifier", "1-NN cosine", "--n-augmented", 0, "--wavelength", "CuKa")
    options += ("--calibration-folds", 5)
    result = run("train", films, "-o", path, *options)
    assert result.exit_code == 0, result.output
    assert "Holding out films in 5 folds" in result.output
    return path


def test_glass_is_called_unlike_and_a_training_scan_is_known_again(films, nearest, run, tmp_path):
    angles = np.arange(10, 40, 0.1)
    rng = np.random.RandomState(0)
    glass = rng.poisson(200 + 800 * np.exp(-(((angles - 24) / 6) ** 2)))
    np.savetxt(tmp_path / "glass.xy", np.column_stack([angles, glass]))
    film = next((films / "Pm-3m").glob("*.xy"))
    remeasured = np.loadtxt(film)
    remeasured[:, 1] = rng.poisson(3000 * remeasured[:, 1])
    np.savetxt(tmp_path / "again.xy", remeasured)
    table = tmp_path / "table.csv"
    scans = (tmp_path / "glass.xy", film, tmp_path / "again.xy")
    result = run("predict", nearest, *scans, "--coverage", 0.8, "--csv", table)
    assert result.exit_code == 0, result.output
    glass_line, film_line, again_line, _ = result.stdout.splitlines()
    assert ": unlike all training scans (p = 0.06" in glass_line
    assert "; of the classes, " in glass_line
    assert film_line.endswith("(this scan trained the model)")
    assert "80 % set: Pm-3m; " in film_line and "; cubic  (" in film_line
    assert not {"unlike", "trained"} & set(again_line.partition("again.xy: ")[2].split())
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:3] == ["scan", "class", "probability"]
    assert list(rows[0])[-5:-3] == ["doubt", "p_value"]
    doubts = [row["doubt"] for row in rows]
    assert doubts == ["unlike all training scans", "this scan trained the model", ""]
    assert rows[1]["set_crystal_system"] == "cubic"


def test_a_model_without_films_held_out_says_so(films, run, tmp_path):
    film = next((films / "Pm-3m").glob("*.xy"))
    path = tmp_path / "model.skxrd"
    options = ("--n-augmented", 0, "--wavelength", "CuKa", "--classifier")
    for more in (("SVM", "--calibration-folds", 5), ("1-NN cosine",)):
        result = run("train", films, "-o", path, *options, *more)
        assert result.exit_code == 0, result.output
        assert ("the classifier has no probabilities" in result.stderr) == ("SVM" in more)
        result = run("predict", path, film, "--coverage", 0.9)
        assert result.exit_code == 2
        message = f"Error: {path}: holds no predictions of films that were held out, which --cov"
        assert result.output.startswith(message), result.output
        result = run("predict", path, film)
        assert "set:" not in result.output and "(this scan trained the model)" in result.output


def test_a_broken_record_is_one_line(films, nearest, run, tmp_path):
    film = next((films / "Pm-3m").glob("*.xy"))
    model = read_model(nearest)
    model.training_record_["columns"] = model.training_record_["columns"][:-1]
    write_model(model, tmp_path / "broken.skxrd")
    result = run("predict", tmp_path / "broken.skxrd", film)
    assert result.exit_code == 2
    assert "what the model keeps of its training is broken; train again." in result.output
