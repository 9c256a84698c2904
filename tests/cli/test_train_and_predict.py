"""``skxrd train``, ``predict`` and ``explain``, and every kind of model file."""

import joblib
import numpy as np
import pytest

from skxrd.crystal import Crystal
from skxrd.io import read_pattern, write_crystals, write_pattern
from skxrd.model_selection import read_model
from skxrd.simulation import PowderSimulator


# Keras itself triggers it when it saves weights
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("name", ["model.skxrd", "model.joblib"])
def test_train_predict_and_explain(films, tmp_path, run, name):
    model, picture = tmp_path / name, tmp_path / "map.png"
    options = ("--classifier", "a-CNN") if name.endswith("skxrd") else ()
    result = run(
        *("train", films, "-o", model, "--wavelength", "CuKa", "--n-augmented", 30, *options),
    )
    assert result.exit_code == 0, result.output
    film = next((films / "Pm-3m").glob("virtual*.xy"))
    result = run("predict", model, film, films / "Fm-3m")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith(str(film))
    warned = "a joblib file can run any code when it is loaded"
    assert result.stderr.count(warned) == name.endswith("joblib")
    cubic = Crystal([5.9] * 3 + [90] * 3, ["Cs", "Pb"], [[0] * 3, [0.5] * 3], "Pm-3m", name="A")
    write_crystals([cubic], tmp_path / "a.cif")
    result = run("explain", model, film, "-o", picture, "--crystals", tmp_path / "a.cif")
    assert result.exit_code == 0, result.output
    assert picture.read_bytes()[:4] == b"\x89PNG"
    options = ("--true", "fm-3M" if name.endswith("joblib") else 225, "--crystals", "bundled")
    result = run("explain", model, film, "-o", tmp_path / "true.png", *options)
    assert result.exit_code == 0, result.output
    assert result.stderr.count(warned) == name.endswith("joblib")
    (tmp_path / "half.joblib").write_bytes(model.read_bytes()[: model.stat().st_size // 2])
    result = run("predict", tmp_path / "half.joblib", film)
    assert result.exit_code == 2
    assert "is no complete model file" in result.output or "is no model file" in result.output


def test_what_explain_cannot_do_is_said_before_the_model_is_read(films, model, tmp_path, run):
    film = next((films / "Pm-3m").glob("virtual*.xy"))
    (tmp_path / "bad.cif").write_text("data_bad\n_cell_length_a 5\n")
    for arguments, message in (
        ((tmp_path / "no" / "map.png",), "its folder does not exist"),
        ((tmp_path / "map.png", "--crystals", tmp_path / "bad.cif"), "bad.cif"),
        ((tmp_path / "map.png", "--crystals", tmp_path), "bad.cif"),
    ):
        result = run("explain", tmp_path / "no.skxrd", film, "-o", *arguments)
        assert result.exit_code == 2 and message in result.output, result.output
    result = run("explain", model, film, "-o", tmp_path / "map.png", "--true", "I4Imcm")
    assert result.exit_code == 2
    assert "--true is I4Imcm, which is no class of the model; name one of Fm-3m" in result.output


def test_the_model_comes_first(films, model, run):
    for scans in (films, next((films / "Pm-3m").glob("virtual*.xy"))):
        result = run("predict", scans, model)
        assert result.exit_code == 2
        assert "the model comes first: skxrd predict MODEL FILES." in result.output


def test_one_classifier_is_trained(films, tmp_path, run):
    options = ["--wavelength", "CuKa", "-o", tmp_path / "model.joblib"]
    result = run("train", films, *options, "--classifier", "all")
    assert result.exit_code == 2
    assert "--classifier is 'all'; name one." in result.output


def test_measured_rows_get_a_share_and_rows_of_their_own(films, tmp_path, run):
    options = ("--measured-share", 0.5, "--n-augmented", 20)
    for classifier in ("k-NN", "tuned SVM"):
        path = tmp_path / "model.skxrd"
        options += ("--wavelength", "CuKa", "-o", path)
        result = run("train", films, *options, "--classifier", classifier)
        assert result.exit_code == 0, result.output
        model = read_model(path)
        added = model.get_params()["physicsaugmenter__n_augmented"]
        assert added in (0, dict.fromkeys(added or (), 5 if "SVM" in classifier else 20))
    result = run("train", films, *options, "--measured-share", 1.0)
    assert result.exit_code == 2 and "--measured-share" in result.output


def test_a_model_without_maps_says_what_to_train(films, model, tmp_path, run):
    picture = tmp_path / "map.png"
    film = next((films / "Pm-3m").glob("virtual*.xy"))
    result = run("explain", model, film, "-o", picture)
    assert result.exit_code == 2
    assert "has no class activation maps; train with AllConvClassifier" in result.output
    assert not picture.exists()
    result = run("explain", model, film, "-o", tmp_path / "map.xyz")
    assert result.exit_code == 2
    assert "no picture can be written to a file of this ending; use one of" in result.output


def test_labels_of_the_user_are_the_names_of_the_folders(films, tmp_path, run):
    folder = tmp_path / "samples"
    folder.mkdir()
    for name, path in zip(("my best", "other"), sorted(films.iterdir()), strict=False):
        (folder / name).mkdir()
        for film in path.iterdir():
            (folder / name / film.name).write_bytes(film.read_bytes())
    model = tmp_path / "model.skxrd"
    options = ("--target", "folder", "--classifier", "1-nn cosine", "--n-augmented", 0, "-o", model)
    result = run("train", folder, *options)
    assert result.exit_code == 0, result.output
    assert "10 measured films (my best 5, other 5), 10 to 39.9 degrees" in result.output
    result = run("predict", model, folder / "my best")
    assert result.exit_code == 0, result.output
    assert result.output.count(": my best  ") == 5, result.output
    result = run("train", folder, *options, "--crystals", "any.cif")
    assert result.exit_code == 2
    assert "crystals have no classes of --target folder" in result.output


def test_scans_of_another_wavelength_are_converted(films, model, tmp_path, run):
    """A cobalt scan of a crystal is predicted as the copper one is."""
    from skxrd.datasets import load_halides

    assert read_model(model)[0].wavelength is not None
    crystal = next(c for c in load_halides().data if c.space_group_symbol == "Pm-3m")
    lines = []
    for tube, grid in (("CuKa", np.arange(5, 60, 0.05)), ("CoKa", np.arange(5, 70, 0.05))):
        path = tmp_path / f"{tube}.xy"
        write_pattern(PowderSimulator(grid, wavelength=tube).simulate(crystal), path)
        result = run("predict", model, path)
        assert result.exit_code == 0, result.output
        lines.append(result.stdout.splitlines()[-1].partition(": ")[2])
    assert lines[0] == lines[1] and lines[0].startswith("Pm-3m")
    bare = tmp_path / "bare.xy"
    pattern = read_pattern(tmp_path / "CoKa.xy")
    np.savetxt(bare, np.column_stack([pattern.two_theta, pattern.intensity]))
    result = run("predict", model, bare, "--wavelength", "CoKa")
    assert result.stdout.splitlines()[-1].partition(": ")[2] == lines[0]


def test_mixed_instruments_train_together(films, tmp_path, run):
    folder = tmp_path / "mixed"
    for path in films.iterdir():
        (folder / path.name).mkdir(parents=True)
        for number, film in enumerate(sorted(path.iterdir())):
            pattern = read_pattern(film, wavelength="CuKa" if number else "CoKa")
            write_pattern(pattern, folder / path.name / film.name)
    options = ("--classifier", "knn", "--n-augmented", 0, "--wavelength", "MoKa")
    result = run("train", folder, *options, "-o", tmp_path / "model.skxrd")
    assert result.exit_code == 0, result.output
    assert "15 measured films" in result.output and "1.54187 angstrom" in result.output


def _flipped(content, place):
    content = bytearray(content)
    content[place] ^= 16
    return bytes(content)


def test_models_that_are_none_are_one_line(model, films, tmp_path, run):
    film = next((films / "Pm-3m").iterdir())
    whole = read_model(model)
    lacking = b"\x80\x04\x8c\x0bno_such_mod\x8c\x01X\x93."
    joblib.dump({"a": 1}, tmp_path / "dictionary.joblib")
    joblib.dump(whole[-1], tmp_path / "classifier.joblib")
    kinds = {
        "empty.skxrd": b"",
        "empty.joblib": b"",
        "text.joblib": b"a model\n",
        "scan.joblib": film.read_bytes(),
        "lacking.joblib": lacking,
        "zip.joblib": b"PK\x03\x04" + bytes(100),
        "png.skxrd": b"\x89PNG" + bytes(100),
    }
    for name, content in kinds.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.skxrd").mkdir()
    with open(tmp_path / "huge.skxrd", "wb") as file:
        file.truncate(3 * 10**9)
    for path in [*tmp_path.iterdir(), tmp_path / "none.skxrd", "/dev/zero"]:
        result = run("predict", path, film)
        assert result.exit_code == 2, (path, result.output)
        assert result.stderr.splitlines()[-1].startswith(f"Error: {path}: "), result.output
        assert result.stderr.count("Error") == 1 and isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("ending", ["skxrd", "joblib"])
def test_flipped_bits_are_found_before_anything_is_loaded(
    model, films, tmp_path, run, ending, monkeypatch
):
    film = next((films / "Pm-3m").iterdir())
    if ending == "joblib":
        options = ("--wavelength", "CuKa", "--classifier", "knn", "--n-augmented", 0)
        model = tmp_path / "model.joblib"
        assert run("train", films, "-o", model, *options).exit_code == 0
    content = model.read_bytes()
    path = tmp_path / f"flipped.{ending}"
    for place in np.linspace(0, 0.9999, 30):
        path.write_bytes(_flipped(content, int(place * len(content))))
        result = run("predict", path, film)
        assert result.exit_code == 2, (place, result.output)
        assert result.stderr.splitlines()[-1].startswith(f"Error: {path}: is ")
        assert isinstance(result.exception, SystemExit)


def test_other_versions_are_named(model, films, tmp_path, run):
    whole = read_model(model)
    whole.skxrd_versions_ = ["numpy 0.1"]
    path = tmp_path / "old.joblib"
    joblib.dump(whole, path)
    result = run("predict", path, films / "Pm-3m")
    assert result.exit_code == 0
    assert "old.joblib: was trained with numpy 0.1, which are other versions" in result.stderr
