"""
How warping aligns two patterns
===============================

Strain and sample displacement shift peaks, so two films of one phase differ point by point although
they show the same lines. Dynamic time warping allows points to move within a band, one degree here,
before it compares them. The films are **simulated**.
"""

# %%
# Two films of one crystal
# ------------------------
# The second has a cell that is 1 % larger, and is displaced from the goniometer axis.
import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import make_prototype
from skxrd.inspection import AlignmentDisplay
from skxrd.metrics import dtw_distance
from skxrd.simulation import PowderSimulator

grid = np.arange(10, 50, 0.04)
crystal = make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="Br")
options = {"fwhm": 0.25, "max_counts": 2000, "random_state": 0}
first = PowderSimulator(grid, **options).simulate(crystal).intensity
second = PowderSimulator(grid, lattice_strain=0.01, sample_displacement=0.2, **options)
second = second.simulate(crystal).intensity

AlignmentDisplay.from_patterns(
    first, second, two_theta=grid, window=1.0, labels=("film", "strained film")
)
plt.show()

# %%
# The Euclidean distance counts every shifted peak as two wrong ones; a narrow band allows for the
# shift.
for window in (0.0, 0.25, 0.5, 1.0):
    print(
        f"{window:4.2f} degrees: {dtw_distance(first, second, window=window, two_theta=grid):.2f}"
    )

# %%
# Nearest neighbours under warping
# --------------------------------
# :class:`skxrd.neighbors.DTWNeighborsClassifier` finds the training pattern nearest to a film, and
# the display shows both.
from skxrd.datasets import load_halides
from skxrd.neighbors import DTWNeighborsClassifier

halides = load_halides()
X = np.sqrt(PowderSimulator(grid, fwhm=0.25, random_state=0).fit_transform(halides.data))
model = DTWNeighborsClassifier(grid, n_neighbors=1, window=1.0).fit(X, halides.target)
AlignmentDisplay.from_estimator(model, np.sqrt(second))
plt.show()
