import numpy as np
import pytest
from numba.core import caching

from skxrd._compiled import compiled


def doubled(x):
    return 2 * x


def test_functions_are_compiled_where_no_cache_can_be_written(monkeypatch):
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    for decorate in (compiled, compiled(error_model="numpy")):
        found = decorate(doubled)(np.ones(3))
        np.testing.assert_array_equal(found, [2, 2, 2])


def test_other_errors_are_not_taken_for_a_missing_cache(monkeypatch):
    def broken(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr(caching.CacheImpl, "__init__", broken)
    with pytest.raises(RuntimeError, match="something else"):
        compiled(doubled)
