"""Files of fitted pipelines that hold no code."""

import hashlib
import io
import json
import math
import os
import tokenize
import warnings
import zipfile
from pathlib import Path

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skxrd._files import FormatError, replaced_file
from skxrd._hashing import engine_versions
from skxrd.model_selection._model_state import from_state, to_state

_FORMAT = "skxrd model 1"
_COMMENT = b"skxrd model, sha256 of all before: "
_LARGEST = 2 * 10**9  # bytes
# what parts that do not fit one another raise
_BROKEN = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError),
    *(RecursionError, MemoryError, NotImplementedError, SyntaxError, tokenize.TokenError),
)
_REMEDY = "train again, or keep it with joblib if it is one that you made yourself."


def write_model(model, path):
    """Write a fitted pipeline to a file that holds no code.

    The file is a zip archive with the parameters and attributes as JSON, arrays in numpy's format
    and the versions of the packages, and ends in a SHA-256 of all of it. Reading such a file runs
    nothing from it, so one from a stranger is no danger, unlike one of ``joblib``.

    Parameters
    ----------
    model : Pipeline
        Fitted, of scikit-learn or imbalanced-learn, of the steps that
        :func:`make_film_pipeline` and :func:`default_classifiers` use.
    path : path-like
        File to write, usually ending in ``.skxrd``.

    Raises
    ------
    TypeError
        If a step is of a class, or has a parameter of a kind, that such a file cannot hold.
    """
    check_is_fitted(model)
    arrays = []
    try:
        state = to_state(model, arrays)
    except TypeError as error:
        raise TypeError(f"{path}: {error}; use joblib.dump for this model.") from error
    head = {"format": _FORMAT, "versions": list(engine_versions()), "model": state}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("model.json", json.dumps(head))
        for number, array in enumerate(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            archive.writestr(f"arrays/{number}.npy", content.getvalue())
        archive.comment = _COMMENT + b"0" * 64
    content = packed.getvalue()[:-64]
    with replaced_file(path) as temporary:
        temporary.write_bytes(content + hashlib.sha256(content).hexdigest().encode())


def read_model(path):
    """Read a pipeline that :func:`write_model` wrote, such as one of ``skxrd train``.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    Pipeline
        Fitted: it predicts what the one that was written does.

    Raises
    ------
    FormatError
        If the file is damaged or something else.

    Warns
    -----
    UserWarning
        If it was written with other versions of the packages that compute.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skxrd.datasets import make_thin_films
    >>> from skxrd.model_selection import default_classifiers, make_film_pipeline
    >>> from skxrd.model_selection import read_model, write_model
    >>> from sklearn.svm import SVC
    >>> films = make_thin_films(14, random_state=0)
    >>> model = make_film_pipeline(SVC(), films.two_theta, n_augmented=0)
    >>> model = model.fit(films.data, films.target)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "films.skxrd")
    ...     write_model(model, path)
    ...     copy = read_model(path)
    >>> bool((copy.predict(films.data) == model.predict(films.data)).all())
    True
    """
    return _read(Path(path))


def read_predictor(path):
    """What of a model predicts, as a pipeline of scikit-learn; networks run without TensorFlow."""
    return _read(Path(path), to_predict=True)


def _read(path, *, to_predict=False):
    size = os.stat(path).st_size
    if size > _LARGEST:
        raise FormatError(path, f"has {size / 1e9:.1f} GB; no model is that large.")
    content = path.read_bytes()
    if not is_model(content):
        raise FormatError(path, f"is no model file; {_REMEDY}")
    body, digest = content[:-64], content[-64:]
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise FormatError(path, "is damaged: its content is not what was written; train again.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            head = json.loads(_stored(archive, "model.json"))
            n_arrays = len(archive.namelist()) - 1
            arrays = [
                _read_array(_stored(archive, f"arrays/{number}.npy")) for number in range(n_arrays)
            ]
        if head["format"] != _FORMAT:
            raise ValueError(f"it is of the format {head['format']!r}, not {_FORMAT!r}")
        model = from_state(head["model"], arrays, to_predict=to_predict)
        check_is_fitted(model)
        versions = set(map(str, head["versions"]))
    except (*_BROKEN, zipfile.BadZipFile) as error:
        problem = " ".join(str(error).split()) or type(error).__name__
        raise FormatError(path, f"is no model that can be used ({problem}); {_REMEDY}") from error
    warn_of_versions(path, versions)
    return model


def is_model(content):
    """Whether bytes are those of a model file, damaged or not."""
    return content.startswith(b"PK\x03\x04") and content[-64 - len(_COMMENT) : -64] == _COMMENT


def warn_of_versions(path, versions):
    """Warn if a model was made with other versions than those that are installed."""
    others = sorted(versions - set(engine_versions()))
    if others:
        warnings.warn(
            f"{path}: was trained with {', '.join(others)}, which are other versions than those "
            "installed; its predictions may differ: train again, or install these.",
            UserWarning,
            stacklevel=4,
        )


def _stored(archive, name):
    """Content of a member, which must be stored as it is, so that it is no larger than the file."""
    member = archive.getinfo(name)
    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise ValueError(f"its part {name} is compressed")
    return archive.read(member)


def _read_array(content):
    """Array of a member; its header must not promise more than the member holds."""
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"an array has the version {version}")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError("an array is cut off or holds objects")
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)
