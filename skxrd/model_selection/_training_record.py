"""What a trained pipeline keeps of its training, to say how far its predictions go."""

import numpy as np
from sklearn.base import clone

from skxrd._compat import safe_indexing
from skxrd._domains import SIMULATED
from skxrd.metrics import (
    conformal_threshold,
    expected_calibration_error,
    fit_temperature,
    prediction_sets,
    scale_temperature,
)

NAME = "training_record_"  # attribute of the fitted pipeline; model files keep it
_ENOUGH = 30  # films for a temperature
_KEYS = {"n_prepared", "novelty", "columns", "probabilities"}


def make_record(prepare, two_theta, X, groups, held_out=None):
    """Record of prepared training rows, with the held-out predictions of films if there are any."""
    from skxrd.neighbors import PatternNoveltyDetector

    columns, probabilities = (np.zeros(0, int), np.zeros((0, 0))) if held_out is None else held_out
    return {
        "n_prepared": len(prepare.steps),
        "novelty": PatternNoveltyDetector(two_theta).fit(X, groups=groups),
        "columns": columns,
        "probabilities": probabilities,
    }


def held_out_predictions(classifier, X, y, groups, *, n_splits=5, seed=0):
    """True columns and probabilities of films, each from a training without its fold.

    A series is held out as a whole. Films of a class of which nothing else would train stay in
    every training and are left out of the result.
    """
    from skxrd.model_selection._folds import fit_fold
    from skxrd.model_selection._splitters import ExperimentalKFold

    y = np.asarray(y)
    classes = np.unique(y)
    largest = max(np.sum(y[groups != SIMULATED] == name) for name in classes)
    columns, probabilities = [], []
    if largest < 2:
        return np.zeros(0, int), np.zeros((0, classes.size))
    splitter = ExperimentalKFold(min(n_splits, int(largest)), random_state=seed)
    for train, test in splitter._split(y, groups):
        lacking = ~np.isin(y[test], y[train])
        train, test = np.concatenate([train, test[lacking]]), test[~lacking]
        if test.size:
            fitted, _ = fit_fold(clone(classifier), X, y, groups, train, seed)
            rows = np.zeros((test.size, classes.size))
            found = np.searchsorted(classes, fitted.classes_)
            rows[:, found] = fitted.predict_proba(safe_indexing(X, test))
            columns.append(np.searchsorted(classes, y[test]))
            probabilities.append(rows)
    if not columns:
        return np.zeros(0, int), np.zeros((0, classes.size))
    return np.concatenate(columns), np.concatenate(probabilities)


def record_of(model):
    """Record that a model keeps, ``None`` if it has none; a broken one is a ValueError."""
    record = getattr(model, NAME, None)
    if record is None:
        return None
    classes = getattr(model, "classes_", ())
    try:
        shape = record["probabilities"].shape
        fits = (
            set(record) == _KEYS
            and 0 < record["n_prepared"] < len(model.steps)
            and record["columns"].dtype.kind == "i"
            and record["columns"].shape == shape[:1]
            and (not shape[0] or shape[1] == len(classes))
            and (not shape[0] or 0 <= record["columns"].min() <= record["columns"].max() < shape[1])
        )
        novelty = record["novelty"]
        fits = fits and (
            novelty.references_.ndim == 2
            and novelty.held_out_.ndim == 1
            and novelty.two_theta_.shape == (novelty.n_features_in_,)
        )
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError("what the model keeps of its training is broken; train again.") from error
    if not fits:
        raise ValueError("what the model keeps of its training is broken; train again.")
    return record


def sets_of(record, probabilities, coverage, *, by_class=False):
    """Prediction sets of a model from its held-out films; ``None`` if there are none."""
    if record is None or not len(record["columns"]):
        return None
    threshold = conformal_threshold(
        record["columns"], record["probabilities"], coverage=coverage, by_class=by_class
    )
    return prediction_sets(probabilities, threshold)


def temperature_in(model):
    """Temperature by which the probabilities of a trained model are scaled; 1 without a record."""
    record = record_of(model)
    return 1.0 if record is None else temperature_of(record["columns"], record["probabilities"])


def temperature_of(columns, probabilities):
    """Temperature from held-out films; 1 if they are few or it would not calibrate them better.

    Probabilities of zero, as k-NN and naive Bayes give them, can make it worse.
    """
    if len(columns) < _ENOUGH:
        return 1.0
    temperature = fit_temperature(columns, probabilities)
    scaled = scale_temperature(probabilities, temperature)
    errors = [expected_calibration_error(columns, rows) for rows in (probabilities, scaled)]
    return temperature if errors[1] < errors[0] else 1.0
