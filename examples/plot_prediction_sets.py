"""
Sets that hold the true class, and scans that are refused
=========================================================

A support vector machine has no probabilities. ``CalibratedClassifierCV`` gives it some, films that
were held out turn these into sets that hold the true class nine times out of ten, and a detector
says which scans are unlike all that were trained on. The films are virtual: **simulated**.
"""

# %%
# Films to train, to calibrate and to test
# ----------------------------------------
# Each pattern is prepared by itself, so this may happen before the split. Augmentation may not: it
# is a step of the model, and changes training rows only.
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

from skxrd.datasets import make_thin_films
from skxrd.model_selection import make_augmented, make_preparation

two_theta = np.arange(10, 50, 0.1)
films = make_thin_films(350, two_theta=two_theta, random_state=0)
prepare = make_preparation(two_theta, wavelength="CuKa")
X, y = prepare.fit_transform(films.data), films.target
train, rest = train_test_split(np.arange(len(y)), test_size=0.6, stratify=y, random_state=0)
held, test = train_test_split(rest, test_size=0.5, stratify=y[rest], random_state=0)

machine = make_augmented(SVC(C=10), two_theta, n_augmented=200, random_state=0)
model = CalibratedClassifierCV(machine, cv=4).fit(X[train], y[train])
print(f"accuracy {model.score(X[test], y[test]):.2f}")

# %%
# Prediction sets
# ---------------
# The threshold is the probability that the true class reaches in nine of ten held-out films.
from skxrd.metrics import conformal_threshold, prediction_sets

columns = np.searchsorted(model.classes_, y)  # labels as columns
probabilities = model.predict_proba(X[test])
held_out = columns[held], model.predict_proba(X[held])
for coverage in (0.8, 0.9, 0.95):
    sets = prediction_sets(probabilities, conformal_threshold(*held_out, coverage=coverage))
    covered = sets[np.arange(test.size), columns[test]].mean()
    print(f"asked for {coverage}: covered {covered:.2f}, {sets.sum(axis=1).mean():.2f} classes")

# %%
# Space groups, extinction groups, crystal systems
# ------------------------------------------------
# The coarser sets contain the classes of the finer ones, so the levels never contradict.
from skxrd.crystal import crystal_system
from skxrd.metrics import coarser_sets

sets = prediction_sets(probabilities, conformal_threshold(*held_out, coverage=0.9))
in_systems, systems = coarser_sets(sets, [crystal_system(name) for name in model.classes_])
for row in np.argsort(sets.sum(axis=1), kind="stable")[[0, -1]]:
    print(
        f"{y[test][row]}: {', '.join(model.classes_[sets[row]])} "
        f"({', '.join(systems[in_systems[row]])})"
    )

# %%
# Larger sets mean less certainty
# -------------------------------
import matplotlib.pyplot as plt

from skxrd.neighbors import PatternNoveltyDetector

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
sizes, counts = np.unique(sets.sum(axis=1), return_counts=True)
left.bar(sizes, counts, color="#0072B2")
left.set(xlabel="classes in the 90 % set", ylabel="films", xticks=sizes)

# %%
# Unlike all training scans
# -------------------------
# Every scan gets a class and a set, glass too. The detector compares with the training rows
# instead: p is the share of known films that would be as strange.
detector = PatternNoveltyDetector(two_theta).fit(X[train])
rng = np.random.RandomState(0)
glass = rng.poisson(100 + 900 * np.exp(-(((two_theta - 24) / 6) ** 2)), (50, two_theta.size))
noise = rng.poisson(100, (50, two_theta.size))
for name, rows in {
    "films": X[test],
    "glass": prepare.transform(glass.astype(float)),
    "noise": prepare.transform(noise.astype(float)),
}.items():
    strange = detector.predict(rows) == -1
    print(f"{name}: {strange.mean():.2f} unlike, called {model.predict(rows)[0]} otherwise")
    right.hist(-detector.score_samples(rows), np.linspace(0, 1.2, 40), alpha=0.7, label=name)
right.axvline(-detector.offset_, color="k", lw=1, ls="--")
right.set(xlabel="distance to the nearest training row", ylabel="scans", yscale="log")
right.legend(frameon=False)
plt.show()

# %%
# ``skxrd train`` holds out films and keeps such a detector for every classifier with probabilities;
# ``skxrd predict --coverage 0.9`` prints what they say.
