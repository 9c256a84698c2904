"""Compiled functions, and what becomes of damaged or missing files of machine code."""

import errno
import importlib.util
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core import caching

from skxrd._compiled import compiled


def doubled(x):
    return 2 * x


@compiled
def squared(x):
    """Square of a number."""
    return x * x


@compiled
def sum_of_squares(values):
    total = 0.0
    for value in values:
        total += squared(value)
    return total


def test_functions_call_each_other_and_say_what_they_are():
    assert sum_of_squares(np.array([3.0, 4.0])) == 25
    assert squared.__name__ == "squared" and squared.__doc__ == "Square of a number."
    assert not hasattr(squared, "__len__")


def test_pickles_refer_to_the_function_by_name():
    from skxrd.metrics import _dtw_kernels

    kernel = next(one for one in vars(_dtw_kernels).values() if type(one) is type(squared))
    assert pickle.loads(pickle.dumps(kernel)) is kernel


def test_numba_is_loaded_by_the_first_call():
    code = (
        "import sys; from skxrd.crystal._metric import reciprocal_metric; "
        "import numpy; print('numba' in sys.modules); "
        "reciprocal_metric(numpy.array([1.0, 1, 1, 90, 90, 90])); print('numba' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


def test_no_function_asks_numba_for_a_cache():  # which is an error where there is no place for it
    with pytest.raises(TypeError, match="unexpected keyword argument 'cache'"):
        compiled(cache=True)


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
        compiled(doubled)(np.ones(3))


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load the same compiled function as a new process would; its folder of machine code."""
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path / "cache"))
    path = tmp_path / "tripled.py"
    path.write_text(
        "from skxrd._compiled import compiled\n\n@compiled\ndef tripled(x):\n    return 3 * x\n"
    )

    def load():
        spec = importlib.util.spec_from_file_location("tripled", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.tripled

    return load


def machine_code():
    import numba

    return sorted(path for path in Path(numba.config.CACHE_DIR).rglob("*.nb?"))


def hits(function):
    return sum(function.stats.cache_hits.values())


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize(
    "damage", [lambda c: b"", lambda c: c[:20], lambda c: c[:-30], lambda c: b"text\n" * 9]
)
def test_damaged_machine_code_is_compiled_and_written_again(load, ending, damage):
    x = np.ones(2)
    load()(x)
    (path,) = [path for path in machine_code() if path.suffix == ending]
    path.write_bytes(damage(path.read_bytes()))
    function = load()
    np.testing.assert_array_equal(function(x), [3, 3])
    assert hits(function) == 0
    function = load()
    np.testing.assert_array_equal(function(x), [3, 3])
    assert hits(function) == 1


def test_a_full_disk_is_passed_over(load, monkeypatch):
    x = np.ones(2)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(caching.IndexDataCacheFile, "_save_data", full)
        patch.setattr(caching.IndexDataCacheFile, "_save_index", full)
        np.testing.assert_array_equal(load()(x), [3, 3])
    load()(x)
    (index,) = [path for path in machine_code() if path.suffix == ".nbi"]
    index.write_bytes(b"")
    with monkeypatch.context() as patch:
        patch.setattr(caching.IndexDataCacheFile, "_save_index", full)
        np.testing.assert_array_equal(load()(x), [3, 3])
