import pytest
from sample_crystals import PEROVSKITES

from skxrd.powders import write_reflection_store


@pytest.fixture(scope="session")
def reflections(tmp_path_factory):
    """Store of the reflections of twelve crystals."""
    path = tmp_path_factory.mktemp("reflections") / "store"
    return write_reflection_store([PEROVSKITES], path, d_min=1.0)
