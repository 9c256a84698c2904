"""Figure of the page on reading: three files of one specimen, as read and on one grid."""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import make_prototype
from skxrd.io import read_pattern, write_pattern
from skxrd.preprocessing import PatternStacker
from skxrd.simulation import PowderSimulator

crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
scans = [  # name, tube, first and last angle, step, width of a line
    ("copper.xy", "CuKa", 10, 60, 0.02, 0.15),
    ("copper, short scan.xy", "CuKa", 19, 44, 0.05, 0.2),
    ("molybdenum.xy", "MoKa", 5, 32, 0.01, 0.07),
]
films = []
with tempfile.TemporaryDirectory() as folder:
    for name, tube, first, last, step, fwhm in scans:
        simulator = PowderSimulator(
            np.arange(first, last, step), wavelength=tube, fwhm=fwhm, max_counts=800, random_state=0
        )
        path = Path(folder, name)
        write_pattern(simulator.simulate(crystal), path)
        films.append(read_pattern(path, wavelength=tube))

stacker = PatternStacker(np.arange(10, 60, 0.04), wavelength="CuKa", outside="mask")
rows = stacker.fit_transform(films)

COLORS = ("#333333", "#0072B2", "#D55E00")
figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.6), sharey=True, layout="constrained")
for number, (film, row, color) in enumerate(zip(films, rows, COLORS, strict=True)):
    level = 1.25 * (len(films) - number - 1)
    label = f"{film.name}, {film.wavelength:.3f} Å"
    axes[0].plot(film.two_theta, level + film.intensity / film.intensity.max(), color=color, lw=0.8)
    axes[0].text(59.5, level + 1.05, label, ha="right", fontsize=9, color=color)
    axes[1].plot(stacker.two_theta_, level + row / np.nanmax(row), color=color, lw=0.8)
    unmeasured = stacker.two_theta_[np.isnan(row)]
    for part in np.split(unmeasured, np.flatnonzero(np.diff(unmeasured) > 0.1) + 1):
        if part.size:
            axes[1].fill_between(part[[0, -1]], level, level + 1, color="#EEEEEE", lw=0)
axes[0].set_title("three files, as read", loc="left", fontsize=10)
axes[1].set_title("on one grid, at 1.542 Å; grey: not measured", loc="left", fontsize=10)
for ax in axes:
    ax.set_xlim(4, 60)
    ax.set_xlabel("2θ (degrees)")
    ax.set_yticks([])
    ax.spines[["top", "right", "left"]].set_visible(False)
