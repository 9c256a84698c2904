"""Files: the error that broken ones raise, and files that are written whole or not at all."""

import os
import shutil
import stat
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path


class FormatError(ValueError):
    """A file whose content is broken or of no known format.

    The message names the file, what was found and what to do about it.
    Every reader of :mod:`skxrd.io` raises this and nothing else on bad content.

    Parameters
    ----------
    path : str or path-like
        The file at fault.
    problem : str
        What is wrong, with the value that was found, and the remedy.
    """

    def __init__(self, path, problem):
        super().__init__(f"{path}: {problem}")
        self.path = str(path)
        self.problem = problem

    def __reduce__(self):
        return type(self), (self.path, self.problem)


def check_writable(path):
    """Path of a file to be; raise at once if it cannot be written later."""
    path = Path(path)
    there = _status(path)
    if there is not None and stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(f"{path}: is a folder; name a file in it.")
    if there is not None and not stat.S_ISREG(there.st_mode):
        raise OSError(f"{path}: is {special_kind(there)}, not an ordinary file; name another.")
    if there is not None and not os.access(path, os.W_OK):
        raise PermissionError(f"{path}: is write-protected; name another file.")
    if not _target(path).parent.is_dir():
        raise FileNotFoundError(f"{path}: its folder does not exist; make it first.")
    return path


def check_outputs(outputs, inputs=()):
    """Raise before the work if one of the files to be, a dict by option, cannot be written.

    Folders are tried with a file that has no name. Two outputs must not be one file, however it is
    named, and none may be an input.
    """
    outputs = {option: Path(path) for option, path in outputs.items() if path is not None}
    taken = {}
    for option, path in outputs.items():
        check_folder(_target(check_writable(path)).parent, path)
        for other, there in taken.items():
            if _same_file(path, there):
                raise ValueError(
                    f"{option} and {other} are one file, {path}; give each a name of its own."
                )
        for there in inputs:
            if _same_file(path, there):
                raise ValueError(f"{option} {path}: would replace the input {there}; name another.")
        taken[option] = path


def check_folder(folder, path):
    """Raise if no file can be made in a folder that is there; ``path`` is what the user named."""
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise type(error)(f"{path}: nothing can be written there ({error.strerror}).") from error


@contextmanager
def replaced_file(path):
    """Yield a temporary path beside ``path`` and move it there on success.

    After an error no temporary file is left, and an older file stays as it was. A link is followed
    to the file that it names, and an older file keeps its mode. A file with further hard links is
    overwritten in place, so that all of its names lead to the new content.
    """
    path = _target(check_writable(path))
    there = _status(path)
    temporary = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        yield temporary
        if there is not None and there.st_nlink > 1:
            with open(temporary, "rb") as source, open(path, "r+b") as file:
                shutil.copyfileobj(source, file)
                file.truncate()
            return
        if there is not None:
            os.chmod(temporary, stat.S_IMODE(there.st_mode))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def special_kind(status):
    """What the status of something that is neither a file nor a folder says it is."""
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(status.st_mode), "a device")


def _status(path):
    """Status of what a path leads to; ``None`` if nothing is there yet."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _target(path):
    """File that a path names, through links, whether it is there or not."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else Path(path).absolute()


def _same_file(one, other):
    """Whether two paths lead to one file, or would if it were there."""
    if os.path.exists(one) and os.path.exists(other):
        return os.path.samefile(one, other)
    return os.path.realpath(one) == os.path.realpath(other)
