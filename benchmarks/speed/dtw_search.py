"""Nearest neighbours under banded DTW against aeon, dtaidistance, tslearn and fastdtw.

Run as ``python -m benchmarks.speed.dtw_search`` with ``SKXRD_DATA`` set, in an environment that has
these packages (aeon needs scikit-learn < 1.9); writes ``benchmarks/results/speed/dtw_search.json``.
2,000 references, 100 queries, 1,200 angles, band 5 %, 1 nearest neighbour, everything on one thread
in one process. Slow programs get fewer queries; their time is scaled to 100 (``n_queries`` says how
many were run). Their neighbours are compared with ours, and ours with brute force.

Simulated films: the bundled halides, textured, strained, with glass hump and counting noise, square
root taken. Real films: the 85 measured ones as the study prepares them; 2,100 rows are made of them
by a shift of up to 0.3 degrees and noise of 2 % of the highest point.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import time
from pathlib import Path

import numpy as np

from benchmarks.tools.record import record
from skxrd.datasets import load_halides, read_films_with_crystals
from skxrd.metrics import dtw_distances
from skxrd.metrics._dtw_kernels import squared_sum
from skxrd.metrics._dtw_search import nearest_rows
from skxrd.model_selection import make_preparation
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.neighbors._dtw_neighbors import _envelopes
from skxrd.simulation import PowderSimulator

N_REFERENCES, N_QUERIES, N_ANGLES, BAND = 2000, 100, 1200, 60


def simulated_films():
    """2,100 simulated films of 1,200 angles."""
    simulator = PowderSimulator(
        np.linspace(10, 58, N_ANGLES),
        doublet=True,
        fwhm=(0.08, 0.2),
        preferred_orientation="random",
        march_r=(0.25, 1.0),
        random_fraction=(0.0, 0.5),
        lattice_strain=(-0.005, 0.005),
        hump=(0.0, 0.2),
        max_counts=(300, 10_000),
        n_variants=11,
        random_state=0,
    )
    X = np.sqrt(simulator.fit_transform(load_halides().data))
    return X[np.random.default_rng(0).permutation(len(X))[: N_REFERENCES + N_QUERIES]]


def real_films():
    """2,100 rows made of the measured films."""
    films = Path(os.environ["SKXRD_DATA"], "autoxrd/Datasets/Experimental")
    data = read_films_with_crystals(films, wavelength="CuKa", random_state=0)
    X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
    X = np.asarray(X)[data.groups != "simulated"][:, :N_ANGLES]
    grid = data.two_theta[:N_ANGLES]
    rng = np.random.default_rng(0)
    rows = []
    for number in range(N_REFERENCES + N_QUERIES):
        film = X[number % len(X)]
        moved = np.interp(grid + rng.uniform(-0.3, 0.3), grid, film)
        rows.append(moved + 0.02 * film.max() * rng.normal(size=N_ANGLES))
    return np.array(rows)[rng.permutation(len(rows))]


def ours(references, queries, n_jobs=1):
    """Nearest rows, and seconds (median of three)."""
    model = DTWNeighborsClassifier(n_neighbors=1, window=BAND, n_jobs=n_jobs)
    model.fit(references, np.arange(len(references)) % 2)
    model.kneighbors(queries[:1])
    times = []
    for _ in range(3):
        start = time.perf_counter()
        rows = model.kneighbors(queries, return_distance=False)[:, 0]
        times.append(time.perf_counter() - start)
    return rows, float(np.median(times)), model


def dtaidistance_loop(references, queries):
    """The fast C distance in a loop that abandons beyond the best so far."""
    from dtaidistance import dtw

    rows = []
    for query in queries:
        best, found = np.inf, -1
        for row, reference in enumerate(references):
            distance = dtw.distance_fast(query, reference, window=BAND + 1, max_dist=best)
            if distance < best:
                best, found = distance, row
        rows.append(found)
    return np.array(rows)


def aeon_neighbours(references, queries):
    """The k-NN classifier of aeon."""
    from aeon.classification.distance_based import KNeighborsTimeSeriesClassifier

    model = KNeighborsTimeSeriesClassifier(
        distance="dtw", distance_params={"window": BAND / N_ANGLES}, n_neighbors=1
    )
    model.fit(references[:, None], np.arange(len(references)) % 2)
    return model.kneighbors(queries[:, None], return_distance=False)[:, 0]


def tslearn_neighbours(references, queries):
    """The k-NN search of tslearn."""
    from tslearn.neighbors import KNeighborsTimeSeries

    model = KNeighborsTimeSeries(
        n_neighbors=1, metric="dtw", metric_params={"sakoe_chiba_radius": BAND}
    )
    model.fit(references[:, :, None])
    return model.kneighbors(queries[:, :, None], return_distance=False)[:, 0]


def fastdtw_neighbours(references, queries):
    """The approximation of the paper, radius 1."""
    from fastdtw import fastdtw

    return np.array(
        [
            np.argmin([fastdtw(query, reference, radius=1)[0] for reference in references])
            for query in queries
        ]
    )


def measure(X):
    """Everything on one set of 2,100 rows."""
    references, queries = X[:N_REFERENCES], X[N_REFERENCES:]
    rows, seconds, model = ours(references, queries)
    _, two_threads, _ = ours(references, queries, n_jobs=2)
    brute = dtw_distances(queries[:20], references, window=BAND).argmin(axis=1)
    low, high = _envelopes(queries, BAND)
    counts = np.zeros(3)
    for i, query in enumerate(queries):
        library = (model._patterns, model._low, model._high)
        counts += nearest_rows((query, low[i], high[i]), library, BAND, False, 1)[2]
    cells = sum(min(N_ANGLES - 1, i + BAND) - max(0, i - BAND) + 1 for i in range(N_ANGLES))
    one, other = queries[0].copy(), references[0, ::-1].copy()
    tails, times = np.zeros(N_ANGLES + 1), []
    for _ in range(200):
        start = time.perf_counter()
        squared_sum(one, other, BAND, tails, np.inf)
        times.append(time.perf_counter() - start)
    kernel = float(np.median(times))
    result = {
        "skxrd_seconds_one_thread": round(seconds, 4),
        "skxrd_seconds_two_threads": round(two_threads, 4),
        "equals_brute_force": bool((rows[:20] == brute).all()),
        "share_second_bound": round(counts[0] / N_QUERIES / N_REFERENCES, 4),
        "share_warping_begun": round(counts[1] / N_QUERIES / N_REFERENCES, 4),
        "share_warping_finished": round(counts[2] / N_QUERIES / N_REFERENCES, 4),
        "ns_a_cell_one_core": round(kernel / cells * 1e9, 3),
        "floor_seconds_of_warping_begun": round(counts[1] * kernel, 4),
        "seconds_over_floor": round(seconds / (counts[1] * kernel), 2),
    }
    for name, function, n in (
        ("dtaidistance", dtaidistance_loop, 20),
        ("aeon", aeon_neighbours, 5),
        ("tslearn", tslearn_neighbours, 2),
    ):
        function(references[:5], queries[:1])
        start = time.perf_counter()
        theirs = function(references, queries[:n])
        scaled = (time.perf_counter() - start) * N_QUERIES / n
        result[name] = {
            "n_queries": n,
            "seconds_for_100": round(scaled, 1),
            "ratio": round(scaled / seconds, 1),
            "same_neighbours": bool((theirs == rows[:n]).all()),
        }
    start = time.perf_counter()
    fastdtw_neighbours(references[:10], queries[:1])
    scaled = (time.perf_counter() - start) * N_QUERIES * N_REFERENCES / 10
    result["fastdtw"] = {
        "n_pairs": 10,
        "seconds_for_100": round(scaled),
        "ratio": round(scaled / seconds),
    }
    return result


if __name__ == "__main__":
    record(
        "speed/dtw_search",
        "python -m benchmarks.speed.dtw_search",
        ("aeon", "dtaidistance", "tslearn", "fastdtw", "scikit-learn", "numba", "numpy"),
        seed=0,
        simulated_films=measure(simulated_films()),
        real_films=measure(real_films()),
    )
