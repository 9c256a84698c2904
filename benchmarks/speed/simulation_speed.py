"""Stick patterns against pymatgen, and full profiles from stored reflection lists.

Run as ``python -m benchmarks.speed.simulation_speed`` with ``SKXRD_DATA`` set and pymatgen
installed, one thread. Writes ``benchmarks/results/speed/simulation_speed.json``.

Structures: 200 drawn at random from ``crystals`` (seed 0), and 30 of those with 100 to 400 atoms.
Each is timed in turn with both programs, ours as the median of five runs, pymatgen's once (its
first structure is not counted). Agreement is measured twice: with the form factors of each
program, and with pymatgen's in both, which shows what is left when only the form factors agree.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from pymatgen.analysis.diffraction.xrd import ATOMIC_SCATTERING_PARAMS, XRDCalculator
from pymatgen.core import Element, Lattice, Structure
from scipy.interpolate import CubicSpline

from benchmarks.tools.record import record
from skxrd.crystal import Crystal, ReflectionList, reflections
from skxrd.crystal import _structure_factors as factors
from skxrd.simulation import PowderSimulator
from skxrd.simulation._profiles import pseudo_voigt

WAVELENGTH, RANGE, SEED = 1.54184, (10, 110), 0
D_MIN = WAVELENGTH / 2 / np.sin(np.radians(RANGE[1] / 2))
SAME_LINE = 2e-3  # degrees
CELL = ["a", "b", "c", "alpha", "beta", "gamma"]


def draw_structures():
    """200 structures at random, and 30 large ones."""
    files = sorted((Path(os.environ["SKXRD_DATA"]) / "crystals").glob("mp_*.parquet"))
    columns = [*CELL, "species", "frac_coords", "nsites", "reduced_formula"]
    table = pd.concat([pd.read_parquet(file, columns=columns) for file in files])
    large = table[(table.nsites >= 100) & (table.nsites <= 400)]
    return [
        [_crystal(row) for row in part.to_dict("records")]
        for part in (table.sample(200, random_state=SEED), large.sample(30, random_state=SEED))
    ]


def _crystal(row):
    coords = np.asarray(row["frac_coords"], float).reshape(-1, 3)
    return Crystal(
        [row[c] for c in CELL], list(row["species"]), coords, name=row["reduced_formula"]
    )


def _structure(crystal):
    return Structure(
        Lattice.from_parameters(*crystal.cell), list(crystal.elements), crystal.frac_coords
    )


def median_time(function, repeats=5):
    """Median of a few runs in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def stick_speed(crystals):
    """Times in seconds, one row a crystal: pymatgen, our merged sticks, unmerged reflections.

    The sticks are what pymatgen gives too: equivalent reflections merged, with intensities. All
    structures are listed without symmetry, so :func:`reflections` leaves equivalents apart.
    """
    calculator = XRDCalculator(WAVELENGTH)
    calculator.get_pattern(_structure(crystals[0]), two_theta_range=RANGE)
    reflections(crystals[0], WAVELENGTH, RANGE)
    ReflectionList.from_crystal(crystals[0], D_MIN).sticks(WAVELENGTH, RANGE)
    rows = []
    for crystal in crystals:
        structure = _structure(crystal)
        start = time.perf_counter()
        calculator.get_pattern(structure, two_theta_range=RANGE)
        theirs = time.perf_counter() - start
        ours = median_time(lambda c=crystal: reflections(c, WAVELENGTH, RANGE, dispersion=False))
        merged = median_time(
            lambda c=crystal: ReflectionList.from_crystal(c, D_MIN).sticks(WAVELENGTH, RANGE)
        )
        rows.append((theirs, merged, ours))
    return np.array(rows)


def summarize(rows):
    """Median times and ratios."""
    ratio, unmerged = rows[:, 0] / rows[:, 1], rows[:, 0] / rows[:, 2]
    return {
        "n_structures": len(rows),
        "pymatgen_ms": round(float(np.median(rows[:, 0])) * 1e3, 3),
        "sticks_ms": round(float(np.median(rows[:, 1])) * 1e3, 4),
        "reflections_ms": round(float(np.median(rows[:, 2])) * 1e3, 4),
        "median_ratio": round(float(np.median(ratio)), 1),
        "least_ratio": round(float(ratio.min()), 1),
        "median_ratio_reflections": round(float(np.median(unmerged)), 1),
    }


