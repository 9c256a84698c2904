"""Speed and memory of the augmentation, beside the published algorithm as plain loops.

Run as ``python -m benchmarks.speed.augmentation_speed``; writes
``benchmarks/results/speed/augmentation_speed.json``. One core: nothing here uses threads.
"""

import gc
import time
import tracemalloc

import numpy as np

from benchmarks.tools.record import record
from skxrd.augmentation import PhysicsAugmenter

N_AUGMENTED, N_ANGLES, SEED, N_ROUNDS = 2000, 1200, 0, 15
TWO_THETA = 10 + 0.04 * np.arange(N_ANGLES)


def films(n_patterns=250, dtype=np.float64):
    """Patterns of ten to twenty peaks each on a little noise."""
    rng = np.random.default_rng(SEED)
    X = np.abs(0.002 * rng.normal(size=(n_patterns, N_ANGLES)))
    for row in X:
        for centre in rng.uniform(11, 57, rng.integers(10, 21)):
            row += rng.uniform(0.05, 1) * np.exp(-(((TWO_THETA - centre) / 0.12) ** 2))
    return X.astype(dtype), np.arange(n_patterns) % 7


def published_loops(X, n_augmented, rng):
    """Eqs. 1 to 3 as the published program does them, one pattern after another.

    A row drawn at random; 300 blocks, each set to zero with probability 1/3; 100 blocks, each
    times a factor uniform in (0, 1); scaled to (0, 1); moved by up to 20 angles.
    """
    n_patterns, n_angles = X.shape
    new = np.zeros((n_angles, n_augmented))  # one pattern a column, as there
    for i in range(n_augmented):
        row = X[rng.randint(n_patterns)]
        keep = np.repeat(rng.choice([0, 1, 1], 300), n_angles // 300)
        keep = np.append(keep, np.zeros(n_angles - len(keep)))
        factor = np.repeat(rng.rand(100), n_angles // 100)
        factor = np.append(factor, np.zeros(n_angles - len(factor)))
        row = np.multiply(np.multiply(row, factor), keep)
        # the built-in min and max walk through the array element by element, as there
        row = (row - min(row)) / (max(row) - min(row) + 1e-9)
        cut = rng.randint(-20, 20)
        if cut >= 0:
            new[:, i] = np.append(row[cut:], np.zeros(cut))
        else:
            new[:, i] = np.append(row[: n_angles + cut], np.zeros(-cut))
    return new.T


def published_loops_with_numpy_extremes(X, n_augmented, rng):
    """The same, but minimum and maximum by NumPy: a loop as good as loops get."""
    n_patterns, n_angles = X.shape
    new = np.zeros((n_angles, n_augmented))
    for i in range(n_augmented):
        row = X[rng.randint(n_patterns)]
        keep = np.repeat(rng.choice([0, 1, 1], 300), n_angles // 300)
        keep = np.append(keep, np.zeros(n_angles - len(keep)))
        factor = np.repeat(rng.rand(100), n_angles // 100)
        factor = np.append(factor, np.zeros(n_angles - len(factor)))
        row = np.multiply(np.multiply(row, factor), keep)
        row = (row - row.min()) / (row.max() - row.min() + 1e-9)
        cut = rng.randint(-20, 20)
        if cut >= 0:
            new[:, i] = np.append(row[cut:], np.zeros(cut))
        else:
            new[:, i] = np.append(row[: n_angles + cut], np.zeros(-cut))
    return new.T


def seconds(function, n_rounds=N_ROUNDS):
    """Median of several runs, after one that compiles."""
    function()
    taken = []
    for _ in range(n_rounds):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def peak_above_output(n_augmented, region):
    """MiB that are allocated at the same time beyond what is returned."""
    X, y = films(dtype=np.float32)
    augmenter = PhysicsAugmenter(
        TWO_THETA, n_augmented=n_augmented, region=region, keep_original=False, random_state=SEED
    )
    augmenter.set_params(n_augmented=10).fit_resample(X, y)
    augmenter.set_params(n_augmented=n_augmented)
    gc.collect()
    tracemalloc.start()
    X_new, y_new = augmenter.fit_resample(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - X_new.nbytes - y_new.nbytes) / 2**20


def main():
    """Measure and write."""
    X, y = films()
    rng = np.random.RandomState(SEED)
    loops = seconds(lambda: published_loops(X, N_AUGMENTED, rng), 5)
    better = seconds(lambda: published_loops_with_numpy_extremes(X, N_AUGMENTED, rng), 5)
    results = {}
    for region in ("block", "peak", "harmonic"):
        for dtype in ("float64", "float32"):
            rows = X.astype(dtype)
            augmenter = PhysicsAugmenter(
                TWO_THETA, n_augmented=N_AUGMENTED, region=region, random_state=SEED
            )
            taken = seconds(lambda a=augmenter, r=rows: a.fit_resample(r, y))
            results[f"{region} {dtype}"] = {
                "microseconds_a_pattern": round(1e6 * taken / N_AUGMENTED, 3),
                "patterns_a_second": round(N_AUGMENTED / taken),
                "times_the_published_loops": round(loops / taken, 1),
                "times_the_loops_with_numpy_extremes": round(better / taken, 1),
            }
    shuffled = np.random.default_rng(SEED).permutation(len(X))
    fresh = PhysicsAugmenter(
        TWO_THETA, n_augmented=len(X), region="harmonic", keep_original=False, random_state=SEED
    )
    taken = seconds(lambda: fresh.fit_resample(X[shuffled], y[shuffled]))
    results["harmonic float64, one copy of every row"] = {
        "patterns_a_second": round(len(X) / taken)
    }
    memory = {
        f"{region} {n_augmented}": round(peak_above_output(n_augmented, region), 1)
        for region in ("block", "harmonic")
        for n_augmented in (2_000, 20_000, 100_000)
    }
    record(
        "speed/augmentation_speed",
        "python -m benchmarks.speed.augmentation_speed",
        ("numpy", "numba", "imbalanced-learn"),
        seed=SEED,
        patterns=f"{N_AUGMENTED} added to {len(X)} of {N_ANGLES} angles",
        published_loops_microseconds_a_pattern=round(1e6 * loops / N_AUGMENTED, 1),
        loops_with_numpy_extremes_microseconds_a_pattern=round(1e6 * better / N_AUGMENTED, 1),
        results=results,
        peak_memory_above_output_mib_float32=memory,
    )


if __name__ == "__main__":
    main()
