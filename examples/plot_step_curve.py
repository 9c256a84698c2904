"""
How coarse may a scan be?
=========================

A scan with four times the step takes a quarter of the time. How much accuracy does that cost? The
network of Oviedo et al. (2019, Fig. 4) stayed above 85 % up to a step of 0.16 degrees.
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

data = read_films_with_crystals(measured, wavelength="CuKa", random_state=0)
print(data.summary)

# %%
# Coarse scans
# ------------
# Raw patterns are coarsened before anything else is done with them. A step scan skips the angles in
# between, so a narrow peak may fall between two points.
import matplotlib.pyplot as plt
import numpy as np

from skxrd.inspection import PatternDisplay

film = data.data[-1]
rows = [film] + [
    type(film)(film.two_theta[::skip], film.intensity[::skip], film.wavelength) for skip in (4, 16)
]
fine = np.median(np.diff(film.two_theta))
PatternDisplay.from_patterns(rows, labels=[f"{fine * skip:.2g} degrees" for skip in (1, 4, 16)])
plt.show()

# %%
# Accuracy against the step
# -------------------------
# Classifiers are built anew for each grid, so they are passed as a function of the angles.
from skxrd.inspection import CurveDisplay
from skxrd.model_selection import Study, default_classifiers, make_preparation


def classifiers(two_theta):
    known = default_classifiers(two_theta, n_augmented=300)
    return {name: known[name] for name in ("SVM", "k-NN", "majority")}


study = Study(data, preparation=make_preparation, n_repeats=2)
stepped = study.steps(classifiers)
CurveDisplay.from_table(stepped, "step")
plt.show()

# %%
# Counting while moving
# ---------------------
# A detector that counts while it moves averages over the step and misses no peak. This keeps all
# counts of the fine scan, so it shows the cost of the lower resolution, not that of fewer counts,
# which a real quick scan would have, too.
import pandas as pd

averaged = study.steps(classifiers, scan="continuous")
both = pd.concat([stepped, averaged])
CurveDisplay.from_table(
    both[both["classifier"] == "SVM"], "step", curves=["classifier", "scan"], baseline=None
)
plt.show()
