"""Fit the few parameters of the identifier, and score it by cross-validation.

``python -m benchmarks.powders.fit_identifier FOLDER`` with ``SKXRD_DATA`` set, after
``benchmarks.powders.identifier_evidence FOLDER``; it writes the parameters,
``skxrd/powders/data/identifier.json``, their card beside it, and
``benchmarks/results/powders/fit_identifier.json``.

When the package has another network, ``fit_identifier FOLDER --renew-network`` asks it about all
scans (a minute or two of a core), leaves the evidence of the look-up as it is, and fits anew.

Scans: measured minerals (``rruff_dev``), sums of two of them, and 40 weighed mixtures of Dara.
Unknown phases: minerals of which the best phase has the right space group, with its compound (same
formula or same name, same space group) left out of the phases that were fitted, or with all phases
of its space group and nearly its cell left out, too. Folds keep clusters of similar patterns whole
(cosine of blurred square roots above 0.8, single linkage), pairs are made within a fold, and the
mixtures of the same precursors stay together. Every number of the result comes from parameters,
thresholds of sets included, that were fitted on the other folds.
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.powders.identifier_card import write_card
from benchmarks.powders.identifier_evidence import N_FOLDS, minerals, renew_network
from benchmarks.powders.identifier_votes import (
    Votes,
    fit_logistic,
    fit_thresholds,
    fit_votes,
    read_evidence,
    without_first,
    without_relatives,
)
from benchmarks.tools.record import record
from skxrd._files import replaced_file
from skxrd.crystal import SYMMETRY_LEVELS, symmetry_codes
from skxrd.metrics import expected_calibration_error
from skxrd.powders._identifier_model import (
    N_GROUPS,
    PARAMETERS,
    can_be_mixture,
    further_features,
    levels_of,
    logistic,
    preferred_order,
    unknown_features,
)
from skxrd.powders._nested_sets import nested_sets
from skxrd.powders._scan_evidence import FURTHER_COLUMNS
from skxrd.search import load_phase_library

#: Share of the pure scans that are said to be mixtures.
PURE_SAID = 0.08
#: Weight of a scan with phases left out, of which there are two kinds, where one with all phases
#: has 1: as if one scan in five or six were unknown.
UNKNOWN_SCANS = 0.125


class Minerals:
    """Evidence of minerals, their space groups and folds; also with phases left out."""

    def __init__(self, evidence, numbers, folds, library):
        self.evidence, self.numbers, self.folds = evidence, numbers, folds
        self.codes = {level: symmetry_codes(numbers, level) for level in SYMMETRY_LEVELS}
        # of the minerals of the library, not of these scans
        known = np.bincount(library.parts[0]["number"], minlength=N_GROUPS + 1)[1:] + 1.0
        self.frequency = (known / known.sum()).round(6).tolist()
        first = np.array([one.groups[0] if len(one.fits) else 0 for one in evidence])
        self.right = np.flatnonzero(first == numbers)
        named = [evidence[place] for place in self.right]
        self.left_out = {
            "compound": [without_first(one) for one in named],
            "compound_and_relatives": [without_relatives(one, library) for one in named],
        }
        self.votes = Votes(evidence)
        self.votes_left_out = {kind: Votes(some) for kind, some in self.left_out.items()}
        self.all = Votes([*evidence, *sum(self.left_out.values(), [])])
        self.owner = np.r_[np.arange(len(evidence)), np.tile(self.right, 2)]
        self.weight = np.full(len(self.owner), UNKNOWN_SCANS)
        self.weight[: len(evidence)] = 1.0

    def fit_votes(self, train):
        """Parameters of the space groups from the scans of a mask."""
        chosen = train[self.owner]
        codes = self.codes["space_group"][self.owner]
        part = fit_votes(self.all.part(chosen), codes[chosen], self.weight[chosen], self.frequency)
        true = self.votes.network[train, self.codes["space_group"][train]]
        return part | {"typical": float(np.exp(np.log(np.maximum(true, 1e-6)).mean()))}

    def unknown(self, part):
        """Features of known and of unknown phases by kind, a row for each of ``right``."""
        some = {"known": [self.evidence[place] for place in self.right], **self.left_out}
        return {
            kind: np.array([unknown_row(one, part) for one in evidence])
            for kind, evidence in some.items()
        }


def unknown_row(evidence, part):
    """Features of the preferred phase."""
    order = preferred_order(evidence, part) if len(evidence.fits) else [0]
    return unknown_features(evidence, order[0])


def cross_validated(data):
    """Out-of-fold probabilities, sets and chances of the unknown, as a dict."""
    n, n_right = len(data.evidence), len(data.right)
    found = {
        "p": np.zeros((n, 230)),
        "p_left_out": {kind: np.zeros((n_right, 230)) for kind in data.left_out},
        "unknown": {kind: np.zeros(n_right) for kind in ("known", *data.left_out)},
        "masks": {},
    }
    out_folds = data.folds[data.right]
    for fold in range(N_FOLDS):
        train, test, out = data.folds != fold, data.folds == fold, out_folds == fold
        parameters = data.fit_votes(train)
        p = data.votes.probabilities(parameters)
        found["p"][test] = p[test]
        for kind, votes in data.votes_left_out.items():
            found["p_left_out"][kind][out] = votes.probabilities(parameters)[out]
        codes = {level: code[train] for level, code in data.codes.items()}
        thresholds = fit_thresholds(levels_of(p[train]), codes)
        for level, mask in nested_sets(levels_of(p[test]), thresholds).items():
            masks = found["masks"].setdefault(level, np.zeros((n, mask.shape[1]), bool))
            masks[test] = mask
        features = data.unknown(parameters)
        part = fit_unknown({kind: rows[~out] for kind, rows in features.items()})
        for kind, rows in features.items():
            found["unknown"][kind][out] = logistic(rows[out], part)
    return found


def fit_unknown(features):
    """Logistic regression that tells unknown phases from known ones."""
    labels = np.concatenate([np.full(len(x), kind != "known") for kind, x in features.items()])
    weights = np.where(labels, UNKNOWN_SCANS, 1.0)
    return fit_logistic(np.concatenate(list(features.values())), labels, weights)


def fit_mixture(features, labels, seen):
    """Logistic regression that tells mixtures from pure scans, with its threshold at one half.

    The threshold is where PURE_SAID of the pure scans of the fit are said to be mixtures; ``seen``
    is whether there are lines enough to ask.
    """
    weights = np.where(labels, 1 / labels.mean(), 1 / (~labels).mean())
    part = fit_logistic(features, labels, weights)
    pure = np.zeros((~labels).sum())
    pure[seen[~labels]] = logistic(features[~labels & seen], part)
    least = np.clip(np.quantile(pure, 1 - PURE_SAID), 1e-6, 1 - 1e-6)
    return part | {"bias": round(part["bias"] - float(np.log(least / (1 - least))), 4)}


def mixtures(folder, n_peaks, numbers_and_folds):
    """Features of the further phase, whether there is one, folds, and kinds of the scans."""
    rows, labels, seen, folds, kinds = [], [], [], [], []
    made = {}
    for path in sorted(folder.glob("*.pickle")):
        kind, rest = path.stem.split("_", 1)
        further = read_evidence(path, None)[1]
        if kind == "mixture":  # two and eight minutes of one mixture stay together
            fold = made.setdefault(rest.rsplit("--", 1)[0], len(made)) % N_FOLDS
        else:
            fold = numbers_and_folds[int(rest.split("_")[0])]
        row = further[0] if len(further) else np.zeros(len(FURTHER_COLUMNS))
        rows.append(further_features(row))
        seen.append(len(further) > 0 and can_be_mixture(row, n_peaks[path.stem]))
        labels.append(kind != "mineral")
        folds.append(fold)
        kinds.append(kind)
    return tuple(map(np.array, (rows, labels, seen, folds, kinds)))


def said_to_be_mixtures(rows, labels, seen, folds, kinds):
    """Share of each kind of scan that is said to be a mixture, each by the fit on other folds."""
    said = np.zeros(len(rows))
    for fold in range(N_FOLDS):
        train, test = folds != fold, (folds == fold) & seen
        part = fit_mixture(rows[train], labels[train], seen[train])
        said[test] = logistic(rows[test], part)
    return {
        kind: {"scans": int((kinds == kind).sum()), "said": share(said[kinds == kind] >= 0.5)}
        for kind in np.unique(kinds).tolist()
    }


def left_out(data, found, kind):
    """Answers where phases are left out, and how well the unknown is told from the known."""
    known, unknown = found["unknown"]["known"], found["unknown"][kind]
    labels = np.r_[np.zeros(len(known)), np.ones(len(unknown))]
    codes = {level: code[data.right] for level, code in data.codes.items()}
    return {
        "scans": len(unknown),
        **answers(found["p_left_out"][kind], codes),
        "unknown_against_known_auroc": round(
            float(roc_auc_score(labels, np.r_[known, unknown])), 3
        ),
        "said_to_be_unknown": share(unknown >= 0.5),
    }


def answers(probabilities, codes):
    """Accuracy, accuracy among five, calibration and confident answers of each level."""
    rows = np.arange(len(probabilities))
    found = {}
    for level, p in levels_of(probabilities).items():
        true = p[rows, codes[level]]
        place = (p > true[:, None]).sum(axis=1)
        sure = p.max(axis=1) >= 0.9
        found[level] = {
            "accuracy": share(place == 0),
            "among_five": share(place < 5),
            "calibration_error": round(float(expected_calibration_error(codes[level], p)), 3),
            "log_loss": round(float(-np.log(np.maximum(true, 1e-12)).mean()), 3),
            "probability_of_0.9": share(sure),
            "right_of_these": share(place[sure] == 0),
        }
    return found


def sets_found(masks, codes):
    """Coverage and size of the sets of each level."""
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


def read_networks(folder):
    """Probabilities of the network, and number of peaks, by name of the scan."""
    with np.load(folder / "network.npz") as stored:
        peaks = dict(zip(stored["names"].tolist(), stored["n_peaks"].tolist(), strict=True))
        return peaks, dict(
            zip(stored["names"].tolist(), stored["probabilities"].astype(float), strict=True)
        )


def main(folder, renew=False):
    """Score by cross-validation, fit on all, write both."""
    folder, source = Path(folder), Path(os.environ["SKXRD_DATA"])
    if renew:
        renew_network(source, folder)
    n_peaks, networks = read_networks(folder)
    clusters, folds = np.load(folder / "clusters.npy")
    paths = sorted(folder.glob("mineral_*.pickle"))
    places = np.array([int(path.stem.split("_")[1]) for path in paths])
    numbers = minerals(source)[1]
    evidence = [read_evidence(path, networks[path.stem])[0] for path in paths]
    data = Minerals(evidence, numbers[places], folds[places], load_phase_library())
    found = cross_validated(data)
    second = mixtures(folder, n_peaks, folds)
    results = {
        "scans": len(places),
        "clusters": len(np.unique(clusters[places])),
        "look_up_alone_space_group": share(np.isin(np.arange(len(places)), data.right)),
        "network_alone": answers(data.votes.network, data.codes),
        "both": answers(found["p"], data.codes),
        "calibration_error_by_chance": error_by_chance(found["p"]),
        "sets": sets_found(found["masks"], data.codes),
        "known_said_to_be_unknown": share(found["unknown"]["known"] >= 0.5),
        "left_out": {kind: left_out(data, found, kind) for kind in data.left_out},
        "said_to_be_mixtures": said_to_be_mixtures(*second),
    }
    part = data.fit_votes(np.ones(len(places), bool))
    shipped = {
        "source": f"fitted by benchmarks/powders/fit_identifier.py on {len(places)} measured "
        "minerals of RRUFF (B. Lafuente et al., Highlights in Mineralogical Crystallography, 2015, "
        "1-30), on sums of two of them, and on weighed mixtures of the Dara project",
        "space_groups": {name: np.round(value, 6).tolist() for name, value in part.items()},
        "unknown": fit_unknown(data.unknown(part)),
        "mixture": fit_mixture(*second[:3]),
        "sets": {"coverage": 0.9, "thresholds": fit_thresholds(levels_of(found["p"]), data.codes)},
    }
    with replaced_file(PARAMETERS) as temporary:
        Path(temporary).write_text(json.dumps(shipped, indent=1) + "\n", encoding="utf-8")
    write_card(results)
    command = "python -m benchmarks.powders.fit_identifier FOLDER"
    record("powders/fit_identifier", command, ("numpy", "scipy", "scikit-learn"), **results)


def error_by_chance(probabilities, n_draws=100, seed=0):
    """Mean calibration error of these probabilities if they were those of the true classes."""
    rng, found = np.random.default_rng(seed), {}
    for level, p in levels_of(probabilities).items():
        below = p.cumsum(axis=1)[:, :-1]
        drawn = [(rng.random((len(p), 1)) > below).sum(axis=1) for _ in range(n_draws)]
        errors = [expected_calibration_error(codes, p) for codes in drawn]
        found[level] = round(float(np.mean(errors)), 3)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--renew-network", action="store_true")
    given = parser.parse_args()
    main(given.folder, given.renew_network)
