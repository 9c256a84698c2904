"""Seconds to draw a pattern with five phases, and size and seconds of a page of 200 scans.

Run as ``python -m benchmarks.speed.drawing_speed``; it writes
``benchmarks/results/speed/drawing_speed.json``. Both the time that passes and that of the processor
are given: on a busy machine the second is what the drawing takes. All scans are simulated.

* A pattern of 10,001 points on a square-root scale with rows of ticks for five crystals, Miller
  indices and an axis of d, to a PNG of 150 dots per inch; medians of five, after the imports.
* A page of 200 scans of 4,001 points, mixtures of two phases, each with its peaks.
"""

import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np

from benchmarks.tools.record import record
from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.inspection import PatternDisplay
from skxrd.report import make_scan_report
from skxrd.search import PhaseSearch
from skxrd.simulation import PowderSimulator

matplotlib.use("Agg")
ANATASE = Crystal(
    [3.785, 3.785, 9.514, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0, 0, 0.2081]], "I41/amd",
    name="anatase",
)  # fmt: skip
RUTILE = Crystal(
    [4.594, 4.594, 2.959, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]], "P42/mnm",
    name="rutile",
)  # fmt: skip
ZINCITE = Crystal(
    [3.249, 3.249, 5.204, 90, 90, 120], ["Zn", "O"],
    [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.3821]], "P63mc", name="zincite",
)  # fmt: skip
HALITE = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m", name="halite")
SILICON = Crystal([5.431] * 3 + [90] * 3, ["Si"], [[0.125] * 3], "Fd-3m", name="silicon")


def picture(folder):
    """Median seconds of a picture, passed and of the processor."""
    five = [ANATASE, RUTILE, ZINCITE, HALITE, SILICON]
    grid = np.linspace(10, 110, 10_001)
    simulator = PowderSimulator(
        grid, doublet=True, max_counts=20_000, impurities=five[1:], impurity_fraction=0.3,
        hump=0.05, random_state=0,
    )  # fmt: skip
    scan = simulator.simulate(ANATASE)
    passed, used = [], []
    for _ in range(5):
        start = time.perf_counter(), time.process_time()
        display = PatternDisplay.from_patterns([scan], normalize=False, scale="sqrt", d_axis=True)
        display.mark_crystals(five, n_hkl=12).figure_.savefig(folder / "scan.png", dpi=150)
        passed.append(time.perf_counter() - start[0])
        used.append(time.process_time() - start[1])
        matplotlib.pyplot.close("all")
    return {"seconds": float(np.median(passed)), "processor_seconds": float(np.median(used))}


def page():
    """Megabytes of the page of 200 scans, and the seconds that writing it takes."""
    grid = 10 + 0.02 * np.arange(4001)
    scans = []
    for seed in range(200):
        first, other = [(ZINCITE, ANATASE), (RUTILE, ANATASE), (ZINCITE, RUTILE)][seed % 3]
        simulator = PowderSimulator(
            grid, doublet=True, max_counts=4000, impurities=[other], impurity_fraction=0.3,
            hump=0.05, random_state=seed,
        )  # fmt: skip
        scan = simulator.simulate(first)
        counts = np.random.default_rng(seed).poisson(
            20 + 4000 * scan.intensity / scan.intensity.max()
        )
        scans.append(PowderPattern(scan.two_theta, counts, scan.wavelength, f"scan_{seed}"))
    matches = PhaseSearch(elements="Ti,Zn,O").match(scans[:3])
    answers = [matches[number % 3] for number in range(200)]
    start = time.perf_counter(), time.process_time()
    html = make_scan_report(scans, answers)
    return {
        "n_scans": len(scans),
        "megabytes": len(html.encode()) / 1e6,
        "seconds": time.perf_counter() - start[0],
        "processor_seconds": time.process_time() - start[1],
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        record(
            "speed/drawing_speed",
            "python -m benchmarks.speed.drawing_speed",
            ("numpy", "matplotlib", "scipy"),
            picture_of_10001_points_and_five_phases=picture(Path(folder)),
            page_of_200_scans=page(),
        )
