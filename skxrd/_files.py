"""Files: the error that broken ones raise, and files that are written whole or not at all."""

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
    if path.is_dir():
        raise IsADirectoryError(f"{path}: is a folder; name a file in it.")
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(f"{path}: its folder does not exist; make it first.")
    return path


@contextmanager
def replaced_file(path):
    """Yield a temporary path beside ``path`` and move it there on success.

    After an error no temporary file is left, and an older file stays as it was.
    """
    path = check_writable(path)
    temporary = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
