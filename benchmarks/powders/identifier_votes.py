"""Evidence of many scans as arrays, and the fits of the parameters of the identifier."""

import pickle
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from skxrd.crystal import SYMMETRY_LEVELS
from skxrd.powders._identifier_model import (
    N_GROUPS,
    SPREAD,
    first_of_compounds,
    floored,
    joined_probabilities,
    shares,
    spread_votes,
    vote_features,
)
from skxrd.powders._nested_sets import set_scores
from skxrd.powders._scan_evidence import ScanEvidence

#: Parameters of the space groups in the order of the fit, before the weights of the features: the
#: exponents, the logit of the floor, and logarithms of what is spread.
FITTED = ("network", "prior", "floor", *SPREAD, "network_where_found")
#: Where the parameters are expected and how far from it, in the same order, then the constant and
#: each weight: a normal prior.
EXPECTED = (
    *((0.0, 1.0), (0.0, 1.0), (-4.0, 2.0), (-3.0, 2.0), (-3.0, 2.0), (0.0, 1.0)),
    *((0.0, 10.0), (0.0, 3.0)),
)
#: Limits of the constant and of the weights: a number that is better never lowers a vote.
_MORE, _LESS = (0.0, None), (None, 0.0)
BOUNDS = ((None, None), *[_MORE] * 7, *[_LESS] * 2)
#: Difference of the logarithms of axes, and of angles in radians, below which cells are related.
RELATED = 0.03
#: Coverage of the sets of each level on the scans of the fit: finer sets are within coarser ones.
COVERAGE = {"crystal_system": 0.93, "extinction_group": 0.915, "space_group": 0.90}


def read_evidence(path, network):
    """ScanEvidence of a file with what the network says, and rows of its further phase."""
    found = pickle.loads(Path(path).read_bytes())
    further = found.pop("further")
    return ScanEvidence(**{**found, "network": network}), further


def without_first(evidence):
    """Evidence without the compound of the best phase."""
    return _part(evidence, evidence.compounds != evidence.compounds[0])


def without_relatives(evidence, library):
    """Evidence without phases of the space group, and nearly the cell, of the best phase."""
    cells = np.array([library.cell(int(phase)) for phase in evidence.phases])
    alike = (np.abs(np.log(cells[:, :3] / cells[0, :3])) < RELATED).all(axis=1)
    alike &= (np.abs(np.radians(cells[:, 3:] - cells[0, 3:])) < RELATED).all(axis=1)
    own = evidence.compounds == evidence.compounds[0]
    return _part(evidence, ~((alike & (evidence.groups == evidence.groups[0])) | own))


def _part(evidence, kept):
    return ScanEvidence(
        evidence.network,
        *(getattr(evidence, name)[kept] for name in ("phases", "groups", "compounds", "fits")),
    )


class Votes:
    """Features of the fits of many scans, the first of each compound."""

    def __init__(self, evidence):
        self.network = np.array([one.network for one in evidence], float)
        features, places = [], []
        for row, one in enumerate(evidence):
            if len(one.fits):
                kept = first_of_compounds(one.compounds)
                features.append(vote_features(one.fits)[kept])
                places.append(row * N_GROUPS + one.groups[kept] - 1)
        self.features, self.places = np.concatenate(features), np.concatenate(places)

    def part(self, chosen):
        """Some of the scans, by a mask."""
        some = object.__new__(Votes)
        some.network = self.network[chosen]
        row, group = np.divmod(self.places, N_GROUPS)
        some.features = self.features[chosen[row]]
        some.places = ((np.cumsum(chosen) - 1)[row] * N_GROUPS + group)[chosen[row]]
        return some

    def of_fits(self, weights):
        """Votes of the fits."""
        return np.exp(np.clip(self.features @ weights, -60.0, 40.0))

    def of_groups(self, votes):
        """Votes of each space group, shape (n_scans, 230)."""
        n = len(self.network)
        return np.bincount(self.places, votes, minlength=n * N_GROUPS).reshape(n, N_GROUPS)

    def probabilities(self, part):
        """Of the space groups."""
        votes = self.of_groups(self.of_fits(np.array(part["weights"])))
        return joined_probabilities(votes, self.network, part)


