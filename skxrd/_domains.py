"""The two domains, simulated and experimental, and the series of measured rows."""

import numpy as np
from sklearn.utils.validation import column_or_1d

SIMULATED = "simulated"
EXPERIMENTAL = "experimental"


def check_groups(groups, n_patterns):
    """Groups as an array of strings, one a pattern."""
    if groups is None:
        raise ValueError(
            "groups is None; pass one string a pattern, 'simulated' for simulated rows and "
            "'experimental' or the name of a series for measured ones."
        )
    groups = column_or_1d(groups).astype(str)
    if len(groups) != n_patterns:
        raise ValueError(
            f"groups has {len(groups)} entries for {n_patterns} patterns; pass one for each."
        )
    return groups


def without_series(groups):
    """Groups in which every measured row is a film of its own."""
    return np.where(groups == SIMULATED, SIMULATED, EXPERIMENTAL)


def series_names(groups):
    """Name of the series of each row; a row that belongs to none is a series of its own."""
    names = np.asarray(groups).astype(object)
    single = (names == EXPERIMENTAL) | (names == SIMULATED)
    names[single] = [f"{names[row]} {row}" for row in np.flatnonzero(single)]
    return names
