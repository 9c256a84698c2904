"""
What the network saw, and why it erred
======================================

Class activation maps show where a pattern speaks for a class. Averaged over the training rows of a
class they show what the network takes for typical. Oviedo et al. (2019, Fig. 5) compare the map of
a film with these averages to learn why it was classified as it was, and name three causes of
mistakes: mixed phases, few patterns of the class, missing peaks.
"""

# %%
# The films
# ---------
# Without measured films at hand the films are virtual: **simulated**. Set ``SKXRD_DATA`` to the
# folder with the AUTO-XRD films, or put a folder of your own here.
import os
from pathlib import Path

measured = None
if "SKXRD_DATA" in os.environ:
    measured = Path(os.environ["SKXRD_DATA"], "autoxrd", "Datasets", "Experimental")

from skxrd.datasets import load_halides, read_films_with_crystals
from skxrd.model_selection import ExperimentalKFold, default_classifiers, make_preparation

data = read_films_with_crystals(measured, wavelength="CuKa", random_state=0)
X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
y = data.target
print(data.summary)

# %%
# One fold of Case 3
# ------------------
# The network trains on the powders and four fifths of the films. The others are new to it.
folds = ExperimentalKFold(5, random_state=0)
train, test = next(folds.split(X, y, data.groups))
network = default_classifiers(data.two_theta, n_augmented=500)["a-CNN"]
network.fit(X[train], y[train])
predicted = network.predict(X[test])
probability = network.predict_proba(X[test]).max(axis=1)
print(f"{(predicted == y[test]).sum()} of {len(test)} films are right")

# %%
# A film that is right, and one that is wrong
# -------------------------------------------
# Below each film follow its map and the average map of the predicted class. For a mistake the
# average of the true class follows too.
import matplotlib.pyplot as plt

from skxrd.inspection import ActivationMapDisplay

right = test[predicted == y[test]]
wrong = test[predicted != y[test]]
surest = right[probability[predicted == y[test]].argmax()]
shown = {"two_theta": data.two_theta}
ActivationMapDisplay.from_estimator(
    network, X[surest], y[surest], name=data.data[surest].name, **shown
)
plt.show()

# %%
worst = wrong[probability[predicted != y[test]].argmax()]
ActivationMapDisplay.from_estimator(
    network, X[worst], y[worst], name=data.data[worst].name, **shown
)
plt.show()

# %%
# Causes
# ------
# :func:`skxrd.inspection.misclassification_causes` lays the lines of known crystals over the peaks
# of each misclassified film. It reports what is there and what is not; that a film has such a
# property does not prove that it caused the mistake. Residues that films may contain are named as
# phases of their own.
from skxrd.crystal import Crystal
from skxrd.inspection import misclassification_causes

lead_iodide = Crystal(
    [4.558, 4.558, 6.986, 90, 90, 120],
    ["Pb", "I"],
    [[0, 0, 0], [1 / 3, 2 / 3, 0.2675]],
    "P-3m1",
    name="PbI2",
    metadata={"label": "PbI2"},
)
causes = misclassification_causes(
    X[test],
    y[test],
    predicted,
    two_theta=data.two_theta,
    crystals=[*load_halides().data, lead_iodide],
    wavelength=data.wavelength,
    names=[data.data[row].name for row in test],
    y_train=y[train][data.groups[train] != "simulated"],
    estimator=network,
)
for film in causes.itertuples():
    print(f"{film.name}: {film.true}, called {film.predicted}: {film.causes}")
    print(f"   {film.true_crystal} explains {film.true_share:.0%} of its peaks", end="")
    if film.foreign_share >= 0.1:
        print(
            f"; {film.foreign_crystal} ({film.foreign_class}) {film.foreign_share:.0%} more", end=""
        )
    print(f"; {film.n_missing} of {film.n_main} main orientations are missing")
    print(
        f"   its map resembles the average of {film.predicted} by {film.map_like_predicted:.2f}, "
        f"that of {film.true} by {film.map_like_true:.2f}"
    )
