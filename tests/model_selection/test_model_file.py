"""Model files: the same predictions from a file without code, one error for all that is wrong."""

import io
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from sklearn.linear_model import Perceptron
from sklearn.svm import SVC

from skxrd import FormatError
from skxrd._hashing import engine_versions
from skxrd.datasets import make_thin_films
from skxrd.model_selection import (
    default_classifiers,
    make_film_pipeline,
    make_preparation,
    read_model,
    write_model,
)
from skxrd.model_selection._model_file import read_predictor

GRID = np.arange(10, 40, 0.2)
FILMS = make_thin_films(42, two_theta=GRID, random_state=0)
NAMES = list(default_classifiers())


def fitted(name):
    """A fitted pipeline from films to classes, as ``skxrd train`` makes it."""
    model = default_classifiers(GRID, n_augmented=14)[name]
    model = getattr(model, "estimator", model)
    for step in model.get_params():
        if step.endswith(("__epochs", "__n_estimators")):
            model.set_params(**{step: 2})
    prepare = make_preparation(GRID, wavelength="CuKa")
    X = prepare.fit_transform(FILMS.data)
    model.fit(X, FILMS.target)
    steps = [(f"{name} 2", step) for name, step in model.steps]
    return type(model)([*prepare.steps, *steps])


@pytest.fixture(scope="module")
def forest(tmp_path_factory):
    """Path of a written random forest."""
    path = tmp_path_factory.mktemp("models") / "forest.skxrd"
    write_model(fitted("random forest"), path)
    return path


def modules_for(path):
    """Which packages that only a training needs are loaded to predict with a model."""
    code = (
        "import sys; from skxrd.model_selection._model_file import read_predictor; "
        f"read_predictor({str(path)!r}); print({{'tensorflow', 'imblearn'}} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


# Keras itself triggers it when it saves weights
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("name", NAMES)
def test_every_default_classifier_predicts_the_same_from_a_file(name, tmp_path):
    model, path = fitted(name), tmp_path / "model.skxrd"
    write_model(model, path)
    copy = read_model(path)
    assert copy.predict(FILMS.data).tolist() == model.predict(FILMS.data).tolist()
    if hasattr(model, "predict_proba"):
        np.testing.assert_array_equal(
            copy.predict_proba(FILMS.data), model.predict_proba(FILMS.data)
        )
    quick = read_predictor(path)
    assert quick.predict(FILMS.data).tolist() == model.predict(FILMS.data).tolist()
    if hasattr(model, "predict_proba"):
        expected = model.predict_proba(FILMS.data)
        np.testing.assert_allclose(quick.predict_proba(FILMS.data), expected, atol=1e-5)
    if hasattr(model[-1], "cam"):
        assert modules_for(path) == "set()"
        rows = model[:-1].transform(FILMS.data)
        np.testing.assert_array_equal(copy[-1].cam(rows), model[-1].cam(rows))
        copy[-1].fit(rows, FILMS.target)


def test_the_file_is_an_archive_of_json_and_plain_arrays(forest):
    with zipfile.ZipFile(forest) as archive:
        head = json.loads(archive.read("model.json"))
        array = np.load(io.BytesIO(archive.read("arrays/0.npy")), allow_pickle=False)
    assert head["format"] == "skxrd model 1"
    assert head["versions"] == list(engine_versions())
    assert isinstance(array, np.ndarray)


@pytest.mark.parametrize("place", np.linspace(0, 0.9999, 30))
def test_a_flipped_bit_anywhere_is_found(forest, tmp_path, place):
    content = bytearray(forest.read_bytes())
    content[int(place * len(content))] ^= 4
    path = tmp_path / "flipped.skxrd"
    path.write_bytes(content)
    with pytest.raises(FormatError, match="flipped.skxrd: is (damaged|no model file)"):
        read_model(path)


def test_a_class_of_another_package_is_refused(tmp_path):
    model = make_film_pipeline(Perceptron(), GRID, n_augmented=0).fit(FILMS.data, FILMS.target)
    with pytest.raises(TypeError, match="Perceptron is none of the classes .* use joblib.dump"):
        write_model(model, tmp_path / "model.skxrd")
    assert not list(tmp_path.iterdir())


def rewritten(path, forest, change):
    """The forest with another head and arrays, under a hash that fits."""
    import hashlib

    from skxrd.model_selection._model_file import _COMMENT

    with zipfile.ZipFile(forest) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = _COMMENT + b"0" * 64
    content = packed.getvalue()[:-64]
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    return path


def in_head(old, new):
    def change(members):
        assert old in members["model.json"]
        members["model.json"] = members["model.json"].replace(old, new)

    return change


def deep(members):
    members["model.json"] = b"[" * 100_000 + b"]" * 100_000


def huge(members):
    shape, larger = b"'shape': (150,), }      ", b"'shape': (999999999,), }"
    assert shape in members["arrays/0.npy"]
    members["arrays/0.npy"] = members["arrays/0.npy"].replace(shape, larger)


def no_type(members):
    members["arrays/0.npy"] = members["arrays/0.npy"].replace(b"'descr': '<", b"'descr': ',")


def loop(members):
    for name, content in members.items():
        if name.endswith(".npy") and b"left_child" in content:
            nodes = np.load(io.BytesIO(content)).copy()
            nodes["left_child"][0] = 0
            file = io.BytesIO()
            np.save(file, nodes)
            members[name] = file.getvalue()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (in_head(b"sklearn.ensemble.RandomForestClassifier", b"os.system"), "os.system is none of"),
        (in_head(b"skxrd model 1", b"skxrd model 9"), "of the format 'skxrd model 9'"),
        (in_head(b'["n_features_in_", 150]', b'["predict", 150]'), "none of its own"),
        (in_head(b'{"tree": [', b'{"list": ['), "unknown kind 'list'"),
        (lambda members: members.pop("arrays/0.npy"), "no item named"),
        (deep, "recursion"),
        (huge, "an array is cut off"),
        (no_type, "invalid syntax"),
        (loop, "branches of a tree do not fit"),
    ],
)
def test_files_made_to_harm_are_refused(forest, tmp_path, change, message):
    path = rewritten(tmp_path / "evil.skxrd", forest, change)
    with pytest.raises(FormatError, match=f"no model that can be used .*{message}"):
        read_model(path)


def test_other_versions_are_named(forest, tmp_path):
    path = rewritten(tmp_path / "old.skxrd", forest, in_head(b"scikit-learn 1", b"scikit-learn 0"))
    with pytest.warns(UserWarning, match="was trained with scikit-learn 0"):
        read_model(path)


def test_a_coarser_step_and_numbers_by_domain_are_written(tmp_path):
    model = make_film_pipeline(
        SVC(), GRID, step=0.4, n_augmented={"simulated": 3, "experimental": 14}, random_state=0
    )
    groups = np.full(len(FILMS.data), "experimental")
    model.fit(FILMS.data, FILMS.target, physicsaugmenter__groups=groups)
    write_model(model, tmp_path / "model.skxrd")
    copy = read_model(tmp_path / "model.skxrd")
    assert type(copy) is type(model)
    assert copy.predict(FILMS.data).tolist() == model.predict(FILMS.data).tolist()
    assert copy.get_params()["physicsaugmenter__n_augmented"]["experimental"] == 14
