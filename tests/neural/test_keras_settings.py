"""Networks are the same whatever the user's settings of Keras are."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = """
import sys
import joblib, keras, numpy as np
from skxrd.neural import (
    AllConvClassifier, FingerprintConvClassifier, PowderConvClassifier, ResidualConvClassifier,
)
policy, stored, out = sys.argv[1:]
if policy:
    keras.config.set_dtype_policy(policy)
def settings():
    return [keras.config.floatx(), keras.config.image_data_format(), keras.config.epsilon(),
            keras.config.dtype_policy().name]
before = settings()
rng = np.random.default_rng(0)
X, y = rng.random((24, 64), dtype=np.float32), np.arange(24) % 2
X[y == 1, 20] += 1
options = {"epochs": 2, "batch_size": 8, "random_state": 0}
models = [
    AllConvClassifier(**options),
    PowderConvClassifier(filters=4, hidden_units=(8, 6), **options),
    ResidualConvClassifier(filters=4, **options),
    FingerprintConvClassifier(filters=(4, 4), kernel_size=3, hidden_units=8, **options),
]
results = {}
for number, model in enumerate(models):
    model.fit(X.astype(np.float16), y)
    results[f"new{number}"] = model.predict_proba(X)
    for place, weights in enumerate(model.model_.get_weights()):
        results[f"weights{number}_{place}"] = weights
    if hasattr(model, "cam"):
        results[f"map{number}"] = model.cam(X)
if stored == "write":
    joblib.dump(models, "models.joblib")
for number, model in enumerate(joblib.load("models.joblib")):
    results[f"read{number}"] = model.predict_proba(X)
assert settings() == before, settings()
np.savez(out, **results)
"""
USUAL = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}


def run(folder, script, *arguments, **settings):
    home = folder / "keras"
    home.mkdir(exist_ok=True)
    (home / "keras.json").write_text(json.dumps({"backend": "tensorflow", **USUAL, **settings}))
    environment = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        cwd=folder,
        env={**environment, "KERAS_HOME": str(home)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("usual")
    done = run(folder, SCRIPT, "", "write", "usual.npz")
    assert done.returncode == 0, done.stderr
    return folder, dict(np.load(folder / "usual.npz"))


def test_layout_precision_and_policy_change_nothing(usual):
    folder, expected = usual
    settings = {"image_data_format": "channels_first", "floatx": "float64", "epsilon": 0.01}
    done = run(folder, SCRIPT, "mixed_float16", "read", "other.npz", **settings)
    assert done.returncode == 0, done.stderr
    found = dict(np.load(folder / "other.npz"))
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name, strict=True)


FIT = """
import numpy as np
from skxrd.neural import AllConvClassifier
AllConvClassifier(epochs=1).fit(np.eye(4), [0, 1, 0, 1])
"""


def test_another_backend_is_one_line(tmp_path):
    done = run(tmp_path, FIT, backend="no_such_backend")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: Keras cannot be imported (")
    assert last.endswith("set KERAS_BACKEND=tensorflow in the environment before Python starts.")


WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

for name in ("tensorflow", "keras"):
    sys.modules[name] = None
sys.meta_path.insert(0, Absent())
"""


def test_without_tensorflow_the_remedy_is_named(tmp_path):
    code = WITHOUT + "from skxrd.neural import build_all_conv; build_all_conv(20, 2)"
    done = run(tmp_path, code)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: TensorFlow is not installed")
    assert "pip install tensorflow" in last
    code = WITHOUT + "from skxrd.neural import AllConvClassifier"
    assert "pip install tensorflow" in run(tmp_path, code).stderr


def test_all_rooms_but_the_networks_work_without_tensorflow(tmp_path):
    code = (
        WITHOUT
        + """
import skxrd
for room in skxrd._SUBPACKAGES:
    module = getattr(skxrd, room)
    for name in module.__all__:
        if not name.endswith("ConvClassifier"):
            getattr(module, name)
from sklearn.svm import SVC
from skxrd.datasets import make_thin_films
from skxrd.model_selection import make_film_pipeline
films = make_thin_films(14, random_state=0)
model = make_film_pipeline(SVC(), films.two_theta, n_augmented=10).fit(films.data, films.target)
print(len(model.predict(films.data)))
"""
    )
    done = run(tmp_path, code)
    assert done.stdout.strip() == "14", done.stderr


def test_a_backend_that_works_is_refused_too(monkeypatch):
    import keras

    from skxrd.neural import build_all_conv

    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(ImportError, match="backend 'jax', but the networks need 'tensorflow': set"):
        build_all_conv(20, 2)


def test_settings_and_kernels_are_restored_after_an_error():
    import keras
    from tensorflow.python.framework.config import is_op_determinism_enabled

    from skxrd.neural._keras_settings import designed_settings

    policy = keras.config.dtype_policy()
    keras.config.set_image_data_format("channels_first")
    keras.config.set_floatx("float16")
    keras.config.set_dtype_policy("float16")
    try:
        with pytest.raises(KeyError), designed_settings(), designed_settings():
            assert keras.config.image_data_format() == "channels_last"
            assert keras.layers.Dense(1).dtype == "float32"
            assert is_op_determinism_enabled()
            raise KeyError
        assert keras.config.image_data_format() == "channels_first"
        assert not is_op_determinism_enabled()
        assert keras.config.floatx() == keras.layers.Dense(1).dtype == "float16"
    finally:
        keras.config.set_dtype_policy(policy)
        keras.config.set_floatx("float32")
        keras.config.set_image_data_format("channels_last")
