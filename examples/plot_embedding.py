"""
Do films look like their powders?
=================================

A map of all patterns in which neighbours are close together shows the difficulty of the task at a
glance: the classes are not compact clusters, and many films are far from the powders of their
class. It is Fig. S1 of Oviedo et al. (2019), with the simulated patterns added.
"""

# %%
# The patterns
# ------------
# If no measured films are available, virtual (**simulated**) films with texture, strain and
# foreign lines are used. Set ``SKXRD_DATA`` to the folder with the AUTO-XRD films, or use a folder
# of your own here.
import os
from pathlib import Path

measured = None
if "SKXRD_DATA" in os.environ:
    measured = Path(os.environ["SKXRD_DATA"], "autoxrd", "Datasets", "Experimental")

from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import make_preparation
from skxrd.preprocessing import PatternScaler

data = read_films_with_crystals(measured, wavelength="CuKa", random_state=0)
X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
X = PatternScaler(power=0.5).fit_transform(X)  # square roots, as in the classifiers
print(data.summary)

# %%
# The map
# -------
# t-SNE keeps neighbours together. It does not preserve distances: the sizes of clusters and the
# gaps between them mean nothing.
import matplotlib.pyplot as plt

from skxrd.inspection import EmbeddingDisplay

names = ("virtual film" if measured is None else "measured film", "simulated powder")
EmbeddingDisplay.from_patterns(
    X, data.target, groups=data.groups, domain_names=names, perplexity=20
)
plt.show()

# %%
# This can be quantified: for how many films is the nearest powder one of the same class, and for
# how many the nearest other film?
import numpy as np

films = data.groups != "simulated"
unit = X / np.linalg.norm(X, axis=1, keepdims=True)
alike = unit[films] @ unit.T
np.put_along_axis(alike, np.flatnonzero(films)[:, np.newaxis], -1, axis=1)
for name, rows in (("powder", ~films), ("other film", films)):
    nearest = np.flatnonzero(rows)[alike[:, rows].argmax(axis=1)]
    share = np.mean(data.target[nearest] == data.target[films])
    print(f"nearest {name} of the same class: {share:.0%} of the films")
