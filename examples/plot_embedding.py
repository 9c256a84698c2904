"""
Are films like their powders?
=============================

A map of all patterns, neighbours near each other, shows at a glance what a classifier is up
against: the classes are not tidy clusters, and many films stand apart from the powders of their
class. It is Fig. S1 of Oviedo et al. (2019), with the simulated patterns added.
"""

# %%
# The patterns
# ------------
# Without measured films at hand the films are virtual: **simulated**, but with texture, strain and
# foreign lines. Set ``SKXRD_DATA`` to the folder with the AUTO-XRD films, or put a folder of your
# own here.
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
X = PatternScaler(power=0.5).fit_transform(X)  # square roots, as the classifiers see them
print(data.summary)

# %%
# The map
# -------
# t-SNE keeps neighbours together. It does not keep distances: sizes of clusters and gaps between
# them mean nothing.
import matplotlib.pyplot as plt

from skxrd.inspection import EmbeddingDisplay

names = ("virtual film" if measured is None else "measured film", "simulated powder")
EmbeddingDisplay.from_patterns(
    X, data.target, groups=data.groups, domain_names=names, perplexity=20
)
plt.show()

# %%
# What the map shows can be counted: how many films have a powder of their own class as the nearest
# powder, and how many a film of their own class as the nearest other film.
import numpy as np

films = data.groups != "simulated"
unit = X / np.linalg.norm(X, axis=1, keepdims=True)
alike = unit[films] @ unit.T
np.put_along_axis(alike, np.flatnonzero(films)[:, np.newaxis], -1, axis=1)
for name, rows in (("powder", ~films), ("other film", films)):
    nearest = np.flatnonzero(rows)[alike[:, rows].argmax(axis=1)]
    share = np.mean(data.target[nearest] == data.target[films])
    print(f"nearest {name} of the same class: {share:.0%} of the films")
