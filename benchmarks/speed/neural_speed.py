"""The a-CNN against bare Keras: training, small fits in a row, prediction, memory, determinism.

Run as ``python -m benchmarks.speed.neural_speed [train|small|predict|memory|same]`` (all without a
name); writes ``benchmarks/results/speed/neural_speed.json``. Both sides train the same network on
the same random rows in one process, in turn, three rounds; medians and their ratio are kept.
"""

import hashlib
import json
import subprocess
import sys
import time

import numpy as np
import psutil

from benchmarks.tools.record import RESULTS, record
from skxrd.neural import AllConvClassifier, build_all_conv

N_CLASSES = 7


def rows(n, n_angles=1200, seed=0):
    """Random patterns whose class is a peak at a place of its own."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(N_CLASSES, size=n)
    X = rng.random((n, n_angles), dtype=np.float32)
    X[np.arange(n), 100 + codes * 150] += 2
    return X, codes


def bare_keras(X, codes, epochs, seed):
    """Keras as its guide says: compile with the defaults, fit."""
    import keras

    keras.utils.set_random_seed(seed)
    network = build_all_conv(X.shape[1], N_CLASSES)
    network.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    one_hot = np.eye(N_CLASSES, dtype=np.float32)[codes]
    history = network.fit(X, one_hot, batch_size=128, epochs=epochs, verbose=0)
    return network, history.history["loss"]


def ours(X, codes, epochs, seed):
    """The same through the estimator."""
    model = AllConvClassifier(epochs=epochs, patience=None, random_state=seed)
    return model.fit(X, codes)


def timed(function, *arguments):
    """Seconds and result."""
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def train():
    """100 epochs over 7,000 rows of 1,200 angles."""
    X, codes = rows(7000)
    ours(X[:500], codes[:500], 1, 0)
    bare_keras(X[:500], codes[:500], 1, 0)
    times, last = [], []
    for seed in range(3):
        theirs, (_, losses) = timed(bare_keras, X, codes, 100, seed)
        own, model = timed(ours, X, codes, 100, seed)
        times.append((theirs, own))
        last.append((losses[-1], model.history_["loss"][-1]))
    times = np.median(times, axis=0)
    return {
        "keras_seconds": round(times[0], 2),
        "skxrd_seconds": round(times[1], 2),
        "ratio": round(times[1] / times[0], 3),
        "last_losses_keras_skxrd": np.round(last, 4).tolist(),
    }


def small():
    """Twenty fits in a row, 500 x 1,200, 10 epochs."""
    X, codes = rows(500)
    bare_keras(X, codes, 1, 0)
    theirs = [timed(bare_keras, X, codes, 10, seed)[0] for seed in range(20)]
    own = [timed(ours, X, codes, 10, seed)[0] for seed in range(20)]
    return {
        "keras_seconds": round(sum(theirs), 2),
        "skxrd_seconds": round(sum(own), 2),
        "ratio": round(sum(own) / sum(theirs), 3),
    }


def predict():
    """Probabilities of one pattern and of 1,000."""
    X, codes = rows(1000)
    model = ours(X, codes, 2, 0)
    network = model.model_
    result = {}
    for n in (1, 1000):
        part = X[:n]
        model.predict_proba(part)
        network.predict(part, verbose=0)
        own = np.median([timed(model.predict_proba, part)[0] for _ in range(50)])
        theirs = np.median([timed(lambda: network.predict(part, verbose=0))[0] for _ in range(9)])  # noqa: B023
        result[f"{n}_patterns_ms"] = round(own * 1e3, 3)
        result[f"{n}_patterns_keras_predict_ms"] = round(theirs * 1e3, 1)
    difference = np.abs(model.predict_proba(X) - network.predict(X, verbose=0)).max()
    return {**result, "largest_difference": float(difference)}


def memory():
    """200 fits in one process."""
    X, codes = rows(500)
    process = psutil.Process()
    sizes, times = [], []
    for seed in range(200):
        seconds, _ = timed(ours, X, codes, 3, seed)
        times.append(seconds)
        sizes.append(process.memory_info().rss / 1e6)
    return {
        "mb_after_first": round(sizes[0]),
        "mb_after_200": round(sizes[-1]),
        "growth_mb": round(sizes[-1] - sizes[0]),
        "median_seconds_fits_2_to_50": round(float(np.median(times[1:50])), 3),
        "median_seconds_fits_151_to_200": round(float(np.median(times[150:])), 3),
    }


def digest():
    """Hash of the weights of a seeded fit."""
    X, codes = rows(300)
    model = ours(X, codes, 3, 7)
    weights = b"".join(w.tobytes() for w in model.model_.get_weights())
    return hashlib.sha256(weights).hexdigest()


def same():
    """Same seed: twice here with another fit between, and in two other processes."""
    X, codes = rows(200, seed=1)
    hashes = [digest()]
    ours(X, codes, 2, 3)
    hashes.append(digest())
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, "digest"],
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.append(done.stdout.split()[-1])
    return {"bit_identical": len(set(hashes)) == 1, "n_fits": len(hashes)}


PARTS = {"train": train, "small": small, "predict": predict, "memory": memory, "same": same}

if __name__ == "__main__":
    wanted = sys.argv[1:] or list(PARTS)
    if wanted == ["digest"]:
        print(digest())
    elif len(wanted) == 1:
        print(json.dumps(PARTS[wanted[0]]()))
    else:
        values = {}
        for name in wanted:  # each in a process of its own, so that memory and graphs are its own
            done = subprocess.run(
                [sys.executable, "-m", __spec__.name, name],
                capture_output=True,
                text=True,
                check=True,
            )
            values[name] = json.loads(done.stdout.splitlines()[-1])
        assert RESULTS.is_dir()
        record(
            "speed/neural_speed",
            "python -m benchmarks.speed.neural_speed",
            ("tensorflow", "keras", "scikeras", "numpy"),
            **values,
        )
