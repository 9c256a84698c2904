"""
Noise, physics, or more of the rare classes?
============================================

There are several ways to add training rows. Noise is the traditional augmentation, physics changes
patterns as texture and strain do, oversampling (SMOTE, or plain repetition) brings rare classes to
the size of the common ones. Oviedo et al. (2019) found physics ahead of noise by 12 % (Table S6),
and balancing of little effect.
"""

# %%
# The films
# ---------
# Without measured films at hand the films are virtual: **simulated**. Set ``SKXRD_DATA`` to the
# folder with the AUTO-XRD films, or put a folder of your own here.
import os
from pathlib import Path

import numpy as np

measured = None
if "SKXRD_DATA" in os.environ:
    measured = Path(os.environ["SKXRD_DATA"], "autoxrd", "Datasets", "Experimental")

from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import make_preparation

data = read_films_with_crystals(measured, wavelength="CuKa", random_state=0)
X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
X = X.astype("float32")[:, ::2]  # every second angle will do here
two_theta = data.two_theta[::2]
print(data.summary)

# %%
# Virtual films come with as many of each class; measured ones do not. So that there is an imbalance
# to speak of, most virtual films of four classes are left out.
kept = np.ones(len(X), dtype=bool)
if measured is None:
    rng = np.random.default_rng(0)
    for label in np.unique(data.target)[:4]:
        films = np.flatnonzero((data.target == label) & (data.groups != "simulated"))
        kept[rng.permutation(films)[3:]] = False
X, y, groups = X[kept], data.target[kept], data.groups[kept]
for label, count in zip(*np.unique(y[groups != "simulated"], return_counts=True), strict=True):
    print(f"{label:>8} {count:3d} films")

# %%
# The comparison
# --------------
# Every sampler takes the place of the pipeline's own, so it sees training rows only: SMOTE before
# the split would put neighbours of test films into training.
import matplotlib.pyplot as plt

from skxrd.inspection import CurveDisplay
from skxrd.model_selection import compare_samplers, default_classifiers, default_samplers

known = default_classifiers(two_theta)
table = compare_samplers(
    {name: known[name] for name in ("SVM", "k-NN", "naive Bayes")},
    X,
    y,
    groups=groups,
    samplers=default_samplers(two_theta, n_augmented=500),
    n_repeats=2,
)
CurveDisplay.from_table(table, "sampler")
plt.show()

# %%
# Accuracy is ruled by the common classes. What becomes of the rare ones is seen in the balanced
# accuracy, the mean recall of the classes.
CurveDisplay.from_table(table, "sampler", score="balanced_accuracy")
plt.show()
