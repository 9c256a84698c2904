"""
Save a model, load it, trust it
===============================

A trained pipeline is a single object that leads from raw scans to classes, and a single file. The
films are virtual: **simulated**.
"""

# %%
# Train
# -----
import tempfile
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression

from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import make_film_pipeline

data = read_films_with_crystals(random_state=0)
films = np.flatnonzero(data.groups != "simulated")
new = films[::3]
train = np.setdiff1d(np.arange(len(data.data)), new)
model = make_film_pipeline(
    LogisticRegression(C=10, max_iter=2000),
    data.two_theta,
    wavelength=data.wavelength,
    n_augmented=500,
    random_state=0,
).fit([data.data[i] for i in train], data.target[train])

# %%
# Save and load
# -------------
# Loading such a file can run any code that its author put there: load only files from people you
# trust, and compare the checksum that they gave you.
import hashlib

path = Path(tempfile.mkdtemp(), "films.joblib")
joblib.dump(model, path, compress=3)
told = hashlib.sha256(path.read_bytes()).hexdigest()
print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, sha256 {told[:16]}...")

assert hashlib.sha256(path.read_bytes()).hexdigest() == told  # before loading, not after
loaded = joblib.load(path)
unseen = [data.data[i] for i in new]
before, after = model.predict_proba(unseen), loaded.predict_proba(unseen)
print("the same answers:", np.array_equal(before, after))

# %%
# How confident it is
# -------------------
# Probabilities of the loaded model for 28 films that were not used for training, ordered by class.
# A dark square outside the framed blocks is a mistake; pale rows are films for which the model is
# uncertain.
import matplotlib.pyplot as plt

truth = data.target[new]
order = np.argsort(truth, kind="stable")
_, ax = plt.subplots(figsize=(6.2, 5.6), layout="constrained")
image = ax.imshow(after[order], aspect="auto", cmap="Greys", vmin=0, vmax=1)
for column, label in enumerate(loaded.classes_):
    rows = np.flatnonzero(truth[order] == label)
    if len(rows):
        ax.add_patch(
            plt.Rectangle(
                (column - 0.5, rows[0] - 0.5), 1, len(rows), fill=False, ec="#0072B2", lw=2
            )
        )
ax.set_xticks(range(len(loaded.classes_)), loaded.classes_, rotation=30, ha="right")
ax.set_yticks([])
ax.set_ylabel("simulated films, by true class")
ax.figure.colorbar(image, label="probability", shrink=0.7)
plt.show()

# %%
# For others to use
# -----------------
# The safest way to share a model is to share everything that produced it: scans, script, seed and
# versions. A network can also be shared on its own, with ``save_network`` of the classifiers in
# :mod:`skxrd.neural`. The page on security has more.