def agreement(crystals):
    """Least correlation of line intensities, and largest difference of lines above 1 %."""
    calculator = XRDCalculator(WAVELENGTH)
    correlations, differences = [], []
    for crystal in crystals:
        theirs = calculator.get_pattern(_structure(crystal), two_theta_range=RANGE, scaled=False)
        ours = reflections(crystal, WAVELENGTH, RANGE, dispersion=False)
        angle = np.concatenate([theirs.x, ours.two_theta])
        order = np.argsort(angle)
        line = np.empty(len(angle), int)
        line[order] = np.concatenate([[0], np.cumsum(np.diff(angle[order]) > SAME_LINE)])
        n = line.max() + 1
        a = np.bincount(line[: len(theirs.x)], theirs.y, n)
        b = np.bincount(line[len(theirs.x) :], ours.intensity, n)
        correlations.append(np.corrcoef(a, b)[0, 1])
        differences.append(np.abs(a / a.max() - b / b.max())[a > 0.01 * a.max()].max())
    return {
        "least_correlation": float(np.min(correlations)),
        "n_below_0.9999": int(np.sum(np.array(correlations) < 0.9999)),
        "largest_difference_of_lines_above_1_percent": float(np.max(differences)),
        "n_above_0.5_percent": int(np.sum(np.array(differences) > 0.005)),
    }


def agreement_with_their_form_factors(crystals):
    """The same with the form factors of pymatgen in our tables."""
    tables = factors._form_factor_tables()
    kept = tables.copy()
    s = np.arange(tables.shape[1] + 1) * factors._S_STEP
    for symbol, parameters in ATOMIC_SCATTERING_PARAMS.items():
        a, b = np.array(parameters).T
        z = Element(symbol).Z
        value = z - 41.78214 * s**2 * (a[:, None] * np.exp(-np.outer(b, s**2))).sum(axis=0)
        spline = CubicSpline(np.arange(s.size), value, bc_type=("clamped", "not-a-knot"))
        tables[z] = spline.c.T
    try:
        return agreement(crystals)
    finally:
        tables[:] = kept


def profile_speed(crystals):
    """Patterns a second of 10,001 angles from lists, their error, and the floor of the time."""
    grid = np.linspace(*RANGE, 10_001)
    lists = [ReflectionList.from_crystal(crystal, D_MIN) for crystal in crystals]
    settings = {
        "caglioti_uvw": ((0.01, 0.03), (-0.01, 0.0), (0.005, 0.02)),
        "eta": (0.0, 1.0),
        "random_state": 0,
    }
    simulator = PowderSimulator(grid, wavelength=WAVELENGTH, **settings).fit()
    simulator.transform(lists[:5])
    times, errors, evaluations = [], [], []
    for listed in lists:
        times.append(median_time(lambda one=listed: simulator.transform([one])))
        pattern = simulator.simulate(listed)
        found = pattern.metadata["reflections"]
        slow = np.zeros(grid.size)
        for i in range(len(found)):
            slow += found.intensity[i] * pseudo_voigt(
                grid - found.two_theta[i], found.fwhm[i], found.eta[i]
            )
        errors.append(np.abs(pattern.intensity - slow / slow.max()).max())
        evaluations.append(len(found) * grid.size)
    start = time.perf_counter()
    simulator.transform(lists)
    together = time.perf_counter() - start
    distance = np.linspace(-50, 50, 1_000_001)
    one_value = median_time(lambda: pseudo_voigt(distance, 0.1, 0.5)) / distance.size
    copy = median_time(lambda: np.zeros(grid.size) + 1.0, 200)
    per_pattern = together / len(lists)
    return {
        "n_lists": len(lists),
        "mean_lines": round(float(np.mean(evaluations)) / grid.size, 1),
        "patterns_per_second": round(1 / per_pattern, 1),
        "median_ms_alone": round(float(np.median(times)) * 1e3, 4),
        "largest_error_of_highest_point": float(np.max(errors)),
        "floor_writing_80008_bytes_ms": round(copy * 1e3, 5),
        "ratio_to_writing": round(per_pattern / copy, 1),
        "every_peak_at_every_point_ms": round(float(np.mean(evaluations)) * one_value * 1e3, 2),
        "ratio_of_that_to_ours": round(float(np.mean(evaluations)) * one_value / per_pattern, 1),
    }


if __name__ == "__main__":
    warnings.filterwarnings("ignore")  # pymatgen's, on every structure
    random, large = draw_structures()
    record(
        "speed/simulation_speed",
        "python -m benchmarks.speed.simulation_speed",
        ("pymatgen", "numpy", "numba", "gemmi"),
        seed=SEED,
        sticks_random=summarize(stick_speed(random)),
        sticks_100_to_400_atoms=summarize(stick_speed(large)),
        agreement_same_form_factors=agreement_with_their_form_factors(random),
        agreement_own_form_factors=agreement(random),
        profiles=profile_speed(random),
    )
