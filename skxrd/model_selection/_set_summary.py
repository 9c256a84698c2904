"""Coverage and size of prediction sets in a study."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state

from skxrd._compat import Interval, validate_params
from skxrd.metrics import conformal_threshold, expected_calibration_error, prediction_sets
from skxrd.model_selection._summary import settings_in

_PROBABILITY = "probability_"
_OTHER_FOLDS, _POWDERS = "other folds", "simulated powders"


@validate_params(
    {
        "predictions": [pd.DataFrame],
        "coverage": [Interval(Real, 0, 1, closed="neither")],
        "by_class": ["boolean"],
        "n_bootstrap": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def summarize_sets(predictions, coverage=0.9, *, by_class=False, n_bootstrap=1000, random_state=0):
    """Coverage and size of prediction sets beside the accuracy of classifiers.

    No film calibrates itself: the threshold of a fold comes from the predictions of the other
    folds of its repeat (:func:`skxrd.metrics.conformal_threshold`). Their classifiers were trained
    on films of this fold, which the theory of split conformal sets does not allow for; in practice
    such cross-conformal sets cover what is asked for. In Case 2, where no film is there to
    calibrate with, thresholds come from the simulated powders that Case 1 has tested, if the
    predictions hold Case 1: what the shift from powders to films does to the sets is then seen.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As the methods of :class:`Study` return them; classifiers without probabilities are left
        out.
    coverage : float, default=0.9
        Wanted share of sets that hold the true class.
    by_class : bool, default=False
        A threshold for each class.
    n_bootstrap : int, default=1000
        Number of draws of films.
    random_state : int, RandomState instance or None, default=0
        Seed of the draws.

    Returns
    -------
    pandas.DataFrame
        The columns that tell classifiers and settings apart; ``calibrated_on``, ``"other folds"``
        or ``"simulated powders"``; ``accuracy``; ``calibration_error``
        (:func:`skxrd.metrics.expected_calibration_error`) of the probabilities as they are;
        ``coverage``, with ``coverage_low`` and ``coverage_high``, a 95 % interval over films as
        that of :func:`summarize`; ``set_size``, mean number of classes in a set; ``single``, share
        of sets with one class; ``n_films``, ``n_repeats``. Coverage and size are NaN where there
        is nothing to calibrate with.

    Raises
    ------
    ValueError
        If no classifier has probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skxrd.model_selection import Study, summarize_sets
    >>> y, groups = np.tile(["a", "b"], 15), ["simulated"] * 10 + ["experimental"] * 20
    >>> data = {"data": np.tile(np.eye(2), (15, 3)), "target": y, "groups": groups}
    >>> predictions = Study(data, n_repeats=2).cases({"naive Bayes": GaussianNB()}, cases=[3])
    >>> summarize_sets(predictions)[["coverage", "set_size"]].to_numpy().tolist()
    [[1.0, 1.0]]
    """
    targets = [predictions]
    if "target" in predictions:  # each target has classes of its own
        targets = [part for _, part in predictions.groupby("target", sort=False)]
    summaries = [
        row
        for part in targets
        for row in _summaries(part, coverage, by_class, n_bootstrap, random_state)
    ]
    if not summaries:
        raise ValueError(
            "predictions have no probabilities; compare classifiers that have predict_proba, or "
            "wrap them in CalibratedClassifierCV."
        )
    return pd.DataFrame(summaries)


def _summaries(predictions, coverage, by_class, n_bootstrap, random_state):
    """Rows of the summary for the predictions of one target."""
    names = [name for name in predictions if name.startswith(_PROBABILITY)]
    names = [name for name in names if predictions[name].notna().any()]
    known = predictions[predictions[names].notna().all(axis=1)] if names else predictions[:0]
    settings = settings_in(known)
    for keys, part in known.groupby(settings, sort=False):
        key = dict(zip(settings, keys, strict=True))
        powders = _powders(known, key) if key.get("case") == 2 else None
        sets, y = [], []
        for repeat, tested in part.groupby("repeat", sort=False):
            held_out = None if powders is None else powders[powders["repeat"] == repeat]
            sets.append(_sets(tested, held_out, names, coverage, by_class))
            y.append(_columns(tested, names))
        sets, y = np.concatenate(sets), np.concatenate(y)
        part = pd.concat([tested for _, tested in part.groupby("repeat", sort=False)])
        error = expected_calibration_error(y, part[names].to_numpy())
        covered = np.where(np.isnan(sets[:, 0]), np.nan, sets[np.arange(y.size), y])
        yield {
            **key,
            "calibrated_on": _POWDERS if key.get("case") == 2 else _OTHER_FOLDS,
            "accuracy": float((part["true"] == part["predicted"]).mean()),
            "calibration_error": error,
            **_coverage(covered, part["row"].to_numpy(), n_bootstrap, random_state),
            "set_size": sets.sum(axis=1).mean(),
            "single": np.where(np.isnan(covered), np.nan, sets.sum(axis=1) == 1).mean(),
            "n_films": part["row"].nunique(),
            "n_repeats": part["repeat"].nunique(),
        }


def _powders(predictions, key):
    """Predictions of Case 1 of the same classifier and settings."""
    same = predictions["case"] == 1
    for name, value in key.items():
        if name != "case":
            same &= (predictions[name] == value) | (predictions[name].isna() & pd.isna(value))
    return predictions[same]


def _columns(part, names):
    """Column of the true class of each row."""
    labels = {name.removeprefix(_PROBABILITY): column for column, name in enumerate(names)}
    return part["true"].astype(str).map(labels).to_numpy()


def _sets(tested, held_out, names, coverage, by_class):
    """Sets of the tested rows of a repeat as numbers, NaN where nothing calibrates."""
    sets = np.full((len(tested), len(names)), np.nan)
    folds = tested["fold"].to_numpy()
    for fold in np.unique(folds):
        inside = folds == fold
        others = tested[~inside] if held_out is None else held_out
        if len(others):
            threshold = conformal_threshold(
                _columns(others, names),
                others[names].to_numpy(),
                coverage=coverage,
                by_class=by_class,
            )
            sets[inside] = prediction_sets(tested[names].to_numpy()[inside], threshold)
    return sets


def _coverage(covered, rows, n_bootstrap, random_state):
    """Coverage with its interval over draws of films, each with all its predictions."""
    film = np.unique(rows, return_inverse=True)[1]
    count = np.bincount(film)
    share = np.bincount(film, covered) / count
    n_films = count.size
    drawn = check_random_state(random_state).multinomial(
        n_films, np.full(n_films, 1 / n_films), size=n_bootstrap
    )
    low, high = np.percentile(drawn @ share / n_films, [2.5, 97.5])
    return {"coverage": covered.mean(), "coverage_low": low, "coverage_high": high}
