"""
Tutorial: my films and my CIF files
===================================

From two folders to an answer with reasons: scans of films in one folder for each class, candidate
structures as CIF files. Both are made here so that the script runs anywhere: the films are
virtual, that is **simulated**. Put your own folders in place of them and leave out the first step.
"""

# %%
# Two folders
# -----------
# ``films/`` has a folder for each class, named by space group; ``cifs/`` holds the candidates.
import tempfile
from pathlib import Path

from skxrd.datasets import load_halides, make_thin_films
from skxrd.io import write_crystals, write_pattern

home = Path(tempfile.mkdtemp())
classes = ("Fm-3m", "P-3m1", "Pm-3m")
virtual = make_thin_films(140, random_state=1)
for number, (film, label) in enumerate(zip(virtual.data, virtual.target, strict=True)):
    if label in classes:
        place = home / ("films" if number < 105 else "new") / label
        place.mkdir(parents=True, exist_ok=True)
        write_pattern(film, place / f"film_{number:03d}.xy")
(home / "cifs").mkdir()
for crystal in load_halides().data:
    if crystal.space_group_symbol in classes and "MA" not in crystal.name:
        try:
            write_crystals([crystal], home / "cifs" / f"{crystal.name}.cif")
        except ValueError:
            pass  # molecules that are modelled as points cannot be written
print(len(list((home / "films").rglob("*.xy"))), "films,", end=" ")
print(len(list((home / "cifs").glob("*.cif"))), "CIF files")

# %%
# Read both
# ---------
# ``skxrd compare --measured films/ --crystals cifs/`` begins like this. The summary says what was
# read; what could not be used is in ``left_out``, with the reason.
from skxrd.datasets import read_films_with_crystals

data = read_films_with_crystals(
    home / "films", crystals=home / "cifs", wavelength="CuKa", random_state=0
)
print(data.summary)
print(data.crystals_summary)
print("left out:", data.left_out or "nothing")

# %%
# Look at them before anything else: rows of colours, films of one class beside each other.
import matplotlib.pyplot as plt
import numpy as np

from skxrd.inspection import HeatMapDisplay

measured = np.flatnonzero(data.groups != "simulated")
HeatMapDisplay.from_patterns(
    [data.data[row] for row in measured], y=data.target[measured], order="similarity"
)
plt.show()

# %%
# Train
# -----
# Background, smoothing, scaling, augmentation and network are one pipeline, which takes scans as
# they are. ``skxrd train films/ -o films.skxrd`` does the same in a longer training.
from skxrd.model_selection import make_film_pipeline
from skxrd.neural import ResidualConvClassifier

model = make_film_pipeline(
    ResidualConvClassifier(data.two_theta, epochs=15, random_state=0),
    data.two_theta,
    wavelength=data.wavelength,
    n_augmented=50,
    random_state=0,
)
model.fit(data.data, data.target, physicsaugmenter__groups=data.groups)

# %%
# Predict new films
# -----------------
# ``skxrd predict films.skxrd new/`` prints these lines.
from skxrd.io import read_patterns

new = read_patterns(home / "new", wavelength="CuKa")
probabilities = model.predict_proba(new)
for film, row in zip(new, probabilities, strict=True):
    best = row.argmax()
    true = Path(film.metadata["path"]).parent.name
    print(f"{film.name}: {model.classes_[best]} ({row[best]:.2f}), true class {true}")

# %%
# Why?
# ----
# The scan on a square-root scale; orange angles are evidence for the class, blue ones against it.
# The Miller indices are those of the CIF file that fits the peaks best. On the command line:
# ``skxrd explain films.skxrd new/a.xy --crystals cifs/ -o why.png``.
from skxrd.inspection import ActivationMapDisplay
from skxrd.io import read_crystals

crystals = read_crystals(home / "cifs")
surest = new[int(probabilities.max(axis=1).argmax())]
ActivationMapDisplay.from_estimator(model, surest).name_reflections(crystals)
plt.show()

# %%
# A few dozen virtual films show how it is done, not how accurate it is. For an estimate with
# intervals on films of your own, run ``skxrd compare --measured films/ --report page.html``.
