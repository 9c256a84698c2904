"""The two domains, simulated and experimental, and the series of measured rows."""

from difflib import SequenceMatcher
from numbers import Integral, Real

import numpy as np
from sklearn.utils.validation import column_or_1d

SIMULATED = "simulated"
EXPERIMENTAL = "experimental"
_MISSING = {"", "none", "nan", "nat", "<na>"}  # the last four as text of what is missing
# Least similarity of words of which one letter differs; "experiment" remains a series
_SAME_WORD = {SIMULATED: 0.88, EXPERIMENTAL: 0.915}


def check_groups(groups, n_patterns):
    """Groups as an array of strings, one a pattern; what only resembles a domain is an error."""
    if groups is None:
        raise ValueError(
            "groups is None; pass one string a pattern, 'simulated' for simulated rows and "
            "'experimental' or the name of a series for measured ones."
        )
    groups = column_or_1d(groups)
    if len(groups) != n_patterns:
        raise ValueError(
            f"groups has {len(groups)} entries for {n_patterns} patterns; pass one for each."
        )
    if groups.dtype == bool or groups.dtype.kind in "OfmM":
        for row, group in enumerate(groups.tolist()):
            if isinstance(group, bool) or not isinstance(group, (str, Real)) or group != group:
                raise ValueError(
                    f"groups is {group!r} at row {row}; pass 'simulated', 'experimental' or the "
                    "name of a series."
                )
    groups = groups.astype(str)
    for group in np.unique(groups).tolist():
        remedy = _remedy(group)
        if remedy:
            row = int(np.flatnonzero(groups == group)[0])
            raise ValueError(f"groups is {group!r} at row {row}; {remedy}.")
    return groups


def _remedy(group):
    """What to write in place of a group that is no name, or another spelling of a domain."""
    word = group.strip().casefold()
    if word in _MISSING:
        return "write 'simulated', 'experimental' or the name of a series"
    for domain, least in _SAME_WORD.items():
        alike = word.isalpha() and SequenceMatcher(None, word, domain).ratio() >= least
        if group != domain and (alike or word == domain):
            return f"write {domain!r}, or another name if it is a series"
    return None


def check_counts(name, counts):
    """Numbers of rows by domain, those of simulated rows first."""
    for domain, count in counts.items():
        if domain not in (SIMULATED, EXPERIMENTAL):
            raise ValueError(
                f"{name} names the domain {domain!r}; give numbers for 'simulated', 'experimental' "
                "or both."
            )
        if not isinstance(count, Integral) or isinstance(count, bool) or count < 0:
            raise ValueError(
                f"{name} is {count!r} for {domain!r}; give a whole number, 0 or larger."
            )
    return {one: counts[one] for one in (SIMULATED, EXPERIMENTAL) if one in counts}


def of_each_domain(n_augmented):
    """Numbers of rows by domain, the same for both if one is given."""
    if isinstance(n_augmented, dict):
        return n_augmented
    return {SIMULATED: n_augmented, EXPERIMENTAL: n_augmented}


def without_series(groups):
    """Groups in which every measured row is a film of its own."""
    return np.where(groups == SIMULATED, SIMULATED, EXPERIMENTAL)


def series_names(groups):
    """Name of the series of each row; a row that belongs to none is a series of its own."""
    names = np.asarray(groups).astype(object)
    single = (names == EXPERIMENTAL) | (names == SIMULATED)
    names[single] = [f"{names[row]} {row}" for row in np.flatnonzero(single)]
    return names
