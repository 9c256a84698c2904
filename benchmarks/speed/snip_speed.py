"""SNIP over many patterns at once, beside pybaselines called in a loop.

Run as ``python -m benchmarks.speed.snip_speed``; writes
``benchmarks/results/speed/snip_speed.json``. Both do the same passes (every width from the half
window down to 1) and give the same background; the default of ``BackgroundSubtractor`` does fewer.
One core: nothing here uses threads.
"""

import time

import numpy as np
from pybaselines import Baseline

from benchmarks.tools.record import record
from skxrd.preprocessing import BackgroundSubtractor
from skxrd.preprocessing._background_methods import snip_background

N_PATTERNS, N_ANGLES, SEED, N_ROUNDS = 1000, 3000, 0, 5
TWO_THETA = 10 + 0.02 * np.arange(N_ANGLES)
HALF_WINDOW = 50  # one degree


def scans():
    """Peaks on a bent background with counting noise."""
    rng = np.random.default_rng(SEED)
    X = 100 + 300 * np.exp(-(((TWO_THETA - 25) / 10) ** 2)) + np.zeros((N_PATTERNS, 1))
    for row in X:
        for centre in rng.uniform(11, 69, 15):
            row += rng.uniform(50, 2000) * np.exp(-(((TWO_THETA - centre) / 0.12) ** 2))
    return rng.poisson(X).astype(np.float64)


def seconds(function):
    """Median of several runs, after one that warms up."""
    function()
    taken = []
    for _ in range(N_ROUNDS):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def main():
    """Measure and write."""
    X = scans()
    small = X.astype(np.float32)
    baseline = Baseline(TWO_THETA)

    def loop():
        return np.array(
            [baseline.snip(row, max_half_window=HALF_WINDOW, decreasing=True)[0] for row in X]
        )

    apart = float(np.abs(loop() - snip_background(X, HALF_WINDOW)).max())
    default = BackgroundSubtractor(TWO_THETA).fit(X)
    in_loop = seconds(loop)
    runs = {
        "snip_background, the same widths, float64": lambda: snip_background(X, HALF_WINDOW),
        "snip_background, the same widths, float32": lambda: snip_background(small, HALF_WINDOW),
        "BackgroundSubtractor, default widths, float64": lambda: default.transform(X),
    }
    results = {}
    for name, function in runs.items():
        taken = seconds(function)
        results[name] = {
            "seconds": round(taken, 4),
            "times_pybaselines": round(in_loop / taken, 2),
        }
    record(
        "speed/snip_speed",
        "python -m benchmarks.speed.snip_speed",
        ("numpy", "pybaselines"),
        seed=SEED,
        patterns=f"{N_PATTERNS} of {N_ANGLES} angles, half window {HALF_WINDOW} points",
        pybaselines_in_a_loop_seconds=round(in_loop, 4),
        largest_difference=apart,
        results=results,
    )


if __name__ == "__main__":
    main()
