"""Fit the few parameters of the identifier, and score it by cross-validation.

``python -m benchmarks.powders.fit_identifier FOLDER`` with ``SKXRD_DATA`` set, after
``benchmarks.powders.identifier_evidence FOLDER``; it writes the parameters,
``skxrd/powders/data/identifier.json``, and ``benchmarks/results/powders/fit_identifier.json``.

Scans: 451 measured minerals (``rruff_dev``), sums of two of them, and 40 weighed mixtures of Dara.
Unknown phases: minerals of which the best phase has the right space group, and its compound (same
formula or same name, same space group) is left out of the phases that were fitted. Folds keep
clusters of similar patterns whole (cosine of blurred square roots above 0.8, single linkage), pairs
are made within a fold, and the mixtures of a pair of precursors stay together. Every number of the
result comes from parameters, thresholds of sets included, that were fitted on the other folds.
"""

import json
import os
import pickle
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.powders.identifier_evidence import N_FOLDS, minerals
from benchmarks.tools.record import record
from skxrd.crystal import SYMMETRY_LEVELS, symmetry_codes
from skxrd.metrics import expected_calibration_error
from skxrd.powders._identifier_model import (
    PARAMETERS,
    further_features,
    joined_probabilities,
    levels_of,
    logistic,
    unknown_features,
    vote_features,
)
from skxrd.powders._nested_sets import nested_sets, parents, set_scores
from skxrd.powders._scan_evidence import ScanEvidence

#: Weight of a scan whose compound is left out, where one with all phases has 1.
UNKNOWN_SCANS = 0.25
#: Shrinks the weights of the votes, as a normal prior of this standard deviation does.
PRIOR = 3.0
#: Coverage of the sets of each level on the scans of the fit: finer sets are within coarser ones.
COVERAGE = {"crystal_system": 0.93, "extinction_group": 0.915, "space_group": 0.90}
_MOST_FITS = 64


def read_evidence(path):
    """ScanEvidence of a file, and the rows of its further phase."""
    found = pickle.loads(Path(path).read_bytes())
    further = found.pop("further")
    return ScanEvidence(**found), further


def without_first(evidence):
    """Evidence without the compound of the best phase."""
    kept = evidence.compounds != evidence.compounds[0]
    return ScanEvidence(
        evidence.network,
        *(getattr(evidence, name)[kept] for name in ("phases", "groups", "compounds", "fits")),
    )


class Votes:
    """Features of the fits of many scans, padded, for fast sums."""

    def __init__(self, evidence):
        n = len(evidence)
        self.network = np.array([one.network for one in evidence])
        width = max(len(one.fits) for one in evidence)
        n_features = len(vote_features(evidence[0].fits)[0])
        self.features = np.zeros((n, width, n_features))
        self.place = np.full((n, width), width)  # of the compound; the last is none
        self.group = np.zeros((n, width + 1), int)
        for row, one in enumerate(evidence):
            m = len(one.fits)
            if m:
                self.features[row, :m] = vote_features(one.fits)
                compounds = np.unique(one.compounds, return_inverse=True)[1]
                self.place[row, :m] = compounds
                self.group[row, compounds] = one.groups - 1
        self.rows = np.repeat(np.arange(n), width).reshape(n, width)

    def part(self, chosen):
        """Some of the scans."""
        some = object.__new__(Votes)
        for name in ("network", "features", "place", "group"):
            setattr(some, name, getattr(self, name)[chosen])
        some.rows = self.rows[: len(some.place)]
        return some

    def of_groups(self, weights):
        """Logarithm of the votes of each space group, shape (n_scans, 230)."""
        scores = np.minimum(self.features @ weights, 60.0)
        best = np.full(self.group.shape, -np.inf)
        np.maximum.at(best, (self.rows, self.place), scores)
        best[:, -1] = -np.inf
        total = np.zeros((len(scores), 230))
        rows = np.arange(len(scores))[:, None]
        np.add.at(total, (rows, self.group), np.exp(best))
        with np.errstate(divide="ignore"):
            return np.log(total)

    def probabilities(self, parameters):
        """Of the space groups; the first parameter is the exponent of the network."""
        return joined_probabilities(self.of_groups(parameters[1:]), self.network, parameters[0])


def fit_votes(votes, codes, scan_weights, start=None):
    """Exponent and weights that make the true space groups most probable."""
    spread = np.r_[1.0, 10.0, np.full(votes.features.shape[-1] - 1, PRIOR)]

    def loss(parameters):
        chosen = votes.probabilities(parameters)[np.arange(len(codes)), codes]
        prior = 0.5 * (parameters / spread) @ (parameters / spread)
        return -(scan_weights * np.log(np.maximum(chosen, 1e-12))).sum() + prior

    if start is None:
        start = np.r_[0.5, -3.0, 5.0, np.zeros(votes.features.shape[-1] - 2)]
    return minimize(loss, start, method="L-BFGS-B", options={"maxiter": 150}).x


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


