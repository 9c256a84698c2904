"""Hashes of what a result follows from: parameters, data and code."""

import copyreg
import functools
import hashlib
import os
import platform
import types
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

import numpy as np

import skxrd
from skxrd._code_content import (
    ENGINES,
    UnknownContentError,
    describe_builtin,
    describe_class,
    describe_code,
    describe_function,
    describe_module,
    release_of,
)

_COPIED_BY_CLONE = ("_metadata_request", "_sklearn_output_config")  # besides the parameters
_DRAWING = {"_random_state", "_ctor_param", "__doc__"}  # of a distribution
_CODE = {"is_cloned": False, "paths": "files"}
_PLAIN = bool | int | float | complex | str | bytes | np.generic | None


def content_hash(*objects):
    """SHA-256 of parameters, data and code, the same in every process.

    Estimators count by class and parameters, and by their state where a clone keeps it, as
    ``FrozenEstimator`` does; arrays by type, shape and bytes; functions and classes of the user by
    their code, constants, and what they read and call; those of packages by name and version. A
    parameter that names a file counts by the content of the file. Comments, addresses in memory
    and the order of dictionaries do not count. What cannot be known is an UnknownContentError.
    """
    digest = hashlib.sha256()
    try:
        _add(digest, list(objects), _Place({}))
    except RecursionError as error:
        raise UnknownContentError("a parameter", "it is nested too deeply") from error
    return digest.hexdigest()


def short_hash(*objects):
    """First digits of the content hash, for messages."""
    return content_hash(*objects)[:16]


@functools.cache
def engine_versions():
    """Versions of this package, of Python, and of the packages that compute."""
    found = [f"skxrd {skxrd.__version__}", f"python {platform.python_version()}"]
    for name in ENGINES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return tuple(found)


class _Place(NamedTuple):
    """Where in the objects a value is, and what is known there."""

    seen: dict  # classes and functions that were described before, by address
    above: tuple = ()  # the objects it is part of
    is_cloned: bool = True  # a clone keeps parameters of estimators in here and drops their state
    paths: str = ""  # what text may name: "files", or "files and folders"


def _add(digest, value, place):
    """Feed a value to the digest."""
    kind = type(value)
    digest.update(f"<{kind.__module__}.{kind.__qualname__}>".encode())
    if isinstance(value, _PLAIN):
        is_bytes = type(value) is bytes
        digest.update(f"{len(value)} ".encode() + value if is_bytes else repr(value).encode())
        if place.paths and isinstance(value, str):
            _add_named(digest, value, place.paths)
        return
    if any(value is other for other in place.above):
        digest.update(b"<itself>")
        return
    if isinstance(value, type | types.FunctionType):
        if id(value) in place.seen:
            digest.update(f"<seen {place.seen[id(value)][0]}>".encode())
            return
        place.seen[id(value)] = len(place.seen), value
    place = place._replace(above=(*place.above, value))
    if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
        digest.update(f"{repr(value.dtype) if value.dtype.names else value.dtype.str}".encode())
        digest.update(f" {value.shape}".encode())
        if not value.dtype.hasobject:
            digest.update(np.ascontiguousarray(value).tobytes())
            return
        parts = value.ravel().tolist()
    elif isinstance(value, set | frozenset):
        parts = sorted(_apart(item, place) for item in value)
    elif isinstance(value, dict | types.MappingProxyType):
        keyed = sorted(((_apart(key, place), key) for key in value), key=lambda pair: pair[0])
        parts = [part for name, key in keyed for part in (name, value[key])]
    elif isinstance(value, list | tuple):
        parts = value
    else:
        parts, changes = _parts(value, place)
        place = place._replace(**changes)
    digest.update(str(len(parts)).encode())
    if isinstance(value, list | tuple | dict | set | frozenset) and kind.__module__ != "builtins":
        parts = [*parts, kind, vars(value) if hasattr(value, "__dict__") else None]
    if isinstance(value, dict):
        place = place._replace(is_cloned=False)
    for part in parts:
        _add(digest, part, place)


def _apart(value, place):
    """Hash of a value alone, to sort by."""
    digest = hashlib.sha256()
    _add(digest, value, place._replace(seen=dict(place.seen)))
    return digest.hexdigest()


