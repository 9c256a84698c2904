"""
From crystals and films to an explained classifier
===================================================

All you need is a folder of scans and a set of candidate crystals. Since real films may not be
available here, the films below are virtual: they are **simulated**, with the texture, strain,
impurity lines, glass hump and counting noise of real ones.
"""

# %%
# Films and candidates
# --------------------
# :func:`skxrd.datasets.read_films_with_crystals` brings films and the simulated patterns of
# candidate crystals together. For scans of your own, pass their folder as ``measured``.
from skxrd.datasets import read_films_with_crystals

data = read_films_with_crystals(random_state=0)
print(data.summary)

# %%
# A powder and a textured film of one class look quite different.
import matplotlib.pyplot as plt

from skxrd.inspection import PatternDisplay

powder = next(i for i, label in enumerate(data.target) if label == "Pm-3m")
film = next(i for i in range(len(data.data) - 1, 0, -1) if data.target[i] == "Pm-3m")
PatternDisplay.from_patterns(
    [data.data[powder], data.data[film]], labels=["powder", "virtual film"]
)
plt.show()

# %%
# Which classifier?
# -----------------
# Case 2 trains on the simulated patterns, Case 3 on these and four fifths of the films.
# Augmentation is a step of each classifier's pipeline, so it is applied to training rows only.
from skxrd.model_selection import Study, default_classifiers, make_preparation, summarize

known = default_classifiers(data.two_theta, n_augmented=500)
study = Study(data, preparation=make_preparation, n_repeats=1)
predictions = study.cases({name: known[name] for name in ("SVM", "k-NN", "majority")}, cases=(2, 3))
summary = summarize(predictions, by=["case", "classifier"])
print(summary[["case", "classifier", "accuracy", "f1_macro"]].round(2))

# %%
# What did the network look at?
# -----------------------------
# The all-convolutional network gives class activation maps, which show where a pattern supports its
# class.
from skxrd.inspection import ActivationMapDisplay

X = study.X  # prepared rows
network = known["a-CNN"].fit(X[:-1], data.target[:-1])
ActivationMapDisplay.from_estimator(
    network, X[-1:], data.target[-1], two_theta=data.two_theta, name=data.data[-1].name
)
plt.show()
