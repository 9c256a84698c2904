"""Model files of the command: ones without code, and joblib files with a check of their content."""

import hashlib
import os
import stat
import warnings
from pathlib import Path

from skxrd._cli._printing import note, noted_warnings
from skxrd._names import shown

_LARGEST = 2 * 10**9  # bytes
_ORDER = "the model comes first: skxrd predict MODEL FILES"
_MARK = b"\nskxrd joblib, sha256 of all before: "  # after the pickle, where readers do not look


def is_pickle_name(path):
    """Whether a model file of this name is to be a joblib file."""
    return path.suffix.lower() in (".joblib", ".pkl", ".pickle")


def write(model, path):
    """Write a fitted pipeline, as a joblib file only if the name asks for one."""
    import joblib

    from skxrd._files import replaced_file
    from skxrd._hashing import engine_versions
    from skxrd.model_selection import write_model

    if not is_pickle_name(path):
        write_model(model, path)
        return
    model.skxrd_versions_ = list(engine_versions())
    with replaced_file(path) as temporary:
        joblib.dump(model, temporary)
        with open(temporary, "r+b") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest().encode()
            file.seek(0, os.SEEK_END)
            file.write(_MARK + digest)


def load(path, *, to_predict=False):
    """Read a model file of either kind; whatever is wrong with it is a ValueError or OSError.

    One that is only ``to_predict`` is read sooner.
    """
    from skxrd.model_selection._model_file import is_model, read_model, read_predictor

    content = _content(Path(path))
    with noted_warnings():
        if is_model(content) or path.suffix.lower() == ".skxrd":
            model = read_predictor(path) if to_predict else read_model(path)
        else:
            model = _unpickled(path, content)
    if not hasattr(model, "steps") or not hasattr(model, "predict"):
        raise ValueError(f"{path}: holds a {type(model).__name__}, no pipeline of skxrd train.")
    return model


def load_again(path, model):
    """All of the model of which ``load`` has read what predicts; a joblib file is read once."""
    from skxrd.model_selection._model_file import is_model, read_model

    if not is_model(path.read_bytes()):
        return model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of versions, which were noted before
        return read_model(path)


def _content(path):
    """Bytes of a file, unless it is none or too large."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path}: there is no such model; make one with skxrd train."
        ) from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no ordinary file"
        raise ValueError(f"{path}: is {kind}, so no model; {_ORDER}.")
    if status.st_size > _LARGEST:
        raise ValueError(f"{path}: has {status.st_size / 1e9:.1f} GB; no model is that large.")
    return path.read_bytes()


def _unpickled(path, content):
    """Object in a joblib file, whose content is compared with its hash before it is loaded."""
    import joblib

    body, mark, digest = content.rpartition(_MARK)
    if mark and hashlib.sha256(body).hexdigest().encode() != digest:
        raise ValueError(f"{path}: is damaged: its content is not what was written; train again.")
    if content[:1] not in (b"\x80", b"\x78", b"\x1f", b"B", b"\xfd", b"\x5d", b"\x04"):
        raise ValueError(f"{path}: is no model file; make one with skxrd train, and {_ORDER}.")
    note(
        f"{shown(path)}: a joblib file can run any code when it is loaded; load only what you made "
        "or trust. Models that end in .skxrd cannot."
    )
    try:
        model = joblib.load(path)
    except ImportError as error:
        missing = getattr(error, "name", None) or error
        raise ValueError(
            f"{path}: needs the module {missing}, which is not installed or has moved; install it, "
            "or train again."
        ) from error
    except Exception as error:  # a pickle can raise anything
        problem = f"{type(error).__name__}: {error}"
        raise ValueError(
            f"{path}: is no complete model file ({problem[:200]}); train again."
        ) from error
    _note_versions(path, model)
    return model


def _note_versions(path, model):
    """Say with which other versions a model was trained."""
    from skxrd.model_selection._model_file import warn_of_versions

    warn_of_versions(path, set(getattr(model, "skxrd_versions_", ())))
