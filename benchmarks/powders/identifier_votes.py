"""Evidence of many scans as arrays, and the fits of the parameters of the identifier."""

import pickle
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from skxrd.crystal import SYMMETRY_LEVELS
from skxrd.powders._identifier_model import joined_probabilities, vote_features
from skxrd.powders._nested_sets import set_scores
from skxrd.powders._scan_evidence import ScanEvidence

#: Shrinks the weights of the votes, as a normal prior of this standard deviation does.
PRIOR = 3.0
#: Difference of the logarithms of axes, and of angles in radians, below which cells are related.
RELATED = 0.03
#: Coverage of the sets of each level on the scans of the fit: finer sets are within coarser ones.
COVERAGE = {"crystal_system": 0.93, "extinction_group": 0.915, "space_group": 0.90}


def read_evidence(path):
    """ScanEvidence of a file, and the rows of its further phase."""
    found = pickle.loads(Path(path).read_bytes())
    further = found.pop("further")
    return ScanEvidence(**found), further


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
    """Features of the fits of many scans, padded, for fast sums."""

    def __init__(self, evidence):
        n = len(evidence)
        self.network = np.array([one.network for one in evidence])
        width = max(len(one.fits) for one in evidence)
        n_features = vote_features(evidence[0].fits).shape[1]
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
