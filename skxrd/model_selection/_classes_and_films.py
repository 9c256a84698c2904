"""What was predicted for each class and each film."""

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from skxrd.model_selection._summary import settings_in


def confusion_of(predictions, classifier, *, case, target=None, grouped=None):
    """Confusion matrix of one classifier, in films.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As the methods of :class:`Study` return them.
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
    >>> from skxrd.model_selection import Study, confusion_of
    >>> y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    >>> data = {"data": np.tile(np.eye(2), (10, 3)), "target": y, "groups": groups}
    >>> predictions = Study(data, n_repeats=2).cases({"k-NN": KNeighborsClassifier(1)})
    >>> confusion_of(predictions, "k-NN", case=3).to_numpy().tolist()
    [[5.0, 0.0], [0.0, 5.0]]
    """
    wanted = {"classifier": classifier, "case": case, "target": target, "grouped": grouped}
    part = _select(predictions, wanted)
    labels = np.unique(np.concatenate([part["true"], part["predicted"]]))
    counts = confusion_matrix(part["true"], part["predicted"], labels=labels)
    return pd.DataFrame(
        counts / part["repeat"].nunique(),
        index=pd.Index(labels, name="true"),
        columns=pd.Index(labels, name="predicted"),
    )


def _select(predictions, wanted):
    """Rows with the wanted values; a column whose value is None must hold a single one."""
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
        As the methods of :class:`Study` return them.

    Returns
    -------
    pandas.DataFrame
        The columns that tell classifiers and settings apart, then class, precision, recall, f1
        (means over repeats; zero where a class is never predicted) and n_films.
    """
    settings, scored = settings_in(predictions), []
    for keys, part in predictions.groupby(settings, sort=False):
        labels = np.unique(np.concatenate([part["true"], part["predicted"]]))
        counts = [
            confusion_matrix(one["true"], one["predicted"], labels=labels)
            for _, one in part.groupby("repeat")
        ]
        counts = np.array(counts, dtype=float)
        right = np.diagonal(counts, axis1=1, axis2=2)
        true, predicted = counts.sum(axis=2), counts.sum(axis=1)
        scored += [
            {
                **dict(zip(settings, keys, strict=True)),
                **dict(zip(_CLASS_COLUMNS, row, strict=True)),
            }
            for row in zip(
                labels.tolist(),
                _ratio(right, predicted),
                _ratio(right, true),
                _ratio(2 * right, true + predicted),
                true[0].astype(int),
                strict=True,
            )
        ]
    return pd.DataFrame(scored, columns=[*settings, *_CLASS_COLUMNS])


_CLASS_COLUMNS = ["class", "precision", "recall", "f1", "n_films"]


def _ratio(part, whole):
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0).mean(axis=0)


def summarize_films(predictions):
    """Predictions of each film over all repeats, one row a film and classifier.

    Parameters
    ----------
    predictions : pandas.DataFrame
        As the methods of :class:`Study` return them.

    Returns
    -------
    pandas.DataFrame
        The columns that tell classifiers and settings apart, then row, true, n_predictions,
        share_correct, always_wrong, predicted (most frequent prediction), wrong (most frequent
        wrong one, or missing), probability_true, probability_predicted and probability_wrong (mean
        probabilities of these classes over all predictions of the film; missing without
        probabilities).

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
    keys, films = [*settings_in(predictions), "row"], []
    for values, part in predictions.groupby(keys, sort=False):
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
                **dict(zip(keys, values, strict=True)),
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
