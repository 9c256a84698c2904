"""
What the network looks at, and why it makes mistakes
====================================================

Class activation maps show where a pattern supports a class. Averaged over the training rows of a
class, they show what the network regards as typical. Oviedo et al. (2019, Fig. 5) compare the map
of a film with these averages to find out why it was classified as it was, and name three causes of
mistakes: mixed phases, few patterns of the class, missing peaks.
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

from skxrd.datasets import load_halides, read_films_with_crystals
from skxrd.model_selection import ExperimentalKFold, default_classifiers, make_preparation

data = read_films_with_crystals(measured, wavelength="CuKa", random_state=0)
X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
y = data.target
print(data.summary)

# %%
# One fold of Case 3
# ------------------
# The network is trained on the powders and four fifths of the films, and tested on the others.
folds = ExperimentalKFold(5, random_state=0)
train, test = next(folds.split(X, y, data.groups))
network = default_classifiers(data.two_theta, n_augmented=500)["a-CNN"]
network.fit(X[train], y[train])
predicted = network.predict(X[test])
probability = network.predict_proba(X[test]).max(axis=1)
print(f"{(predicted == y[test]).sum()} of {len(test)} films are classified correctly")

# %%
# A correctly and a wrongly classified film
# -----------------------------------------
# Below each film are its map and the average map of the predicted class; for a mistake, also that
# of the true class.
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
# :class:`skxrd.inspection.MisclassificationCauses` compares the lines of known crystals with the
# peaks of each misclassified film. It reports which lines are present and which are missing; this
# does not prove that they caused the mistake. Residues that films may contain are passed as
# additional phases.
from skxrd.crystal import Crystal
from skxrd.inspection import MisclassificationCauses

lead_iodide = Crystal(
    [4.558, 4.558, 6.986, 90, 90, 120],
    ["Pb", "I"],
    [[0, 0, 0], [1 / 3, 2 / 3, 0.2675]],
    "P-3m1",
    name="PbI2",
    metadata={"label": "PbI2"},
)
candidates = [*load_halides().data, lead_iodide]
causes = MisclassificationCauses(data.two_theta, candidates, data.wavelength).find(
    X[test],
    y[test],
    predicted,
    names=[data.data[row].name for row in test],
    y_train=y[train][data.groups[train] != "simulated"],
    estimator=network,
)
for film in causes.itertuples():
    print(f"{film.name}: {film.true}, predicted as {film.predicted}: {film.causes}")
    print(f"   {film.true_crystal} explains {film.true_share:.0%} of its peaks", end="")
    if film.foreign_share >= 0.1:
        print(
            f"; {film.foreign_crystal} ({film.foreign_class}) {film.foreign_share:.0%} more", end=""
        )
    print(f"; {film.n_missing} of {film.n_main} main orientations are missing")
    print(
        f"   cosine of its map with the average map of {film.predicted}: "
        f"{film.map_like_predicted:.2f}, of {film.true}: {film.map_like_true:.2f}"
    )