def as_part(parameters, frequency):
    """Parameters of the fit as the dict that the model reads."""
    network, prior, floor, extinction, system, found = parameters[: len(FITTED)]
    return {
        "network": float(network),
        "prior": float(prior),
        "floor": float(1 / (1 + np.exp(-floor))),
        "extinction_group": float(np.exp(extinction)),
        "crystal_system": float(np.exp(system)),
        "network_where_found": float(found),
        "weights": parameters[len(FITTED) :].tolist(),
        "frequency": list(frequency),
    }


def fit_votes(votes, codes, scan_weights, frequency):
    """Parameters that make the true space groups most probable, as a dict."""
    n_features = votes.features.shape[1]
    expected = np.array([*EXPECTED, *[EXPECTED[-1]] * (n_features - 2)])
    start = np.r_[0.6, 0.1, -4.0, -3.0, -3.0, 0.0, -4.0, 5.0, np.zeros(n_features - 2)]
    given = (votes, codes, scan_weights, tuple(frequency), expected)
    bounds = [(None, None)] * len(FITTED) + list(BOUNDS)
    found = minimize(
        _loss, start, given, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}
    )
    return as_part(found.x, frequency)


def _loss(parameters, votes, codes, scan_weights, frequency, expected):
    """Negative logarithm of the probability of parameters and true groups, and its gradient."""
    part = as_part(parameters, frequency)
    rows = np.arange(len(codes))
    of_fits = votes.of_fits(parameters[len(FITTED) :])
    own = votes.of_groups(of_fits)
    p = joined_probabilities(own, votes.network, part)
    loss = -(scan_weights * np.log(np.maximum(p[rows, codes], 1e-300))).sum()
    rise = -scan_weights[:, None] * p  # by the logarithms of the products
    rise[rows, codes] += scan_weights
    network, floor = floored(votes.network, part["floor"]), part["floor"]
    related = [part[level] * spread_votes(own, level, frequency) for level in SPREAD]
    less = np.exp(part["network_where_found"] * np.log(network))
    inner = less * (own + sum(related))
    by_vote = rise * less / (1 + inner)
    by_exponent = rise * inner / (1 + inner)
    by_own = by_vote.copy()
    for level in SPREAD:
        share, classes = shares(level, frequency)
        by_own += part[level] * ((by_vote * share) @ classes) @ classes.T
    by_fit = by_own.ravel()[votes.places] * of_fits
    by_network = rise * part["network"] + by_exponent * part["network_where_found"]
    by_floor = by_network * (1 / N_GROUPS - votes.network) / network
    gradient = np.r_[
        (rise * np.log(network)).sum(),
        (rise @ np.log(frequency)).sum(),
        by_floor.sum() * floor * (1 - floor),
        [(by_vote * one).sum() for one in related],
        (by_exponent * np.log(network)).sum(),
        by_fit @ votes.features,
    ]
    away = (parameters - expected[:, 0]) / expected[:, 1]
    return loss + 0.5 * away @ away, away / expected[:, 1] - gradient


def fit_logistic(features, labels, weights=None):
    """Parameters of a logistic regression, as a dict that JSON keeps."""
    features, labels = np.asarray(features), np.asarray(labels)
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit((features - mean) / scale, labels, sample_weight=weights)
    return {
        "mean": mean.round(4).tolist(),
        "scale": scale.round(4).tolist(),
        "weights": model.coef_[0].round(4).tolist(),
        "bias": round(float(model.intercept_[0]), 4),
    }


def fit_thresholds(levels, codes):
    """Thresholds of nested sets, from coarse to fine, that cover these scans as asked."""
    thresholds, inside = {}, np.ones(len(codes["space_group"]), bool)
    for level in SYMMETRY_LEVELS:
        n = len(codes[level])
        scores = set_scores(levels[level])[np.arange(n), codes[level]]
        scores = np.where(inside, scores, np.inf)
        rank = min(int(np.ceil((n + 1) * COVERAGE[level])), n) - 1
        least = float(np.sort(scores)[rank])
        thresholds[level] = min(least, 1.0)
        inside &= scores <= thresholds[level]
    return thresholds
