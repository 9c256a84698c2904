"""
From a folder of scans to a prediction
======================================

One folder per class, in any mixture of instrument formats: a classifier needs nothing else. The
scans here are those of virtual, that is **simulated**, films, and are first written to disk; use a
folder of your own instead.
"""

# %%
# A typical folder
# ----------------
# Each class has its own folder, named by space group; one file is truncated.
import tempfile
from pathlib import Path

from skxrd.datasets import make_thin_films
from skxrd.io import write_pattern

folder = Path(tempfile.mkdtemp())
virtual = make_thin_films(56, random_state=0)
for number, (film, label) in enumerate(zip(virtual.data, virtual.target, strict=True)):
    place = folder / ("new" if number >= 49 else "known") / label.replace("/", "")
    place.mkdir(parents=True, exist_ok=True)
    write_pattern(film, place / f"virtual_{number:02d}.xy")
(folder / "known" / "Pm-3m" / "stopped.xy").write_text("10.00 113\n10.02")

# %%
# Reading
# -------
# Most text files do not state a wavelength: pass it, or it stays unknown. Files that cannot be read
# raise an error; ``on_error="skip"`` lists them instead. Folder names become space groups.
from skxrd.datasets import read_class_folders

films = read_class_folders(
    folder / "known", target="space_group", wavelength="CuKa", on_error="skip"
)
for line in films.left_out:
    print("left out:", line.replace(str(folder), "films"))
print(len(films.data), "scans,", len(films.two_theta), "common angles,", *films.target_names)

# %%
# Look at them before anything else. Here are two films of each class: their lines agree in
# position, but hardly in intensity.
import matplotlib.pyplot as plt
import numpy as np

from skxrd.inspection import PatternDisplay

shown = [i for label in films.target_names for i in np.flatnonzero(films.target == label)[:2]]
PatternDisplay.from_patterns([films.data[i] for i in shown], y=films.target[shown])
plt.show()

# %%
# A model and its predictions
# ---------------------------
# Seven films per class are few. Here they are supplemented by simulated powders of the bundled
# halides; pass CIF files of your own as ``crystals=``. The pipeline starts from patterns, so new
# scans need no preparation.
from sklearn.svm import SVC

from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import make_film_pipeline

(folder / "known" / "Pm-3m" / "stopped.xy").unlink()
data = read_films_with_crystals(folder / "known", wavelength="CuKa", random_state=0)
print((data.groups == "simulated").sum(), "simulated powders and", len(films.data), "films")
model = make_film_pipeline(
    SVC(C=10), data.two_theta, wavelength=data.wavelength, n_augmented=500, random_state=0
).fit(data.data, data.target)

# %%
# Seven films that were not in the training set, one of each class:
new = read_class_folders(folder / "new", target="space_group", wavelength="CuKa")
for film, label, answer in zip(new.data, new.target, model.predict(new.data), strict=True):
    print(f"{film.name}: {answer:8s} {'correct' if answer == label else 'wrong, it is ' + label}")

# %%
# Seven films say next to nothing about the accuracy. See the next examples for that.
