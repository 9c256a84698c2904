"""
Which classifier, in which case?
================================

Oviedo et al. (2019) compare classifiers in three cases. Case 1 trains and tests on simulated
powders, Case 2 trains on simulated powders and tests on films, Case 3 trains on the simulated
powders and four fifths of the films and tests on the rest. This is a small version of their
Table 1: a few fast classifiers, two repeats.
"""

# %%
# The films
# ---------
# If no measured films are available, virtual (**simulated**) films with the imperfections of real
# ones are used. Set ``SKXRD_DATA`` to the folder with the AUTO-XRD films, or use a folder of your
# own here, with one folder of scans for each class.
import os
from pathlib import Path

measured = None
if "SKXRD_DATA" in os.environ:
    measured = Path(os.environ["SKXRD_DATA"], "autoxrd", "Datasets", "Experimental")

from skxrd.datasets import read_films_with_crystals

data = read_films_with_crystals(measured, wavelength="CuKa", random_state=0)
print(data.summary)

# %%
# The cases
# ---------
# The classifiers are pipelines that augment their training rows, except for the two baselines that
# any other classifier has to beat: the majority class, and the nearest neighbour by the cosine
# between patterns ("1-NN cosine").
from skxrd.model_selection import Study, default_classifiers, make_preparation, summarize

known = default_classifiers(data.two_theta, n_augmented=300)
names = ("SVM", "naive Bayes", "decision tree", "1-NN cosine", "majority")
study = Study(data, preparation=make_preparation, n_repeats=2)
predictions = study.cases({name: known[name] for name in names})
summary = summarize(predictions, by=["case", "classifier"])
print(summary[["case", "classifier", "accuracy", "accuracy_low", "accuracy_high"]].round(2))

# %%
# In the paper Case 1 is the easiest and Case 2 the hardest. Here no training row shows the crystal
# of a test powder, which makes Case 1 hard. The virtual films are made from the very crystals whose
# powders are in training, so their Case 2 is easier than that of real films. The bars are bootstrap
# intervals over patterns: with so few films, a lead of less than several per cent means nothing.
import matplotlib.pyplot as plt
import numpy as np

_, ax = plt.subplots(figsize=(6.8, 3.6), layout="constrained")
for place, name in enumerate(names[:-1]):
    own = summary[summary["classifier"] == name]
    at = own["case"].to_numpy() + 0.12 * (place - 1.5)
    bars = np.abs(own[["accuracy_low", "accuracy_high"]].T - own["accuracy"]).to_numpy()
    ax.errorbar(at, own["accuracy"], yerr=bars, fmt="o", ms=5, lw=1.2, label=name)
for case, own in summary[summary["classifier"] == "majority"].groupby("case"):
    label = "majority class" if case == 1 else None
    ax.hlines(own["accuracy"], case - 0.3, case + 0.3, color="#333333", ls="--", label=label)
ax.set_xticks([1, 2, 3], ["Case 1", "Case 2", "Case 3"])
ax.set_ylabel("accuracy")
ax.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %%
# Precision and recall by class
# -----------------------------
# An accuracy says nothing about rare classes. Precision is the share of the films predicted as a
# class that belong to it, recall the share of the films of a class that are found (Tables S4 and
# S5).
from skxrd.model_selection import score_classes

scores = score_classes(predictions)
chosen = (scores["case"] == 3) & (scores["classifier"] == "SVM")
print(
    scores[chosen][["class", "precision", "recall", "f1", "n_films"]]
    .round(2)
    .to_string(index=False)
)