def _parts(value, place):
    """Values that an object consists of, and what is different in them."""
    import pandas as pd  # here, as a model is read without it
    from scipy import sparse

    if isinstance(value, np.ma.MaskedArray):
        return [np.asarray(value.data), np.ma.getmaskarray(value), value.fill_value], {}
    if isinstance(value, pd.DataFrame):
        columns = [value.iloc[:, number] for number in range(value.shape[1])]
        return [value.columns, value.index, *columns], {}
    if isinstance(value, pd.Series):
        return [value.index, value.array], {}
    if isinstance(value, pd.MultiIndex):
        return [list(value.names), value.to_list()], {}
    if isinstance(value, pd.Index):
        return [value.name, value.array], {}
    if isinstance(value, pd.Categorical):
        return [value.codes, value.categories, value.ordered], {}
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return [str(value.dtype), np.asarray(value, dtype=object).tolist()], {}
    if sparse.issparse(value):
        entries = value.tocoo()
        places = getattr(entries, "coords", None) or (entries.row, entries.col)
        return [value.shape, *places, entries.data], {}
    if isinstance(value, types.ModuleType):
        return [describe_module(value)], _CODE
    if isinstance(value, type):
        return describe_class(value), _CODE
    if isinstance(value, types.FunctionType | types.MethodType):
        return describe_function(value), _CODE
    if isinstance(value, types.CodeType):
        return describe_code(value), {}
    if isinstance(value, types.BuiltinFunctionType | np.ufunc):
        return describe_builtin(value), _CODE
    if isinstance(value, functools.partial):
        return [value.func, value.args, value.keywords], {}
    if isinstance(value, property):
        return [value.fget, value.fset, value.fdel], {}
    if isinstance(value, functools.cached_property):
        return [value.func], {}
    for name in ("__func__", "py_func", "__wrapped__"):  # methods, numba, decorators
        if isinstance(inner := getattr(value, name, None), types.FunctionType):
            return [inner, getattr(value, "targetoptions", None)], {}
    if value is np.random.mtrand._rand:
        return ["of the whole process"], {}
    if hasattr(value, "dist") and hasattr(value, "kwds"):  # a frozen distribution of scipy
        kept = {name: one for name, one in vars(value.dist).items() if _is_kept(name, one)}
        return [type(value.dist), kept, value.args, value.kwds], {}
    if hasattr(value, "get_weights") and hasattr(value, "to_json"):  # pickles of Keras have a date
        layers = [type(layer) for layer in value.layers]
        return [type(value), value.to_json(), value.get_weights(), layers], {"is_cloned": False}
    if place.is_cloned and hasattr(value, "get_params") and not _is_kept_by_clone(value):
        given = value.get_params(deep=False)
        given.pop("memory", None)  # a cache changes nothing but the time
        parts = [part for name in sorted(given) for part in (name, given[name])]
        parts += [getattr(value, name, None) for name in _COPIED_BY_CLONE]
        return [type(value), *parts], {"paths": "files and folders"}
    if isinstance(value, os.PathLike):
        return [os.fspath(value)], {}
    return [type(value), *_reduced(value)], {"is_cloned": False}


def _is_kept(name, value):
    """Whether an attribute of a distribution is more than random numbers and what it compiles."""
    return name not in _DRAWING and not isinstance(value, types.MethodType | np.vectorize)


def _is_kept_by_clone(estimator):
    """Whether a clone keeps what the estimator has learned."""
    from sklearn.base import BaseEstimator

    own = getattr(type(estimator), "__sklearn_clone__", None)
    return own not in (None, BaseEstimator.__sklearn_clone__)


def _reduced(value):
    """What a pickle of an object holds, without the order in which a pickle holds it."""
    try:
        reduce = copyreg.dispatch_table.get(type(value))
        reduced = value.__reduce_ex__(4) if reduce is None else reduce(value)
        if isinstance(reduced, str):  # the name of a constant, such as Ellipsis
            place = getattr(value, "__module__", None)
            return [reduced, place, release_of(place)]
        return [list(part) if isinstance(part, Iterator) else part for part in reduced]
    except Exception as error:
        raise UnknownContentError(type(value).__name__, error) from error


def _add_named(digest, text, paths):
    """Feed the content of the file, or the state of the folder, that text may name."""
    if os.path.isfile(text):
        with open(text, "rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    elif paths == "files and folders" and os.path.basename(text).strip(".") and os.path.isdir(text):
        for folder, folders, names in os.walk(text):
            folders.sort()
            for name in sorted(names):
                state = os.stat(os.path.join(folder, name))
                digest.update(f"{folder} {name} {state.st_size} {state.st_mtime_ns}".encode())
