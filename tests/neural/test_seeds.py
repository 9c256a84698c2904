"""Seeds belong to a fit: what else runs in the process has no influence on it."""

import random
import threading

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from skxrd.neural import (
    AllConvClassifier,
    FingerprintConvClassifier,
    PowderConvClassifier,
    ResidualConvClassifier,
    build_all_conv,
    build_fingerprint_conv,
    build_powder_conv,
)
from skxrd.neural._residual_network import build_residual_conv

SHORT = {"epochs": 3, "batch_size": 8}
MODELS = [
    AllConvClassifier(**SHORT),
    PowderConvClassifier(filters=4, hidden_units=(20, 10), **SHORT),
    ResidualConvClassifier(filters=4, **SHORT),
    FingerprintConvClassifier(filters=(4, 4), kernel_size=3, hidden_units=16, **SHORT),
]


def make_rows(n_rows=40, n_angles=60):
    codes = np.arange(n_rows) % 2
    X = np.random.default_rng(0).random((n_rows, n_angles), dtype=np.float32)
    X[np.arange(n_rows), 10 + 30 * codes] += 0.5
    return X, codes


X, Y = make_rows()


def fitted(model, seed):
    model = clone(model).set_params(random_state=seed).fit(X, Y)
    return [*model.model_.get_weights(), model.predict_proba(X), model.history_["loss"]]


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("build", "sizes"),
    [
        (build_all_conv, (60, 2)),
        (build_powder_conv, (60, 2)),
        (build_fingerprint_conv, ((8, 8, 1), 2)),
        (build_residual_conv, (60, 2)),
    ],
)
def test_seeds_of_layers_are_those_that_keras_draws(build, sizes):
    """Weights and states of dropout, as with Python's generator, which is left alone."""
    state = random.getstate()
    random.seed(5)
    theirs = build(*sizes)
    random.setstate(state)
    ours = build(*sizes, seed=5)
    assert random.getstate() == state
    values = [[np.asarray(variable) for variable in n.variables] for n in (ours, theirs)]
    assert equal(*values)


def test_fits_in_threads_equal_those_one_after_the_other():
    """While another thread draws random numbers of the process, and another predicts."""
    jobs = [(model, seed) for seed in range(2) for model in MODELS]
    expected = [fitted(*job) for job in jobs]
    predicting = [clone(model).set_params(random_state=9).fit(X, Y) for model in MODELS]
    probabilities = [model.predict_proba(X) for model in predicting]
    done, disturbed = threading.Event(), []

    def disturb():
        while not done.wait(0.01):
            random.seed(1)
            np.random.seed(1)  # noqa: NPY002
            for model, before in zip(predicting, probabilities, strict=True):
                disturbed.append(not np.array_equal(model.predict_proba(X), before))

    other = threading.Thread(target=disturb)
    other.start()
    try:
        with joblib.parallel_config("threading", n_jobs=4):
            found = joblib.Parallel()(joblib.delayed(fitted)(*job) for job in jobs)
    finally:
        done.set()
        other.join()
    assert [equal(*pair) for pair in zip(found, expected, strict=True)] == [True] * len(jobs)
    assert disturbed and not any(disturbed)


def test_cross_validation_in_threads_equals_that_in_a_row():
    model = clone(MODELS[0]).set_params(random_state=0)
    options = {"cv": 4, "scoring": "neg_log_loss"}
    expected = cross_val_score(model, X, Y, **options)
    with joblib.parallel_config("threading"):
        found = cross_val_score(model, X, Y, n_jobs=4, **options)
    np.testing.assert_array_equal(found, expected)


def test_random_numbers_of_the_process_are_left_alone():
    python, numpy = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    for model in MODELS:
        fitted(model, 0)
    assert random.getstate() == python
    np.testing.assert_array_equal(np.random.get_state()[1], numpy)  # noqa: NPY002


def test_networks_fitted_at_once_are_all_kept():
    """Otherwise each round of threads would compile anew, which costs memory for ever."""
    from skxrd.neural import _compiled_cache

    _compiled_cache._kept.clear()
    sizes = []
    for _ in range(2):
        with joblib.parallel_config("threading", n_jobs=3):
            joblib.Parallel()(joblib.delayed(fitted)(MODELS[0], seed) for seed in range(3))
        sizes.append([len(networks) for networks in _compiled_cache._kept.values()])
    assert sizes[0][0] >= 1 and sizes[1][0] <= 3 and len(sizes[1]) == 1
