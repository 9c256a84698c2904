"""Model of few parameters that joins look-up and network in one statement.

With the probabilities n(g) of the network, the share f(g) of minerals that have the space group g,
and the phases i of the library that were fitted, the probability of g is

    p(g) proportional to m(g)^a f(g)^b [1 + m(g)^h (V(g) + c U(g) + d S(g))]
    m(g) = (1 - e) n(g) + e / 230
    V(g) = sum over i in g of exp(w . f_i)

where f_i are numbers that say how well the phase explains the scan, and one of each compound
counts. The 1 stands for what is not in the library, where the network is all there is; where a
phase was found, the exponent h lets the network count less. U and S are the sums of V over the
extinction group and the crystal system of g, divided among their space groups as f is: a phase that
explains a scan nearly has relatives. Whether the phase is in the library, and whether a scan is a
mixture, are logistic regressions.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_codes
from skxrd.powders._scan_evidence import FIT_COLUMNS, FURTHER_COLUMNS

PARAMETERS = Path(__file__).parent / "data" / "identifier.json"
N_GROUPS = 230
#: Levels over whose classes votes are spread.
SPREAD = ("extinction_group", "crystal_system")
_FEW_PEAKS, _FEW_LINES = 5, 2  # of a scan and of a further phase; with fewer there is no mixture
_MOST = 40.0  # of the logarithm of a vote
_COMPUTED_STRETCH = -0.006  # computed axes are too long by 0.6 %
_SLACK = 0.02  # added to what is left unexplained, before logarithms
_FLOOR = 0.03  # as that of the space groups, for what says whether the phase is in the library


@cache
def read_parameters(path=PARAMETERS):
    """Parameters of the model, as a dict."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def vote_features(fits):
    """Numbers f_i of fits, shape (n_fits, 10); the eighth is the rank less that of the best."""
    one = dict(zip(FIT_COLUMNS, fits.T, strict=True))
    behind = one["rank"] - one["rank"].max(initial=-np.inf)
    return np.column_stack(
        [
            np.ones(len(fits)),
            one["rank"],
            -np.log(1 - np.clip(one["figure"], 0, 1) + _SLACK),
            -np.log(1 - np.clip(one["cosine"], 0, 1) + _SLACK),
            np.clip(one["own"], 0, 1),
            one["matched"] / np.maximum(one["expected"], 1),
            np.log1p(one["matched"]),
            10 * behind,
            np.log(one["missed"] + _SLACK),
            np.log(one["excess"] + _SLACK),
        ]
    )


def first_of_compounds(compounds):
    """Places of the first fit of each compound."""
    return np.sort(np.unique(compounds, return_index=True)[1])


def group_votes(evidence, weights):
    """Sum V over the phases of each space group, shape (230,)."""
    if not len(evidence.fits):
        return np.zeros(N_GROUPS)
    kept = first_of_compounds(evidence.compounds)
    votes = np.exp(np.minimum(vote_features(evidence.fits)[kept] @ weights, _MOST))
    return np.bincount(evidence.groups[kept] - 1, votes, minlength=N_GROUPS)


def preferred_order(evidence, part):
    """Places of the fits, the one that look-up and network together prefer first."""
    scores = vote_features(evidence.fits) @ np.array(part["weights"])
    network = floored(evidence.network, part["floor"])[evidence.groups - 1]
    exponent = part["network"] + part["network_where_found"]
    return np.argsort(-scores - exponent * np.log(network), kind="stable")


def floored(network, floor):
    """Probabilities of the network, none of them nearly zero."""
    return (1 - floor) * network + floor / N_GROUPS


@cache
def shares(level, frequency):
    """Share of each space group in the frequency of its class, and whose class is which."""
    codes = symmetry_codes(np.arange(1, N_GROUPS + 1), level)
    classes = np.eye(codes.max() + 1)[codes]
    frequency = np.array(frequency)
    return frequency / (frequency @ classes)[codes], classes


def spread_votes(votes, level, frequency):
    """Votes of a class of the level, divided among its space groups, shape (n_scans, 230)."""
    share, classes = shares(level, frequency)
    return (votes @ classes) @ classes.T * share


def joined_probabilities(votes, network, part):
    """Probabilities of the space groups from votes and network, shape (n_scans, 230)."""
    frequency = tuple(part["frequency"])
    seen = np.log(floored(network, part["floor"]))
    found = votes + sum(part[name] * spread_votes(votes, name, frequency) for name in SPREAD)
    log = np.log1p(np.exp(part["network_where_found"] * seen) * found)
    log += part["network"] * seen + part["prior"] * np.log(frequency)
    log -= log.max(axis=-1, keepdims=True)
    share = np.exp(log)
    return share / share.sum(axis=-1, keepdims=True)


def unknown_features(evidence, place=0):
    """Numbers that say whether the phase in a row of the fits is in the scan, shape (8,).

    Without a network two of them are NaN. Without a fit they are those of a phase that explains
    nothing.
    """
    network = np.full(2, np.nan)
    if evidence.network is not None:
        seen = floored(evidence.network, _FLOOR)
        own = seen[evidence.groups[place] - 1] if len(evidence.fits) else seen.min()
        network = np.log([own, seen.max()])
    if not len(evidence.fits):
        return np.r_[0.0, 0.0, 0.0, np.log(1 + _SLACK), np.log(1 + _SLACK), 0.0, network]
    one = dict(zip(FIT_COLUMNS, evidence.fits[place], strict=True))
    expected = _COMPUTED_STRETCH if one["computed"] else 0.0
    return np.array(
        [
            one["matched"] / max(one["expected"], 1),
            np.log1p(one["matched"]),
            min(abs(one["stretch"] - expected), 0.03),
            np.log(one["missed"] + _SLACK),
            np.log(one["excess"] + _SLACK),
            min(one["sources"], 4.0),
            *network,
        ]
    )


def can_be_mixture(row, n_peaks):
    """Whether scan and further phase, FURTHER_COLUMNS, have lines enough to tell."""
    return n_peaks >= _FEW_PEAKS and row[FURTHER_COLUMNS.index("matched")] >= _FEW_LINES


def further_features(row):
    """Numbers that say whether a further phase is there, from FURTHER_COLUMNS, shape (8,)."""
    one = dict(zip(FURTHER_COLUMNS, row, strict=True))
    return np.array(
        [
            -np.log(1 - np.clip(one["before"], 0, 1) + _SLACK),
            np.log(max(one["share"], 1e-3)),
            np.log(one["apart_rest"] + _SLACK),
            np.clip(one["apart_own"], -1, 1),
            one["apart_rest"] * np.clip(one["apart_own"], 0, 1),
            np.log(one["peak_before"] + _SLACK),
            one["same_elements"],
            one["alike"],
        ]
    )


def logistic(features, part):
    """Probability of a logistic regression whose parameters are a dict; NaN is as the mean."""
    features = np.nan_to_num((features - np.array(part["mean"])) / np.array(part["scale"]))
    return 1 / (1 + np.exp(-(features @ np.array(part["weights"]) + part["bias"])))


def levels_of(space_groups):
    """Probabilities of all levels by sums, from those of the space groups, shape (n, 230)."""
    return {level: sum_symmetry(space_groups, level) for level in SYMMETRY_LEVELS}
