"""A fitted pipeline from files to answers survives joblib, in a new process."""

import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from skxrd.datasets import make_thin_films
from skxrd.model_selection import make_augmented, make_film_pipeline, make_preparation
from skxrd.neural import AllConvClassifier

CODE = """
import sys, joblib, numpy as np
model, patterns = joblib.load(sys.argv[1]), joblib.load(sys.argv[2])
np.save(sys.argv[3], model.predict_proba(patterns))
"""


# Keras itself triggers it when it saves weights
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_a_whole_pipeline_loads_in_a_new_process(tmp_path):
    films = make_thin_films(14, two_theta=np.arange(10, 40, 0.1), random_state=0)
    model = make_film_pipeline(
        AllConvClassifier(films.two_theta, epochs=2, random_state=0),
        films.two_theta,
        n_augmented=20,
        random_state=0,
    ).fit(films.data, films.target)
    expected = model.predict_proba(films.data)
    model_path, data_path, result_path = (tmp_path / f"{n}.bin" for n in ("model", "data", "out"))
    joblib.dump(model, model_path)
    joblib.dump(films.data, data_path)
    result_path = result_path.with_suffix(".npy")
    command = [sys.executable, "-c", CODE, model_path, data_path, result_path]
    subprocess.run(command, check=True, capture_output=True)
    np.testing.assert_array_equal(np.load(result_path), expected)
    copy = joblib.load(model_path)
    np.testing.assert_array_equal(
        copy[-1].cam(copy[:-1].transform(films.data)),
        model[-1].cam(model[:-1].transform(films.data)),
    )


def test_preparation_and_augmentation_join_in_a_pipeline():
    films = make_thin_films(14, two_theta=np.arange(10, 40, 0.1), random_state=0)
    prepare = make_preparation(films.two_theta, wavelength="CuKa")
    augmented = make_augmented(SVC(), films.two_theta, n_augmented=10)
    model = make_pipeline(prepare, augmented).fit(films.data, films.target)
    assert model.predict(films.data).shape == (14,)
