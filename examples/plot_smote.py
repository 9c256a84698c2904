"""
Noise, physics, or more of the rare classes?
============================================

There are several ways to add training rows. The traditional augmentation adds noise; the physical
one changes patterns as texture and strain do; oversampling (SMOTE, or plain repetition) brings rare
classes to the size of the common ones. Oviedo et al. (2019) found physics ahead of noise by 12 %
(Table S6), and little effect of balancing.
"""

# %%
# The films
# ---------
# If no measured films are available, virtual (**simulated**) films are used. Set ``SKXRD_DATA`` to
# the folder with the AUTO-XRD films, or use a folder of your own here.
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
# Virtual films are equally frequent in all classes; measured ones are not. To create an imbalance,
# most virtual films of four classes are left out.
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
# Every sampler replaces that of the pipeline, so it is applied to training rows only: SMOTE before
# the split would add neighbours of test films to the training rows.
import matplotlib.pyplot as plt

from skxrd.inspection import CurveDisplay
from skxrd.model_selection import Study, default_classifiers, default_samplers

known = default_classifiers(two_theta)
predictions = Study({"data": X, "target": y, "groups": groups}, n_repeats=2).samplers(
    {name: known[name] for name in ("SVM", "k-NN", "naive Bayes")},
    default_samplers(two_theta, n_augmented=500),
)
CurveDisplay.from_table(predictions, "sampler")
plt.show()

# %%
# Accuracy is dominated by the common classes. The balanced accuracy, the mean recall of the
# classes, shows the effect on the rare ones.
CurveDisplay.from_table(predictions, "sampler", score="balanced_accuracy")
plt.show()
