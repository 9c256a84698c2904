"""The measured AUTO-XRD films with simulated powders, for the studies of this folder."""

import os
from pathlib import Path

from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import Study, default_classifiers, make_preparation

SEED, N_AUGMENTED = 0, 2000


def measured_films(**options):
    """Data set of the films below ``SKXRD_DATA`` with the bundled crystals."""
    folder = Path(os.environ["SKXRD_DATA"], "autoxrd/Datasets/Experimental")
    return read_films_with_crystals(folder, wavelength="CuKa", random_state=SEED, **options)


def study_of(data, **options):
    """Study of prepared rows."""
    return Study(data, **{"preparation": make_preparation, "random_state": SEED, **options})


def classifiers_by_name(names, two_theta):
    """Some of the default classifiers for a grid."""
    known = default_classifiers(two_theta, n_augmented=N_AUGMENTED, random_state=SEED)
    return {name: known[name] for name in names}
