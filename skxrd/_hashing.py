"""Hashes of what a result follows from: parameters, data and code."""

import functools
import hashlib
import inspect
import pickle
import sys
import types
from importlib.metadata import PackageNotFoundError, version
from numbers import Number

import numpy as np
import pandas as pd

import skxrd

_ENGINES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "imbalanced-learn",
    "numba",
    "keras",
    "tensorflow",
    "onnxruntime",
)


def content_hash(*objects):
    """SHA-256 of parameters, data and code, the same in every process.

    Estimators count by class and parameters, arrays by type, shape and bytes, functions and classes
    of the user by their code, and those of packages by name and version of the package. Comments,
    addresses in memory and the order of dictionaries do not count.
    """
    digest = hashlib.sha256()
    _add(digest, list(objects), [])
    return digest.hexdigest()


def short_hash(*objects):
    """First digits of the content hash, for messages."""
    return content_hash(*objects)[:16]


@functools.cache
def engine_versions():
    """Versions of this package and of those that it computes with."""
    found = [f"skxrd {skxrd.__version__}"]
    for name in _ENGINES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return tuple(found)


def _add(digest, value, above):
    """Feed a value to the digest; ``above`` holds the objects it is part of."""
    if any(value is other for other in above):
        digest.update(b"<itself>")
        return
    kind = type(value)
    digest.update(f"<{kind.__module__}.{kind.__qualname__}>".encode())
    above = [*above, value]
    if value is None or isinstance(value, bool | int | float | complex | str | bytes | np.generic):
        digest.update(repr(value).encode())
    elif isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str} {value.shape}".encode())
        if value.dtype.hasobject:
            _add(digest, value.ravel().tolist(), above)
        else:
            digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, list | tuple):
        digest.update(str(len(value)).encode())
        for item in value:
            _add(digest, item, above)
    elif isinstance(value, set | frozenset):
        digest.update(" ".join(sorted(content_hash(item) for item in value)).encode())
    elif isinstance(value, dict):
        keyed = sorted((content_hash(key), key) for key in value)
        for name, key in keyed:
            digest.update(name.encode())
            _add(digest, value[key], above)
    elif isinstance(value, pd.DataFrame | pd.Series | pd.Index):
        _add(digest, [value.to_numpy(), list(getattr(value, "columns", ()))], above)
    elif isinstance(value, type):
        _add_class(digest, value, above)
    elif isinstance(value, types.FunctionType | types.MethodType):
        _add_function(digest, value, above)
    elif isinstance(value, functools.partial):
        _add(digest, [value.func, value.args, value.keywords], above)
    else:
        _add_class(digest, kind, above)
        _add(digest, _content(value), above)


def _content(value):
    """Parameters or state of an object."""
    if hasattr(value, "get_params"):
        return value.get_params(deep=False)
    if hasattr(value, "dist") and hasattr(value, "kwds"):  # a frozen distribution of scipy
        state = vars(value.dist).items()  # which also holds its random numbers
        kept = {k: v for k, v in state if isinstance(v, str | Number | tuple | np.ndarray)}
        return [type(value.dist), kept, value.args, value.kwds]
    if isinstance(value, np.random.RandomState | np.random.Generator):
        return value.__getstate__()
    if getattr(value, "__dict__", None):
        return vars(value)
    try:
        return pickle.dumps(value, protocol=4)
    except (TypeError, pickle.PicklingError) as error:
        raise TypeError(
            f"{type(value).__name__} has no hash of its content ({error}); leave folder out, or "
            "use parameters that can be pickled."
        ) from error


def _released(module):
    """Whether a module belongs to a package with a version, and that name and version."""
    top = module.partition(".")[0]
    if top == "skxrd" or top in sys.stdlib_module_names:
        return True, ""  # see engine_versions
    release = getattr(sys.modules.get(top), "__version__", None)
    return release is not None, f"{top} {release}"


def _add_class(digest, kind, above):
    """Feed a class to the digest: the methods of the user's own, else name and version."""
    for part in kind.__mro__:
        known, release = _released(part.__module__)
        if part.__module__ == "__main__" or not known:
            for name, member in sorted(vars(part).items()):
                member = inspect.unwrap(getattr(member, "__func__", member))
                if isinstance(member, types.FunctionType):
                    digest.update(name.encode())
                    _add_function(digest, member, above)
        else:
            digest.update(f"{part.__module__}.{part.__qualname__} {release}".encode())


def _add_function(digest, function, above):
    """Feed a function to the digest: code and closure of the user's own, else name and version."""
    owner = getattr(function, "__self__", None)
    function = getattr(function, "__func__", function)
    known, release = _released(function.__module__ or "")
    if known and function.__module__ != "__main__" and "<" not in function.__qualname__:
        digest.update(f"{function.__module__}.{function.__qualname__} {release}".encode())
    else:
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        _add_code(digest, function.__code__, above)
        _add(digest, [function.__defaults__, function.__kwdefaults__, cells], above)
    if owner is not None:
        _add(digest, owner, above)


def _add_code(digest, code, above):
    """Feed the code of a function to the digest, without line numbers."""
    digest.update(code.co_code + " ".join(code.co_names + code.co_varnames).encode())
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            _add_code(digest, constant, above)
        else:
            _add(digest, constant, above)
