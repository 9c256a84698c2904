"""Evidence of the scans from which the identifier is fitted, kept in a folder.

``python -m benchmarks.powders.identifier_evidence FOLDER`` with ``SKXRD_DATA`` set; work that was
stopped goes on. It gathers, for ``fit_identifier.py``,

* each scan of ``rruff_dev``;
* sums of two of these scans, from different clusters of one fold, the first of which has 50 to 70 %
  of the intensity above the background;
* the weighed mixtures of Dara:

the phases fitted, the second phase that would be added to the first, and, in a file of its own,
``network.npz``, the probabilities of the network.
"""

import os
import pickle
import sys
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from skxrd import PowderPattern
from skxrd._files import replaced_file
from skxrd.io import read_pattern
from skxrd.powders._identify_scan import QUICK
from skxrd.powders._scan_evidence import FURTHER_COLUMNS, further_row, gather_evidence
from skxrd.powders._scan_warnings import count_peaks
from skxrd.powders._trained_network import TrainedNetwork
from skxrd.preprocessing._common_grid import pattern_at_wavelength, resample_pattern
from skxrd.search import load_phase_library
from skxrd.search._mixture import find_mixture
from skxrd.search._phase_fit import ranked_fits
from skxrd.search._prepared_scan import NothingToSearch, prepare_scan

N_FOLDS, N_PAIRS = 5, 130
ALIKE = 0.8  # cosine of blurred square roots above which patterns are of one cluster


def minerals(data):
    """Scans of rruff_dev, and their space groups."""
    stored = np.load(data / "rruff_dev" / "rruff_dev.npz")
    wavelength = float(stored["wavelength"])
    patterns = [
        PowderPattern(stored["two_theta"], row.astype(float), wavelength, f"mineral {number}")
        for number, row in enumerate(stored["intensity"])
    ]
    return patterns, stored["space_group"].astype(int)


def above_background(pattern):
    """Blurred intensity above background and noise on the angles of a pattern; zero if none."""
    try:
        scan = prepare_scan(pattern)
    except NothingToSearch:
        return np.zeros(pattern.two_theta.size)
    return np.interp(pattern.two_theta, scan.two_theta, scan.blur(scan.measured)[0])


def clusters_and_folds(patterns, seed=0):
    """Cluster of each pattern, by single linkage, and its fold; clusters stay whole."""
    roots = np.sqrt([above_background(pattern)[::5] for pattern in patterns])
    roots /= np.maximum(np.linalg.norm(roots, axis=1, keepdims=True), 1e-30)
    far = np.clip(1 - roots @ roots.T, 0, None)
    places = np.triu_indices(len(far), 1)
    clusters = fcluster(linkage(far[places], "single"), 1 - ALIKE, "distance")
    sizes = np.bincount(clusters)
    order = np.random.default_rng(seed).permutation(np.unique(clusters))
    fold_of, filled = {}, np.zeros(N_FOLDS)
    for cluster in sorted(order, key=lambda one: -sizes[one]):
        fold_of[cluster] = int(filled.argmin())
        filled[filled.argmin()] += sizes[cluster]
    return clusters, np.array([fold_of[cluster] for cluster in clusters])


def make_pairs(patterns, clusters, folds, seed=0):
    """Numbers of two scans, the share of the second, and the sum, of pairs."""
    rng = np.random.default_rng(seed)
    pairs, sizes = [], {}
    for one in rng.permutation(len(patterns))[:N_PAIRS]:
        others = np.flatnonzero((folds == folds[one]) & (clusters != clusters[one]))
        other, share = rng.choice(others), rng.uniform(0.3, 0.5)
        size = []
        for i in (one, other):
            sizes[i] = sizes.get(i) or above_background(patterns[i]).sum()
            size.append(sizes[i])
        if min(size) <= 0:
            continue
        rows = [patterns[i].intensity for i in (one, other)]
        total = (1 - share) / size[0] * rows[0] + share / size[1] * rows[1]
        total[(rows[0] == 0) | (rows[1] == 0)] = 0
        factor = size[0] / (1 - share)  # counts of the first stay as they are
        pattern = PowderPattern(
            patterns[one].two_theta, total * factor, patterns[one].wavelength, f"pair {one} {other}"
        )
        pairs.append(((int(one), int(other), float(share)), pattern))
    return pairs


class Gatherer:
    """Evidence of the look-up on patterns, with the library of the package."""

    def __init__(self):
        self.library = load_phase_library()

    def __call__(self, pattern):
        """Evidence of a scan, and of the phase that would be added to the first, as a dict."""
        rows = []
        try:
            scan = prepare_scan(pattern)
            fits = ranked_fits(self.library, scan, scan.measured, **QUICK)
        except NothingToSearch:
            scan, fits = None, []

        def decide(scan, before, after):
            rows.append(further_row(self.library, scan, before, after))
            return False

        if fits:
            find_mixture(
                self.library, scan, max_phases=2, first=fits, is_worth=decide, sharp=QUICK["sharp"]
            )
        found = vars(gather_evidence(self.library, scan, fits, None))
        return found | {"further": np.array(rows).reshape(-1, len(FURTHER_COLUMNS))}


def renew_network(data, folder):
    """Write ``network.npz`` anew: names of all scans, probabilities, number of peaks."""
    network = TrainedNetwork.read(None)
    grid = network.two_theta
    names, probabilities, n_peaks = [], [], []
    for name, pattern in work(data, folder):
        there = pattern_at_wavelength(pattern, network.wavelength, name)
        row = resample_pattern(*there, grid)
        names.append(name)
        probabilities.append(network.predict(row[np.newaxis])[0])
        n_peaks.append(count_peaks(row[np.isfinite(row)], grid[1] - grid[0]))
    with replaced_file(folder / "network.npz") as temporary:
        np.savez(Path(temporary), names=names, probabilities=probabilities, n_peaks=n_peaks)


def work(data, folder):
    """Names and patterns of all that is gathered."""
    patterns, _ = minerals(data)
    path = folder / "clusters.npy"
    if not path.exists():
        np.save(path, clusters_and_folds(patterns))
    pairs = make_pairs(patterns, *np.load(path))
    for number, pattern in enumerate(patterns):
        yield f"mineral_{number:03d}", pattern
    for (one, other, _), pattern in pairs:
        yield f"pair_{one:03d}_{other:03d}", pattern
    for path in sorted((data / "dara_xrdml/dataset/precursor_mixture").glob("*.xrdml")):
        yield f"mixture_{path.stem}", read_pattern(path)


def main(folder):
    """Gather all evidence in random order, some of each kind first: a part of it is a sample."""
    data, folder = Path(os.environ["SKXRD_DATA"]), Path(folder)
    folder.mkdir(exist_ok=True)
    items = list(work(data, folder))
    gather = Gatherer()
    order, early, late = np.random.default_rng(0).permutation(len(items)), [], []
    n_early = {"mineral": len(items), "pair": 40, "mixture": 12}
    for number in order:
        kind = items[number][0].split("_")[0]
        n_early[kind] -= 1
        (early if n_early[kind] >= 0 else late).append(items[number])
    for name, pattern in [*early, *late]:
        path = folder / f"{name}.pickle"
        if not path.exists():
            with replaced_file(path) as temporary:
                Path(temporary).write_bytes(pickle.dumps(gather(pattern)))
            print(path.name, flush=True)
    renew_network(data, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
