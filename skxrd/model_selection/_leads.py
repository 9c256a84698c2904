"""How far one classifier is ahead of another on the same films."""

import numpy as np
from sklearn.utils import check_random_state

from skxrd._domains import check_groups, series_names


def leads(predictions, name, *, groups=None, n_bootstrap=1000, confidence=0.95, random_state=0):
    """Differences in accuracy between a classifier and each other one, with intervals.

    Shares of right predictions are subtracted film by film, and films (with ``groups`` whole
    series) are drawn with replacement.

    Parameters
    ----------
    predictions : pandas.DataFrame
        Those of one target and case.
    name : str
        The classifier.

    Returns
    -------
    list of dict
        ``ahead_of``, ``lead``, ``low``, ``high``, ``n_films``; one for each other classifier.
    """
    share = predictions.pivot_table(
        index="row", columns="classifier", values="correct", aggfunc="mean"
    )
    series = np.arange(len(share))
    if groups is not None:
        names = series_names(check_groups(groups, len(groups)))[share.index]
        series = np.unique(names.astype(str), return_inverse=True)[1]
    n_series = series.max() + 1
    rng = check_random_state(random_state)
    drawn = rng.multinomial(n_series, np.full(n_series, 1 / n_series), size=n_bootstrap)
    weights = drawn[:, series]
    found = []
    for other in share.columns.drop(name):
        ahead = (share[name] - share[other]).to_numpy(dtype=float)
        low, high = np.percentile(
            weights @ ahead / weights.sum(axis=1), [50 * (1 - confidence), 50 * (1 + confidence)]
        )
        found.append(
            {
                "ahead_of": other,
                "lead": float(ahead.mean()),
                "low": float(low),
                "high": float(high),
                "n_films": len(share),
            }
        )
    return found
