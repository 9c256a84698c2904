"""
How many augmented patterns?
============================

Augmentation makes training patterns from simulated ones and from measured ones. How many of each
are worthwhile? Oviedo et al. (2019, Fig. 3) tried up to 2,000 of each with their network and found
that the accuracy levels off at about 700. Here the same is done with two fast classifiers.
"""

# %%
# The films
# ---------
# If no measured films are available, virtual (**simulated**) films are used. Set ``SKXRD_DATA`` to
# the folder with the AUTO-XRD films, or use a folder of your own here.
import os
from pathlib import Path

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
# The curve
# ---------
# :meth:`skxrd.model_selection.Study.augmentation` takes pipelines that augment, and sets how many
# patterns are made from each kind of training row. All of it stays inside the training folds.
import matplotlib.pyplot as plt

from skxrd.inspection import CurveDisplay
from skxrd.model_selection import Study, default_classifiers, summarize

known = default_classifiers(two_theta)
study = Study({"data": X, "target": data.target, "groups": data.groups}, n_repeats=2)
predictions = study.augmentation(
    {"SVM": known["SVM"]}, n_simulated=[0, 500], n_experimental=[0, 100, 500]
)
CurveDisplay.from_table(predictions, "n_experimental", curves=["classifier", "n_simulated"])
plt.show()

# %%
# The bars are 95 % intervals over films: the range to expect for another set of as many films. The
# points of a curve share their films, so their differences are better known than the bars suggest.
# The scatter over repeats tells how well each mean is known:
points = summarize(predictions, by=["n_simulated", "n_experimental"])
print(points[["n_simulated", "n_experimental", "accuracy", "accuracy_sd"]].round(3).to_string())

# %%
# Case 2: no measured film in training
# ------------------------------------
# Here augmentation is the only way for a classifier to learn what films are like. This works for
# virtual films, but not for the measured ones: see the page on the study in the documentation.
predictions = study.augmentation(
    {"SVM": known["SVM"], "k-NN": known["k-NN"]}, n_simulated=[0, 200, 700], case=2
)
CurveDisplay.from_table(predictions, "n_simulated")
plt.show()
# sphinx_gallery_thumbnail_number = 2
