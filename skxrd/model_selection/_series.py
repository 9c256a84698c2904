"""Series of films that nobody named: near-twins found by their patterns."""

from numbers import Real

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.utils import check_array

from skxrd._compat import Interval, validate_params
from skxrd._domains import EXPERIMENTAL, SIMULATED, check_groups

#: Cosine above which two prepared rows are near-twins.
NEAR_TWIN = 0.95


@validate_params(
    {
        "X": ["array-like"],
        "groups": ["array-like"],
        "threshold": [Interval(Real, 0, 1, closed="both")],
    },
    prefer_skip_nested_validation=True,
)
def group_near_twins(X, groups, *, threshold=NEAR_TWIN):
    """Put measured patterns that are nearly the same into one series.

    Films of one batch often give nearly the same pattern. With one of them on each side of a
    split, a classifier only has to remember. Measured rows are joined where the cosine of the angle
    between them is above the threshold, or where they carry the same series name; joined to
    joined ones make one series. Classes are not looked at.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Prepared rows (background subtracted), as :func:`make_preparation` makes them.
    groups : array-like of str, shape (n_patterns,)
        ``"simulated"``, or ``"experimental"`` or the name of a measured series.
    threshold : float, default=0.95
        Cosine above which two rows are near-twins.

    Returns
    -------
    ndarray of str, shape (n_patterns,)
        ``"simulated"``, and ``"experimental"`` for films without a near-twin; otherwise the name
        of the series, ``"NAME and N more"`` where near-twins join several, or ``"near-twins N"``
        where none of them has a name.

    Examples
    --------
    >>> from skxrd.model_selection import group_near_twins
    >>> X = [[1, 0, 0], [1, 0.1, 0], [0, 1, 0], [0, 0, 1]]
    >>> group_near_twins(X, ["experimental"] * 4).tolist()
    ['near-twins 1', 'near-twins 1', 'experimental', 'experimental']
    """
    X = check_array(X, dtype=(np.float64, np.float32))
    groups = check_groups(groups, len(X))
    rows = np.flatnonzero(groups != SIMULATED)
    names = groups[rows]
    joined = cosine_similarity(X[rows]) > threshold
    joined |= (names[:, np.newaxis] == names) & (names != EXPERIMENTAL)
    n_series, series = connected_components(joined, directed=False)
    found = groups.astype(object)
    n_unnamed = 0
    for number in range(n_series):
        members = series == number
        known = [name for name in dict.fromkeys(names[members].tolist()) if name != EXPERIMENTAL]
        if known:
            label = known[0] + (f" and {len(known) - 1} more" if len(known) > 1 else "")
        elif members.sum() > 1:
            n_unnamed += 1
            label = f"near-twins {n_unnamed}"
        else:
            label = EXPERIMENTAL
        found[rows[members]] = label
    return found.astype(str)
