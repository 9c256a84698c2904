"""Model of few parameters that joins look-up and network in one statement.

With the probabilities n(g) of the network and the phases i of the library that were fitted, the
probability of the space group g is

    p(g) proportional to n(g)^a [1 + sum over i in g of exp(w . f_i)]

where f_i are numbers that say how well the phase explains the scan, and one of each compound
counts. The 1 stands for what is not in the library. Whether the phase is in the library, and
whether a scan is a mixture, are logistic regressions.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry
from skxrd.powders._scan_evidence import FIT_COLUMNS, FURTHER_COLUMNS

PARAMETERS = Path(__file__).parent / "data" / "identifier.json"
N_GROUPS = 230
_LEAST = 1e-6  # of a probability of the network
_COMPUTED_STRETCH = -0.006  # computed axes are too long by 0.6 %
_SLACK = 0.02  # added to what is left unexplained, before logarithms


@cache
def read_parameters(path=PARAMETERS):
    """Parameters of the model, as a dict."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def vote_features(fits):
    """Numbers f_i of fits, shape (n_fits, 8); the last is how far each is behind the first."""
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
        ]
    )


def first_of_compounds(compounds, scores):
    """Places of the best of each compound, by rising number of the compound."""
    order = np.argsort(-scores, kind="stable")
    return order[np.unique(compounds[order], return_index=True)[1]]


def group_votes(evidence, weights):
    """Logarithm of the sum over the phases of each space group, shape (230,)."""
    votes = np.full(N_GROUPS, -np.inf)
    if len(evidence.fits):
        scores = vote_features(evidence.fits) @ weights
        kept = first_of_compounds(evidence.compounds, scores)
        np.logaddexp.at(votes, evidence.groups[kept] - 1, scores[kept])
    return votes


def preferred_order(evidence, part):
    """Places of the fits, the one that look-up and network together prefer first."""
    scores = vote_features(evidence.fits) @ np.array(part["weights"])
    network = np.maximum(evidence.network[evidence.groups - 1], _LEAST)
    return np.argsort(-scores - part["network"] * np.log(network), kind="stable")


def joined_probabilities(votes, network, exponent):
    """Probabilities of the space groups from votes and network, shape (n_scans, 230)."""
    log = exponent * np.log(np.maximum(network, _LEAST)) + np.logaddexp(0, votes)
    log -= log.max(axis=-1, keepdims=True)
    share = np.exp(log)
    return share / share.sum(axis=-1, keepdims=True)


def unknown_features(evidence, place=0):
    """Numbers that say whether the phase in a row of the fits is in the scan, shape (10,)."""
    one = dict(zip(FIT_COLUMNS, evidence.fits[place], strict=True))
    others = np.flatnonzero(evidence.compounds != evidence.compounds[place])
    ranks = evidence.fits[:, FIT_COLUMNS.index("rank")]
    lead = ranks[place] - ranks[others[0]] if others.size else 0.3
    expected = _COMPUTED_STRETCH if one["computed"] else 0.0
    return np.array(
        [
            -np.log(1 - np.clip(one["figure"], 0, 1) + _SLACK),
            -np.log(1 - np.clip(one["own"], 0, 1) + _SLACK),
            lead,
            one["matched"] / max(one["expected"], 1),
            np.log1p(one["matched"]),
            min(abs(one["stretch"] - expected), 0.03),
            min(one["strain"], 0.03),
            one["computed"],
            np.log(one["peak_missed"] + _SLACK),
            np.log(one["peak_excess"] + _SLACK),
        ]
    )


def further_features(row):
    """Numbers that say whether a further phase is in the scan, from FURTHER_COLUMNS, shape (8,)."""
    one = dict(zip(FURTHER_COLUMNS, row, strict=False))
    return np.array(
        [
            -np.log(1 - np.clip(one["gain"], 0, 1) + _SLACK),
            np.clip(one["own"], -1, 1),
            -np.log(1 - np.clip(one["before"], 0, 1) + _SLACK),
            np.log(max(one["share"], 1e-3)),
            np.log1p(one["matched"]),
            one["matched"] / max(one["expected"], 1),
            one["overlap"],
            np.clip(one["figure"], 0, 1),
        ]
    )


def logistic(features, part):
    """Probability of a logistic regression whose parameters are a dict."""
    features = (features - np.array(part["mean"])) / np.array(part["scale"])
    return 1 / (1 + np.exp(-(features @ np.array(part["weights"]) + part["bias"])))


def levels_of(space_groups):
    """Probabilities of all levels by sums, from those of the space groups, shape (n, 230)."""
    return {level: sum_symmetry(space_groups, level) for level in SYMMETRY_LEVELS}
