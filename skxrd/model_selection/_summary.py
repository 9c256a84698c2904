"""What the folds of a comparison say, and how sure that is."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix
from sklearn.utils import check_random_state

from skxrd._compat import Interval, validate_params
from skxrd.model_selection._splitters import EXPERIMENTAL, SIMULATED

#: What tells one line of a summary from another.
GROUP = ["target", "case", "grouped", "classifier"]


@validate_params(
    {
        "table": [pd.DataFrame],
        "predictions": [pd.DataFrame, None],
        "groups": ["array-like", None],
        "n_bootstrap": [Interval(Integral, 1, None, closed="left")],
        "confidence": [Interval(Real, 0, 1, closed="neither")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def summarize_cases(
    table, predictions=None, *, groups=None, n_bootstrap=1000, confidence=0.95, random_state=0
):
    """Means over folds and repeats, with intervals over films, one row a case and classifier.

    Intervals are percentiles of the bootstrap over films [1]_: films are drawn with replacement,
    each with all its predictions. They say what other films of the same kind would give. Folds are
    not drawn: they share their training rows and their films come again in every repeat, so the
    spread over folds understates what a small collection leaves open.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`evaluate_cases` returns it.
    predictions : pandas.DataFrame, default=None
        The predictions of the same folds; without them there are no intervals.
    groups : array-like of str, shape (n_patterns,), default=None
        Series of each row of X. Whole series are then drawn, which is wider and right where films
        of a series resemble each other. Rows called "experimental" or "simulated" are series of
        their own.
    n_bootstrap : int, default=1000
        Number of draws.
    confidence : float, default=0.95
        Share of the draws inside the interval.
    random_state : int, RandomState instance or None, default=0
        Seed of the draws.

    Returns
    -------
    pandas.DataFrame
        Columns target, case, grouped, classifier, accuracy, accuracy_sd (over folds), f1_micro,
        f1_macro, precision, recall, seconds (fit and predict, mean of a fold) and n_folds. With
        predictions also accuracy_pooled and f1_macro_pooled (all films of a repeat together, mean
        over repeats: other than the mean over folds where these are of unequal size, and for F1
        where a class is in some folds only), the limits accuracy_low, accuracy_high,
        f1_macro_low and f1_macro_high of these two, and n_films.

    References
    ----------
    .. [1] B. Efron, Ann. Statist. 7 (1979) 1, doi:10.1214/aos/1176344552.
    """
    grouped = table.groupby(GROUP, sort=False)
    summary = grouped.agg(
        accuracy=("accuracy", "mean"),
        accuracy_sd=("accuracy", lambda values: values.std(ddof=0)),
        f1_micro=("f1_micro", "mean"),
        f1_macro=("f1_macro", "mean"),
        precision=("precision", "mean"),
        recall=("recall", "mean"),
        seconds=("fit_seconds", "mean"),
        predict_seconds=("predict_seconds", "mean"),
        n_folds=("accuracy", "size"),
    ).reset_index()
    summary["seconds"] += summary.pop("predict_seconds")
    if predictions is None:
        return summary
    intervals = []
    for keys, part in predictions.groupby(GROUP, sort=False):
        found = _intervals(part, groups, n_bootstrap, confidence, random_state)
        intervals.append({**dict(zip(GROUP, keys, strict=True)), **found})
    return summary.merge(pd.DataFrame(intervals), on=GROUP, how="left")


def _intervals(predictions, groups, n_bootstrap, confidence, random_state):
    """Bootstrap of the accuracy and of the pooled F1 macro of one classifier."""
    rows, film = np.unique(predictions["row"], return_inverse=True)
    series = np.arange(rows.size)
    if groups is not None:
        groups = np.asarray(groups).astype(str)[rows]
        names = [
            f"{name} {row}" if name in (EXPERIMENTAL, SIMULATED) else name
            for name, row in zip(groups, rows, strict=True)
        ]
        series = np.unique(names, return_inverse=True)[1]
    rng = check_random_state(random_state)  # a seed draws the same films for every classifier
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
    f1_macro = np.mean(scores, axis=0)
    limits = [50 * (1 - confidence), 50 * (1 + confidence)]
    low, high = np.percentile(accuracy[1:], limits)
    f1_low, f1_high = np.percentile(f1_macro[1:], limits)
    return {
        "accuracy_pooled": accuracy[0],
        "accuracy_low": low,
        "accuracy_high": high,
        "f1_macro_pooled": f1_macro[0],
        "f1_macro_low": f1_low,
        "f1_macro_high": f1_high,
        "n_films": rows.size,
    }


def _f1_macro(weights, true, predicted):
    """F1 of weighted films, mean over the classes that the draw has; one value a draw."""
    both = weights @ (true * predicted)
    either = weights @ (true + predicted)
    f1 = np.divide(2 * both, either, out=np.zeros_like(both), where=either > 0)
    return f1.sum(axis=1) / (either > 0).sum(axis=1)


def confusion_of(predictions, classifier, *, case, target=None, grouped=None):
    """Confusion matrix of one classifier, in films.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As :func:`evaluate_cases` returns them.
    classifier : str
        Name of the classifier.
    case : int
        The case.
    target : str, default=None
        The target; ``None`` takes the only one.
    grouped : bool, default=None
        Shuffled or grouped splits; ``None`` takes the only ones.

    Returns
    -------
    pandas.DataFrame
        One row a true class, one column a predicted one; the number of films, mean over repeats.

    Raises
    ------
    ValueError
        If there are no such predictions, or more than one kind.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import confusion_of, evaluate_cases
    >>> y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    >>> _, predictions = evaluate_cases(
    ...     {"k-NN": KNeighborsClassifier(1)}, np.tile(np.eye(2), (10, 3)), y, groups=groups,
    ...     n_repeats=2, return_predictions=True,
    ... )
    >>> confusion_of(predictions, "k-NN", case=3).to_numpy().tolist()
    [[5.0, 0.0], [0.0, 5.0]]
    """
    part = select(predictions, classifier=classifier, case=case, target=target, grouped=grouped)
    labels = np.unique(np.concatenate([part["true"], part["predicted"]]))
    counts = confusion_matrix(part["true"], part["predicted"], labels=labels)
    return pd.DataFrame(
        counts / part["repeat"].nunique(),
        index=pd.Index(labels, name="true"),
        columns=pd.Index(labels, name="predicted"),
    )


def select(predictions, *, classifier, case, target=None, grouped=None):
    """Predictions of one classifier in one case.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As :func:`evaluate_cases` returns them.
    classifier : str
        Name of the classifier.
    case : int
        The case.
    target : str, default=None
        The target; ``None`` takes the only one.
    grouped : bool, default=None
        Shuffled or grouped splits; ``None`` takes the only ones.

    Returns
    -------
    pandas.DataFrame
    """
    wanted = {"classifier": classifier, "case": case, "target": target, "grouped": grouped}
    part = predictions
    for name, value in wanted.items():
        if value is not None:
            known = part[name].unique().tolist()
            part = part[part[name] == value]
            if part.empty:
                raise ValueError(
                    f"predictions hold no {name} {value!r}; choose among "
                    f"{', '.join(map(str, known))}."
                )
        elif part[name].nunique() > 1:
            raise ValueError(
                f"predictions hold several of {name} "
                f"({', '.join(map(str, part[name].unique()))}); pass {name}."
            )
    return part


def score_classes(predictions):
    """Precision, recall and F1 of each class, films of all folds of a repeat together.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As :func:`evaluate_cases` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns target, case, grouped, classifier, class, precision, recall, f1 (means over
        repeats; zero where a class is never predicted) and n_films.
    """
    scored = []
    for keys, part in predictions.groupby(GROUP, sort=False):
        labels = np.unique(np.concatenate([part["true"], part["predicted"]]))
        counts = [
            confusion_matrix(one["true"], one["predicted"], labels=labels)
            for _, one in part.groupby("repeat")
        ]
        counts = np.array(counts, dtype=float)
        right = np.diagonal(counts, axis1=1, axis2=2)
        true, predicted = counts.sum(axis=2), counts.sum(axis=1)
        scored += [
            {**dict(zip(GROUP, keys, strict=True)), **dict(zip(_CLASS_COLUMNS, row, strict=True))}
            for row in zip(
                labels.tolist(),
                _ratio(right, predicted),
                _ratio(right, true),
                _ratio(2 * right, true + predicted),
                true[0].astype(int),
                strict=True,
            )
        ]
    return pd.DataFrame(scored, columns=[*GROUP, *_CLASS_COLUMNS])


_CLASS_COLUMNS = ["class", "precision", "recall", "f1", "n_films"]


def _ratio(part, whole):
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0).mean(axis=0)


def summarize_films(predictions):
    """What became of each film, one row a film and classifier.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As :func:`evaluate_cases` returns them.

    Returns
    -------
    pandas.DataFrame
        Columns target, case, grouped, classifier, row, true, n_predictions, share_correct,
        always_wrong, predicted (most frequent prediction), wrong (most frequent wrong one, or
        missing), probability_true, probability_predicted and probability_wrong (means over all
        predictions of the film of what these classes got; missing without probabilities).

    Examples
    --------
    >>> import pandas as pd
    >>> from skxrd.model_selection import summarize_films
    >>> predictions = pd.DataFrame({
    ...     "target": "", "case": 3, "grouped": False, "classifier": "SVM", "repeat": [0, 1, 0, 1],
    ...     "fold": 0, "row": [7, 7, 8, 8], "true": list("aabb"), "predicted": list("aaac")})
    >>> summarize_films(predictions)[["row", "share_correct", "always_wrong", "wrong"]]
       row  share_correct  always_wrong wrong
    0    7            1.0         False   NaN
    1    8            0.0          True     a
    """
    films = []
    for keys, part in predictions.groupby([*GROUP, "row"], sort=False):
        true = part["true"].iloc[0]
        counts = (
            part["predicted"]
            .value_counts()
            .sort_index()
            .sort_values(ascending=False, kind="stable")
        )
        mistakes = [label for label in counts.index if label != true]
        wrong = mistakes[0] if mistakes else None
        share = float((part["predicted"] == true).mean())
        films.append(
            {
                **dict(zip([*GROUP, "row"], keys, strict=True)),
                "true": true,
                "n_predictions": len(part),
                "share_correct": share,
                "always_wrong": share == 0,
                "predicted": counts.index[0],
                "wrong": wrong,
                "probability_true": _probability(part, true),
                "probability_predicted": _probability(part, counts.index[0]),
                "probability_wrong": _probability(part, wrong),
            }
        )
    return pd.DataFrame(films)


def _probability(part, label):
    column = f"probability_{label}"
    return float(part[column].mean()) if label is not None and column in part else np.nan
