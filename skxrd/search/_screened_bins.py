"""Strongest bins of ln(1/d) of phases, on which a library is screened."""

from math import log, sqrt

import numpy as np

from skxrd._compiled import compiled

#: Longest spacing in angstrom, and the width of a bin.
D_MAX, BIN = 64.0, 0.001
#: Bins kept of each phase.
N_SCREENED = 32


def screened_bins(columns):
    """Bins and weights (255 times the square root of their share) of each phase of a library."""
    with np.errstate(all="ignore"):  # a damaged cell is that of a phase which no scan has
        metrics = _reciprocal_metrics(np.asarray(columns["cell"], dtype=float))
    line_end = np.asarray(columns["line_end"], dtype=np.int64)
    most = int(np.diff(line_end, prepend=0).max(initial=0))
    bins = np.zeros((len(line_end), N_SCREENED), np.uint16)
    weights = np.zeros((len(line_end), N_SCREENED), np.uint8)
    _screened_bins(
        line_end,
        np.ascontiguousarray(columns["hkl"]),
        np.ascontiguousarray(columns["codes"]),
        metrics,
        (np.empty(most, np.int64), np.empty(N_SCREENED, np.int64), np.empty(most)),
        bins,
        weights,
    )
    return bins, weights


def _reciprocal_metrics(cells):
    """G*11, G*22, G*33, G*23, G*13, G*12 of each cell."""
    a, b, c = cells.T[:3]
    x, y, z = np.cos(np.radians(cells.T[3:]))
    entries = [
        (1 - x * x) / (a * a),
        (1 - y * y) / (b * b),
        (1 - z * z) / (c * c),
        (y * z - x) / (b * c),
        (x * z - y) / (a * c),
        (x * y - z) / (a * b),
    ]
    volume = 1 - x * x - y * y - z * z + 2 * x * y * z
    return np.stack(entries, axis=1) / volume[:, np.newaxis]


def with_bins(columns, compact=False):
    """Columns with those for the screen, which are empty in a compact library."""
    bins, weights = np.empty((0, N_SCREENED)), np.empty((0, N_SCREENED))
    if not compact:
        bins, weights = screened_bins(columns)
    return {**columns, "bins": bins, "weights": weights}


@compiled
def _screened_bins(line_end, hkl, codes, metrics, work, bins, weights):
    """Write the bins; ``work`` is room for bins, the strongest of them, and their shares."""
    place, kept, share = work
    start = 0
    for phase in range(line_end.size):
        g = metrics[phase]
        end = line_end[phase]
        n = 0
        for line in range(start, end):
            h, k, m = float(hkl[line, 0]), float(hkl[line, 1]), float(hkl[line, 2])
            q = h * h * g[0] + k * k * g[1] + m * m * g[2]
            q += 2 * (k * m * g[3] + h * m * g[4] + h * k * g[5])
            bin_ = int(log(D_MAX * sqrt(q)) / BIN)
            power = float(codes[line]) ** 2
            if n and place[n - 1] == bin_:  # lines are sorted by spacing
                share[n - 1] += power
            else:
                place[n], share[n] = bin_, power
                n += 1
        n_kept = 0
        for j in range(n):  # kept by falling share, of equal ones the first
            if n_kept == N_SCREENED and share[j] <= share[kept[n_kept - 1]]:
                continue
            n_kept = min(n_kept + 1, N_SCREENED)
            i = n_kept - 1
            while i > 0 and share[kept[i - 1]] < share[j]:
                kept[i] = kept[i - 1]
                i -= 1
            kept[i] = j
        for i in range(n_kept):
            bins[phase, i] = min(place[kept[i]], 65535)
            ratio = share[kept[i]] / share[kept[0]]
            weights[phase, i] = max(1, int(255 * sqrt(ratio) + 0.5))
        start = end