def best_place(evidence, parameters):
    """Place of the fit that look-up and network together prefer."""
    scores = vote_features(evidence.fits) @ parameters[1:]
    scores += parameters[0] * np.log(np.maximum(evidence.network[evidence.groups - 1], 1e-6))
    return int(np.argmax(scores))


def answers(probabilities, codes):
    """Accuracy, accuracy among five, calibration and confident answers of each level."""
    rows = np.arange(len(probabilities))
    found = {}
    for level, p in levels_of(probabilities).items():
        place = (p > p[rows, codes[level]][:, None]).sum(axis=1)
        sure = p.max(axis=1) >= 0.9
        found[level] = {
            "accuracy": share(place == 0),
            "among_five": share(place < 5),
            "calibration_error": round(float(expected_calibration_error(codes[level], p)), 3),
            "log_loss": round(float(-np.log(np.maximum(p[rows, codes[level]], 1e-12)).mean()), 3),
            "share_with_probability_0.9": share(sure),
            "right_of_these": share(place[sure] == 0),
        }
    return found


def sets_found(masks, codes):
    """Coverage and mean size of the sets of each level."""
    rows = np.arange(len(codes["space_group"]))
    return {
        level: {
            "coverage": share(mask[rows, codes[level]]),
            "mean_size": round(float(mask.sum(axis=1).mean()), 2),
            "median_size": int(np.median(mask.sum(axis=1))),
        }
        for level, mask in masks.items()
    }


def share(values):
    """Mean, rounded."""
    return round(float(np.mean(values)), 3) if len(values) else None


def joined(parts):
    """Masks of several folds as one."""
    return {level: np.concatenate([part[level] for part in parts]) for level in SYMMETRY_LEVELS}


def cross_validated(evidence, numbers, folds):
    """Out-of-fold probabilities, masks of sets, and the same for scans with a compound left out."""
    codes = {level: symmetry_codes(numbers, level) for level in SYMMETRY_LEVELS}
    right = np.array(
        [len(e.fits) > 0 and e.groups[0] == n for e, n in zip(evidence, numbers, strict=True)]
    )
    removed = [without_first(evidence[i]) for i in np.flatnonzero(right)]
    votes, out = Votes(evidence), Votes(removed)
    full = Votes([*evidence, *removed])
    owner = np.r_[np.arange(len(evidence)), np.flatnonzero(right)]
    weight = np.r_[np.ones(len(evidence)), np.full(len(removed), UNKNOWN_SCANS)]
    code = codes["space_group"][owner]

    def fitted(train):
        chosen = np.isin(owner, train)
        return fit_votes(full.part(chosen), code[chosen], weight[chosen])

    found = {
        "p": np.zeros((len(evidence), 230)),
        "p_out": np.zeros((len(removed), 230)),
        "unknown": np.full(len(evidence), np.nan),
        "unknown_out": np.zeros(len(removed)),
    }
    order, masks, thresholds = [], [], []
    out_fold = folds[right]
    for fold in range(N_FOLDS):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        parameters = fitted(train)
        p = votes.probabilities(parameters)
        found["p"][test] = p[test]
        found["p_out"][out_fold == fold] = out.probabilities(parameters)[out_fold == fold]
        levels = levels_of(p)
        limits = fit_thresholds(
            {k: v[train] for k, v in levels.items()}, {k: v[train] for k, v in codes.items()}
        )
        thresholds.append(limits)
        masks.append(nested_sets({k: v[test] for k, v in levels.items()}, limits))
        order += test.tolist()
        known = [
            unknown_features(evidence[i], best_place(evidence[i], parameters))
            for i in np.flatnonzero(right)
        ]
        gone = [unknown_features(e, best_place(e, parameters)) for e in removed]
        inside = out_fold != fold
        part = fit_logistic(
            np.array(known)[inside].tolist() + np.array(gone)[inside].tolist(),
            np.r_[np.zeros(inside.sum()), np.ones(inside.sum())],
        )
        found["unknown_out"][~inside] = logistic(np.array(gone)[~inside], part)
        found["unknown"][np.flatnonzero(right)[~inside]] = logistic(np.array(known)[~inside], part)
    order = np.array(order)
    masks = {level: mask[np.argsort(order)] for level, mask in joined(masks).items()}
    final = fitted(np.arange(len(evidence)))
    known = [
        unknown_features(evidence[i], best_place(evidence[i], final)) for i in np.flatnonzero(right)
    ]
    gone = [unknown_features(e, best_place(e, final)) for e in removed]
    shipped = {
        "parameters": final,
        "unknown": fit_logistic(known + gone, np.r_[np.zeros(len(known)), np.ones(len(gone))]),
        "thresholds": fit_thresholds(levels_of(found["p"]), codes),
    }
    return codes, right, found, masks, shipped
