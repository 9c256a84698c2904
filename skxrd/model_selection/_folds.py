"""The engine of a study: folds that are fitted once, and a table of what they predicted."""

import time
import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn import get_config
from sklearn.base import clone

from skxrd._code_content import UnknownContentError
from skxrd._compat import safe_indexing
from skxrd._hashing import content_hash, engine_versions
from skxrd._resumable import ResumableFolder
from skxrd.model_selection._sampling_pipeline import fit_with_groups


class Fold(NamedTuple):
    """One fit and its test; ``keys`` are the columns that tell it from others."""

    estimator: object
    X: object
    keys: dict
    train: np.ndarray
    test: np.ndarray
    seed: int


def run_folds(folds, y, groups, *, n_jobs=None, folder=None, progress=None):
    """Predictions of all folds, in their order; those that the folder holds are not run again."""
    store = None if folder is None else ResumableFolder(folder, "finished folds")
    names = [None] * len(folds) if store is None else _names(folds, y, groups)
    done, waiting = {}, []

    def finish(number, result):
        done[number] = result
        if progress is not None:
            fold = folds[number]
            accuracy = float(np.mean(np.asarray(result["predicted"]) == y[fold.test]))
            progress(len(done), len(folds), {**fold.keys, "accuracy": accuracy})

    # whole repeats first, so that a study that is stopped early has some of everything
    for number in sorted(range(len(folds)), key=lambda number: folds[number].keys["repeat"]):
        result = None if names[number] is None else store.read(names[number])
        if result is None:
            waiting.append(number)
        else:
            finish(number, result)
    results = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
        delayed(_run_fold)(number, folds[number], y, groups) for number in waiting
    )
    for number, result in results:
        if names[number] is not None:
            store.write(names[number], result)
        finish(number, result)
    return _predictions(folds, [done[number] for number in range(len(folds))], y)


def fit_fold(estimator, X, y, groups, train, seed):
    """Fitted clone with all its ``random_state`` set to the seed, and the seconds of the fit."""
    estimator = clone(estimator)
    names = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    estimator.set_params(**dict.fromkeys(names, seed))
    start = time.perf_counter()
    fit_with_groups(estimator, safe_indexing(X, train), y[train], groups[train])
    return estimator, time.perf_counter() - start


def _names(folds, y, groups):
    """Name of each fold by what its result follows from; ``None`` where that cannot be known."""
    known, named = {}, []
    config = {name: get_config()[name] for name in ("enable_metadata_routing", "transform_output")}
    for fold in folds:
        for part in (fold.X, fold.estimator):
            if id(part) not in known:
                known[id(part)] = _hash_or_warn(fold.keys["classifier"], part)
        parts = known[id(fold.X)], known[id(fold.estimator)]
        shared = known.setdefault("shared", content_hash(y, groups, engine_versions(), config))
        name = content_hash(*parts, shared, fold.train, fold.test, fold.seed)
        named.append(None if None in parts else name)
    return named


def _hash_or_warn(name, part):
    """Hash of a classifier or its patterns; ``None``, with a warning, where it has none."""
    try:
        return content_hash(part)
    except UnknownContentError as error:
        warnings.warn(f"folds of {name!r} are run again in each call: {error}", stacklevel=6)
        return None


def _run_fold(number, fold, y, groups):
    """Number of the fold, and its result in terms that JSON can hold."""
    estimator, fit_seconds = fit_fold(
        fold.estimator, fold.X, y, groups, train=fold.train, seed=fold.seed
    )
    X_test = safe_indexing(fold.X, fold.test)
    start = time.perf_counter()
    predicted = estimator.predict(X_test)
    predict_seconds = time.perf_counter() - start
    classes = probabilities = None
    if hasattr(estimator, "predict_proba"):
        probabilities = np.asarray(estimator.predict_proba(X_test), dtype=float).tolist()
        classes = np.asarray(estimator.classes_).tolist()
    return number, {
        "predicted": np.asarray(predicted).tolist(),
        "classes": classes,
        "probabilities": probabilities,
        "fit_seconds": fit_seconds,
        "predict_seconds": predict_seconds,
    }


def _predictions(folds, results, y):
    """One row a tested pattern of a fold."""
    names = {label: f"probability_{label}" for label in np.unique(y).tolist()}
    parts = []
    for fold, result in zip(folds, results, strict=True):
        true = y[fold.test].tolist()
        part = pd.DataFrame(fold.keys, index=range(len(fold.test))).assign(
            row=fold.test,
            true=true,
            predicted=result["predicted"],
            correct=[one == other for one, other in zip(true, result["predicted"], strict=True)],
            n_train=len(fold.train),
            fit_seconds=result["fit_seconds"],
            predict_seconds=result["predict_seconds"],
        )
        if result["classes"] is not None:
            columns = dict(
                zip(result["classes"], np.transpose(result["probabilities"]), strict=True)
            )
            # a class without a training row: its probability is zero, not unknown
            known = {name: columns.get(label, 0.0) for label, name in names.items()}
            part = part.assign(**known)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    columns = [name for name in table if name not in names.values()]
    return table.reindex(columns=[*columns, *names.values()])
