"""What the predictions of a study say about classifiers, and how sure that is."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from sklearn.utils import check_random_state

from skxrd._compat import Interval, validate_params
from skxrd._domains import check_groups, series_names

#: Columns that tell classifiers and settings apart.
SETTINGS = [
    "case",
    "grouped",
    "target",
    "classifier",
    "step",
    "scan",
    "n_angles",
    "relative_time",
    "n_simulated",
    "n_experimental",
    "sampler",
    "n_measured",
]
_MACRO = {"average": "macro", "zero_division": 0}


def settings_in(predictions):
    """Those of the columns that tell classifiers and settings apart which the table has."""
    return [name for name in SETTINGS if name in predictions]


@validate_params({"predictions": [pd.DataFrame]}, prefer_skip_nested_validation=True)
def score_folds(predictions):
    """Scores of each fold, one row a fold.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As the methods of :class:`Study` return them.

    Returns
    -------
    pandas.DataFrame
        The columns that tell folds apart, then accuracy, f1_micro, f1_macro, precision, recall,
        fit_seconds and predict_seconds. F1 macro, precision and recall are means over the classes
        that occur in the fold's truth or predictions; F1 micro equals the accuracy.

    Examples
    --------
    >>> import pandas as pd
    >>> from skxrd.model_selection import score_folds
    >>> predictions = pd.DataFrame({"classifier": "SVM", "repeat": 0, "fold": [0, 0, 1],
    ...     "true": list("aba"), "predicted": list("aaa"), "fit_seconds": 1.0,
    ...     "predict_seconds": 0.1})
    >>> score_folds(predictions)["accuracy"].tolist()
    [0.5, 1.0]
    """
    keys = [*settings_in(predictions), "repeat", "fold"]
    folds = []
    for values, fold in predictions.groupby(keys, sort=False):
        true, predicted = fold["true"].to_numpy(), fold["predicted"].to_numpy()
        folds.append(
            {
                **dict(zip(keys, values, strict=True)),
                "accuracy": accuracy_score(true, predicted),
                "f1_micro": f1_score(true, predicted, average="micro", zero_division=0),
                "f1_macro": f1_score(true, predicted, **_MACRO),
                "precision": precision_score(true, predicted, **_MACRO),
                "recall": recall_score(true, predicted, **_MACRO),
                "fit_seconds": fold["fit_seconds"].iloc[0],
                "predict_seconds": fold["predict_seconds"].iloc[0],
            }
        )
    return pd.DataFrame(folds)


@validate_params(
    {
        "predictions": [pd.DataFrame],
        "by": [str, list, tuple, None],
        "groups": ["array-like", None],
        "n_bootstrap": [Interval(Integral, 1, None, closed="left")],
        "confidence": [Interval(Real, 0, 1, closed="neither")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def summarize(
    predictions, by=None, *, groups=None, n_bootstrap=1000, confidence=0.95, random_state=0
):
    """Accuracy and F1 of classifiers, or along a curve, with intervals over films.

    All tested films of a repeat count together, and repeats are averaged. Intervals are
    percentiles of the bootstrap over films [1]_: films are drawn with replacement, each with all
    its predictions. They say what other films of the same kind would give. Folds are not drawn:
    they share their training rows and their films come again in every repeat, so the spread over
    folds understates what a small collection leaves open.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As the methods of :class:`Study` return them, or some of their rows.
    by : str or list of str, default=None
        Columns that tell the rows of the summary apart, such as ``["case", "classifier"]``;
        ``None`` takes all that tell classifiers and settings apart.
    groups : array-like of str, shape (n_patterns,), default=None
        Series of each row of the data. Whole series are then drawn, which is wider and right where
        films of a series resemble each other. Rows called ``"experimental"`` or ``"simulated"`` are
        series of their own.
    n_bootstrap : int, default=1000
        Number of draws.
    confidence : float, default=0.95
        Share of the draws inside the interval.
    random_state : int, RandomState instance or None, default=0
        Seed of the draws; the same films are drawn for every classifier.

    Returns
    -------
    pandas.DataFrame
        The columns ``by``; ``accuracy``, ``accuracy_sd`` (standard deviation over repeats),
        ``accuracy_low``, ``accuracy_high``; ``balanced_accuracy`` (mean recall of the classes that
        were tested); ``f1_macro``, ``f1_macro_low``, ``f1_macro_high``; ``precision`` and
        ``recall`` (macro, as F1: means over the classes that occur in truth or predictions);
        ``n_films``, ``n_repeats``, ``n_folds``; ``seconds`` (fit and prediction, mean of a fold).

    Raises
    ------
    ValueError
        If a column is missing.

    See Also
    --------
    score_folds : Scores of each fold.
    confusion_of : Confusion matrix of a classifier.
    score_classes : Precision and recall of each class.
    summarize_films : Predictions of each film.

    References
    ----------
    .. [1] B. Efron, Ann. Statist. 7 (1979) 1, doi:10.1214/aos/1176344552.

    Examples
    --------
    >>> import pandas as pd
    >>> from skxrd.model_selection import summarize
    >>> predictions = pd.DataFrame({"step": 0.1, "repeat": [0, 0, 1, 1], "fold": 0,
    ...     "row": [0, 1, 0, 1], "true": list("abab"), "predicted": list("abaa"),
    ...     "fit_seconds": 0.1, "predict_seconds": 0.0})
    >>> float(summarize(predictions, "step")["accuracy"][0])
    0.75
    """
    by = settings_in(predictions) if by is None else [by] if isinstance(by, str) else list(by)
    missing = [name for name in [*by, "repeat", "row", "predicted"] if name not in predictions]
    if missing:
        raise ValueError(
            f"predictions have no column {missing[0]!r}; their columns are "
            f"{', '.join(predictions)}."
        )
    points = []
    for keys, point in predictions.groupby(by, sort=False):
        repeats = pd.DataFrame([_scores(repeat) for _, repeat in point.groupby("repeat")])
        folds = point.drop_duplicates([*settings_in(point), "repeat", "fold"])
        drawn = _bootstrap(point, groups, n_bootstrap, random_state)
        summary = dict(zip(by, keys, strict=True))
        for name, values in drawn.items():
            low, high = np.percentile(values[1:], [50 * (1 - confidence), 50 * (1 + confidence)])
            summary[name] = values[0]
            if name == "accuracy":
                summary["accuracy_sd"] = repeats["accuracy"].std(ddof=0)
            summary |= {f"{name}_low": low, f"{name}_high": high}
        summary |= repeats[["balanced_accuracy", "precision", "recall"]].mean().to_dict()
        summary |= {
            "n_films": point["row"].nunique(),
            "n_repeats": len(repeats),
            "n_folds": len(folds),
            "seconds": (folds["fit_seconds"] + folds["predict_seconds"]).mean(),
        }
        points.append(summary)
    return pd.DataFrame(points)


def _scores(repeat):
    """Scores of all films of a repeat together."""
    true, predicted = repeat["true"], repeat["predicted"]
    return {
        "accuracy": float((true == predicted).mean()),
        "balanced_accuracy": recall_score(true, predicted, labels=np.unique(true), **_MACRO),
        "precision": precision_score(true, predicted, **_MACRO),
        "recall": recall_score(true, predicted, **_MACRO),
    }


def _bootstrap(predictions, groups, n_bootstrap, random_state):
    """Accuracy and F1 macro of the films as they are, then of each draw of films."""
    rows, film = np.unique(predictions["row"], return_inverse=True)
    series = np.arange(rows.size)
    if groups is not None:
        if len(groups) <= rows[-1]:
            raise ValueError(
                f"groups has {len(groups)} entries but predictions name row {rows[-1]}; pass those "
                "of all rows of the data."
            )
        names = series_names(check_groups(groups, len(groups)))[rows]
        series = np.unique(names.astype(str), return_inverse=True)[1]
    rng = check_random_state(random_state)
    n_series = series.max() + 1
    drawn = rng.multinomial(n_series, np.full(n_series, 1 / n_series), size=n_bootstrap)
    weights = np.vstack([np.ones(rows.size), drawn[:, series]])  # the films as they are come first
    correct = (predictions["true"] == predictions["predicted"]).to_numpy(dtype=float)
    share = np.bincount(film, correct) / np.bincount(film)
    accuracy = weights @ share / weights.sum(axis=1)
    labels, codes = np.unique(
        np.concatenate([predictions["true"], predictions["predicted"]]), return_inverse=True
    )
    true, predicted = np.eye(labels.size)[codes].reshape(2, len(predictions), labels.size)
    scores = []
    for repeat in predictions["repeat"].unique():
        chosen = (predictions["repeat"] == repeat).to_numpy()
        scores.append(_f1_macro(weights[:, film[chosen]], true[chosen], predicted[chosen]))
    return {"accuracy": accuracy, "f1_macro": np.mean(scores, axis=0)}


def _f1_macro(weights, true, predicted):
    """F1 of weighted films, mean over the classes of the draw; one value a draw."""
    both = weights @ (true * predicted)
    either = weights @ (true + predicted)
    f1 = np.divide(2 * both, either, out=np.zeros_like(both), where=either > 0)
    return f1.sum(axis=1) / (either > 0).sum(axis=1)
