"""What all tests share: pictures without a screen, measured data, small data sets.

Crystals that several files use, at module level too, are in ``sample_crystals.py``.
"""

import os
from pathlib import Path

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Processes of one core for the whole suite; what is named on the command line is run here."""
    if config.args_source is config.ArgsSource.ARGS:
        return 0
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")
    return min(4, os.cpu_count() or 1)


def pytest_collection_modifyitems(items):
    """Mark the common checks that train networks many times; parametrize_with_checks cannot."""
    for item in items:
        if "ConvClassifier" in item.name and "check_classifiers_" in item.name:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def measured():
    """Function of a path below SKXRD_DATA that returns it, or skips the test if it is not there."""

    def path(relative):
        folder = os.environ.get("SKXRD_DATA")
        if not folder:
            pytest.skip("measured data: SKXRD_DATA is not set")
        found = Path(folder, relative)
        if not found.exists():
            pytest.skip(f"measured data: SKXRD_DATA holds no {relative}")
        return found

    return path


@pytest.fixture(scope="session")
def noise():
    """Function of a seed that returns rows from which nothing can be learned, and their labels."""

    def make(seed=0):
        rng = np.random.default_rng(seed)
        return rng.uniform(size=(60, 300)), rng.permutation(np.repeat(["a", "b"], 30))

    return make
