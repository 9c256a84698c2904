"""Write ``examples/simulated_powder.xy``, the scan that README begins with. It is simulated.

Quartz with the cell, coordinates and displacements of L. Levien, C. T. Prewitt and D. J. Weidner,
Am. Mineral. 65 (1980) 920, with counting noise, on a holder 0.05 mm too high.

Run as ``python -m benchmarks.tools.sample_scan``.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from skxrd.crystal import Crystal
from skxrd.io import write_pattern
from skxrd.simulation import PowderSimulator

PATH = Path(__file__).parents[2] / "examples/simulated_powder.xy"
QUARTZ = Crystal(
    [4.916, 4.916, 5.4054, 90, 90, 120],
    ["Si", "O"],
    [[0.4697, 0, 0], [0.4135, 0.2669, 0.1191]],
    "P3221",
    name="quartz",
)


def main():
    simulator = PowderSimulator(
        np.arange(15, 80, 0.02).round(2),
        doublet=True,
        crystallite_size=500,
        sample_displacement=0.05,
        hump=0.05,
        max_counts=5000,
        random_state=0,
    )
    scan = simulator.simulate(QUARTZ)
    write_pattern(replace(scan, intensity=np.rint(5000 * scan.intensity)), PATH)


if __name__ == "__main__":
    main()
